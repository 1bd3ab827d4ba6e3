import type { Account, Scalar, Seat } from '../domain/seat.ts';
import type { Instant } from '../domain/time.ts';

/** How a load is asked for. What an integration loads (filter, mapping, custom fields) belongs to the integration. */
export interface LoadOptions {
  /** Stops after so many records, for a test run; the outcome is then `incomplete` with the reason `limit`. */
  readonly limit?: number;
}

/** Why a record, or one field of it, could not be read. Told for each record; nothing is dropped silently. */
export interface RecordFault {
  /** The vendor's id of the seat or account; null when even that cannot be read. */
  readonly id: string | null;
  /** What it should have become; `record` for the filter and what comes before any mapping. */
  readonly as: 'seat' | 'account' | 'person' | 'record';
  /** Where in the preset or integration: `lastActivity`, `fields.Team Id`, `filter`; null for the record as a whole. */
  readonly field: string | null;
  /** How the value found begins; null when nothing was found. */
  readonly sample: string | null;
  /** One sentence for people. */
  readonly reason: string;
}

/** One record of a load and what it became. */
export interface LoadedRecord {
  /** Position among all records of the load, from 0. */
  readonly index: number;
  /** The listing it came from: `load`, or a name in the connector's `load.further`. */
  readonly listing: string;
  /** As the vendor sent it, key material removed. */
  readonly raw: unknown;
  /** False when the integration's filter leaves it out; then it became nothing. */
  readonly kept: boolean;
  readonly seats: readonly Seat[];
  readonly accounts: readonly Account[];
  /** The integration's mapped fields of the person it concerns (`email`, `username`, …); null when it concerns nobody. */
  readonly person: Readonly<Record<string, Scalar>> | null;
  /** The integration's custom fields by name. They stand in `fields` of the seats and accounts too, by label. */
  readonly custom: Readonly<Record<string, Scalar>>;
  /** Every seat and account it stands for, mapped whole or not: what is named here is not missing at the vendor. */
  readonly seen: readonly { readonly kind: 'seat' | 'account'; readonly id: string }[];
  readonly faults: readonly RecordFault[];
}

/** Records that came together; at most a few hundred, so that handling one never blocks. */
export interface LoadedPage {
  /** From 1, over all listings of the load. */
  readonly number: number;
  readonly records: readonly LoadedRecord[];
  /** So far, this page included. */
  readonly counts: LoadCounts;
  /** How many records the vendor counts in this listing; null when it does not say. */
  readonly total: number | null;
}

export interface LoadCounts {
  /** Answers of the vendor that held records. */
  readonly pages: number;
  readonly records: number;
  /** Records the filter let through. */
  readonly kept: number;
  readonly seats: number;
  readonly accounts: number;
  /** Records with at least one fault. */
  readonly faulty: number;
  readonly vendorCalls: number;
  /** Milliseconds spent waiting for the vendor's limits. */
  readonly waitedMs: number;
}

/**
 * `complete`: every listing ended as the connector declares, all totals match, no record hid its id.
 * `incomplete`: some of it came; what is not among it may still exist, so it never drives a deactivation.
 * `failed`: nothing came that can be used.
 */
export type LoadOutcome = 'complete' | 'incomplete' | 'failed';

/** Why a load is not complete. `code` is for programs, the sentences are for people. */
export interface LoadReason {
  readonly code:
    | 'limit'
    | 'cancelled'
    | 'vendor'
    | 'transport'
    | 'page-repeats'
    | 'cursor-repeats'
    | 'too-many-pages'
    | 'short-of-total'
    | 'record-repeats'
    | 'over-total'
    | 'total-changed'
    | 'unexpected'
    | 'unreadable'
    | 'join'
    | 'detail'
    | 'identities';
  /** The listing it happened in: `load`, or a name in `load.further`. */
  readonly listing: string;
  /** The HTTP status of a refusal; null when there was none. */
  readonly status: number | null;
  readonly message: string;
  readonly hint: string | null;
}

export interface LoadReport {
  readonly outcome: LoadOutcome;
  /** Empty exactly when the outcome is `complete`. */
  readonly reasons: readonly LoadReason[];
  readonly counts: LoadCounts;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
}

/** Takes a page; the load goes on when its promise is settled, and rejects with what it throws. */
export type OnPage = (page: LoadedPage) => void | Promise<void>;
