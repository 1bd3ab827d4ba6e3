import { join } from 'node:path';
import { Low } from 'lowdb';
import { type AuditDraft, type AuditEvent, type AuditSeal, chainEvent } from '../domain/audit.ts';
import { StoreError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { CollectionName, Collections, Commit, Store } from '../ports/store.ts';
import { AuditLog } from './audit-log.ts';
import { acquireDataLock, type DataLock, type LockInfo } from './data-lock.ts';
import { type AnyDoc, type Change, Documents, toPlain, Versions } from './documents.ts';
import { ensurePrivateDirectory, type OpenFile, reason, removeOrphans, writeDurably } from './durable-file.ts';
import { FIRST_HEAD, type Head, Journal } from './journal.ts';
import { type Snapshot, SnapshotFile } from './snapshot-file.ts';

export interface StoreOptions {
  /** The data directory; created when it is missing (0700), followed when it is a link. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Where this process listens for the command line; other processes read it from the lock. */
  readonly socketPath?: string | null;
  /** The journal is folded into the snapshot when it is larger than this and than the snapshot itself. */
  readonly foldBytes?: number;
  /** The disk. For tests that want it full or failing. */
  readonly openFile?: OpenFile;
}

export interface EmbeddedStore extends Store {
  /** The real path of the data directory. */
  readonly dir: string;
  readonly holder: LockInfo;
  /** Folds the journal into `store.json` now, for example before a backup. @throws StoreError (`store.write`). */
  fold(): Promise<void>;
}

const FOLD_BYTES = 4 * 1024 * 1024;
const BATCH_CHARACTERS = 1024 * 1024;

/**
 * The store in one directory: a lowdb snapshot (`store.json`), a journal of what came after it, and the audit log. One
 * process at a time may have it open.
 * @throws StoreError `store.locked` when another process has it, `store.corrupt` when a file is damaged (the message says
 * which and how to restore), `store.write` when the disk refuses.
 */
export async function openStore(options: StoreOptions): Promise<EmbeddedStore> {
  const dir = await ensurePrivateDirectory(options.dir);
  const lock = await acquireDataLock(dir, {
    startedAt: options.clock.now().toISOString(),
    socketPath: options.socketPath ?? null,
  });
  try {
    return await load(dir, lock, options);
  } catch (error) {
    await lock.release();
    if (error instanceof StoreError) throw error;
    throw new StoreError('store.read', `The data directory ${dir} cannot be read (${reason(error)}).`, {
      hint: 'Check that the disk is mounted and that the user the bot runs as may read and write it.',
      cause: error,
    });
  }
}

async function load(dir: string, lock: DataLock, { log, openFile, foldBytes }: StoreOptions): Promise<LowdbStore> {
  for (const name of await removeOrphans(dir)) log.info('store.orphan-removed', { file: name });
  const repaired = (file: string, bytes: number): void => log.warn('store.torn-line-cut', { file, bytes });

  const file = new SnapshotFile(join(dir, 'store.json'), openFile);
  const low = new Low<Snapshot>(file, { generation: 1, audit: FIRST_HEAD, documents: [] });
  await low.read();
  const documents = new Documents();
  documents.apply({ put: low.data.documents, remove: [] });

  const audit = await AuditLog.open(dir, {
    openFile,
    repaired,
    failed: (cause) => log.error('store.audit-behind', { problem: reason(cause) }),
  });
  let head = low.data.audit;
  const missing: AuditEvent[] = [];
  const journal = await Journal.open(
    dir,
    low.data.generation,
    (entry) => {
      documents.apply(entry);
      for (const event of entry.audit) {
        if (event.seq !== head.seq + 1 || event.prev !== head.hash) throw auditGap(audit.head, head);
        head = event;
        if (event.seq > audit.head.seq) missing.push(event);
        else if (event.seq === audit.head.seq && event.hash !== audit.head.hash) throw auditGap(audit.head, event);
      }
    },
    { openFile, repaired },
  );
  const next = missing[0];
  const complete =
    next === undefined ? audit.head.seq === head.seq && audit.head.hash === head.hash : next.prev === audit.head.hash;
  if (!complete) {
    await journal.close();
    throw auditGap(audit.head, head);
  }
  audit.log.add(missing);
  if (missing.length > 0) log.info('store.audit-completed', { events: missing.length });
  head = { seq: head.seq, hash: head.hash };
  low.data = { ...low.data, documents: [] };
  return new LowdbStore({
    dir,
    lock,
    log,
    openFile,
    foldBytes: foldBytes ?? FOLD_BYTES,
    low,
    file,
    documents,
    journal,
    audit: audit.log,
    head,
  });
}

function auditGap(found: Head, known: Head): StoreError {
  return new StoreError(
    'store.corrupt',
    `The audit log ends with event ${found.seq}, which does not fit the store, whose last event is ${known.seq}.`,
    { hint: 'Restore the data directory as a whole from a backup; `seatwarden audit verify` tells what is wrong in the log.' },
  );
}

interface Parts {
  readonly dir: string;
  readonly lock: DataLock;
  readonly log: Log;
  readonly openFile: OpenFile | undefined;
  readonly foldBytes: number;
  readonly low: Low<Snapshot>;
  readonly file: SnapshotFile;
  readonly documents: Documents;
  readonly journal: Journal;
  readonly audit: AuditLog;
  readonly head: Head;
}

/** A wish to start a new journal, with all that the snapshot of the old one has to hold. */
interface Rotation {
  readonly done: (view: Snapshot) => void;
  readonly failed: (cause: unknown) => void;
}

/** A commit that is accepted and on its way to the disk. */
interface Waiting {
  readonly ticket: number;
  readonly body: string;
  readonly change: Change;
  readonly events: readonly AuditEvent[];
  readonly done: () => void;
  readonly failed: (error: StoreError) => void;
}

class LowdbStore implements EmbeddedStore {
  readonly dir: string;
  readonly #parts: Parts;
  readonly #versions: Versions;
  /** The last event on the disk, and the last one given out to a commit in flight. */
  #head: Head;
  #nextHead: Head;
  #ticket = 0;
  #waiting: Waiting[] = [];
  #rotation: Rotation | null = null;
  #pumping: Promise<void> | null = null;
  #folding: Promise<void> | null = null;
  #checking: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  /** After a failed fold, the journal has to grow by this much before the next try. */
  #foldAt = 0;

  constructor(parts: Parts) {
    this.dir = parts.dir;
    this.#parts = parts;
    this.#versions = new Versions(parts.documents);
    this.#head = parts.head;
    this.#nextHead = parts.head;
  }

  get holder(): LockInfo {
    return this.#parts.lock.info;
  }

  async get<Name extends CollectionName>(collection: Name, id: string): Promise<Collections[Name] | null> {
    return this.#parts.documents.get(collection, id) as Collections[Name] | null;
  }

  async list<Name extends CollectionName>(
    collection: Name,
    query: { readonly states?: readonly string[] } = {},
  ): Promise<readonly Collections[Name][]> {
    return this.#parts.documents.list(collection, query.states) as readonly Collections[Name][];
  }

  async commit(commit: Commit): Promise<void> {
    this.#assertOpen();
    // Everything that can fail on the caller's values comes before the first lasting step.
    const put = JSON.stringify((commit.put ?? []).map((item) => [item.collection, item.doc]));
    const remove = (commit.remove ?? []).map((removal) => [removal.collection, removal.id] as const);
    const drafts = toPlain(commit.audit ?? []);
    drafts.forEach(assertDated);
    const ticket = ++this.#ticket;
    this.#versions.claim(commit, ticket);

    const events: AuditEvent[] = [];
    for (const draft of drafts) {
      const event = chainEvent(draft, this.#nextHead);
      events.push(event);
      this.#nextHead = { seq: event.seq, hash: event.hash };
    }
    const change: Change = { put: JSON.parse(put) as (readonly [CollectionName, AnyDoc])[], remove };
    const body = `{"put":${put},"remove":${JSON.stringify(remove)},"audit":${JSON.stringify(events)}}`;
    await new Promise<void>((done, failed) => {
      this.#waiting.push({ ticket, body, change, events, done, failed });
      this.#pump();
    });
  }

  readonly audit = {
    read: (): AsyncIterable<AuditEvent> => this.#parts.audit.read(this.#head.seq),
    head: async (): Promise<Head> => this.#head,
    archive: (day: string, sealed: (seal: AuditSeal) => Promise<void>): Promise<readonly AuditSeal[]> => {
      this.#assertOpen();
      return this.#parts.audit.archive(day, sealed);
    },
  };

  async check(): Promise<void> {
    this.#assertOpen();
    // One probe serves everybody who asks while it runs.
    this.#checking ??= this.#probe().finally(() => {
      this.#checking = null;
    });
    await this.#checking;
  }

  async fold(): Promise<void> {
    this.#assertOpen();
    await this.#foldOnce().catch((cause) => {
      throw cause instanceof StoreError ? cause : refused('The snapshot could not be written', cause);
    });
  }

  async close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    await this.#closing;
  }

  async #shutDown(): Promise<void> {
    const { journal, audit, lock, log } = this.#parts;
    while (this.#pumping !== null || this.#folding !== null) {
      await this.#pumping;
      await this.#folding?.catch(() => undefined);
    }
    try {
      if (journal.commits > 0 && !lock.lost) await this.#foldOnce();
    } catch (cause) {
      log.warn('store.fold-failed', { problem: reason(cause) });
    }
    await audit.close().catch((cause) => log.error('store.audit-behind', { problem: reason(cause) }));
    await journal.close();
    await lock.release();
  }

  #assertOpen(): void {
    if (this.#closing !== null) throw new StoreError('store.closed', 'The store is closed, so nothing was changed.');
    if (this.#parts.lock.lost) {
      throw new StoreError('store.lost', 'Another process has taken over the data directory, so nothing was changed.', {
        hint: 'Stop this process; two bots must not share one data directory.',
      });
    }
  }

  #pump(): void {
    this.#pumping ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    // A turn for whoever commits in the same breath, so that they share one flush.
    await Promise.resolve();
    for (;;) {
      if (this.#rotation !== null) await this.#rotate(this.#rotation);
      else if (this.#waiting.length > 0) await this.#writeBatch();
      else break;
    }
    // In the same turn as the last look, so that nobody can start waiting for a pump that has stopped.
    this.#pumping = null;
  }

  async #writeBatch(): Promise<void> {
    const { journal, documents, audit, log, file, foldBytes } = this.#parts;
    const batch = this.#takeBatch();
    try {
      await journal.append(batch.map((item) => item.body));
    } catch (cause) {
      // Those behind were checked and chained on top of these, so they cannot stand without them.
      const failed = [...batch, ...this.#waiting.splice(0)];
      this.#versions.forget();
      this.#nextHead = this.#head;
      log.error('store.write-failed', { problem: reason(cause), commits: failed.length });
      for (const item of failed) item.failed(refused('The disk did not take the change, so nothing was changed', cause));
      return;
    }
    for (const item of batch) {
      documents.apply(item.change);
      this.#versions.settle(item.change, item.ticket);
      const last = item.events.at(-1);
      if (last !== undefined) this.#head = { seq: last.seq, hash: last.hash };
      audit.add(item.events);
      item.done();
    }
    if (this.#folding === null && journal.bytes > Math.max(foldBytes, file.bytes, this.#foldAt)) {
      this.#foldOnce().catch((cause) => {
        this.#foldAt = journal.bytes + foldBytes;
        log.warn('store.fold-failed', { problem: reason(cause) });
      });
    }
  }

  #takeBatch(): readonly Waiting[] {
    let characters = 0;
    let count = 0;
    while (count < this.#waiting.length && characters < BATCH_CHARACTERS) {
      characters += this.#waiting[count]?.body.length ?? 0;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #foldOnce(): Promise<void> {
    while (this.#folding !== null) await this.#folding.catch(() => undefined);
    this.#folding = this.#fold().finally(() => {
      this.#folding = null;
    });
    await this.#folding;
  }

  async #fold(): Promise<void> {
    const { low, journal, audit } = this.#parts;
    const view = await new Promise<Snapshot>((done, failed) => {
      this.#rotation = { done, failed };
      this.#pump();
    });
    // The journal is the only place of events the audit log does not have yet.
    await audit.flush();
    low.data = view;
    try {
      await low.write();
    } finally {
      low.data = { ...view, documents: [] };
    }
    await journal.drop(view.generation);
    this.#foldAt = 0;
  }

  async #rotate(rotation: Rotation): Promise<void> {
    this.#rotation = null;
    try {
      const generation = await this.#parts.journal.rotate();
      rotation.done({ generation, audit: this.#head, documents: this.#parts.documents.all() });
    } catch (cause) {
      rotation.failed(cause);
    }
  }

  async #probe(): Promise<void> {
    try {
      await this.#parts.lock.confirm();
      await writeDurably(join(this.dir, '.check'), ['ok\n'], this.#parts.openFile);
    } catch (cause) {
      throw cause instanceof StoreError ? cause : refused('The data directory cannot be written', cause);
    }
  }
}

function refused(what: string, cause: unknown): StoreError {
  return new StoreError('store.write', `${what} (${reason(cause)}).`, {
    hint: 'Free space on the disk that holds the data directory, or make it writable, then try again.',
    cause,
  });
}

function assertDated(draft: AuditDraft): void {
  if (!/^\d{4}-\d{2}-\d{2}T/.test(draft.at)) throw new TypeError(`an audit event needs an ISO 8601 instant, not ${draft.at}`);
}
