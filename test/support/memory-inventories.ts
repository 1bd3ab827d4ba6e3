import { setImmediate as turn } from 'node:timers/promises';
import { type HistoryEntry, toEntry } from '../../src/domain/history.ts';
import type { Inventory } from '../../src/domain/inventory.ts';
import { InventoryIndex } from '../../src/domain/inventory-index.ts';
import { inSlices } from '../../src/domain/slices.ts';
import type { SyncChange } from '../../src/domain/sync-change.ts';
import type { Inventories, SessionDetail } from '../../src/ports/inventory.ts';

export interface MemoryInventories extends Inventories {
  /** How often an inventory was written. */
  readonly writes: string[];
  /** Thrown by the next replace. */
  readonly faults: Error[];
}

/** Inventories that are forgotten; otherwise they keep the same promises as the real ones. */
export function memoryInventories(): MemoryInventories {
  const inForce = new Map<string, Inventory>();
  const held = new Map<string, { next: Inventory; changes: readonly SyncChange[] }>();
  const entries = new Map<string, HistoryEntry[]>();
  const details = new Map<string, SessionDetail[]>();
  const writes: string[] = [];
  const faults: Error[] = [];
  const store: MemoryInventories = {
    writes,
    faults,
    list: async () => [...inForce.keys()].sort(),
    get: async (id) => inForce.get(id) ?? null,
    async index(id) {
      const inventory = inForce.get(id);
      return inventory === undefined ? null : inSlices(new InventoryIndex(inventory).build(), turn);
    },
    async replace(next, changes) {
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      const { integrationId, writtenAt, sessionId } = next.head;
      const all = entries.get(integrationId) ?? [];
      entries.set(integrationId, [...all, ...changes.map((change) => toEntry(change, next, writtenAt, sessionId))]);
      inForce.set(integrationId, next);
      writes.push(integrationId);
    },
    async hold(next, changes) {
      held.set(next.head.integrationId, { next, changes });
    },
    async takeHeld(integrationId, sessionId) {
      const kept = held.get(integrationId);
      if (kept?.next.head.sessionId !== sessionId) return false;
      await store.replace(kept.next, kept.changes);
      held.delete(integrationId);
      return true;
    },
    async dropHeld(id) {
      held.delete(id);
    },
    async *history(id, mentions) {
      for (const entry of entries.get(id) ?? [])
        if (mentions === undefined || JSON.stringify(entry).includes(JSON.stringify(mentions))) yield entry;
    },
    async replayHistory(id, reader) {
      for (const entry of entries.get(id) ?? []) if (reader.skips?.(entry) !== true) reader.take(entry);
    },
    thinHistory: async () => 0,
    async writeDetails(id, all) {
      details.set(id, [...all]);
    },
    async *details(id) {
      yield* details.get(id) ?? [];
    },
    async dropDetails(id) {
      details.delete(id);
    },
  };
  return store;
}
