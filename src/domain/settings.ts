import type { InputValues } from './action-request.ts';
import type { PersonRef } from './person.ts';
import type { Account, Seat } from './seat.ts';

/** The parts of the configuration that rules look at. Durations are in milliseconds. */
export interface Settings {
  readonly access: AccessSettings;
  readonly approvals: ApprovalSettings;
  readonly safety: SafetySettings;
  /** Idle days after which a seat counts as idle. */
  readonly inactiveDays: number;
}

/** Members are Slack user ids, user-group ids (`S…`), e-mails, or `*` for everyone. `null` means the default of the right. */
export interface AccessSettings {
  readonly admins: readonly string[] | null;
  readonly approvers: readonly string[] | null;
  readonly requesters: readonly string[] | null;
  readonly viewers: readonly string[] | null;
  readonly auditors: readonly string[] | null;
}

export interface ApprovalSettings {
  /** Slack channel id where cards go; null: the approvers get them as direct messages. */
  readonly channel: string | null;
  readonly expireAfterMs: number;
  readonly remindAfterMs: number;
  readonly policies: readonly ApprovalPolicySetting[];
}

export interface ApprovalPolicySetting {
  readonly name: string;
  /** The condition as written: CEL over `preset`, `seat`, `account`, `person`, `requester`, `input`. */
  readonly when: string;
  readonly approvals: number;
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
}

export interface SafetySettings {
  readonly maxPerRun: number;
  readonly maxSharePerRun: number;
  readonly maxPerDay: number;
  readonly maxDataAgeMs: number;
  /** E-mails or Slack user ids whose seats no automation touches; cards and look-ups say so. */
  readonly protected: readonly string[];
}
