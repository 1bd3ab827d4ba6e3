/**
 * A vendor's records in their order. `list` may be changed from outside at any time; `find` stays quick all the same,
 * however many there are.
 */
export class Records<Each> {
  readonly list: Each[];
  readonly #idOf: (record: Each) => string;
  #places = new Map<string, number>();

  constructor(records: readonly Each[], idOf: (record: Each) => string) {
    this.list = structuredClone([...records]);
    this.#idOf = idOf;
  }

  find(id: string): Each | undefined {
    const place = this.#places.get(id);
    const there = place === undefined ? undefined : this.list[place];
    if (there !== undefined && this.#idOf(there) === id) return there;
    // From the end, so that the first of several with one id is the one that is found.
    this.#places = new Map(this.list.map((each, at): [string, number] => [this.#idOf(each), at]).reverse());
    const found = this.#places.get(id);
    return found === undefined ? undefined : this.list[found];
  }

  reset(records: readonly Each[]): void {
    this.list.length = 0;
    for (const record of structuredClone([...records])) this.list.push(record);
    this.#places.clear();
  }
}

/** Whether two e-mails are the same but for letter case. */
export function sameEmail(one: string, other: string): boolean {
  return one === other || (one.length === other.length && one.toLowerCase() === other.toLowerCase());
}

/** A positive whole number from a query, or what stands for it when it is absent or something else. */
export function pageNumber(query: URLSearchParams, name: string, fallback: number): number {
  const value = Number(query.get(name) ?? fallback);
  return Number.isInteger(value) && value >= 1 ? value : fallback;
}
