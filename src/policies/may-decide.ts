import { type GroupMembers, hasRight, mayUse, names } from '../domain/access.ts';
import { type ActionRequest, affectedBy } from '../domain/action-request.ts';
import { openStage, type PeopleList, type Stage, stagesOf } from '../domain/approval.ts';
import { type Member, type PersonRef, refOf, samePerson } from '../domain/person.ts';
import type { AccessSettings } from '../domain/settings.ts';

export type MayDecide =
  | { readonly ok: true; readonly stage: number; readonly insteadOf: PersonRef | null }
  | { readonly ok: false; readonly code: string; readonly because: string; readonly hint: string | null };

export interface DecisionFacts {
  readonly access: AccessSettings;
  readonly groups: GroupMembers;
  /** Those in whose place the member decides today, as they are now. */
  readonly inPlaceOf: readonly Member[];
}

/**
 * Separation of duties, checked anew at every press: an approver of the open stage (or whoever decides in one's place) who
 * is an active full member of this workspace, is not the one who asked, is not affected, and has not been counted already,
 * in whatever role. A denial may come from an approver of any stage.
 */
export function mayDecide(request: ActionRequest, member: Member, verdict: 'approve' | 'deny', facts: DecisionFacts): MayDecide {
  if (!mayUse(member)) return no('forbidden.inactive', 'Only active, full members of this workspace can decide requests.');
  if (samePerson(member, request.requester)) {
    return no(
      'forbidden.own-request',
      'You asked for this yourself, so somebody else has to decide it.',
      'Withdraw it if you changed your mind.',
    );
  }
  if (isAffected(request, member))
    return no('forbidden.own-seat', 'This is about your own seat, so somebody else has to decide it.');
  const stages = stagesOf(request.policy);
  const open = openStage(request.policy, request.decisions) ?? 0;
  const candidates = verdict === 'approve' ? [open] : stages.map((_, at) => at);
  const seat = seatFor(request, member, candidates, facts);
  if (seat === null) return notAmong(request, member, open, facts);
  if (wasCounted(request, member)) {
    return no(
      'forbidden.decided',
      'You have already approved this request; each person counts once.',
      'Another approver has to agree as well.',
    );
  }
  return { ok: true, ...seat };
}

/** Whether somebody may approve in a stage by their own right; who asked and whom it affects is looked at elsewhere. */
export function sitsIn(
  stage: Stage,
  request: ActionRequest,
  member: Member,
  access: AccessSettings,
  groups: GroupMembers,
): boolean {
  if (!mayUse(member)) return false;
  if (request.escalatedTo !== undefined && names(request.escalatedTo, member, groups)) return true;
  return stage.approvers === null ? hasRight(member, 'approve', access, groups) : names(stage.approvers, member, groups);
}

/** Those who may approve in the open stage, out of `members`: without who asked, whom it affects, and who has agreed already. */
export function deciders(
  request: ActionRequest,
  members: readonly Member[],
  access: AccessSettings,
  groups: GroupMembers,
): readonly Member[] {
  const stage = stagesOf(request.policy)[openStage(request.policy, request.decisions) ?? 0];
  if (stage === undefined) return [];
  return members.filter((member) => sitsIn(stage, request, member, access, groups) && isFree(request, member));
}

/**
 * Who is asked directly in the open stage: those the policy wants to be told (the others may approve undisturbed) and those
 * who were called in. With no channel for cards, every approver of the stage unless the policy says whom to tell.
 */
export function askedIn(
  request: ActionRequest,
  members: readonly Member[],
  facts: { readonly access: AccessSettings; readonly groups: GroupMembers; readonly hasChannel: boolean },
): readonly Member[] {
  const stage = stagesOf(request.policy)[openStage(request.policy, request.decisions) ?? 0];
  if (stage === undefined) return [];
  const everyApprover = stage.notify === null && !facts.hasChannel;
  return deciders(request, members, facts.access, facts.groups).filter(
    (member) =>
      everyApprover ||
      (stage.notify !== null && names(stage.notify, member, facts.groups)) ||
      (request.escalatedTo !== undefined && names(request.escalatedTo, member, facts.groups)),
  );
}

/** The lists of people a request's policy names, whose user groups have to be known to decide it. */
export function listsNamed(request: Pick<ActionRequest, 'policy' | 'escalatedTo'>): readonly (PeopleList | null)[] {
  const stages = stagesOf(request.policy);
  return [...stages.map((stage) => stage.approvers), ...stages.map((stage) => stage.notify), request.escalatedTo ?? null];
}

/** Neither the one who asked, nor affected, nor counted already. */
export function isFree(request: ActionRequest, person: PersonRef): boolean {
  return !samePerson(person, request.requester) && !isAffected(request, person) && !wasCounted(request, person);
}

function isAffected(request: ActionRequest, person: PersonRef): boolean {
  return affectedBy(request).some((affected) => samePerson(affected, person));
}

/** Somebody counts once, whether they decided themselves, in another's place, or had another decide in theirs. */
function wasCounted(request: ActionRequest, person: PersonRef): boolean {
  return request.decisions.some(({ by, insteadOf }) => samePerson(by, person) || samePerson(insteadOf ?? null, person));
}

/** The first stage in which the member sits: by their own right, else in the place of somebody who could decide. */
function seatFor(
  request: ActionRequest,
  member: Member,
  candidates: readonly number[],
  { access, groups, inPlaceOf }: DecisionFacts,
): { readonly stage: number; readonly insteadOf: PersonRef | null } | null {
  const stages = stagesOf(request.policy);
  const seat = (who: Member): number | undefined =>
    candidates.find((at) => {
      const stage = stages[at];
      return stage !== undefined && sitsIn(stage, request, who, access, groups);
    });
  const own = seat(member);
  if (own !== undefined) return { stage: own, insteadOf: null };
  for (const principal of inPlaceOf) {
    const at = isFree(request, principal) ? seat(principal) : undefined;
    if (at !== undefined) return { stage: at, insteadOf: refOf(principal) };
  }
  return null;
}

function notAmong(request: ActionRequest, member: Member, open: number, facts: DecisionFacts): MayDecide {
  const others = stagesOf(request.policy).map((_, at) => at);
  const elsewhere = seatFor(
    request,
    member,
    others.filter((at) => at !== open),
    facts,
  );
  if (elsewhere === null) {
    return no('forbidden.approve', 'You are not among the approvers, so you cannot decide this request.');
  }
  const stage = stagesOf(request.policy)[open];
  const who = stage?.name ?? 'others';
  return no(
    'forbidden.stage',
    elsewhere.stage > open
      ? `It is not your turn yet: “${who}” decides first.`
      : `Your stage is decided already; “${who}” decides now.`,
    elsewhere.stage > open ? 'You are asked when it is your turn. You can deny it at any time.' : null,
  );
}

function no(code: string, because: string, hint: string | null = null): MayDecide {
  return { ok: false, code, because, hint };
}
