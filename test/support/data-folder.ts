import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedStore, openStore, type StoreOptions } from '../../src/adapters/lowdb-store.ts';
import { quietLog } from './quiet-log.ts';

/** Throw-away data directories and the stores opened on them, cleaned up together. */
export class DataFolders {
  readonly #folders: string[] = [];
  readonly #stores: EmbeddedStore[] = [];

  async make(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'seatwarden-'));
    this.#folders.push(folder);
    return folder;
  }

  async open(dir: string, options: Partial<StoreOptions> = {}): Promise<EmbeddedStore> {
    const store = await openStore({ dir, clock: { now: () => new Date('2026-11-23T09:00:00Z') }, log: quietLog, ...options });
    this.#stores.push(store);
    return store;
  }

  async cleanUp(): Promise<void> {
    for (const store of this.#stores.splice(0)) await store.close();
    for (const folder of this.#folders.splice(0)) await rm(folder, { recursive: true, force: true });
  }
}
