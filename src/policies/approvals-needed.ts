import type { Effect } from '../domain/action-request.ts';
import { samePerson } from '../domain/person.ts';
import type { PolicyScope, Settings } from '../domain/settings.ts';

export interface ApprovalRule {
  readonly name: string;
  readonly approvals: number;
  /** One sentence for the card. */
  readonly because: string;
}

export interface ApprovalFacts {
  readonly effect: Effect;
  /** Destructive actions that were started in the last 24 hours. */
  readonly startedToday: number;
}

/** Verbs with which somebody gives up what they hold. */
const RELEASES: readonly string[] = ['revoke', 'deactivate'];

/**
 * How many people must agree to an action, and which rule says so. Giving up one's own seat needs nobody (an
 * administrator's account is not a seat one gives up alone); then the first configured policy that applies; then one
 * approval for anything that changes a vendor. Over the daily cap two people must agree, whatever else applies.
 */
export function approvalsNeeded(scope: PolicyScope, settings: Settings, facts: ApprovalFacts): ApprovalRule {
  return underDailyCap(ownRelease(scope) ?? configured(scope, settings) ?? byDefault(facts.effect), settings, facts);
}

/**
 * The rule, or two people where the daily cap is reached. It is asked again when somebody decides: many requests may have been
 * made while the cap was far.
 */
export function underDailyCap(rule: ApprovalRule, settings: Settings, facts: ApprovalFacts): ApprovalRule {
  const { maxPerDay } = settings.safety;
  if (facts.effect !== 'destructive' || facts.startedToday < maxPerDay || rule.approvals >= 2) return rule;
  return {
    name: 'daily cap',
    approvals: 2,
    because: `${facts.startedToday} seats were taken away in the last 24 hours; the cap is ${maxPerDay}, so two people must agree.`,
  };
}

function ownRelease(scope: PolicyScope): ApprovalRule | null {
  if (!RELEASES.includes(scope.preset.verb) || scope.account?.administrator === true) return null;
  if (!samePerson(scope.requester, scope.person)) return null;
  return { name: 'own seat', approvals: 0, because: 'Giving up one’s own seat needs no approval.' };
}

function configured(scope: PolicyScope, settings: Settings): ApprovalRule | null {
  const policy = settings.approvals.policies.find((candidate) => candidate.applies(scope));
  if (policy === undefined) return null;
  return {
    name: policy.name,
    approvals: policy.approvals,
    because: `The policy “${policy.name}” asks for ${count(policy.approvals)}.`,
  };
}

function byDefault(effect: Effect): ApprovalRule {
  const what = effect === 'destructive' ? 'takes something away from a person' : 'changes something at the vendor';
  return { name: 'default', approvals: 1, because: `It ${what}, so one other person must agree.` };
}

function count(approvals: number): string {
  if (approvals === 0) return 'no approval';
  return approvals === 1 ? '1 approval' : `${approvals} approvals`;
}
