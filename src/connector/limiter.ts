import { performance } from 'node:perf_hooks';
import type { Priority } from './back-off.ts';

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

/** After so many calls of people in a row, one of a load that waits has its turn: nobody waits for ever. */
const IN_A_ROW = 8;
/** Of the calls in a minute, the share loads leave alone: a look-up must not wait for the next minute. */
const KEPT_SHARE = 0.1;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

interface Pause {
  readonly until: number;
}

interface Sleeping {
  readonly until: number;
  readonly controller: AbortController;
}

/**
 * Keeps all calls with one credential within the vendor's limits: so many at once, so many in any second and minute, and
 * none while the vendor wants to be left alone. Look-ups and actions come before loads, and each in the order they came; one
 * that gives up leaves the queue. Time is measured by a clock that never jumps.
 */
export class Limiter {
  #limits: Limits;
  readonly #nowMs: () => number;
  readonly #sleep: Sleep;
  readonly #waiting: Readonly<Record<Priority, (() => void)[]>> = { now: [], load: [] };
  /** When the last calls began; kept only where something counts them, and no more than that needs. */
  #starts: number[] = [];
  readonly #pauses = new Set<Pause>();
  #running = 0;
  #inARow = 0;
  #sleeping: Sleeping | null = null;

  constructor(limits: Limits, sleepFor: Sleep = sleep, nowMs: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#sleep = sleepFor;
    this.#nowMs = nowMs;
  }

  /** Takes other limits for all who come from now on. */
  change(limits: Limits): void {
    this.#limits = limits;
    this.#serve();
  }

  /**
   * Begins no call for so long. Returns how to end it earlier: for one who has waited it out.
   */
  pause(ms: number): () => void {
    const pause: Pause = { until: this.#nowMs() + ms };
    this.#pauses.add(pause);
    return () => {
      this.#pauses.delete(pause);
      this.#serve();
    };
  }

  /** Milliseconds until calls begin again; 0 when they do. */
  pausedMs(): number {
    if (this.#pauses.size === 0) return 0;
    const now = this.#nowMs();
    let longest = 0;
    for (const pause of this.#pauses) {
      if (pause.until <= now) this.#pauses.delete(pause);
      else longest = Math.max(longest, pause.until - now);
    }
    return longest;
  }

  /** Runs the work when it is its turn. Rejects with the signal's reason when that aborts before. */
  async run<Result>(
    work: () => Promise<Result>,
    signal: AbortSignal,
    priority: Priority = 'now',
    waited?: (ms: number) => void,
  ): Promise<Result> {
    signal.throwIfAborted();
    if (this.#isFree() && this.#wait(priority) === 0) this.#begin(priority);
    else {
      const since = this.#nowMs();
      try {
        await this.#turn(signal, priority);
      } finally {
        waited?.(this.#nowMs() - since);
      }
    }
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#serve();
    }
  }

  #isFree(): boolean {
    const { now, load } = this.#waiting;
    return now.length === 0 && load.length === 0 && this.#running < this.#limits.concurrency;
  }

  #turn(signal: AbortSignal, priority: Priority): Promise<void> {
    const lane = this.#waiting[priority];
    return new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        lane.splice(lane.indexOf(turn), 1);
        // Nobody is left to be served: a timer alone must not keep the process.
        if (this.#waiting.now.length + this.#waiting.load.length === 0) this.#wake();
        reject(signal.reason);
      };
      lane.push(turn);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#serve();
    });
  }

  /** Gives turns to those who wait, as many as fit now, and comes back when the next one fits. */
  #serve(): void {
    while (this.#running < this.#limits.concurrency) {
      const priority = this.#next();
      if (priority === null) return;
      const wait = this.#wait(priority);
      if (wait > 0) {
        this.#sleepFor(wait);
        return;
      }
      const turn = this.#waiting[priority].shift();
      // Taken before the turn is given, so that nobody slips in between.
      this.#begin(priority);
      turn?.();
    }
  }

  /** Whose turn it is: people's, unless they had many in a row, or only a load fits. */
  #next(): Priority | null {
    const { now, load } = this.#waiting;
    if (load.length === 0) return now.length === 0 ? null : 'now';
    if (now.length === 0) return 'load';
    return this.#inARow >= IN_A_ROW && this.#wait('load') === 0 ? 'load' : 'now';
  }

  #begin(priority: Priority): void {
    this.#running += 1;
    this.#inARow = priority === 'now' ? this.#inARow + 1 : 0;
    const most = Math.max(this.#limits.perSecond ?? 0, this.#limits.perMinute ?? 0);
    if (most === 0) return;
    this.#starts.push(this.#nowMs());
    if (this.#starts.length > 2 * most) this.#starts = this.#starts.slice(-most);
  }

  #sleepFor(ms: number): void {
    const until = this.#nowMs() + ms;
    if (this.#sleeping !== null && this.#sleeping.until <= until) return;
    this.#wake();
    const sleeping: Sleeping = { until, controller: new AbortController() };
    this.#sleeping = sleeping;
    const pauses = [...this.#pauses];
    this.#sleep(ms, sleeping.controller.signal).then(
      () => {
        if (this.#sleeping === sleeping) this.#sleeping = null;
        // Slept out, whatever the clock says: timers may be a moment early.
        for (const pause of pauses) if (pause.until <= until) this.#pauses.delete(pause);
        this.#serve();
      },
      () => undefined,
    );
  }

  #wake(): void {
    this.#sleeping?.controller.abort();
    this.#sleeping = null;
  }

  /** Milliseconds until one more call fits. */
  #wait(priority: Priority): number {
    const { perSecond, perMinute } = this.#limits;
    const paused = this.pausedMs();
    if (perSecond === undefined && perMinute === undefined) return paused;
    const now = this.#nowMs();
    const kept = priority === 'load' && perMinute !== undefined && perMinute > 1 ? Math.ceil(perMinute * KEPT_SHARE) : 0;
    return Math.max(
      paused,
      this.#waitFor(perSecond, SECOND_MS, now),
      this.#waitFor(perMinute === undefined ? undefined : perMinute - kept, MINUTE_MS, now),
    );
  }

  #waitFor(limit: number | undefined, windowMs: number, now: number): number {
    if (limit === undefined) return 0;
    const oldest = this.#starts.at(-limit);
    return oldest === undefined ? 0 : Math.max(0, oldest + windowMs - now);
  }
}
