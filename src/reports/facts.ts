import type { ActionRequest } from '../domain/action-request.ts';
import type { Snooze } from '../domain/digest.ts';
import type { SyncedHolding } from '../domain/inventory.ts';
import type { SeatOffer } from '../domain/records.ts';
import type { Renewal } from '../domain/renewal.ts';
import type { OriginField } from '../domain/seat.ts';
import type { Price } from '../domain/settings.ts';
import type { SyncState } from '../domain/sync-plan.ts';
import type { Trouble } from '../domain/sync-trouble.ts';
import type { Instant } from '../domain/time.ts';
import type { PastUse } from './past-use.ts';
import type { SeatTrend } from './trend.ts';

/** One integration as its last applied sync left it. */
export interface IntegrationFacts {
  readonly id: string;
  readonly connectorId: string;
  readonly name: string;
  /** The app in the software catalogue, which is what its users use. */
  readonly app: string;
  /** What each record says of where it comes from; left out where nothing was synced. */
  readonly origin?: readonly OriginField[];
  readonly state: SyncState;
  readonly schedule: { readonly cron: string; readonly timezone: string };
  /** When its facts were last confirmed whole; null when they never were. */
  readonly confirmedAt: Instant | null;
  readonly trouble: Trouble | null;
  /** Active and inactive ones; none before the first sync. */
  readonly holdings: readonly SyncedHolding[];
  /** Whether the vendor tells of seats that nobody holds, so that none is a fact. */
  readonly listsFree: boolean;
  /** Of active people. */
  readonly people: number;
  /** E-mails (lower case) of those it knows and shows as switched off or gone. */
  readonly gone: readonly { readonly email: string; readonly name: string; readonly since: Instant }[];
  /** Its last sync; null when there was none. */
  readonly lastSession: {
    readonly id: string;
    readonly outcome: string | null;
    readonly at: Instant;
    readonly faults: number;
  } | null;
  /** How many seats there were week by week; null unless the report needs it. */
  readonly trend: SeatTrend | null;
  /** What was idle on the day a back-test looks at, and what came of it; null unless the report needs it. */
  readonly past: PastUse | null;
}

/** Somebody in the chat's directory. */
export interface DirectoryPerson {
  readonly userId: string;
  readonly name: string;
  readonly active: boolean;
  readonly isGuest: boolean;
  readonly status: { readonly emoji: string; readonly text: string } | null;
}

/** Everything reports look at. */
export interface ReportFacts {
  readonly integrations: readonly IntegrationFacts[];
  /** People of the chat by lower-case e-mail; null when the chat could not be asked. */
  readonly directory: ReadonlyMap<string, DirectoryPerson> | null;
  /** What a seat costs, by `integration/product code` or `connector/product code`. */
  readonly prices: Readonly<Record<string, Price>>;
  /** E-mails or Slack user ids whose seats no automation touches. */
  readonly protected: readonly string[];
  /** Facts older than this, in milliseconds, are said to be old. */
  readonly maxAgeMs: number;
  /** Questions that were put to holders, whatever came of them. */
  readonly offers: readonly SeatOffer[];
  /** Whom somebody left out of what is suggested until a day, by lower-case e-mail; those that are over are not in it. */
  readonly snoozed: ReadonlyMap<string, Snooze>;
  /** Threads about packs that renew, and what was decided in them, by the key of the pack. */
  readonly renewals: ReadonlyMap<string, Renewal>;
  /** In order of creation; empty unless the report needs them. */
  readonly requests: readonly ActionRequest[];
}
