import type { ActionRequest, InputValues, TargetRef } from './domain/action-request.ts';
import type { Delegation } from './domain/approval.ts';
import type { AuditEvent } from './domain/audit.ts';
import type { HistoryEntry, HistoryState } from './domain/history.ts';
import type { FoundHolding, FoundName } from './domain/inventory-index.ts';
import type { MergedPerson } from './domain/merged-person.ts';
import type { Member, PersonRef } from './domain/person.ts';
import type { Problem } from './domain/problems.ts';
import type { ReportRequest } from './domain/report-settings.ts';
import type { Holding, OriginField, Seat } from './domain/seat.ts';
import type { MappingProposal } from './domain/smart-mapping.ts';
import type { LaunchGap, SyncState } from './domain/sync-plan.ts';
import type { SyncProgress, SyncSession } from './domain/sync-session.ts';
import type { Trouble } from './domain/sync-trouble.ts';
import type { Instant } from './domain/time.ts';
import type { Ruling } from './policies/approvals-needed.ts';
import type { ActionOffer, PresetInfo } from './ports/connector.ts';
import type { Report } from './reports/report.ts';

/** One seat or account in a look-up, with what is wrong with it and what can be done. */
export interface HoldingRow {
  readonly holding: Holding;
  readonly problems: readonly Problem[];
  /** Write presets that concern this holding; empty when the reader may not request. */
  readonly offers: readonly ActionOffer[];
}

/** What one integration said about a person: its rows, or in plain words why there are none. */
export type LookupSection = {
  readonly integrationId: string;
  readonly name: string;
  /** Where its records come from: credential name, company code, subdomain. */
  readonly origin?: readonly OriginField[];
} & (
  | {
      readonly ok: true;
      readonly rows: readonly HoldingRow[];
      readonly readAt: Instant;
      readonly rejected: readonly string[];
      /** Why something may be missing all the same; null when nothing is. */
      readonly gap?: string | null;
    }
  | {
      readonly ok: false;
      readonly message: string;
      readonly hint: string | null;
      /** What the last sync brought, where there was one: old facts are better than none, and say how old they are. */
      readonly last?: { readonly rows: readonly HoldingRow[]; readonly syncedAt: Instant };
    }
);

export interface LookupResult {
  readonly person: PersonRef;
  readonly askedAt: Instant;
  /** The reader looks at their own seats. */
  readonly own: boolean;
  readonly sections: readonly LookupSection[];
  /** Presets that give this person something (assign), by integration; empty when the reader may not request. */
  readonly personOffers: readonly { readonly integrationId: string; readonly name: string; readonly offer: ActionOffer }[];
}

/** A form for one preset on one target, ready to be shown. */
export interface ActionForm {
  readonly integrationId: string;
  readonly connectorName: string;
  readonly preset: PresetInfo;
  readonly target: TargetRef;
  readonly affected: PersonRef | null;
  /** What will happen, in exact words; null while it depends on inputs that are not filled in. */
  readonly sentence: string | null;
  readonly prefill: InputValues;
  /** Seats to choose from, for a form that gives one out; null when the preset does not. */
  readonly pool: readonly Seat[] | null;
  readonly holding: HoldingRow | null;
  readonly warnings: readonly string[];
  readonly reasonRequired: boolean;
  readonly approvalsNeeded: number;
  /** Which rule decides, in one sentence. */
  readonly policyWords: string;
  /** How many people are asked directly as soon as it is sent. */
  readonly peopleAsked: number;
  /** What the reason has to look like, by an example. */
  readonly reasonLike: string | null;
  /** When it is to be taken back; null for what has no end. */
  readonly until: Instant | null;
  readonly asksAt: Instant;
}

export interface HelpEntry {
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly string[];
}

/**
 * What a command answers: data only. Slack views and tests each read it; a command never acknowledges,
 * responds or posts.
 */
export type Reply =
  | { readonly kind: 'message'; readonly text: string; readonly hint?: string }
  | { readonly kind: 'lookup'; readonly result: LookupResult }
  | {
      /** Several people or things fit; the reader picks one and `command` runs with `value` in place of `{}`. */
      readonly kind: 'choose';
      readonly text: string;
      readonly command: string;
      readonly options: readonly { readonly title: string; readonly detail: string; readonly value: string }[];
    }
  | { readonly kind: 'form'; readonly opening: FormOpening }
  | {
      readonly kind: 'requests';
      readonly waiting: readonly ActionRequest[];
      readonly mine: readonly ActionRequest[];
      readonly now: Instant;
    }
  | { readonly kind: 'free-seats'; readonly groups: readonly FreeSeatGroup[]; readonly problems: readonly string[] }
  | {
      readonly kind: 'presets';
      readonly integrations: readonly { readonly id: string; readonly name: string; readonly presets: readonly PresetInfo[] }[];
    }
  | { readonly kind: 'setup'; readonly report: SetupReport }
  | {
      readonly kind: 'audit';
      readonly person: PersonRef;
      /** Oldest first. */
      readonly events: readonly AuditEvent[];
      /** How many came before these. */
      readonly earlier: number;
    }
  | { readonly kind: 'delegations'; readonly given: readonly Delegation[] }
  | { readonly kind: 'policy'; readonly explanations: readonly PolicyExplanation[] }
  | { readonly kind: 'sync-started'; readonly sessionId: string; readonly name: string; readonly test: boolean }
  | {
      readonly kind: 'sessions';
      readonly health: readonly SyncHealth[];
      readonly sessions: readonly SyncSession[];
      readonly now: Instant;
    }
  | { readonly kind: 'session'; readonly session: SyncSession; readonly progress: SyncProgress | null }
  | { readonly kind: 'mapping'; readonly report: MappingReport }
  | { readonly kind: 'filter'; readonly preview: FilterPreview }
  | { readonly kind: 'found'; readonly text: string; readonly found: Found; readonly profile: Profile | null }
  | { readonly kind: 'history'; readonly person: PersonRef; readonly history: PersonHistory }
  | { readonly kind: 'report'; readonly report: Report; readonly request: ReportRequest }
  | { readonly kind: 'help'; readonly intro: string; readonly entries: readonly HelpEntry[] };

/** Which policy would decide on one thing, and who would have to do with it. */
export interface PolicyExplanation {
  /** What it would be asked for: a seat, an account, or the person. */
  readonly about: string;
  readonly ruling: Ruling;
  /** Who may give the first approval; null where nobody can tell. */
  readonly mayApprove: readonly Member[] | null;
  /** Who would be asked directly. */
  readonly notified: readonly Member[];
}

/** How one integration is, between its syncs. */
export interface SyncHealth {
  readonly integrationId: string;
  readonly name: string;
  /** The app in the software catalogue it is linked to. */
  readonly app: string;
  readonly state: SyncState;
  readonly schedule: { readonly cron: string; readonly timezone: string };
  /** When its facts were last confirmed whole; null when they never were. */
  readonly confirmedAt: Instant | null;
  readonly people: number;
  readonly holdings: number;
  /** The session that runs now. */
  readonly running: string | null;
  readonly trouble: Trouble | null;
  readonly gaps: readonly LaunchGap[];
}

/** One person with all their fields, each with whom it came from. */
export interface Profile {
  readonly person: PersonRef;
  readonly merged: MergedPerson;
  /** Of each integration that knows them. */
  readonly origins: readonly SyncedOrigin[];
}

/** Where the records of an integration come from, and when they were last synced. */
export interface SyncedOrigin {
  readonly integrationId: string;
  readonly app: string;
  readonly origin: readonly OriginField[];
  readonly syncedAt: Instant;
}

export interface MappingReport {
  readonly integrationId: string;
  readonly name: string;
  readonly records: number;
  readonly proposals: readonly MappingProposal[];
  /** What is missing with the configuration as it is. */
  readonly gaps: readonly LaunchGap[];
}

export interface FilterPreview {
  readonly name: string;
  readonly filter: string;
  readonly records: number;
  /** There are more records than were looked at. */
  readonly more: boolean;
  /** Why the listing ended before its end; null when it did not. */
  readonly problem: string | null;
  readonly passing: number;
  /** Records the filter failed on: they would be faults. */
  readonly failing: number;
  readonly inside: readonly string[];
  readonly outside: readonly string[];
}

export interface Found {
  readonly people: readonly (PersonRef & { readonly active: boolean; readonly integrations: readonly string[] })[];
  readonly total: number;
  readonly products: readonly (FoundName & { readonly integrationId: string })[];
  readonly teams: readonly (FoundName & { readonly integrationId: string })[];
  /** By vendor id or a field of the company's own. */
  readonly holdings: readonly (FoundHolding & { readonly integrationId: string })[];
  readonly holdingsTotal: number;
  /** Apps of the software catalogue by name, each with the integrations that are linked to it. */
  readonly apps: readonly FoundApp[];
}

export interface FoundApp {
  readonly name: string;
  readonly integrations: readonly string[];
  readonly people: number;
  readonly holdings: number;
}

export interface PersonHistory {
  /** Newest first, from all integrations. */
  readonly entries: readonly (HistoryEntry & { readonly integrationId: string })[];
  /** What they held at the instant that was asked for; null when none was. */
  readonly held: { readonly at: Instant; readonly states: readonly (HistoryState & { readonly integrationId: string })[] } | null;
}

export interface FreeSeatGroup {
  readonly integrationId: string;
  readonly connectorName: string;
  readonly product: { readonly code: string; readonly name: string };
  readonly team: { readonly id: string; readonly name: string } | null;
  readonly free: number;
}

/** Names the form to open. It is opened at once with a loading line and filled when the vendor has answered. */
export interface FormOpening {
  readonly presetId: string;
  readonly target: TargetRef;
  /** What the person already said, for example the product to assign. */
  readonly given: InputValues;
  /** When what is given is to be taken back. */
  readonly until?: Instant;
}

export interface SetupReport {
  readonly integrations: readonly {
    readonly id: string;
    readonly name: string;
    readonly ok: boolean;
    readonly message: string;
    readonly hint: string | null;
  }[];
  readonly slack: readonly { readonly ok: boolean; readonly message: string; readonly hint: string | null }[];
}

export type PersonChoice =
  | { readonly kind: 'one'; readonly person: PersonRef; readonly member: Member | null }
  | { readonly kind: 'several'; readonly members: readonly PersonRef[] }
  | { readonly kind: 'none'; readonly text: string };
