import { headText } from '../domain/audit.ts';
import type { DayHead } from '../domain/records.ts';
import { addMs, DAY_MS, toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { SYSTEM } from './change-request.ts';

/**
 * Keeps where the chain stood when the day was over, posts it, so that the chat is the witness of the log, and packs days
 * that are older than they are kept. Once a day; a day that was missed is made up for by the next.
 */
export async function closeAuditDay(world: World): Promise<void> {
  await postHead(world);
  await packOldDays(world);
}

async function postHead(world: World): Promise<void> {
  const now = toInstant(world.clock.now());
  const day = addMs(now, -DAY_MS).slice(0, 10);
  const { channel } = world.settings().audit;
  let head = await world.store.get('heads', day);
  if (head === null) {
    const { seq, hash } = await world.store.audit.head();
    head = { id: day, version: 1, seq, hash, postedAt: null };
    const detail = { day, seq, hash, channel };
    await world.store.commit({
      put: [{ collection: 'heads', doc: head, expected: null }],
      audit: [{ at: now, actor: SYSTEM, verb: 'audit.day-closed', subject: `audit/${day}`, requestId: null, detail }],
    });
    world.log.info('audit.head', { day, head: headText(head) });
  }
  if (channel === null || head.postedAt !== null) return;
  await world.notifier.announce(channel, headWords(head));
  const posted: DayHead = { ...head, version: head.version + 1, postedAt: now };
  await world.store.commit({ put: [{ collection: 'heads', doc: posted, expected: head.version }] });
}

function headWords(head: DayHead): string {
  return [
    `Audit log, end of ${head.id}: ${headText(head)}`,
    `Check it with: seatwarden audit verify --head ${headText(head)}`,
  ].join('\n');
}

async function packOldDays(world: World): Promise<void> {
  const { keepMs } = world.settings().audit;
  if (keepMs === null || world.store.audit.archive === undefined) return;
  const day = addMs(toInstant(world.clock.now()), -keepMs).slice(0, 10);
  const seals = await world.store.audit.archive(day, (seal) =>
    world.store.commit({
      audit: [
        {
          at: toInstant(world.clock.now()),
          actor: SYSTEM,
          verb: 'audit.sealed',
          subject: `audit/${seal.day}`,
          requestId: null,
          detail: { ...seal },
        },
      ],
    }),
  );
  if (seals.length > 0) world.log.info('audit.packed', { days: seals.map((seal) => seal.day) });
}
