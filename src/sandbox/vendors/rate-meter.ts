export interface RateLimits {
  readonly perMinute: number;
  readonly perSecond: number;
}

export interface Metered {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** When the oldest call of the full window is forgotten. */
  readonly resetAt: Date;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Counts calls in sliding windows of a second and a minute, on the clock it is given. Refused calls count for nothing. */
export class RateMeter {
  readonly #limits: RateLimits;
  readonly #now: () => Date;
  /** Instants of the calls in the last minute, oldest first. */
  #taken: number[] = [];

  constructor(limits: RateLimits, now: () => Date) {
    this.#limits = limits;
    this.#now = now;
  }

  take(): Metered {
    const now = this.#now().getTime();
    // Those in days to come were counted before the clock was set back.
    this.#taken = this.#taken.filter((at) => at <= now && now - at < MINUTE_MS);
    const inSecond = this.#taken.filter((at) => now - at < SECOND_MS);
    const fullMinute = this.#taken.length >= this.#limits.perMinute;
    const fullSecond = inSecond.length >= this.#limits.perSecond;
    const allowed = !fullMinute && !fullSecond;
    if (allowed) this.#taken.push(now);
    const waitFor = fullMinute || !fullSecond ? (this.#taken[0] ?? now) + MINUTE_MS : (inSecond[0] ?? now) + SECOND_MS;
    return {
      allowed,
      limit: this.#limits.perMinute,
      remaining: Math.max(0, this.#limits.perMinute - this.#taken.length),
      resetAt: new Date(waitFor),
    };
  }
}
