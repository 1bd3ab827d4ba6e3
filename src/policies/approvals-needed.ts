import type { Confidence, Effect } from '../domain/action-request.ts';
import { type AppliedPolicy, type PeopleList, type Stage, strengthen } from '../domain/approval.ts';
import { normaliseEmail, samePerson } from '../domain/person.ts';
import {
  APP_OWNER,
  type ApprovalPolicySetting,
  MANAGER,
  type PolicyScope,
  type ReasonRule,
  type Settings,
} from '../domain/settings.ts';

export interface ApprovalFacts {
  readonly effect: Effect;
  /** Destructive actions that were started in the last 24 hours, or are about to be. */
  readonly startedToday: number;
  /** How many things this ask is about. */
  readonly count?: number;
  /** The largest share of a product's seats it would take away, from 0 to 1; missing when the pool is not known. */
  readonly share?: number;
}

/** Which policies were looked at, in order, and what each said. */
export interface PolicyStep {
  readonly name: string;
  readonly when: string;
  readonly fits: boolean;
}

export type Ruling = { readonly steps: readonly PolicyStep[] } & (
  | { readonly kind: 'denied'; readonly name: string; readonly because: string }
  | {
      readonly kind: 'applied';
      readonly policy: AppliedPolicy;
      readonly expireAfterMs: number;
      readonly reason: ReasonRule | null;
    }
);

/** Verbs with which somebody gives up what they hold. */
const RELEASES: readonly string[] = ['revoke', 'deactivate'];

/**
 * Which rule decides on an action. A policy that denies beats everything. Giving up one's own seat needs nobody (an
 * administrator's account is not a seat one gives up alone); then the first configured policy that fits; then, for somebody
 * who wants a seat for themselves, the owner of the app; then one approval for anything that changes a vendor. Over a cap
 * two people must agree, whatever else applies.
 */
export function approvalsNeeded(scope: PolicyScope, settings: Settings, facts: ApprovalFacts): Ruling {
  const { policies } = settings.approvals;
  const steps = policies.map((policy) => ({ name: policy.name, when: policy.when, fits: policy.applies(scope) }));
  const denying = policies.find((policy, at) => policy.deny !== null && steps[at]?.fits === true);
  if (denying !== undefined) return { kind: 'denied', name: denying.name, because: denialWords(denying), steps };
  const fitting = policies.find((policy, at) => policy.deny === null && steps[at]?.fits === true) ?? null;
  const own = ownRelease(scope);
  const chosen = own !== null ? null : fitting;
  const rule =
    own ?? (chosen === null ? (wish(scope, settings) ?? byDefault(facts.effect)) : configured(chosen, scope, settings));
  return {
    kind: 'applied',
    policy: { remindAfterMs: chosen?.remindAfterMs ?? settings.approvals.remindAfterMs, ...underCaps(rule, settings, facts) },
    expireAfterMs: chosen?.expireAfterMs ?? settings.approvals.expireAfterMs,
    reason: chosen?.reason ?? null,
    steps,
  };
}

/**
 * The rule, or two people where a cap is reached. It is asked again when somebody decides: many requests may have been
 * made while the cap was far.
 */
export function underCaps(rule: AppliedPolicy, settings: Settings, facts: ApprovalFacts): AppliedPolicy {
  const cap = capPassed(settings, facts);
  return cap === null ? rule : strengthen(rule, 2, cap.name, `${cap.because}, so two people must agree.`);
}

/** The first cap that something would pass, with the figures as a sentence without its full stop; null when it passes none. */
export function capPassed(
  settings: Pick<Settings, 'safety'>,
  facts: ApprovalFacts,
): { readonly name: string; readonly because: string } | null {
  const { maxPerDay, maxPerRun, maxSharePerRun } = settings.safety;
  const count = facts.count ?? 1;
  if (facts.effect === 'destructive' && facts.startedToday + count > maxPerDay) {
    const before = `${facts.startedToday} ${facts.startedToday === 1 ? 'seat was' : 'seats were'} taken away in the last 24 hours`;
    return { name: 'daily cap', because: `${before}; the cap is ${maxPerDay}` };
  }
  if (count > maxPerRun) return { name: 'run cap', because: `It is about ${count} at once; the cap is ${maxPerRun}` };
  if (count > 1 && facts.share !== undefined && facts.share > maxSharePerRun) {
    const percent = (share: number): string => `${Math.round(share * 100)} %`;
    const because = `It would take ${percent(facts.share)} of a product’s seats; the cap is ${percent(maxSharePerRun)}`;
    return { name: 'share cap', because };
  }
  return null;
}

/**
 * No rule decides alone on what is protected or special: one person agrees, whatever lets the rest pass. Whoever gives up
 * their own seat is that person, and a step of a hand-over was decided on by one.
 */
export function neverAlone(policy: AppliedPolicy, scope: PolicyScope, confidence: Confidence | null): AppliedPolicy {
  if (confidence?.tier !== 'excluded' || scope.trigger === 'saga') return policy;
  if (scope.trigger === 'person' && ownRelease(scope) !== null) return policy;
  const because = `No automation decides on this alone, because ${confidence.because}; one person must agree.`;
  return strengthen(policy, 1, 'never by automation', because);
}

function ownRelease(scope: PolicyScope): AppliedPolicy | null {
  if (!RELEASES.includes(scope.preset.verb) || scope.account?.administrator === true) return null;
  if (!samePerson(scope.requester, scope.person)) return null;
  return { name: 'own seat', approvals: 0, because: 'Giving up one’s own seat needs no approval.', stages: [] };
}

/** Somebody wants a seat for themselves: whoever owns the app decides, where that is known. */
function wish(scope: PolicyScope, settings: Settings): AppliedPolicy | null {
  const owners = settings.owners[scope.preset.integration] ?? [];
  if (scope.preset.verb !== 'assign' || owners.length === 0 || !samePerson(scope.requester, scope.person)) return null;
  const stage: Stage = { name: 'app owner', approvals: 1, approvers: owners, notify: owners };
  return { name: 'app owner', approvals: 1, because: 'A seat for oneself is for the owner of the app to give.', stages: [stage] };
}

function configured(policy: ApprovalPolicySetting, scope: PolicyScope, settings: Settings): AppliedPolicy {
  const why = `The policy “${policy.name}” applies (${shortened(policy.when)})`;
  if (policy.auto?.holds(scope) === true) {
    const because = `${why} and lets it pass, because ${shortened(policy.auto.when)}.`;
    return { name: policy.name, approvals: 0, because, stages: [] };
  }
  const stages = policy.stages.map((stage) => resolved(stage, scope, settings));
  const approvals = stages.reduce((sum, { stage }) => sum + stage.approvals, 0);
  const notes = stages.flatMap(({ note }) => (note === null ? [] : [` ${note}`])).join('');
  return {
    name: policy.name,
    approvals,
    because: `${why} and asks for ${count(approvals)}${stageWords(policy.stages)}.${notes}`,
    stages: stages.map(({ stage }) => stage),
    escalate: calledIn(policy, scope, settings),
  };
}

/** Whom the policy calls in, with names in place of roles; null when nobody is known for any of them. */
function calledIn(
  { escalate }: ApprovalPolicySetting,
  scope: PolicyScope,
  settings: Settings,
): NonNullable<AppliedPolicy['escalate']> | null {
  const to = escalate === null ? null : named(escalate.to, scope, settings);
  return escalate === null || to === null ? null : { ...escalate, to };
}

function byDefault(effect: Effect): AppliedPolicy {
  const what = effect === 'destructive' ? 'takes something away from a person' : 'changes something at the vendor';
  return { name: 'default', approvals: 1, because: `No policy applies. It ${what}, so one other person must agree.` };
}

function denialWords(policy: ApprovalPolicySetting): string {
  return `The policy “${policy.name}” forbids it: ${policy.deny ?? ''}`;
}

/** The stage with names in place of roles. A role nobody is known for falls back to every approver, and says so. */
function resolved(stage: Stage, scope: PolicyScope, settings: Settings): { readonly stage: Stage; readonly note: string | null } {
  if (stage.approvers === null) return { stage: { ...stage, notify: named(stage.notify, scope, settings) }, note: null };
  const approvers = named(stage.approvers, scope, settings);
  const note =
    approvers === null ? `Nobody is known as ${stage.approvers.map(roleWords).join(' or ')}, so any approver decides.` : null;
  return { stage: { ...stage, approvers, notify: named(stage.notify, scope, settings) }, note };
}

/** Null when a list names only roles that nobody has. */
function named(list: PeopleList | null, scope: PolicyScope, settings: Settings): PeopleList | null {
  if (list === null || list.length === 0) return list;
  const people = list.flatMap((entry) => {
    if (entry === APP_OWNER) return settings.owners[scope.preset.integration] ?? [];
    if (entry !== MANAGER) return [entry];
    const manager = scope.person?.email == null ? undefined : settings.approvals.managers[normaliseEmail(scope.person.email)];
    return manager === undefined ? [] : [manager];
  });
  return people.length === 0 ? null : [...new Set(people)];
}

function stageWords(stages: readonly Stage[]): string {
  const named = stages.filter((stage) => stage.approvers !== null);
  if (stages.length <= 1 && named.length === 0) return '';
  const words = stages.map(
    (stage) => `${stage.approvals} by ${stage.name ?? stage.approvers?.map(roleWords).join(' or ') ?? 'any approver'}`,
  );
  return `: ${words.join(', then ')}`;
}

function roleWords(entry: string): string {
  if (entry === APP_OWNER) return 'the owner of the app';
  if (entry === MANAGER) return 'the manager of the person concerned';
  return entry === '*' ? 'anybody' : entry;
}

function shortened(expression: string): string {
  const one = expression.replaceAll(/\s+/g, ' ').trim();
  return one.length <= 120 ? one : `${one.slice(0, 119)}…`;
}

function count(approvals: number): string {
  if (approvals === 0) return 'no approval';
  return approvals === 1 ? '1 approval' : `${approvals} approvals`;
}
