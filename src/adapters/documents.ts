import { ConflictError } from '../domain/errors.ts';
import type { CollectionName, Collections, Commit } from '../ports/store.ts';

export type AnyDoc = Collections[CollectionName];

/** A change as it is journalled: complete, checked, and made of plain JSON. */
export interface Change {
  readonly put: readonly (readonly [CollectionName, AnyDoc])[];
  readonly remove: readonly (readonly [CollectionName, string])[];
}

export const COLLECTIONS: readonly CollectionName[] = [
  'requests',
  'cards',
  'notices',
  'slots',
  'delegations',
  'switches',
  'comments',
  'reminders',
  'waiting',
  'offers',
  'handovers',
  'terms',
  'heads',
  'gates',
  'sessions',
  'syncs',
  'syncNotices',
  'digests',
  'digestTroubles',
  'snoozes',
  'homes',
  'renewals',
  'members',
];

interface Entry {
  readonly doc: AnyDoc;
  /** Rises with creation, so that documents picked by state can be put in order again. */
  readonly order: number;
}

interface Collection {
  readonly entries: Map<string, Entry>;
  readonly byState: Map<string, Map<string, Entry>>;
}

/**
 * The documents in memory. They are frozen once, when they come in: that costs about 5 us for a request where a copy on
 * every hand-out would cost about 40, and listing 10,000 of them costs nothing.
 */
export class Documents {
  readonly #collections = Object.fromEntries(
    COLLECTIONS.map((name) => [name, { entries: new Map(), byState: new Map() }]),
  ) as unknown as Readonly<Record<CollectionName, Collection>>;
  #order = 0;

  get(name: CollectionName, id: string): AnyDoc | null {
    return this.#collections[name].entries.get(id)?.doc ?? null;
  }

  list(name: CollectionName, states?: readonly string[]): readonly AnyDoc[] {
    const { entries, byState } = this.#collections[name];
    if (states === undefined) return Array.from(entries.values(), (entry) => entry.doc);
    const picked = [...new Set(states)].flatMap((state) => [...(byState.get(state)?.values() ?? [])]);
    return picked.sort((a, b) => a.order - b.order).map((entry) => entry.doc);
  }

  apply(change: Change): void {
    for (const [name, doc] of change.put) {
      const { entries, byState } = this.#collections[name];
      const before = entries.get(doc.id);
      const entry: Entry = { doc: freeze(doc), order: before?.order ?? this.#order++ };
      entries.set(doc.id, entry);
      this.#unindex(name, before);
      if ('state' in doc) {
        const same = byState.get(doc.state) ?? new Map<string, Entry>();
        byState.set(doc.state, same.set(doc.id, entry));
      }
    }
    for (const [name, id] of change.remove) {
      const { entries } = this.#collections[name];
      this.#unindex(name, entries.get(id));
      entries.delete(id);
    }
  }

  /** All documents as they are now. They are frozen, so the list stays what it is while changes go on. */
  all(): readonly (readonly [CollectionName, AnyDoc])[] {
    return COLLECTIONS.flatMap((name) =>
      Array.from(this.#collections[name].entries.values(), (entry) => [name, entry.doc] as const),
    );
  }

  #unindex(name: CollectionName, entry: Entry | undefined): void {
    if (entry !== undefined && 'state' in entry.doc) {
      this.#collections[name].byState.get(entry.doc.state)?.delete(entry.doc.id);
    }
  }
}

/**
 * Versions as they will be once everything in flight is on the disk. Changes are checked against these at the moment they
 * are asked for, so of two that start from the same version exactly one goes ahead.
 */
export class Versions {
  readonly #documents: Documents;
  readonly #inFlight = new Map<string, { readonly version: number | null; readonly ticket: number }>();

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** Checks the change and takes its versions, or throws ConflictError and takes none. */
  claim(change: Commit, ticket: number): void {
    const claimed = new Map<string, number | null>();
    for (const put of change.put ?? []) {
      const key = `${put.collection}/${put.doc.id}`;
      const now = claimed.has(key) ? (claimed.get(key) ?? null) : this.#now(put.collection, put.doc.id, key);
      if (now !== put.expected) throw conflict(put.collection, put.doc.id, now);
      if (!Number.isSafeInteger(put.doc.version) || put.doc.version <= (put.expected ?? -1)) {
        throw new TypeError(`${key} must be stored with a version above ${put.expected ?? 'none'}, not ${put.doc.version}`);
      }
      claimed.set(key, put.doc.version);
    }
    for (const { collection, id } of change.remove ?? []) claimed.set(`${collection}/${id}`, null);
    for (const [key, version] of claimed) this.#inFlight.set(key, { version, ticket });
  }

  /** The change with this ticket is in the documents now. */
  settle(change: Change, ticket: number): void {
    const keys = [...change.put.map(([name, doc]) => `${name}/${doc.id}`), ...change.remove.map(([name, id]) => `${name}/${id}`)];
    for (const key of keys) if (this.#inFlight.get(key)?.ticket === ticket) this.#inFlight.delete(key);
  }

  /** Nothing that was in flight happened. */
  forget(): void {
    this.#inFlight.clear();
  }

  #now(name: CollectionName, id: string, key: string): number | null {
    const inFlight = this.#inFlight.get(key);
    return inFlight === undefined ? (this.#documents.get(name, id)?.version ?? null) : inFlight.version;
  }
}

const NOUN: Readonly<Record<CollectionName, string>> = {
  requests: 'Request',
  cards: 'The card of request',
  notices: 'Notice',
  slots: 'The schedule of job',
  delegations: 'Delegation',
  switches: 'The switch',
  comments: 'Comment',
  reminders: 'The reminders of request',
  waiting: 'The place in the queue',
  offers: 'Offer',
  handovers: 'Hand-over',
  terms: 'The term of request',
  heads: 'The head of day',
  gates: 'Gate',
  sessions: 'Session',
  syncs: 'The state of integration',
  syncNotices: 'Notice',
  digests: 'The digest of report',
  digestTroubles: 'What keeps the digest of report',
  snoozes: 'The snooze of',
  homes: 'The Home of',
  renewals: 'The renewal',
  members: 'Member',
};

function conflict(name: CollectionName, id: string, now: number | null): ConflictError {
  const what = now === null ? 'is not stored any more' : 'was changed by someone else in the meantime';
  return new ConflictError('conflict.version', `${NOUN[name]} ${id} ${what}; nothing was written.`, {
    hint: 'Look at it again, then decide.',
  });
}

/** A plain JSON value as it will be read back from the disk, apart from the caller's objects. */
export function toPlain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

function freeze<Value extends object>(value: Value): Value {
  Object.freeze(value);
  for (const inner of Object.values(value)) if (inner !== null && typeof inner === 'object') freeze(inner);
  return value;
}
