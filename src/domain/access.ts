import type { Member, PersonRef } from './person.ts';
import { normaliseEmail } from './person.ts';
import type { AccessSettings } from './settings.ts';

export type Right = 'view' | 'request' | 'approve' | 'admin' | 'audit';

export const RIGHT_NAMES: Readonly<Record<Right, string>> = {
  view: 'viewer',
  request: 'requester',
  approve: 'approver',
  admin: 'admin',
  audit: 'auditor',
};

const LIST_OF = { view: 'viewers', request: 'requesters', approve: 'approvers', admin: 'admins', audit: 'auditors' } as const;

/** Members of the user groups that the access lists name, by group id. */
export type GroupMembers = ReadonlyMap<string, readonly string[]>;

/** The user-group ids that any access list, or one of the further lists, names. */
export function groupsNamed(access: AccessSettings, ...further: readonly (readonly string[] | null)[]): readonly string[] {
  const lists = [access.admins, access.approvers, access.requesters, access.viewers, access.auditors, access.breakGlass];
  return [...new Set([...lists, ...further].flatMap((list) => list ?? []).filter(isGroupId))];
}

export function isGroupId(entry: string): boolean {
  return /^S[A-Z0-9]{2,}$/.test(entry);
}

/**
 * Whether a member has a right. Deactivated, bot, guest and external users have none, whatever a list says. Where the
 * configuration is silent, workspace owners and admins are admins and approvers, and every member may look up and request.
 * An admin may also view and request; approving has to be given by name.
 */
export function hasRight(member: Member, right: Right, access: AccessSettings, groups: GroupMembers): boolean {
  if (!mayUse(member)) return false;
  const list = access[LIST_OF[right]];
  if (list === null ? byDefault(member, right) : names(list, member, groups)) return true;
  return (right === 'view' || right === 'request') && hasRight(member, 'admin', access, groups);
}

/** Active, human, and a full member of this workspace. */
export function mayUse(member: Member): boolean {
  return member.active && !member.isBot && !member.isGuest && !member.isExternal;
}

function byDefault(member: Member, right: Right): boolean {
  if (right === 'view' || right === 'request') return true;
  return (right === 'admin' || right === 'approve') && member.isWorkspaceAdmin;
}

/** Whether a list of people (ids, user groups, e-mails, `*`) means this member. Says nothing about whether they may use the bot. */
export function names(list: readonly string[], member: Member, groups: GroupMembers): boolean {
  return list.some((entry) => {
    if (entry === '*' || entry === member.userId) return true;
    if (entry.includes('@')) return member.email !== null && normaliseEmail(entry) === normaliseEmail(member.email);
    return isGroupId(entry) && (groups.get(entry)?.includes(member.userId) ?? false);
  });
}

/** Whether somebody may act at once, without waiting for others, when there is an emergency. Nobody may unless named. */
export function mayBreakGlass(member: Member, access: AccessSettings, groups: GroupMembers): boolean {
  return mayUse(member) && names(access.breakGlass, member, groups);
}

/** Whether a person stands on the list of those whose seats nothing touches. */
export function isProtected(person: PersonRef | null, entries: readonly string[]): boolean {
  if (person === null) return false;
  return entries.some((entry) =>
    entry.includes('@')
      ? person.email !== null && normaliseEmail(entry) === normaliseEmail(person.email)
      : entry === person.userId,
  );
}
