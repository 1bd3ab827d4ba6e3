import type { HistoryEntry, HistoryReader } from '../domain/history.ts';
import type { Inventory } from '../domain/inventory.ts';
import type { InventoryIndex } from '../domain/inventory-index.ts';
import type { Departure, SyncChange, SyncFault } from '../domain/sync-change.ts';
import type { Instant } from '../domain/time.ts';

/** One line of what a session did, in full; the session itself keeps samples. */
export type SessionDetail =
  | { readonly fault: SyncFault }
  | { readonly change: SyncChange }
  /** Of a test: who or what a real run would miss or deactivate. */
  | { readonly departure: Departure };

/** What syncs brought, and how it came to be. Nothing that is handed out ever changes. */
export interface Inventories {
  /** Ids of integrations that have an inventory. */
  list(): Promise<readonly string[]>;
  /** Null when no sync of the integration was applied yet. @throws StoreError when the file is damaged. */
  get(integrationId: string): Promise<Inventory | null>;
  /** Ways into the inventory that `get` gives. */
  index(integrationId: string): Promise<InventoryIndex | null>;
  /**
   * Puts a new inventory in the place of the one before, history included, in one durable step: whenever the power goes, it
   * is the old one with its history or the new one with its own. @throws StoreError; then nothing was changed.
   */
  replace(next: Inventory, changes: readonly SyncChange[]): Promise<void>;
  /** Keeps what a held session would write, beside what is in force. */
  hold(next: Inventory, changes: readonly SyncChange[]): Promise<void>;
  /** Puts what a session held in force. False when it is not there any more, or something else was written since. */
  takeHeld(integrationId: string, sessionId: string): Promise<boolean>;
  /** Forgets what is held; harmless when nothing is. */
  dropHeld(integrationId: string): Promise<void>;
  /** Every change that mentions the text (an e-mail, a vendor id), oldest first; all of them without one. */
  history(integrationId: string, mentions?: string): AsyncIterable<HistoryEntry>;
  /** Hands over all of them but those it skips, oldest first, and lets others have a turn now and then. */
  replayHistory(integrationId: string, reader: HistoryReader): Promise<void>;
  /** Keeps only the month ends of what is older than `before`. Resolves to how many entries are gone. */
  thinHistory(integrationId: string, before: Instant): Promise<number>;
  writeDetails(sessionId: string, details: Iterable<SessionDetail>): Promise<void>;
  details(sessionId: string): AsyncIterable<SessionDetail>;
  dropDetails(sessionId: string): Promise<void>;
}
