import { addMs, type Instant } from './time.ts';

/** What is remembered of an integration between its runs. */
export interface SyncMemory {
  /** The integration's id. */
  readonly id: string;
  readonly version: number;
  /** When somebody let a draft go live; null for one that is live by its file, or still a draft. */
  readonly launchedAt: Instant | null;
  /** The last complete listing that was applied, or showed that nothing had changed: how fresh the facts are. */
  readonly confirmedAt: Instant | null;
  readonly lastSessionId: string | null;
  readonly lastStartedAt: Instant | null;
  readonly trouble: Trouble | null;
}

/** A run went wrong, and none has gone well since. */
export interface Trouble {
  readonly kind: TroubleKind;
  /** One sentence for people. */
  readonly message: string;
  readonly hint: string | null;
  readonly since: Instant;
  readonly attempts: number;
  /** Not before then by itself; null when it waits for somebody to do something. */
  readonly retryAt: Instant | null;
}

/**
 * `credential`: the vendor refuses the key, so nothing is tried until somebody mended it · `failed`, `incomplete`: tried
 * again later · `held`: two people have to decide · `unfinished`: still running after a day · `not-started`: its time came
 * and nothing happened · `not-ready`: it is live by its file and something that is needed is missing.
 */
export type TroubleKind = 'credential' | 'failed' | 'incomplete' | 'held' | 'unfinished' | 'not-started' | 'not-ready';

const HOUR_MS = 3_600_000;
const BACK_OFF_MS = [6 * HOUR_MS, 12 * HOUR_MS, 24 * HOUR_MS] as const;

const LONGEST_WAIT_MS = Math.max(...BACK_OFF_MS);

export const NO_MEMORY: Omit<SyncMemory, 'id'> = {
  version: 0,
  launchedAt: null,
  confirmedAt: null,
  lastSessionId: null,
  lastStartedAt: null,
  trouble: null,
};

/** Trouble that waits for people, not for time. */
const STOPS: readonly TroubleKind[] = ['credential', 'held', 'not-ready'];

/** The trouble after one more bad run: it goes on since it began, and the next try comes later and later. */
export function troubleAfter(
  before: Trouble | null,
  now: { readonly kind: TroubleKind; readonly message: string; readonly hint: string | null },
  at: Instant,
): Trouble {
  const attempts = (before?.attempts ?? 0) + 1;
  const wait = BACK_OFF_MS[Math.min(attempts, BACK_OFF_MS.length) - 1] ?? 0;
  return { ...now, since: before?.since ?? at, attempts, retryAt: STOPS.includes(now.kind) ? null : addMs(at, wait) };
}

/** A vendor on a bad day fails before the first page one night and after it the next, which is one and the same trouble. */
const ALIKE: readonly TroubleKind[] = ['failed', 'incomplete'];

/** One notice when trouble begins or becomes another, not one a night. */
export function isNews(before: Trouble | null, after: Trouble): boolean {
  if (before === null) return true;
  return before.kind !== after.kind && !(ALIKE.includes(before.kind) && ALIKE.includes(after.kind));
}

/** Whether the time of the next try has come. One further ahead than any wait is long was written by a clock that was wrong. */
export function isRetryDue({ retryAt }: Trouble, now: Instant): boolean {
  return retryAt !== null && (retryAt <= now || retryAt > addMs(now, LONGEST_WAIT_MS));
}

/** Whether the schedule may start it now. */
export function mayStart(trouble: Trouble | null, now: Instant): boolean {
  return trouble === null || isRetryDue(trouble, now);
}
