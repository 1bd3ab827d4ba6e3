import type { PersonFields } from './person-fields.ts';
import type { Account, Seat } from './seat.ts';

/** A record as a load gives it. */
export interface MergeRecord {
  readonly index: number;
  readonly kept: boolean;
  readonly seats: readonly Seat[];
  readonly accounts: readonly Account[];
  readonly person: PersonFields | null;
  readonly custom: PersonFields;
  readonly seen: readonly { readonly kind: 'seat' | 'account'; readonly id: string }[];
  readonly faults: readonly {
    readonly id: string | null;
    readonly field: string | null;
    readonly sample: string | null;
    readonly reason: string;
  }[];
}
