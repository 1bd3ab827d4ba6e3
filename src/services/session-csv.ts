import type { Caller } from '../command.ts';
import type { World } from '../ports/world.ts';
import { getSession } from './get-session.ts';
import { requireRight } from './rights.ts';

export interface CsvFile {
  readonly name: string;
  readonly rows: number;
  readonly text: string;
}

/** Every error of a session, or everybody a held one would deactivate, as CSV (RFC 4180). */
export async function sessionCsv(world: World, caller: Caller, sessionId: string, what: 'errors' | 'changes'): Promise<CsvFile> {
  await requireRight(world, caller, 'admin');
  const session = await getSession(world, sessionId);
  const lines: string[] = [
    what === 'errors'
      ? row(['record', 'id', 'field', 'sample', 'reason'])
      : row(['what', 'id', 'title', 'change', 'because', 'fields']),
  ];
  for await (const detail of world.inventories.details(sessionId)) {
    if ('fault' in detail && what === 'errors') {
      const { index, id, field, sample, reason } = detail.fault;
      lines.push(row([index === null ? '' : String(index + 1), id ?? '', field ?? '', sample ?? '', reason]));
    } else if ('change' in detail && what === 'changes') {
      const { kind, id, title, change, because, fields } = detail.change;
      const told = fields.map(([name, before, after]) => `${name}: ${String(before ?? '')} -> ${String(after ?? '')}`).join('; ');
      lines.push(row([kind, id, title, change, because ?? '', told]));
    }
  }
  return {
    name: `${session.integrationId}-${session.id}-${what}.csv`,
    rows: lines.length - 1,
    text: `${lines.join('\r\n')}\r\n`,
  };
}

function row(cells: readonly string[]): string {
  return cells.map(cell).join(',');
}

/** A cell that begins like a formula would be run as one by a spreadsheet, so it gets an apostrophe. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
