import { type AppliedPolicy, type PeopleList, type Stage, stagesOf } from '../domain/approval.ts';

/**
 * The rule for things that are decided together: it asks for whatever each of their rules asks for. A stage that two rules
 * have in common counts for both. Further people are called in only where every rule calls in the same.
 */
export function joinPolicies(policies: readonly AppliedPolicy[]): AppliedPolicy | null {
  const asking = distinct(policies.filter((policy) => policy.approvals > 0));
  const [first, ...others] = asking;
  if (first === undefined) return policies[0] ?? null;
  if (others.length === 0) return first;
  const stages: Stage[] = [];
  for (const policy of asking) add(stages, stagesOf(policy));
  const reminders = asking.flatMap(({ remindAfterMs }) => (remindAfterMs === undefined ? [] : [remindAfterMs]));
  const alike = asking.every((policy) => JSON.stringify(policy.escalate ?? null) === JSON.stringify(first.escalate ?? null));
  return {
    name: `${[first, ...others.slice(0, -1)].map((policy) => policy.name).join(', ')} and ${others.at(-1)?.name ?? ''}`,
    approvals: stages.reduce((sum, stage) => sum + stage.approvals, 0),
    because: `Its rows fall under ${asking.length} policies, and all of them have to be met: ${asking.map((policy) => policy.because).join(' ')}`,
    stages,
    ...(reminders.length === 0 ? {} : { remindAfterMs: Math.min(...reminders) }),
    ...(alike && first.escalate != null ? { escalate: first.escalate } : {}),
  };
}

function distinct(policies: readonly AppliedPolicy[]): readonly AppliedPolicy[] {
  const demand = ({ name, escalate, ...policy }: AppliedPolicy): string =>
    JSON.stringify([name, stagesOf({ name, ...policy }), escalate ?? null]);
  return [...new Map(policies.toReversed().map((policy) => [demand(policy), policy])).values()].toReversed();
}

/** Puts a rule's stages to those there are; of two for the same people the one with more approvals stays. */
function add(stages: Stage[], further: readonly Stage[]): void {
  const taken = new Set<number>();
  for (const stage of further) {
    const at = stages.findIndex((one, index) => !taken.has(index) && sameList(one.approvers, stage.approvers));
    const same = stages[at];
    if (same === undefined) {
      taken.add(stages.push(stage) - 1);
      continue;
    }
    taken.add(at);
    stages[at] = { ...same, approvals: Math.max(same.approvals, stage.approvals), notify: both(same.notify, stage.notify) };
  }
}

function both(a: PeopleList | null, b: PeopleList | null): PeopleList | null {
  return a === null || b === null ? (a ?? b) : [...new Set([...a, ...b])];
}

function sameList(a: PeopleList | null, b: PeopleList | null): boolean {
  return JSON.stringify(a?.toSorted() ?? null) === JSON.stringify(b?.toSorted() ?? null);
}
