import type { Caller } from '../command.ts';
import { ForbiddenError } from '../domain/errors.ts';
import { normaliseEmail, refOf } from '../domain/person.ts';
import type { World } from '../ports/world.ts';

/** Who a Slack payload's user is. @throws ForbiddenError when the workspace does not know them. */
export async function identifyCaller(world: World, userId: string): Promise<Caller> {
  const member = await world.directory.byId(userId);
  if (member === null) throw new ForbiddenError('forbidden.unknown-user', 'Slack does not know this user, so nothing was done.');
  return { person: refOf(member), member, via: 'slack' };
}

/** Who speaks from a terminal. @throws ForbiddenError when nobody in the workspace has that e-mail. */
export async function identifyByEmail(world: World, email: string): Promise<Caller> {
  const member = await world.directory.byEmail(normaliseEmail(email));
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
