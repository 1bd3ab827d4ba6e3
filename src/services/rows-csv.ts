import type { ActionRequest } from '../domain/action-request.ts';
import { toCsv } from '../domain/csv.ts';

/** Every row of a bulk request as CSV (RFC 4180), with how each ended. */
export function rowsCsv({ bulk }: Pick<ActionRequest, 'bulk'>): string {
  const rows = (bulk?.rows ?? []).map((row) => [
    row.target.id,
    row.affected?.email ?? '',
    row.sentence,
    row.evidence.confidence?.tier ?? '',
    row.state,
    row.message ?? '',
  ]);
  return toCsv(['id', 'email', 'what', 'confidence', 'state', 'message'], rows);
}
