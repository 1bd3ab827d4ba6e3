import { type GroupMembers, hasRight, mayUse } from '../domain/access.ts';
import type { ActionRequest } from '../domain/action-request.ts';
import { type Member, samePerson } from '../domain/person.ts';
import type { AccessSettings } from '../domain/settings.ts';

export type MayDecide =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly because: string; readonly hint: string | null };

/**
 * Separation of duties, checked anew at every press: an approver who is an active full member of this workspace, is not
 * the one who asked, is not the one affected, and has not decided already.
 */
export function mayDecide(request: ActionRequest, member: Member, access: AccessSettings, groups: GroupMembers): MayDecide {
  if (!mayUse(member)) return no('forbidden.inactive', 'Only active, full members of this workspace can decide requests.');
  if (samePerson(member, request.requester)) {
    return no(
      'forbidden.own-request',
      'You asked for this yourself, so somebody else has to decide it.',
      'Withdraw it if you changed your mind.',
    );
  }
  if (samePerson(member, request.affected))
    return no('forbidden.own-seat', 'This is about your own seat, so somebody else has to decide it.');
  if (!hasRight(member, 'approve', access, groups))
    return no('forbidden.approve', 'You are not among the approvers, so you cannot decide this request.');
  if (request.decisions.some((decision) => samePerson(decision.by, member))) {
    return no(
      'forbidden.decided',
      'You have already approved this request; each person counts once.',
      'Another approver has to agree as well.',
    );
  }
  return { ok: true };
}

function no(code: string, because: string, hint: string | null = null): MayDecide {
  return { ok: false, code, because, hint };
}
