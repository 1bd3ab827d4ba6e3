import { performance } from 'node:perf_hooks';

export interface Limits {
  readonly concurrency: number;
  readonly perSecond?: number | undefined;
  readonly perMinute?: number | undefined;
}

export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Waits, and rejects with the signal's reason as soon as it aborts. */
export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });

/**
 * Keeps all calls of one integration within the vendor's limits: so many at once, so many in any second and minute.
 * Callers are served in order; one that gives up leaves the queue. Time is measured by a clock that never jumps.
 */
export class Limiter {
  readonly #limits: Limits;
  readonly #nowMs: () => number;
  readonly #sleep: Sleep;
  readonly #waiting: (() => void)[] = [];
  readonly #starts: number[] = [];
  #running = 0;

  constructor(limits: Limits, sleepFor: Sleep = sleep, nowMs: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#sleep = sleepFor;
    this.#nowMs = nowMs;
  }

  /** Runs the work when it is its turn. Rejects with the signal's reason when that aborts before. */
  async run<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    await this.#enter(signal);
    try {
      for (let wait = this.#wait(); wait > 0; wait = this.#wait()) await this.#sleep(wait, signal);
      this.#starts.push(this.#nowMs());
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running >= this.#limits.concurrency) {
      await new Promise<void>((resolve, reject) => {
        const turn = (): void => {
          signal.removeEventListener('abort', onAbort);
          // Taken here, so that nobody slips in between the turn and the caller that waited for it.
          this.#running += 1;
          resolve();
        };
        const onAbort = (): void => {
          this.#waiting.splice(this.#waiting.indexOf(turn), 1);
          reject(signal.reason);
        };
        this.#waiting.push(turn);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    } else this.#running += 1;
  }

  /** Milliseconds until one more call fits. */
  #wait(): number {
    const now = this.#nowMs();
    while ((this.#starts[0] ?? now) <= now - 60_000) this.#starts.shift();
    return Math.max(this.#waitFor(this.#limits.perSecond, 1_000, now), this.#waitFor(this.#limits.perMinute, 60_000, now));
  }

  #waitFor(limit: number | undefined, windowMs: number, now: number): number {
    if (limit === undefined) return 0;
    const oldest = this.#starts.at(-limit);
    return oldest === undefined ? 0 : Math.max(0, oldest + windowMs - now);
  }
}
