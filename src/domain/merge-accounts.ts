import type { Account, Activity, Role } from './seat.ts';
import type { Instant } from './time.ts';

/**
 * One account of two readings of it, where a vendor lists somebody once for each thing they have: roles united by name, the
 * latest known use, and what the first leaves open taken from the second. Both must have the same `externalId`.
 */
export function mergeAccounts(first: Account, second: Account): Account {
  return {
    ...first,
    email: first.email ?? second.email,
    enabled: first.enabled || second.enabled,
    administrator: first.administrator || second.administrator,
    paidSeat: first.paidSeat === true || second.paidSeat === true ? true : (first.paidSeat ?? second.paidSeat),
    roles: uniteRoles([...first.roles, ...second.roles]),
    lastActivity: latest(first.lastActivity, second.lastActivity),
    createdAt: earliest(first.createdAt, second.createdAt),
    readAt: earliest(first.readAt, second.readAt) ?? first.readAt,
  };
}

function earliest(a: Instant | null, b: Instant | null): Instant | null {
  return [a, b].filter((at) => at !== null).toSorted()[0] ?? null;
}

function uniteRoles(roles: readonly Role[]): readonly Role[] {
  const scopes = new Map<string, Set<string>>();
  for (const role of roles) scopes.set(role.name, new Set([...(scopes.get(role.name) ?? []), ...role.scopes]));
  return [...scopes].map(([name, of]) => ({ name, scopes: [...of] }));
}

/** "Unknown" beside "never" stays unknown: somebody of whom one reading says nothing may have been there. */
function latest(a: Activity, b: Activity): Activity {
  if (a.kind === 'at' && b.kind === 'at') return a.at >= b.at ? a : b;
  if (a.kind === 'at') return a;
  if (b.kind === 'at') return b;
  return a.kind === 'unknown' ? a : b;
}
