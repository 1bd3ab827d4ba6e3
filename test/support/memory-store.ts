import { type AnyDoc, Documents, toPlain, Versions } from '../../src/adapters/documents.ts';
import { FIRST_HEAD } from '../../src/adapters/journal.ts';
import { type AuditEvent, chainEvent } from '../../src/domain/audit.ts';
import { StoreError } from '../../src/domain/errors.ts';
import type { CollectionName, Commit, Store } from '../../src/ports/store.ts';

export interface MemoryStore extends Store {
  /** Every event so far, oldest first. */
  readonly events: readonly AuditEvent[];
  /** The next `times` commits are refused by the disk. */
  failNext(times?: number): void;
}

/** A store that forgets; otherwise it keeps the same promises as the real one. */
export function memoryStore(): MemoryStore {
  const documents = new Documents();
  const versions = new Versions(documents);
  const events: AuditEvent[] = [];
  let failures = 0;
  let ticket = 0;
  let closed = false;

  const assertOpen = (): void => {
    if (closed) throw new StoreError('store.closed', 'The store is closed, so nothing was changed.');
  };

  async function commit(change: Commit): Promise<void> {
    assertOpen();
    const put = toPlain((change.put ?? []).map((item) => [item.collection, item.doc] as const)) as (readonly [
      CollectionName,
      AnyDoc,
    ])[];
    const remove = (change.remove ?? []).map((removal) => [removal.collection, removal.id] as const);
    const drafts = toPlain(change.audit ?? []);
    ticket += 1;
    versions.claim(change, ticket);
    if (failures > 0) {
      failures -= 1;
      versions.forget();
      throw new StoreError('store.write', 'The disk did not take the change, so nothing was changed.', {
        hint: 'Free space on the disk, then try again.',
      });
    }
    documents.apply({ put, remove });
    versions.settle({ put, remove }, ticket);
    for (const draft of drafts) events.push(chainEvent(draft, events.at(-1) ?? FIRST_HEAD));
  }

  return {
    events,
    failNext: (times = 1) => {
      failures = times;
    },
    get: async (collection, id) => documents.get(collection, id) as never,
    list: async (collection, query) => documents.list(collection, query?.states) as never,
    commit,
    audit: {
      async *read() {
        yield* structuredClone(events);
      },
      head: async () => {
        const { seq, hash } = events.at(-1) ?? FIRST_HEAD;
        return { seq, hash };
      },
    },
    check: async () => assertOpen(),
    close: async () => {
      closed = true;
    },
  };
}
