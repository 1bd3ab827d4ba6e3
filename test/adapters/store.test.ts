import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type EmbeddedStore, openStore } from '../../src/adapters/lowdb-store.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/quiet-log.ts';
import { storeContract } from './store-contract.ts';

const opened: EmbeddedStore[] = [];

afterEach(async () => {
  for (const store of opened.splice(0)) {
    await store.close();
    await rm(store.dir, { recursive: true });
  }
});

storeContract('the memory store', async () => memoryStore());

storeContract('the embedded store', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'seatwarden-'));
  const store = await openStore({ dir, clock: { now: () => new Date('2026-11-23T09:00:00Z') }, log: quietLog });
  opened.push(store);
  return store;
});

storeContract('the embedded store that folds often', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'seatwarden-'));
  const clock = { now: () => new Date('2026-11-23T09:00:00Z') };
  const store = await openStore({ dir, clock, log: quietLog, foldBytes: 0 });
  opened.push(store);
  return store;
});
