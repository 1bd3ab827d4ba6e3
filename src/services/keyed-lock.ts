import type { Store } from '../ports/store.ts';

/** Runs one piece of work per key at a time, in the order asked. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<unknown>>();

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.catch(() => undefined);
    this.#tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }

  isHeld(key: string): boolean {
    return this.#tails.has(key);
  }
}

const locks = new WeakMap<Store, KeyedLock>();

/** The locks that belong to one store: services that share it exclude each other, two bots in one process do not. */
export function lockOf(store: Store): KeyedLock {
  let lock = locks.get(store);
  if (lock === undefined) {
    lock = new KeyedLock();
    locks.set(store, lock);
  }
  return lock;
}
