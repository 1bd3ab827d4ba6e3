import type { Caller } from '../command.ts';
import { mayUse } from '../domain/access.ts';
import { type Delegation, delegationHolds } from '../domain/approval.ts';
import { ForbiddenError, UsageError } from '../domain/errors.ts';
import { type PersonRef, refOf, samePerson } from '../domain/person.ts';
import { addMs, DAY_MS, type Instant, toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { actorOf } from './change-request.ts';
import { requirePresent, requireRight } from './rights.ts';
import { memberOf } from './who-decides.ts';

/** Somebody who is away for longer should hand over the right itself. */
const LONGEST_MS = 92 * DAY_MS;

/**
 * Lets somebody decide in another's place until an instant. One delegates one's own approvals; an admin those of somebody
 * who is away already. It gives no right that the other does not have: each press checks what the absent person could do.
 * @throws ForbiddenError, UsageError.
 */
export async function delegate(
  world: World,
  caller: Caller,
  ask: { readonly from: PersonRef; readonly to: PersonRef; readonly until: Instant },
): Promise<Delegation> {
  if (samePerson(ask.from, caller.person)) await requirePresent(world, caller);
  else await requireRight(world, caller, 'admin');
  if (samePerson(ask.from, ask.to)) throw new UsageError('usage.delegate', 'Nobody can stand in for themselves.');
  const now = toInstant(world.clock.now());
  if (Date.parse(ask.until) <= Date.parse(now)) throw new UsageError('usage.until', 'The day it should end is past.');
  if (Date.parse(ask.until) > Date.parse(addMs(now, LONGEST_MS)))
    throw new UsageError('usage.until', 'A delegation lasts three months at most.', { hint: 'Name an earlier day.' });
  const to = await memberOf(world, ask.to);
  if (to === null || !mayUse(to))
    throw new ForbiddenError('forbidden.delegate', `${ask.to.name} is no active, full member of this workspace.`);
  const from = await memberOf(world, ask.from);
  const doc: Delegation = {
    id: keyOf(ask.from),
    version: 1,
    from: from === null ? ask.from : refOf(from),
    to: refOf(to),
    since: now,
    until: ask.until,
    setBy: caller.person,
  };
  const before = await world.store.get('delegations', doc.id);
  const next = { ...doc, version: (before?.version ?? 0) + 1 };
  await world.store.commit({
    put: [{ collection: 'delegations', doc: next, expected: before?.version ?? null }],
    audit: [auditOf(world, caller, 'delegation.set', next)],
  });
  return next;
}

/** Ends a delegation before its time. Null when there was none. */
export async function endDelegation(world: World, caller: Caller, from: PersonRef): Promise<Delegation | null> {
  if (!samePerson(from, caller.person)) await requireRight(world, caller, 'admin');
  const given = await world.store.get('delegations', keyOf(from));
  if (given === null || !delegationHolds(given, toInstant(world.clock.now()))) return null;
  await world.store.commit({
    remove: [{ collection: 'delegations', id: given.id }],
    audit: [auditOf(world, caller, 'delegation.ended', given)],
  });
  return given;
}

/** The delegations that hold now. */
export async function delegationsNow(world: World): Promise<readonly Delegation[]> {
  const now = toInstant(world.clock.now());
  return (await world.store.list('delegations')).filter((given) => delegationHolds(given, now));
}

/** One delegation for each person: who is away has one stand-in. */
function keyOf(person: PersonRef): string {
  return person.userId ?? person.email ?? person.name;
}

function auditOf(world: World, caller: Caller, verb: 'delegation.set' | 'delegation.ended', given: Delegation) {
  return {
    at: toInstant(world.clock.now()),
    actor: actorOf(caller.person, caller.via),
    verb,
    subject: `person/${given.from.email ?? given.from.userId ?? given.from.name}`,
    requestId: null,
    detail: { from: given.from, to: given.to, until: given.until },
  };
}
