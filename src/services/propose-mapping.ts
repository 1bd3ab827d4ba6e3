import type { Caller } from '../command.ts';
import { UsageError } from '../domain/errors.ts';
import { proposeMapping as propose } from '../domain/smart-mapping.ts';
import type { World } from '../ports/world.ts';
import type { MappingReport } from '../reply.ts';
import { findSync, mappingGaps } from './find-sync.ts';
import { requireRight } from './rights.ts';
import { withDeadline } from './with-deadline.ts';

const RECORDS = 100;
const LOAD_DEADLINE_MS = 60_000;

/** Reads some records and proposes what could be mapped to what; changes nothing. */
export async function proposeMapping(world: World, caller: Caller, integration: string): Promise<MappingReport> {
  await requireRight(world, caller, 'admin');
  const plan = findSync(world, integration);
  const { records: raw } = await someRecords(world, plan.integrationId, RECORDS);
  return {
    integrationId: plan.integrationId,
    name: plan.name,
    records: raw.length,
    proposals: propose(raw, plan.connectorId),
    gaps: mappingGaps(plan),
  };
}

export interface SomeRecords {
  readonly records: readonly unknown[];
  /** Whether there are more than these. */
  readonly more: boolean;
  /** Why the listing ended before its end; null when it did not. */
  readonly problem: string | null;
}

/** The first records as the vendor sends them. @throws UsageError in the vendor's words when none can be read. */
export async function someRecords(world: World, integrationId: string, limit: number): Promise<SomeRecords> {
  const connector = world.connectors.get(integrationId);
  if (connector === null) throw new UsageError('usage.unknown-integration', `There is no integration “${integrationId}”.`);
  const raw: unknown[] = [];
  const report = await withDeadline(connector.name, LOAD_DEADLINE_MS, (signal) =>
    connector.load(
      { limit },
      (page) => {
        for (const record of page.records) raw.push(record.raw);
      },
      signal,
    ),
  );
  const [reason] = report.reasons;
  if (raw.length === 0 && reason !== undefined && reason.code !== 'limit')
    throw new UsageError('usage.no-records', reason.message, reason.hint === null ? {} : { hint: reason.hint });
  return {
    records: raw,
    more: reason?.code === 'limit',
    problem: reason === undefined || reason.code === 'limit' ? null : reason.message,
  };
}
