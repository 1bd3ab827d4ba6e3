import type { Caller } from '../command.ts';
import { type ActionRequest, describeState } from '../domain/action-request.ts';
import { ConflictError, ForbiddenError } from '../domain/errors.ts';
import { samePerson } from '../domain/person.ts';
import type { World } from '../ports/world.ts';
import { actorOf, changeRequest } from './change-request.ts';
import { deliver } from './deliver.ts';
import { getRequest } from './get-request.ts';
import { callerHas, requirePresent } from './rights.ts';

const TRIES = 3;

/** Stops a bulk request after the row at hand. Who asked for it, approvers and admins may; what is done stays done. */
export async function stopBulk(world: World, caller: Caller, requestId: string): Promise<ActionRequest> {
  for (let attempt = 1; ; attempt += 1) {
    const request = await getRequest(world, requestId);
    const running = request.state === 'approved' || request.state === 'executing';
    if (request.bulk === undefined || !running) throw new ConflictError('conflict.state', describeState(request));
    await refuseOthers(world, caller, request);
    if (request.bulk.stoppedBy !== null)
      throw new ConflictError('conflict.stopped', `${request.bulk.stoppedBy.name} has stopped it already.`);
    try {
      const event = { kind: 'stopped', by: caller.person } as const;
      const stopped = await changeRequest(world, request, event, actorOf(caller.person, caller.via));
      world.background.run('deliver', () => deliver(world, requestId));
      return stopped;
    } catch (cause) {
      // A row ended in the same moment.
      if (!(cause instanceof ConflictError) || cause.code !== 'conflict.version' || attempt >= TRIES) throw cause;
    }
  }
}

async function refuseOthers(world: World, caller: Caller, request: ActionRequest): Promise<void> {
  if (samePerson(request.requester, caller.person)) return requirePresent(world, caller);
  if ((await callerHas(world, caller, 'approve')) || (await callerHas(world, caller, 'admin'))) return;
  throw new ForbiddenError('forbidden.not-yours', `Only ${request.requester.name}, approvers and admins can stop this.`);
}
