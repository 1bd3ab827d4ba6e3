import type { Caller } from '../command.ts';
import { ConflictError, ForbiddenError, TransportError } from '../domain/errors.ts';
import { type Member, normaliseEmail, refOf } from '../domain/person.ts';
import { addMs, DAY_MS, toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';

/** Who left is found out within this time, even if the chat is down for longer. */
const KNOWN_MS = 7 * DAY_MS;
/** What was stored is stored again after this time, so that it does not grow old while somebody uses the bot. */
const AGAIN_MS = DAY_MS;

/** Who a Slack payload's user is. @throws ForbiddenError when the workspace does not know them. */
export async function identifyCaller(world: World, userId: string): Promise<Caller> {
  const member = await world.directory.byId(userId);
  if (member === null) throw new ForbiddenError('forbidden.unknown-user', 'Slack does not know this user, so nothing was done.');
  remember(world, member);
  return { person: refOf(member), member, via: 'slack' };
}

/**
 * Who speaks from a terminal. While the chat is down, whoever used the bot in the last week is who the chat said last.
 * @throws ForbiddenError when nobody in the workspace has that e-mail; TransportError when nobody can tell.
 */
export async function identifyByEmail(world: World, email: string): Promise<Caller> {
  const member = await memberByEmail(world, normaliseEmail(email));
  if (member === null) {
    throw new ForbiddenError(
      'forbidden.unknown-user',
      `Nobody in the workspace has the e-mail ${normaliseEmail(email)}, so nothing was done.`,
      {
        hint: 'Name yourself with --as and the e-mail you use in Slack.',
      },
    );
  }
  return { person: refOf(member), member, via: 'cli' };
}

async function memberByEmail(world: World, email: string): Promise<Member | null> {
  try {
    const member = await world.directory.byEmail(email);
    if (member !== null) remember(world, member);
    return member;
  } catch (cause) {
    if (!(cause instanceof TransportError)) throw cause;
    const since = addMs(toInstant(world.clock.now()), -KNOWN_MS);
    const known = (await world.store.list('members')).find(
      ({ member, seenAt }) => member.email !== null && normaliseEmail(member.email) === email && seenAt >= since,
    );
    if (known === undefined) throw cause;
    world.log.warn('identify.chat-down', { userId: known.id, seenAt: known.seenAt });
    return known.member;
  }
}

/** In the background: nobody waits for it, and one that is lost is made up for by the next. */
function remember(world: World, member: Member): void {
  // A directory without a chat always answers, and knows nobody.
  if (member.userId.includes('@')) return;
  world.background.run('remember-member', async () => {
    const now = toInstant(world.clock.now());
    const before = await world.store.get('members', member.userId);
    const same = before !== null && JSON.stringify(before.member) === JSON.stringify(member);
    if (same && addMs(before.seenAt, AGAIN_MS) > now) return;
    const doc = { id: member.userId, version: (before?.version ?? 0) + 1, member, seenAt: now };
    try {
      await world.store.commit({ put: [{ collection: 'members', doc, expected: before?.version ?? null }] });
    } catch (cause) {
      if (!(cause instanceof ConflictError)) throw cause;
    }
  });
}
