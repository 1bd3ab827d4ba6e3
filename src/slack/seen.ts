/** Remembers the last deliveries, so that a payload that comes twice is handled once. */
export class Seen {
  readonly #keys = new Set<string>();
  readonly #max: number;

  constructor(max = 2_000) {
    this.#max = max;
  }

  /** True the first time; a delivery without a key is always new. */
  isNew(key: string | null): boolean {
    if (key === null) return true;
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    const [oldest] = this.#keys;
    if (this.#keys.size > this.#max && oldest !== undefined) this.#keys.delete(oldest);
    return true;
  }
}
