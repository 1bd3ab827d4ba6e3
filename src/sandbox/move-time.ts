import type { UpcomingJob } from './bot-link.ts';
import type { SandboxClock } from './clock.ts';
import { ImpossibleAct } from './slack/impossible-act.ts';

const HOUR_MS = 3_600_000;
/** On the way it halts at most so often, so that a jump of a year ends. */
const MOST_STOPS = 200;

export type Pace = 'minute' | 'hour' | 'day' | 'longer';

/** How often a job comes round, from its next two times. */
export function paceOf({ at, following }: UpcomingJob): Pace {
  const gapMs = following === null ? Number.POSITIVE_INFINITY : Date.parse(following) - Date.parse(at);
  if (gapMs < HOUR_MS) return 'minute';
  if (gapMs < 12 * HOUR_MS) return 'hour';
  return gapMs < 6 * 24 * HOUR_MS ? 'day' : 'longer';
}

/** The part of the bot that moving time needs; null when none runs. */
export interface TimedBot {
  upcoming(): Promise<readonly UpcomingJob[]>;
  /** Makes it look at the clock and waits until what became due has run. */
  tellTime(): Promise<readonly UpcomingJob[]>;
}

export interface RanJob {
  readonly job: string;
  readonly at: string;
}

/**
 * Puts the clock forward to an instant. Jobs that come at most once an hour get their own time on the way, so that a
 * digest of nine o'clock is made at nine; those that come more often run once at each halt. Answers what became due.
 */
export async function moveTime(clock: SandboxClock, bot: TimedBot | null, until: Date): Promise<readonly RanJob[]> {
  const ran: RanJob[] = [];
  if (bot === null) {
    clock.advance(Math.max(0, until.getTime() - clock.now().getTime()));
    return ran;
  }
  let jobs = await bot.upcoming();
  for (let stops = 0; ; stops += 1) {
    const now = clock.now().getTime();
    const halt = stops < MOST_STOPS ? nextHalt(jobs, now, until.getTime()) : until.getTime();
    clock.advance(Math.max(0, halt - now));
    const due = jobs.filter(({ at }) => Date.parse(at) <= clock.now().getTime());
    jobs = await bot.tellTime();
    ran.push(...due.map(({ id, at }) => ({ job: id, at })));
    if (halt >= until.getTime()) return ran;
  }
}

function nextHalt(jobs: readonly UpcomingJob[], now: number, until: number): number {
  const times = jobs.filter((job) => paceOf(job) !== 'minute').map(({ at }) => Date.parse(at));
  return Math.min(until, ...times.filter((at) => at > now));
}

/** Where a jump goes: `next-job`, `digest`, or a job by its id. @throws ImpossibleAct when there is no such job. */
export function jumpTarget(jobs: readonly UpcomingJob[], to: string, jobId: string | null): UpcomingJob {
  const soonest = [...jobs].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  if (to === 'job') {
    const job = soonest.find(({ id }) => id === jobId);
    if (job === undefined) throw new ImpossibleAct(`The bot has no job "${jobId ?? ''}".`);
    return job;
  }
  if (to === 'digest') {
    const digest = soonest.find(({ id }) => /digest|report/.test(id));
    if (digest === undefined) throw new ImpossibleAct('The bot has no digest planned.');
    return digest;
  }
  // One that comes every minute is hardly what somebody means.
  const next = soonest.find((job) => paceOf(job) !== 'minute') ?? soonest[0];
  if (next === undefined) throw new ImpossibleAct('The bot has no job planned.');
  return next;
}
