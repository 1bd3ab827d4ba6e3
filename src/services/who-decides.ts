import type { GroupMembers } from '../domain/access.ts';
import type { ActionRequest } from '../domain/action-request.ts';
import { type AppliedPolicy, delegationHolds, type Stage, stagesOf } from '../domain/approval.ts';
import { type Member, type PersonRef, samePerson } from '../domain/person.ts';
import { toInstant } from '../domain/time.ts';
import { unmetStage } from '../policies/can-be-met.ts';
import { askedIn, deciders, isFree, listsNamed, sitsIn } from '../policies/may-decide.ts';
import type { World } from '../ports/world.ts';
import { accessGroups } from './rights.ts';

export { askedIn, listsNamed } from '../policies/may-decide.ts';

/** Members of every user group that matters for a request. */
export async function decisionGroups(
  world: World,
  request: Pick<ActionRequest, 'policy' | 'escalatedTo'>,
): Promise<GroupMembers> {
  return accessGroups(world, ...listsNamed(request));
}

/** Those in whose place somebody decides now; a principal who may not use the bot any more has nothing to give. */
export async function principalsOf(world: World, person: PersonRef): Promise<readonly Member[]> {
  const now = toInstant(world.clock.now());
  const given = (await world.store.list('delegations')).filter(
    (delegation) => samePerson(delegation.to, person) && delegationHolds(delegation, now),
  );
  const members = await Promise.all(given.map(({ from }) => memberOf(world, from)));
  return members.filter((member) => member !== null);
}

/** A person as the directory knows them now. */
export async function memberOf(world: World, person: PersonRef): Promise<Member | null> {
  if (person.userId !== null) return world.directory.byId(person.userId);
  return person.email === null ? null : world.directory.byEmail(person.email);
}

/** Everybody, or null where the directory cannot tell (no chat is connected, or it does not answer). */
export async function everybody(world: World): Promise<readonly Member[] | null> {
  try {
    return (await world.directory.everyone?.()) ?? null;
  } catch (cause) {
    world.log.warn('directory.unreadable', { cause });
    return null;
  }
}

/** Who may approve in the open stage; null when nobody can tell. */
export async function decidersOf(world: World, request: ActionRequest): Promise<readonly Member[] | null> {
  const members = await everybody(world);
  if (members === null) return null;
  return deciders(request, members, world.settings().access, await decisionGroups(world, request));
}

/** Who is asked directly in the open stage, beside the channel. */
export async function askedDirectly(world: World, request: ActionRequest): Promise<readonly Member[]> {
  if (request.state !== 'pending') return [];
  const members = (await everybody(world)) ?? [];
  const { access, approvals } = world.settings();
  return askedIn(request, members, {
    access,
    groups: await decisionGroups(world, request),
    hasChannel: approvals.channel !== null,
  });
}

/** Whether enough different people could ever agree; null when nobody can tell, else the name of the stage that cannot be met. */
export async function stageNobodyMeets(
  world: World,
  request: Pick<ActionRequest, 'policy' | 'requester' | 'affected' | 'bulk' | 'decisions'>,
): Promise<{ readonly stage: Stage; readonly candidates: number } | null> {
  const members = await everybody(world);
  if (members === null) return null;
  const { access } = world.settings();
  const asked = request as ActionRequest;
  const groups = await decisionGroups(world, asked);
  const stages = stagesOf(request.policy);
  const demands = stages.map((stage) => ({
    approvals: stage.approvals,
    candidates: members
      .filter((member) => isFree(asked, member) && sitsIn(stage, asked, member, access, groups))
      .map((member) => member.userId),
  }));
  const at = unmetStage(demands);
  const stage = at === null ? undefined : stages[at];
  return at === null || stage === undefined ? null : { stage, candidates: demands[at]?.candidates.length ?? 0 };
}

/** How many people a new request under this policy would disturb at once. */
export async function peopleAsked(
  world: World,
  request: Pick<ActionRequest, 'requester' | 'affected'> & { readonly policy: AppliedPolicy },
): Promise<readonly Member[]> {
  return askedDirectly(world, { ...(request as ActionRequest), decisions: [], state: 'pending' });
}
