import type { Timer } from '../../src/adapters/cron-jobs.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** A clock that stands still until it is moved, with the timers that hang on it. */
export class FakeTime implements Clock, Timer {
  #now: number;
  readonly #beats = new Set<() => void>();
  readonly #jumps = new Set<() => void>();
  readonly #waiting = new Set<{ readonly at: number; readonly act: () => void }>();

  constructor(instant: string) {
    this.#now = Date.parse(instant);
  }

  now(): Date {
    return new Date(this.#now);
  }

  everyHalfMinute(tick: () => void): () => void {
    this.#beats.add(tick);
    return () => void this.#beats.delete(tick);
  }

  onJump(listener: () => void): () => void {
    this.#jumps.add(listener);
    return () => void this.#jumps.delete(listener);
  }

  after(ms: number, act: () => void): () => void {
    const entry = { at: this.#now + ms, act };
    this.#waiting.add(entry);
    return () => void this.#waiting.delete(entry);
  }

  /** Moves on to an instant, half minute by half minute, and lets everything due happen. */
  async advanceTo(instant: string): Promise<void> {
    await settle();
    const end = Date.parse(instant);
    while (this.#now < end) {
      this.#now = Math.min(end, (Math.floor(this.#now / 30_000) + 1) * 30_000);
      await this.#happen();
    }
  }

  /** Jumps, as a clock that is set or a machine that slept: what was to happen meanwhile happens at the next beat. */
  async jumpTo(instant: string): Promise<void> {
    await settle();
    this.#now = Date.parse(instant);
    await this.#happen();
  }

  /** Puts the clock forward by hand, as the sandbox does, and tells who listens. */
  async putForwardTo(instant: string): Promise<void> {
    await settle();
    this.#now = Date.parse(instant);
    for (const listener of this.#jumps) listener();
    await settle();
  }

  async #happen(): Promise<void> {
    for (const entry of [...this.#waiting]) {
      if (entry.at > this.#now) continue;
      this.#waiting.delete(entry);
      entry.act();
    }
    if (this.#now % 30_000 === 0) for (const tick of this.#beats) tick();
    await settle();
  }
}

/** Lets everything that needs no time happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
