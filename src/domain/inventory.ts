import type { PersonFields } from './person-fields.ts';
import type { Holding, OriginField } from './seat.ts';
import type { Instant } from './time.ts';

/** One seat or account as last synced. */
export interface SyncedHolding {
  readonly holding: Holding;
  /** Sync key of the person it belongs to; null for a free seat, and where the vendor names nobody. */
  readonly person: string | null;
  readonly active: boolean;
  /** Complete listings in a row it was missing from; counted to two. */
  readonly absent: number;
  /** When a sync first brought it. */
  readonly since: Instant;
  readonly changedAt: Instant;
}

/** A person as one integration knows them. Several integrations' accounts of one person are joined when they are read. */
export interface SyncedPerson {
  readonly key: string;
  /** The vendor's account, where people are kept alone and no account tells whose e-mail was changed. */
  readonly account?: string;
  readonly fields: PersonFields;
  readonly active: boolean;
  readonly absent: number;
  readonly since: Instant;
  readonly changedAt: Instant;
}

/** Where an inventory came from. */
export interface InventoryHead {
  readonly integrationId: string;
  readonly connectorId: string;
  readonly app: string;
  readonly credential: string;
  /** What each record says of where it comes from; none in files written before this was kept. */
  readonly origin?: readonly OriginField[];
  readonly fingerprint: string;
  /** The sync session that wrote it. */
  readonly sessionId: string;
  readonly writtenAt: Instant;
}

/** Everything one integration brought, as of its last applied sync. Never changed: a sync makes a new one. */
export interface Inventory {
  readonly head: InventoryHead;
  /** By `seat/<vendor id>` or `account/<vendor id>`. */
  readonly holdings: ReadonlyMap<string, SyncedHolding>;
  /** By sync key. */
  readonly people: ReadonlyMap<string, SyncedPerson>;
}

export function holdingKey(holding: Pick<Holding, 'kind' | 'externalId'>): string {
  return `${holding.kind}/${holding.externalId}`;
}
