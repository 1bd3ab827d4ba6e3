import type { Clock } from '../ports/clock.ts';
import { EvaluationFault, type Scope } from '../preset/expression.ts';
import { sameKey } from '../preset/functions.ts';
import type { LoadedConnector, LoadedJoin } from '../preset/loaded.ts';
import { list } from './listing.ts';
import { SharedRead } from './shared-read.ts';
import type { ReadOptions, VendorClient } from './vendor-client.ts';

export interface JoinsParts {
  readonly connector: LoadedConnector;
  readonly client: VendorClient;
  readonly clock: Clock;
  /** `variables` and `integration`. */
  readonly scope: Scope;
}

type ListJoin = Extract<LoadedJoin, { kind: 'list' }>;
type DetailJoin = Extract<LoadedJoin, { kind: 'detail' }>;
type ByKey = ReadonlyMap<string, readonly unknown[]>;
type Calls = Pick<ReadOptions, 'priority' | 'meter'>;

/** Finds what is joined with records. Made for one read; the second lists are read when it is opened. */
export interface Joiner {
  /** `joined` of each record, in their order; where a detail could not be read, what went wrong with it. */
  of(records: readonly unknown[], signal: AbortSignal): Promise<readonly (Scope | JoinFailure)[]>;
}

/** What a record is joined with could not be read, so nothing about the record can be trusted but its id. */
export class JoinFailure {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

const NOTHING: Scope = {};

/** What a connector reads about its records besides the lists they come from. */
export class Joins {
  readonly #parts: JoinsParts;
  readonly #lists: readonly { readonly join: ListJoin; readonly shared: SharedRead<ByKey> }[];
  readonly #details: readonly DetailJoin[];

  constructor(parts: JoinsParts) {
    this.#parts = parts;
    const { joined, load } = parts.connector;
    this.#details = joined.filter((join) => join.kind === 'detail');
    this.#lists = joined
      .filter((join) => join.kind === 'list')
      .map((join) => ({
        join,
        shared: new SharedRead((signal) => this.#read(join, {}, signal), load.cacheMs, parts.clock),
      }));
  }

  /** What was read before a write is not true after it. */
  forget(): void {
    for (const { shared } of this.#lists) shared.forget();
  }

  /** Reads the second lists; `fresh` never answers from what was read before. @throws what the calls throw. */
  async open(fresh: boolean, calls: Calls, signal: AbortSignal): Promise<Joiner> {
    if (this.#lists.length === 0 && this.#details.length === 0) return { of: async (records) => records.map(() => NOTHING) };
    const lists = await Promise.all(
      this.#lists.map(async ({ join, shared }) => ({
        join,
        byKey: await (fresh ? this.#read(join, calls, signal) : shared.get(signal)),
      })),
    );
    return {
      of: async (records, inner) => {
        const joined: Record<string, unknown>[] = records.map((record) =>
          Object.fromEntries(lists.map(({ join, byKey }) => [join.name, this.#match(join, byKey, record)])),
        );
        const failures = new Map<number, JoinFailure>();
        for (const detail of this.#details) {
          await inParallel(detail.concurrency, records, async (record, index) => {
            try {
              Object.assign(joined[index] as object, { [detail.name]: await this.#detail(detail, record, calls, inner) });
            } catch (cause) {
              failures.set(index, new JoinFailure(cause));
            }
          });
        }
        return joined.map((scope, index) => failures.get(index) ?? scope);
      },
    };
  }

  #match(join: ListJoin, byKey: ByKey, record: unknown): unknown {
    const key = keyOf(join.on.evaluate({ ...this.#parts.scope, record }));
    const found = key === null ? [] : (byKey.get(key) ?? []);
    return join.many ? found : (found[0] ?? null);
  }

  async #read(join: ListJoin, calls: Calls, signal: AbortSignal): Promise<ByKey> {
    const { client, connector, scope } = this.#parts;
    const { records } = await list(client, join, { vendor: connector.name, scope: {}, redact: connector.redact, calls }, signal);
    const byKey = new Map<string, unknown[]>();
    for (const record of records) {
      const key = keyOf(join.key.evaluate({ ...scope, record }));
      if (key === null) continue;
      const alike = byKey.get(key);
      if (alike === undefined) byKey.set(key, [record]);
      else alike.push(record);
    }
    return byKey;
  }

  async #detail(join: DetailJoin, record: unknown, calls: Calls, signal: AbortSignal): Promise<unknown> {
    const { client, scope } = this.#parts;
    if (join.when?.holds({ ...scope, record }) === false) return null;
    const { missing } = join;
    const accept = missing === null ? {} : { accept: (answer: object) => missing.holds({ ...answer }) };
    const answer = await client.read(join.request, { scope: { record }, ...accept, ...calls }, signal);
    return missing?.holds({ ...answer }) === true ? null : join.record.evaluate({ ...answer });
  }
}

function keyOf(value: unknown): string | null {
  if (typeof value === 'object' && value !== null) throw new EvaluationFault('the key of a joined list must be a single value');
  return sameKey(value);
}

/** Does the work for each item, so many at once. */
async function inParallel<Item>(
  atOnce: number,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) await work(items[index] as Item, index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
