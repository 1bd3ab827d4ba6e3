import { Limiter, type Limits, type Sleep, sleep } from './limiter.ts';

/**
 * The limiters in use, one for each credential: all integrations with the same one share it, and so do the connectors before
 * and after a change of the configuration, since the vendor goes on counting.
 */
export class Limiters {
  readonly #byKey = new Map<string, Limiter>();
  readonly #sleep: Sleep;

  constructor(sleepFor: Sleep = sleep) {
    this.#sleep = sleepFor;
  }

  /** The limiter of a credential at one of the vendor's addresses, with the limits that hold from now on. */
  of(credential: string, origin: string, limits: Limits): Limiter {
    const key = `${origin} ${credential}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.change(limits);
      return known;
    }
    const limiter = new Limiter(limits, this.#sleep);
    this.#byKey.set(key, limiter);
    return limiter;
  }
}
