import type { Instant } from './time.ts';

export type Scalar = string | number | boolean | null;

/** When somebody last used a thing. `never` is a fact the vendor states; `unknown` is the lack of one and is never idle. */
export type Activity = { readonly kind: 'at'; readonly at: Instant } | { readonly kind: 'never' } | { readonly kind: 'unknown' };

/** Who has a seat. Only `person` can be matched to a human; the others are shown by label and never by key. */
export type Holder =
  | { readonly kind: 'person'; readonly email: string; readonly name: string | null }
  | { readonly kind: 'server'; readonly label: string }
  | { readonly kind: 'key'; readonly label: string }
  | { readonly kind: 'domain'; readonly label: string }
  /** A vendor's own name for a person whose e-mail nobody told: shown, never guessed. */
  | { readonly kind: 'login'; readonly label: string };

/**
 * `active`: held and valid · `free`: may be assigned now · `suspended`, `expired`: the vendor says so ·
 * `unavailable`: neither held nor assignable.
 */
export type SeatStatus = 'active' | 'free' | 'suspended' | 'expired' | 'unavailable';

/** A right that is paid for. */
export interface Seat {
  readonly kind: 'seat';
  readonly integrationId: string;
  readonly connectorId: string;
  /** The vendor's id. */
  readonly externalId: string;
  readonly product: { readonly code: string; readonly name: string };
  readonly team: { readonly id: string; readonly name: string } | null;
  readonly status: SeatStatus;
  readonly holder: Holder | null;
  readonly role: string | null;
  readonly lastActivity: Activity;
  readonly assignedAt: Instant | null;
  readonly validUntil: Instant | null;
  readonly trial: boolean;
  readonly autoRenews: boolean | null;
  /** An activation code that works without the vendor was issued: use may be newer than `lastActivity`, and survives a revoke. */
  readonly offlineCode: boolean;
  /** The connector's standard fields by name; key material is never among them. */
  readonly fields: Readonly<Record<string, Scalar>>;
  readonly readAt: Instant;
}

export interface Role {
  readonly name: string;
  /** What the role applies to, for example the products it is held on. */
  readonly scopes: readonly string[];
}

/** A person's user in one SaaS. */
export interface Account {
  readonly kind: 'account';
  readonly integrationId: string;
  readonly connectorId: string;
  readonly externalId: string;
  readonly email: string | null;
  readonly name: string;
  readonly enabled: boolean;
  readonly administrator: boolean;
  /** Takes up a paid seat; null when the vendor does not say. */
  readonly paidSeat: boolean | null;
  readonly roles: readonly Role[];
  readonly lastActivity: Activity;
  readonly createdAt: Instant | null;
  readonly fields: Readonly<Record<string, Scalar>>;
  readonly readAt: Instant;
}

export type Holding = Seat | Account;

/** Where a record comes from: a connector's standard field about its own set-up, such as `Connect: Credentials`, and its value. */
export type OriginField = readonly [label: string, value: string];

/** What the labels of such fields begin with. */
export const ORIGIN_LABEL = 'Connect: ';

export function holderEmail(holding: Holding): string | null {
  if (holding.kind === 'account') return holding.email;
  return holding.holder?.kind === 'person' ? holding.holder.email : null;
}

/** Short name for sentences: the product of a seat, the user of an account. */
export function holdingName(holding: Holding): string {
  return holding.kind === 'seat' ? holding.product.name : holding.name;
}
