import { headText } from '../domain/audit.ts';
import type { DayHead } from '../domain/records.ts';
import { addMs, DAY_MS, toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { SYSTEM } from './change-request.ts';

/** A channel that is named later hears of so many days, not of all there ever were. */
const POSTED_DAYS = 7;

/**
 * Keeps where the chain stood when the day was over, posts it, so that the chat is the witness of the log, and packs days
 * that are older than they are kept. Once a day; a day that was missed is made up for by the next.
 */
export async function closeAuditDay(world: World): Promise<void> {
  await keepHead(world);
  await packOldDays(world);
  await postHeads(world);
}

async function keepHead(world: World): Promise<void> {
  const now = toInstant(world.clock.now());
  const day = addMs(now, -DAY_MS).slice(0, 10);
  if ((await world.store.get('heads', day)) !== null) return;
  const { channel } = world.settings().audit;
  const { seq, hash } = await world.store.audit.head();
  const head: DayHead = { id: day, version: 1, seq, hash, postedAt: null };
  const detail = { day, seq, hash, channel };
  await world.store.commit({
    put: [{ collection: 'heads', doc: head, expected: null }],
    audit: [{ at: now, actor: SYSTEM, verb: 'audit.day-closed', subject: `audit/${day}`, requestId: null, detail }],
  });
  world.log.info('audit.head', { day, head: headText(head) });
}

/** Posts the heads that the channel has not got yet, the oldest first. @throws TransportError; the others follow next time. */
export async function postHeads(world: World): Promise<void> {
  const { channel } = world.settings().audit;
  if (channel === null) return;
  const since = addMs(toInstant(world.clock.now()), -(POSTED_DAYS + 1) * DAY_MS).slice(0, 10);
  const owed = (await world.store.list('heads')).filter((head) => head.postedAt === null && head.id > since);
  for (const head of owed.toSorted((a, b) => a.id.localeCompare(b.id))) {
    if (!(await world.notifier.announce(channel, headWords(head)))) {
      world.log.error('audit.head-not-posted', { channel, day: head.id });
      return;
    }
    const posted: DayHead = { ...head, version: head.version + 1, postedAt: toInstant(world.clock.now()) };
    await world.store.commit({ put: [{ collection: 'heads', doc: posted, expected: head.version }] });
  }
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
