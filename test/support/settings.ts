import { toReportSettings } from '../../src/config/report-settings.ts';
import type { Stage } from '../../src/domain/approval.ts';
import type { ReportSettings } from '../../src/domain/report-settings.ts';
import type { ApprovalPolicySetting, Settings } from '../../src/domain/settings.ts';

/** Each part on its own, with what it leaves out as it is by default. */
export type SettingsOver = {
  readonly [Part in keyof Settings]?: Settings[Part] extends number ? Settings[Part] : Partial<Settings[Part]>;
};

const HOUR_MS = 3_600_000;

/** Settings as they are where the configuration says nothing but the channel. */
export function someSettings(over: SettingsOver = {}): Settings {
  return {
    access: {
      admins: null,
      approvers: null,
      requesters: null,
      viewers: null,
      auditors: null,
      breakGlass: [],
      ...over.access,
    },
    approvals: {
      channel: 'C1',
      expireAfterMs: 24 * HOUR_MS,
      remindAfterMs: 2 * HOUR_MS,
      undoForMs: 30 * 24 * HOUR_MS,
      timezone: 'UTC',
      managers: {},
      tellAffected: 'outcome',
      policies: [],
      ...over.approvals,
    },
    safety: { maxPerRun: 10, maxSharePerRun: 0.2, maxPerDay: 25, maxDataAgeMs: 24 * HOUR_MS, protected: [], ...over.safety },
    audit: { channel: null, keepMs: null, ...over.audit },
    owners: (over.owners as Settings['owners'] | undefined) ?? {},
    prices: (over.prices as Settings['prices'] | undefined) ?? {},
    syncs: (over.syncs as Settings['syncs'] | undefined) ?? [],
    people: { precedence: [], fields: {}, ...over.people },
    historyKeepMs: over.historyKeepMs ?? 400 * 24 * HOUR_MS,
    reports: someReportSettings({ ...over.reports }),
  };
}

/** Reports as they are where the configuration says nothing of them. */
export function someReportSettings(over: Partial<ReportSettings> = {}): ReportSettings {
  return { ...toReportSettings({}), ...over };
}

export function aStage(over: Partial<Stage> = {}): Stage {
  return { name: null, approvals: 1, approvers: null, notify: null, ...over };
}

/** A policy that fits everything and asks for `approvals` of any approver. */
export function aPolicy(over: Partial<ApprovalPolicySetting> & { readonly approvals?: number } = {}): ApprovalPolicySetting {
  const { approvals = 1, ...rest } = over;
  return {
    name: 'test policy',
    when: 'true',
    stages: approvals === 0 ? [] : [aStage({ approvals })],
    deny: null,
    auto: null,
    reason: null,
    expireAfterMs: null,
    remindAfterMs: null,
    escalate: null,
    applies: () => true,
    ...rest,
  };
}
