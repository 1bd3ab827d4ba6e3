import type { Clock } from '../ports/clock.ts';

interface Running<Value> {
  readonly promise: Promise<Value>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * One dear read that several callers share: those who come while it runs wait for it, those who come soon after get what
 * it gave. It is stopped only when nobody waits for it any more. Failures are not kept.
 */
export class SharedRead<Value> {
  readonly #read: (signal: AbortSignal) => Promise<Value>;
  readonly #keepMs: number;
  readonly #clock: Clock;
  #running: Running<Value> | null = null;
  #kept: { readonly value: Value; readonly at: number } | null = null;

  constructor(read: (signal: AbortSignal) => Promise<Value>, keepMs: number, clock: Clock) {
    this.#read = read;
    this.#keepMs = keepMs;
    this.#clock = clock;
  }

  forget(): void {
    this.#kept = null;
    // What is being read now may be from before; those who wait asked before, and whoever comes next reads anew.
    this.#running = null;
  }

  async get(signal: AbortSignal): Promise<Value> {
    signal.throwIfAborted();
    const kept = this.#kept;
    if (kept !== null && this.#clock.now().getTime() - kept.at < this.#keepMs) return kept.value;
    const running = this.#running ?? this.#start();
    running.waiting += 1;
    try {
      return await orAborted(running.promise, signal);
    } finally {
      running.waiting -= 1;
      if (running.waiting === 0) {
        running.controller.abort();
        // Whoever comes next must not join a read that was stopped.
        if (this.#running === running) this.#running = null;
      }
    }
  }

  #start(): Running<Value> {
    const controller = new AbortController();
    const at = this.#clock.now().getTime();
    const promise = this.#read(controller.signal).then(
      (value) => {
        if (this.#running === running) {
          this.#running = null;
          this.#kept = { value, at };
        }
        return value;
      },
      (error: unknown) => {
        if (this.#running === running) this.#running = null;
        throw error;
      },
    );
    const running: Running<Value> = { promise, controller, waiting: 0 };
    this.#running = running;
    return running;
  }
}

function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
