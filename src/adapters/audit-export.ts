import { join } from 'node:path';
import type { AuditEvent } from '../domain/audit.ts';
import { writtenLines } from './audit-files.ts';
import { journalledEvents } from './journal.ts';

/** Every event that is on the disk, as it was written, oldest first; also beside a running bot and without its lock. */
export async function* exportedEvents(dataFolder: string): AsyncGenerator<{ readonly text: string; readonly event: AuditEvent }> {
  // Read first: the files only grow, so nothing is missed between the two.
  const journalled = await journalledEvents(dataFolder);
  let seq = 0;
  for await (const { text, ended } of writtenLines(join(dataFolder, 'audit'))) {
    if (!ended) continue;
    const event = JSON.parse(text) as AuditEvent;
    seq = event.seq;
    yield { text, event };
  }
  for (const event of journalled) if (event.seq > seq) yield { text: JSON.stringify(event), event };
}
