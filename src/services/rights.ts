import type { Caller } from '../command.ts';
import { type GroupMembers, groupsNamed, hasRight, isGroupId, mayUse, RIGHT_NAMES, type Right } from '../domain/access.ts';
import { ForbiddenError } from '../domain/errors.ts';
import { normaliseEmail, type PersonRef, samePerson } from '../domain/person.ts';
import type { World } from '../ports/world.ts';

/** Members of every user group the access lists, or the further lists, name. A group Slack cannot tell about counts as empty and is logged. */
export async function accessGroups(world: World, ...further: readonly (readonly string[] | null)[]): Promise<GroupMembers> {
  const groups = new Map<string, readonly string[]>();
  await Promise.all(
    groupsNamed(world.settings().access, ...further).map(async (id) => {
      try {
        groups.set(id, await world.directory.group(id));
      } catch (cause) {
        world.log.warn('access.group-unreadable', { group: id, cause });
        groups.set(id, []);
      }
    }),
  );
  return groups;
}

export async function callerHas(world: World, caller: Caller, right: Right): Promise<boolean> {
  if (caller.member === null) return false;
  return hasRight(caller.member, right, world.settings().access, await accessGroups(world));
}

/** Contacts of an integration, approvers and admins have a say in what becomes of it. */
export async function hasSay(world: World, caller: Caller, integrationId: string): Promise<boolean> {
  const plan = world.settings().syncs.find((one) => one.integrationId === integrationId);
  const { userId, email } = caller.person;
  const isContact =
    caller.member !== null &&
    mayUse(caller.member) &&
    (plan?.contacts ?? []).some(
      (contact) => contact === userId || (email !== null && normaliseEmail(contact) === normaliseEmail(email)),
    );
  return isContact || (await callerHas(world, caller, 'approve')) || (await callerHas(world, caller, 'admin'));
}

const DOES: Readonly<Record<Right, string>> = {
  view: 'look up other people’s licences',
  request: 'ask for changes',
  approve: 'decide requests',
  admin: 'change the set-up',
  audit: 'read the audit log',
};

/** @throws ForbiddenError naming the right that is missing and who can give it. */
export async function requireRight(world: World, caller: Caller, right: Right): Promise<void> {
  if (await callerHas(world, caller, right)) return;
  throw await missingRight(world, caller, right);
}

/** For what somebody does with their own: it takes no right, but they must still be here, and be a person. @throws ForbiddenError. */
export async function requirePresent(world: World, caller: Caller): Promise<void> {
  if (caller.member?.active === true && !caller.member.isBot) return;
  throw await missingRight(world, caller, 'view');
}

/** Whoever asks for something about somebody else needs the right to; for oneself it takes none. @throws ForbiddenError. */
export async function requireAsker(world: World, caller: Caller, person: PersonRef | null): Promise<void> {
  if (samePerson(person, caller.person)) await requirePresent(world, caller);
  else await requireRight(world, caller, 'request');
}

export async function missingRight(world: World, caller: Caller, right: Right): Promise<ForbiddenError> {
  if (caller.member === null || !mayUse(caller.member)) {
    return new ForbiddenError('forbidden.inactive', 'Only active, full members of this workspace can use Seatwarden.', {
      hint: 'Guests and people from other organisations can ask a colleague to look something up.',
    });
  }
  return new ForbiddenError(`forbidden.${right}`, `You need the right “${RIGHT_NAMES[right]}” to ${DOES[right]}.`, {
    hint: await whoGives(world),
  });
}

/** A sentence naming up to three people who can give rights. */
async function whoGives(world: World): Promise<string> {
  const { admins } = world.settings().access;
  if (admins === null) return 'An owner or admin of this Slack workspace can give it to you.';
  const names = await Promise.all(
    admins
      .filter((entry) => entry !== '*' && !isGroupId(entry))
      .slice(0, 3)
      .map(async (entry) => {
        const member = await (entry.includes('@') ? world.directory.byEmail(entry) : world.directory.byId(entry)).catch(
          () => null,
        );
        return member?.name ?? entry;
      }),
  );
  if (names.length === 0) return 'A Seatwarden admin can give it to you.';
  return `${names.join(' or ')} can give it to you (access list in the configuration).`;
}
