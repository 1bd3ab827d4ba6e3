import type { Caller } from '../command.ts';
import type { ActionRequest } from '../domain/action-request.ts';
import { ForbiddenError } from '../domain/errors.ts';
import { samePerson } from '../domain/person.ts';
import type { World } from '../ports/world.ts';
import { actorOf, changeRequest } from './change-request.ts';
import { deliver } from './deliver.ts';
import { getRequest } from './get-request.ts';
import { lockOf } from './keyed-lock.ts';
import { requirePresent } from './rights.ts';

/** Takes a pending request back. Only the one who asked may. */
export async function withdrawRequest(world: World, caller: Caller, requestId: string): Promise<ActionRequest> {
  const withdrawn = await lockOf(world.store).run(`decide:${requestId}`, async () => {
    const request = await getRequest(world, requestId);
    if (!samePerson(request.requester, caller.person)) {
      throw new ForbiddenError('forbidden.not-yours', `Only ${request.requester.name} can withdraw this request.`, {
        hint: 'An approver can deny it.',
      });
    }
    await requirePresent(world, caller);
    if (request.trigger === 'timer') {
      throw new ForbiddenError('forbidden.timer', 'It was given until a day, so that it is asked back cannot be withdrawn.', {
        hint: 'An approver can deny it.',
      });
    }
    return changeRequest(world, request, { kind: 'withdrawn' }, actorOf(caller.person, caller.via));
  });
  world.background.run('deliver', () => deliver(world, requestId));
  return withdrawn;
}
