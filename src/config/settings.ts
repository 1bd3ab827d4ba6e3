import type { Stage } from '../domain/approval.ts';
import { normaliseEmail } from '../domain/person.ts';
import type { ApprovalPolicySetting, PolicyScope, Settings } from '../domain/settings.ts';
import { parseDuration } from '../domain/time.ts';
import { type Condition, compileCondition, EvaluationFault } from '../preset/expression.ts';
import { compilePattern } from '../preset/pattern.ts';
import type { ConnectorShape } from './config.ts';
import { POLICY_PLACE } from './places.ts';
import { toReportSettings } from './report-settings.ts';
import type { ConfigFile } from './schema.ts';
import { toSyncPlans } from './sync-plans.ts';

/** What the rules look at, from a checked file. */
export function toSettings(file: ConfigFile, connectors: ReadonlyMap<string, ConnectorShape>): Settings {
  const { access, approvals, safety, audit } = file;
  const reports = toReportSettings(file.reports);
  return {
    access: {
      admins: access.admins ?? null,
      approvers: access.approvers ?? null,
      requesters: access.requesters ?? null,
      viewers: access.viewers ?? null,
      auditors: access.auditors ?? null,
      breakGlass: access.breakGlass,
    },
    approvals: {
      channel: approvals.channel ?? null,
      expireAfterMs: durationOf(approvals.expireAfter),
      remindAfterMs: durationOf(approvals.remindAfter),
      undoForMs: durationOf(approvals.undoFor),
      timezone: approvals.timezone,
      managers: Object.fromEntries(Object.entries(approvals.managers).map(([email, who]) => [normaliseEmail(email), who])),
      tellAffected: approvals.tellAffected,
      policies: approvals.policies.map(toPolicy),
    },
    safety: {
      maxPerRun: safety.maxPerRun,
      maxSharePerRun: safety.maxSharePerRun,
      maxPerDay: safety.maxPerDay,
      maxDataAgeMs: durationOf(safety.maxDataAge),
      protected: safety.protected,
    },
    audit: { channel: audit.channel ?? null, keepMs: audit.keep === undefined ? null : durationOf(audit.keep) },
    owners: Object.fromEntries(Object.entries(file.integrations).map(([id, { owners }]) => [id, owners])),
    prices: file.prices,
    syncs: toSyncPlans(file, connectors),
    people: { precedence: withTheRest(file.people.precedence, Object.keys(file.integrations)), fields: file.people.fields },
    historyKeepMs: parseDuration(file.history.keep) ?? 0,
    reports,
  };
}

type PolicyFile = ConfigFile['approvals']['policies'][number];

function toPolicy(file: PolicyFile): ApprovalPolicySetting {
  const when = compileCondition(file.when, POLICY_PLACE);
  const auto = file.autoApprove === undefined ? null : compileCondition(file.autoApprove, POLICY_PLACE);
  const stages = stagesOf(file);
  const pattern = file.reason === undefined ? null : compilePattern(file.reason.pattern);
  return {
    name: file.name,
    when: file.when,
    stages,
    deny: file.deny ?? null,
    // What cannot be answered lets nothing pass, and what asks for approvals or denies then applies.
    auto: auto === null ? null : { when: auto.source, holds: (scope) => holds(auto, scope, false) },
    reason:
      file.reason === undefined || pattern === null
        ? null
        : { pattern: file.reason.pattern, example: file.reason.example ?? null, matches: (text) => pattern.found(text) },
    expireAfterMs: file.expireAfter === undefined ? null : durationOf(file.expireAfter),
    remindAfterMs: file.remindAfter === undefined ? null : durationOf(file.remindAfter),
    escalate: file.escalate === undefined ? null : { afterMs: durationOf(file.escalate.after), to: file.escalate.to },
    applies: (scope) => holds(when, scope, stages.length > 0 || file.deny !== undefined),
  };
}

function stagesOf(file: PolicyFile): readonly Stage[] {
  if (file.stages !== undefined) {
    return file.stages.map((stage) => ({
      name: stage.name ?? null,
      approvals: stage.approvals,
      approvers: stage.approvers ?? null,
      notify: stage.notify ?? null,
    }));
  }
  const approvals = file.approvals ?? 0;
  if (approvals === 0) return [];
  return [{ name: null, approvals, approvers: file.approvers ?? null, notify: file.notify ?? null }];
}

function holds(condition: Condition, scope: PolicyScope, otherwise: boolean): boolean {
  try {
    return condition.holds({ ...scope });
  } catch (error) {
    if (!(error instanceof EvaluationFault)) throw error;
    return otherwise;
  }
}

/** The file was checked: every duration can be read. */
function durationOf(text: string): number {
  return parseDuration(text) ?? 0;
}

/** Integrations that are not ranked come after those that are, in their own order. */
function withTheRest(ranked: readonly string[], all: readonly string[]): readonly string[] {
  return [...ranked, ...all.filter((id) => !ranked.includes(id))];
}
