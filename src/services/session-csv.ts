import type { Caller } from '../command.ts';
import { toCsv } from '../domain/csv.ts';
import type { World } from '../ports/world.ts';
import { readSession } from './get-session.ts';

export interface CsvFile {
  readonly name: string;
  readonly rows: number;
  readonly text: string;
}

/** Every error of a session, or everybody a held one would deactivate, as CSV (RFC 4180). */
export async function sessionCsv(world: World, caller: Caller, sessionId: string, what: 'errors' | 'changes'): Promise<CsvFile> {
  const session = await readSession(world, caller, sessionId);
  // Said in every row, so that rows of several files can be put together.
  const origin = session.origin ?? [];
  const source = [session.integrationId, session.startedAt, ...origin.map(([, value]) => value)];
  const head = [
    ...(what === 'errors'
      ? ['record', 'id', 'field', 'sample', 'reason']
      : ['what', 'id', 'title', 'change', 'because', 'fields']),
    ...['integration', 'Connector Sync Time', ...origin.map(([label]) => label)],
  ];
  const rows: (readonly string[])[] = [];
  for await (const detail of world.inventories.details(sessionId)) {
    if ('fault' in detail && what === 'errors') {
      const { index, id, field, sample, reason } = detail.fault;
      rows.push([index === null ? '' : String(index + 1), id ?? '', field ?? '', sample ?? '', reason, ...source]);
    } else if ('change' in detail && what === 'changes') {
      const { kind, id, title, change, because, fields } = detail.change;
      const told = fields.map(([name, before, after]) => `${name}: ${String(before ?? '')} -> ${String(after ?? '')}`).join('; ');
      rows.push([kind, id, title, change, because ?? '', told, ...source]);
    } else if ('departure' in detail && what === 'changes') {
      const { kind, id, title, reason } = detail.departure;
      rows.push([kind, id, title, 'missing or inactive', reason, '', ...source]);
    }
  }
  return {
    name: `${session.integrationId}-${session.id}-${what}.csv`,
    rows: rows.length,
    text: `${toCsv(head, rows)}\r\n`,
  };
}
