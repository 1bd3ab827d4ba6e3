import type { PersonRef } from './person.ts';
import type { Instant } from './time.ts';

/** People as a policy names them: Slack user ids, user-group ids, e-mails, or `*`. */
export type PeopleList = readonly string[];

/** A step of a decision. Stages follow each other; the next one opens when enough people of this one agreed. */
export interface Stage {
  /** What people read; null where the policy gives none. */
  readonly name: string | null;
  /** How many different people must agree. */
  readonly approvals: number;
  /** Who may; null for everybody with the right to approve. */
  readonly approvers: PeopleList | null;
  /** Who is asked directly; null for nobody beside the channel. Those left out may approve all the same, undisturbed. */
  readonly notify: PeopleList | null;
}

/** The rule a request is decided under, as it was when it was asked: a later change of the file does not soften it. */
export interface AppliedPolicy {
  readonly name: string;
  /** Over all stages. */
  readonly approvals: number;
  /** One sentence for the card: which rule, and why. */
  readonly because: string;
  /** Missing in requests of versions before there were stages: one stage, open to every approver. */
  readonly stages?: readonly Stage[];
  readonly remindAfterMs?: number;
  /** After `afterMs` without a decision these people may decide as well, and are asked. */
  readonly escalate?: { readonly afterMs: number; readonly to: PeopleList } | null;
}

export interface Decision {
  readonly by: PersonRef;
  readonly verdict: 'approve' | 'deny';
  readonly at: Instant;
  readonly reason: string | null;
  readonly via: 'slack' | 'cli' | 'job';
  /** In whose place, when it was delegated. */
  readonly insteadOf?: PersonRef;
  /** The stage it counts for, from 0; missing where there is one. */
  readonly stage?: number;
  /** Somebody who may act without waiting for others did so. */
  readonly breakGlass?: true;
}

export function stagesOf(policy: AppliedPolicy): readonly Stage[] {
  if (policy.stages !== undefined) return policy.stages;
  return policy.approvals === 0 ? [] : [{ name: policy.name, approvals: policy.approvals, approvers: null, notify: null }];
}

/** How many of a stage have agreed. */
function agreedAt(stage: number, decisions: readonly Decision[]): number {
  return decisions.filter((decision) => decision.verdict === 'approve' && (decision.stage ?? 0) === stage).length;
}

/** The stage that waits for a decision, from 0; null when every stage has enough. */
export function openStage(policy: AppliedPolicy, decisions: readonly Decision[]): number | null {
  const index = stagesOf(policy).findIndex((stage, at) => agreedAt(at, decisions) < stage.approvals);
  return index === -1 ? null : index;
}

/** Approvals still to come, over all stages. */
export function approvalsMissing(policy: AppliedPolicy, decisions: readonly Decision[]): number {
  return stagesOf(policy).reduce((sum, stage, at) => sum + Math.max(stage.approvals - agreedAt(at, decisions), 0), 0);
}

/** The same rule with a further stage, so that `approvals` people agree in all; open to every approver. */
export function strengthen(policy: AppliedPolicy, approvals: number, name: string, because: string): AppliedPolicy {
  if (policy.approvals >= approvals) return policy;
  const further: Stage = { name, approvals: approvals - policy.approvals, approvers: null, notify: null };
  return { ...policy, name, approvals, because, stages: [...stagesOf(policy), further] };
}

/** Somebody decides in another's place for a time; both names are kept. */
export interface Delegation {
  readonly id: string;
  readonly version: number;
  /** Whose approvals are given. */
  readonly from: PersonRef;
  readonly to: PersonRef;
  readonly since: Instant;
  readonly until: Instant;
  readonly setBy: PersonRef;
}

export function delegationHolds(delegation: Delegation, now: Instant): boolean {
  return Date.parse(delegation.since) <= Date.parse(now) && Date.parse(now) < Date.parse(delegation.until);
}
