import type { ApprovalPolicySetting, Settings } from '../domain/settings.ts';
import { parseDuration } from '../domain/time.ts';
import { compileCondition, EvaluationFault } from '../preset/expression.ts';
import { POLICY_PLACE } from './places.ts';
import type { ConfigFile } from './schema.ts';

const DEFAULT_INACTIVE_DAYS = 90;

/** What the rules look at, from a checked file. */
export function toSettings(file: ConfigFile): Settings {
  const { access, approvals, safety } = file;
  return {
    access: {
      admins: access.admins ?? null,
      approvers: access.approvers ?? null,
      requesters: access.requesters ?? null,
      viewers: access.viewers ?? null,
      auditors: access.auditors ?? null,
    },
    approvals: {
      channel: approvals.channel ?? null,
      expireAfterMs: parseDuration(approvals.expireAfter) ?? 0,
      remindAfterMs: parseDuration(approvals.remindAfter) ?? 0,
      policies: approvals.policies.map(toPolicy),
    },
    safety: {
      maxPerRun: safety.maxPerRun,
      maxSharePerRun: safety.maxSharePerRun,
      maxPerDay: safety.maxPerDay,
      maxDataAgeMs: parseDuration(safety.maxDataAge) ?? 0,
      protected: safety.protected,
    },
    inactiveDays: file.reports['inactive-users']?.inactiveDays ?? DEFAULT_INACTIVE_DAYS,
  };
}

function toPolicy({ name, when, approvals }: ConfigFile['approvals']['policies'][number]): ApprovalPolicySetting {
  const condition = compileCondition(when, POLICY_PLACE);
  return {
    name,
    when,
    approvals,
    applies(scope) {
      try {
        return condition.holds({ ...scope });
      } catch (error) {
        if (!(error instanceof EvaluationFault)) throw error;
        // A rule that cannot be answered must not let anything through: one that asks for approvals applies.
        return approvals > 0;
      }
    },
  };
}
