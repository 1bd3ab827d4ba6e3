import type { FieldChange } from './compare-holdings.ts';

/** What happened to one seat, account or person in a sync. */
export interface SyncChange {
  readonly kind: 'person' | 'seat' | 'account';
  /** Vendor id, or the person's sync key. */
  readonly id: string;
  readonly change: ChangeKind;
  /** The person concerned, by sync key; null where there is none. */
  readonly person: string | null;
  /** Whom it concerned before, where that is somebody else. */
  readonly formerly: string | null;
  /** For people: what it is called, such as the product. */
  readonly title: string;
  /** For `updated` only what differs; else empty. */
  readonly fields: readonly FieldChange[];
  /** Why it was deactivated; null for any other change. */
  readonly because: DepartureReason | null;
}

export type ChangeKind = 'created' | 'updated' | 'deactivated' | 'reactivated';

/**
 * `missing`: not in the listing · `disabled`: the vendor says it is switched off · `released`: the seats are there, and
 * somebody else or nobody holds them · `filtered`: the integration's filter leaves it out now.
 */
export type DepartureReason = 'missing' | 'disabled' | 'released' | 'filtered';

/** Somebody or something that was active and would not be any more. */
export interface Departure {
  readonly kind: 'person' | 'seat' | 'account';
  readonly id: string;
  readonly title: string;
  readonly reason: DepartureReason;
  /** Already missing in the complete listing before this one. */
  readonly again: boolean;
}

/** A record, or a field of one, that could not be taken; the state before stays. */
export interface SyncFault {
  /** Position in the load, from 0; null where several records clash. */
  readonly index: number | null;
  readonly id: string | null;
  readonly field: string | null;
  readonly sample: string | null;
  readonly reason: string;
}

export interface SyncCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deactivated: number;
  readonly reactivated: number;
}

export const NO_COUNTS: SyncCounts = { created: 0, updated: 0, unchanged: 0, deactivated: 0, reactivated: 0 };
