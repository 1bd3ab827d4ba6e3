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
  /** CEL over `preset`, `seat`, `account`, `person`, `requester`, `input`. */
  readonly when: string;
  readonly approvals: number;
}

export interface SafetySettings {
  readonly maxPerRun: number;
  readonly maxSharePerRun: number;
  readonly maxPerDay: number;
  readonly maxDataAgeMs: number;
  /** E-mails or Slack user ids whose seats nothing touches. */
  readonly protected: readonly string[];
}
