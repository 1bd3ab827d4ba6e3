import type { InputValues, Trigger } from './action-request.ts';
import type { PeopleList, Stage } from './approval.ts';
import type { PersonRef } from './person.ts';
import type { ReportSettings } from './report-settings.ts';
import type { Account, Seat } from './seat.ts';
import type { SyncPlan } from './sync-plan.ts';
import type { Instant } from './time.ts';

/** The parts of the configuration that rules look at. Durations are in milliseconds. */
export interface Settings {
  readonly access: AccessSettings;
  readonly approvals: ApprovalSettings;
  readonly safety: SafetySettings;
  readonly audit: AuditSettings;
  /** Who owns an app, by integration: they are asked first when somebody wants a seat of it. */
  readonly owners: Readonly<Record<string, PeopleList>>;
  /** What a seat costs, by `integration/product` or `connector/product`. */
  readonly prices: Readonly<Record<string, Price>>;
  /** How each integration is loaded, in the order of the configuration. */
  readonly syncs: readonly SyncPlan[];
  readonly people: PeopleSettings;
  /** Every change younger than this is kept; of older ones the end of each month. */
  readonly historyKeepMs: number;
  readonly reports: ReportSettings;
}

/** Whose word counts where several integrations know a person: integration ids, best first. */
export interface PeopleSettings {
  readonly precedence: readonly string[];
  /** For single fields, before the general order. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** Members are Slack user ids, user-group ids (`S…`), e-mails, or `*` for everyone. `null` means the default of the right. */
export interface AccessSettings {
  readonly admins: readonly string[] | null;
  readonly approvers: readonly string[] | null;
  readonly requesters: readonly string[] | null;
  readonly viewers: readonly string[] | null;
  readonly auditors: readonly string[] | null;
  /** Who may act at once in an emergency; nobody unless named. */
  readonly breakGlass: readonly string[];
}

export interface Price {
  readonly amount: number;
  readonly currency: string;
  readonly per: 'month' | 'year';
}

export interface AuditSettings {
  /** Where the head of each day is posted; null: it is logged alone. */
  readonly channel: string | null;
  /** Days after which a daily file is sealed and packed; null: never. */
  readonly keepMs: number | null;
}

export interface ApprovalSettings {
  /** Slack channel id where cards go; null: the approvers get them as direct messages. */
  readonly channel: string | null;
  readonly expireAfterMs: number;
  readonly remindAfterMs: number;
  /** For how long what was done can be undone from its card. */
  readonly undoForMs: number;
  /** The IANA time zone in which policies read the clock. */
  readonly timezone: string;
  /** Who somebody's manager is, by e-mail. */
  readonly managers: Readonly<Record<string, string>>;
  /** What the person concerned hears: every change of state, what came of it, or nothing. */
  readonly tellAffected: 'always' | 'outcome' | 'never';
  readonly policies: readonly ApprovalPolicySetting[];
}

/** Stand in a list of people for whoever owns the app, and for the manager of the person concerned. */
export const APP_OWNER = 'app-owner';
export const MANAGER = 'manager';

/** What a reason must look like, for example to hold a ticket number. */
export interface ReasonRule {
  readonly pattern: string;
  readonly example: string | null;
  matches(text: string): boolean;
}

export interface ApprovalPolicySetting {
  readonly name: string;
  /** The condition as written: CEL over the variables of `PolicyScope`. */
  readonly when: string;
  /** In order; none when no approval is needed. */
  readonly stages: readonly Stage[];
  /** The reason why this is never done; such a policy beats every other one. */
  readonly deny: string | null;
  /** The further condition under which nobody has to agree; one that cannot be answered does not hold. */
  readonly auto: { readonly when: string; holds(scope: PolicyScope): boolean } | null;
  readonly reason: ReasonRule | null;
  readonly expireAfterMs: number | null;
  readonly remindAfterMs: number | null;
  readonly escalate: { readonly afterMs: number; readonly to: PeopleList } | null;
  /** The condition, compiled when the configuration was read; a path that is missing makes it false. */
  applies(scope: PolicyScope): boolean;
}

/** What a policy's condition may look at. */
export interface PolicyScope {
  readonly preset: {
    readonly id: string;
    readonly connector: string;
    readonly integration: string;
    readonly effect: string;
    readonly verb: string;
  };
  readonly seat: Seat | null;
  readonly account: (Account & { readonly isAdministrator: boolean }) | null;
  /** Whom it affects. */
  readonly person: PersonRef | null;
  readonly requester: PersonRef;
  readonly input: InputValues;
  readonly target: { readonly kind: string; readonly id: string };
  /** What made the request. */
  readonly trigger: Trigger;
  readonly now: Instant;
  /** The clock in the time zone of the approvals: hour 0 to 23, weekday `monday` to `sunday`, date `2026-11-25`. */
  readonly time: { readonly hour: number; readonly weekday: string; readonly date: string };
  /** What the seat costs; null when the configuration does not say. */
  readonly price: Price | null;
}

export interface SafetySettings {
  readonly maxPerRun: number;
  readonly maxSharePerRun: number;
  readonly maxPerDay: number;
  readonly maxDataAgeMs: number;
  /** E-mails or Slack user ids whose seats no automation touches; cards and look-ups say so. */
  readonly protected: readonly string[];
}
