import type { Clock } from '../../ports/clock.ts';

/** The clock may jump at any time, so what is due is looked at this often while anything is pending. */
const LOOK_EVERY_MS = 50;

/** Things to do at a time of the sandbox's clock: scheduled posts, repeats of events. */
export class Timetable {
  readonly #clock: Clock;
  readonly #due = new Map<object, { readonly at: number; readonly run: () => void }>();
  #timer: NodeJS.Timeout | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs once the clock says so; answers how to call it off. */
  after(ms: number, run: () => void): () => void {
    const key = {};
    this.#due.set(key, { at: this.#clock.now().getTime() + ms, run });
    this.#watch();
    return () => {
      this.#due.delete(key);
    };
  }

  /** Runs everything that is due now, earliest first. */
  tick(): void {
    const now = this.#clock.now().getTime();
    const due = [...this.#due].filter(([, entry]) => entry.at <= now).sort(([, one], [, other]) => one.at - other.at);
    for (const [key, entry] of due) {
      if (this.#due.delete(key)) entry.run();
    }
    if (this.#due.size === 0) this.#rest();
  }

  clear(): void {
    this.#due.clear();
    this.#rest();
  }

  #watch(): void {
    this.#timer ??= setInterval(() => this.tick(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
