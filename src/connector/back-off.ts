/** `now`: somebody waits for it, or something is about to be changed. `load`: a listing in the background. */
export type Priority = 'now' | 'load';

export interface Patience {
  readonly attempts: number;
  /** What the first back-off is drawn from, in milliseconds; doubles with each attempt. */
  readonly baseMs: number;
  readonly capMs: number;
  /** The longest wait a vendor may ask for; with more, the caller is told when to come back. */
  readonly maxWaitMs: number;
  /** No further attempt begins after this. */
  readonly deadlineMs: number;
}

export const PATIENCE: Readonly<Record<Priority, Patience>> = {
  now: { attempts: 3, baseMs: 250, capMs: 2_000, maxWaitMs: 5_000, deadlineMs: 60_000 },
  load: { attempts: 6, baseMs: 1_000, capMs: 60_000, maxWaitMs: 600_000, deadlineMs: 1_800_000 },
};

/**
 * How long to wait after a failed attempt (counted from 0), in milliseconds: anything from nothing to a limit that doubles
 * each time ("full jitter"), so that many who failed together do not come back together.
 */
export function backOff(attempt: number, priority: Priority, random: () => number = Math.random): number {
  const { baseMs, capMs } = PATIENCE[priority];
  return random() * Math.min(capMs, baseMs * 2 ** attempt);
}
