import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Low } from 'lowdb';
import { StoreError } from '../domain/errors.ts';
import { type HistoryEntry, type HistoryReader, toEntry } from '../domain/history.ts';
import type { Inventory } from '../domain/inventory.ts';
import { InventoryIndex } from '../domain/inventory-index.ts';
import { inSlices } from '../domain/slices.ts';
import type { SyncChange } from '../domain/sync-change.ts';
import type { Instant } from '../domain/time.ts';
import type { Inventories, SessionDetail } from '../ports/inventory.ts';
import type { Log } from '../ports/log.ts';
import { ensurePrivateDirectory, type OpenFile, PIECE_CHARACTERS, reason, removeOrphans, writeDurably } from './durable-file.ts';
import { HistoryFiles, NO_HISTORY } from './history-files.ts';
import { InventoryFile, type StoredInventory } from './inventory-file.ts';
import { readLines } from './line-file.ts';

export interface InventoryOptions {
  /** The data directory; its owner is the one who holds the store's lock. */
  readonly dir: string;
  readonly log: Log;
  /** The disk. For tests that want it full or failing. */
  readonly openFile?: OpenFile;
}

/** One integration's files: what is in force, what is held, and the history. */
interface Place {
  readonly low: Low<StoredInventory | null>;
  readonly held: InventoryFile;
  readonly heldPath: string;
  readonly history: HistoryFiles;
  index: Promise<InventoryIndex> | null;
}

/** Inventories in one lowdb file each, read when they are first asked for. */
export async function openInventories(options: InventoryOptions): Promise<Inventories> {
  const dir = await ensurePrivateDirectory(join(options.dir, 'inventory'));
  const held = await ensurePrivateDirectory(join(dir, 'held'));
  const sessions = await ensurePrivateDirectory(join(options.dir, 'sessions'));
  const history = await ensurePrivateDirectory(join(options.dir, 'history'));
  for (const folder of [dir, held, sessions])
    for (const name of await removeOrphans(folder)) options.log.info('inventory.orphan-removed', { file: name });
  return new InventoryStore(options, { dir, held, sessions, history });
}

interface Folders {
  readonly dir: string;
  readonly held: string;
  readonly sessions: string;
  readonly history: string;
}

class InventoryStore implements Inventories {
  readonly #options: InventoryOptions;
  readonly #folders: Folders;
  readonly #places = new Map<string, Promise<Place>>();

  constructor(options: InventoryOptions, folders: Folders) {
    this.#options = options;
    this.#folders = folders;
  }

  async list(): Promise<readonly string[]> {
    const names = await readdir(this.#folders.dir);
    return names
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .sort();
  }

  async get(integrationId: string): Promise<Inventory | null> {
    return (await this.#place(integrationId)).low.data?.inventory ?? null;
  }

  async index(integrationId: string): Promise<InventoryIndex | null> {
    const place = await this.#place(integrationId);
    const inventory = place.low.data?.inventory;
    if (inventory === undefined) return null;
    place.index ??= inSlices(new InventoryIndex(inventory).build(), turn);
    return place.index;
  }

  async replace(next: Inventory, changes: readonly SyncChange[]): Promise<void> {
    const { integrationId, sessionId, writtenAt } = next.head;
    const place = await this.#place(integrationId);
    const before = place.low.data;
    const mark = before?.history ?? NO_HISTORY;
    try {
      const entries = changesToEntries(changes, next, writtenAt, sessionId);
      const history = await place.history.append(entries, writtenAt, mark);
      place.low.data = { inventory: next, history };
      await place.low.write();
    } catch (cause) {
      // What is in memory must be what is on the disk; the history after the mark is cut off by the next append.
      place.low.data = before;
      throw refused(`The inventory of ${integrationId} could not be written`, cause);
    }
    place.index = null;
  }

  async hold(next: Inventory, changes: readonly SyncChange[]): Promise<void> {
    const { held } = await this.#place(next.head.integrationId);
    try {
      await this.writeDetails(next.head.sessionId, details(changes));
      await held.write({ inventory: next, history: NO_HISTORY });
    } catch (cause) {
      throw refused(`What the sync of ${next.head.integrationId} would change could not be kept`, cause);
    }
  }

  async takeHeld(integrationId: string, sessionId: string): Promise<boolean> {
    const place = await this.#place(integrationId);
    const stored = await place.held.read();
    if (stored === null || stored.inventory.head.sessionId !== sessionId) return false;
    const changes: SyncChange[] = [];
    for await (const detail of this.details(sessionId)) if ('change' in detail) changes.push(detail.change);
    await this.replace(stored.inventory, changes);
    await this.dropHeld(integrationId);
    return true;
  }

  async dropHeld(integrationId: string): Promise<void> {
    await rm((await this.#place(integrationId)).heldPath, { force: true });
  }

  async *history(integrationId: string, mentions?: string): AsyncGenerator<HistoryEntry> {
    const { history, low } = await this.#place(integrationId);
    yield* history.read(low.data?.history ?? NO_HISTORY, mentions);
  }

  async replayHistory(integrationId: string, reader: HistoryReader): Promise<void> {
    const { history, low } = await this.#place(integrationId);
    await history.replay(low.data?.history ?? NO_HISTORY, reader);
  }

  async thinHistory(integrationId: string, before: Instant): Promise<number> {
    const { history, low } = await this.#place(integrationId);
    return history.thin(before, low.data?.history ?? NO_HISTORY);
  }

  async writeDetails(sessionId: string, all: Iterable<SessionDetail>): Promise<void> {
    await writeDurably(this.#detailsPath(sessionId), detailChunks(all), this.#options.openFile);
  }

  async *details(sessionId: string): AsyncGenerator<SessionDetail> {
    try {
      for await (const lines of readLines(this.#detailsPath(sessionId)))
        for (const { text } of lines) yield JSON.parse(text) as SessionDetail;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    }
  }

  async dropDetails(sessionId: string): Promise<void> {
    await rm(this.#detailsPath(sessionId), { force: true });
  }

  #detailsPath(sessionId: string): string {
    return join(this.#folders.sessions, `${encodeURIComponent(sessionId)}.jsonl`);
  }

  #place(integrationId: string): Promise<Place> {
    let place = this.#places.get(integrationId);
    if (place === undefined) {
      place = this.#open(integrationId);
      this.#places.set(integrationId, place);
      // A file that was mended is read at the next try.
      place.catch(() => this.#places.delete(integrationId));
    }
    return place;
  }

  async #open(integrationId: string): Promise<Place> {
    const { dir, held, history: histories } = this.#folders;
    const name = `${integrationId}.json`;
    const heldPath = join(held, name);
    const { openFile } = this.#options;
    const low = new Low<StoredInventory | null>(new InventoryFile(join(dir, name), name, openFile) as never, null);
    await low.read();
    const history = new HistoryFiles(join(histories, integrationId), openFile);
    await history.cutAfter(low.data?.history ?? NO_HISTORY);
    return { low, held: new InventoryFile(heldPath, `held/${name}`, openFile), heldPath, history, index: null };
  }
}

function* changesToEntries(
  changes: readonly SyncChange[],
  next: Inventory,
  at: Instant,
  sessionId: string,
): Generator<HistoryEntry> {
  for (const change of changes) yield toEntry(change, next, at, sessionId);
}

function* details(changes: readonly SyncChange[]): Generator<SessionDetail> {
  for (const change of changes) yield { change };
}

function* detailChunks(all: Iterable<SessionDetail>): Generator<string> {
  let text = '';
  for (const detail of all) {
    text += `${JSON.stringify(detail)}\n`;
    if (text.length < PIECE_CHARACTERS) continue;
    yield text;
    text = '';
  }
  yield text;
}

function refused(what: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  return new StoreError('store.write', `${what} (${reason(cause)}), so nothing was changed.`, {
    hint: 'Free space on the disk that holds the data directory, or make it writable, then run the sync again.',
    cause,
  });
}
