import type { Caller } from '../command.ts';
import { type ActionRequest, affectedBy } from '../domain/action-request.ts';
import { samePerson } from '../domain/person.ts';
import type { Comment } from '../domain/records.ts';
import type { World } from '../ports/world.ts';
import { commentsOf } from './comment-request.ts';
import { getRequest } from './get-request.ts';
import { callerHas, requireRight } from './rights.ts';

/** A request with what people wrote about it, for those it concerns and for everybody with a right to look. */
export async function readDetails(
  world: World,
  caller: Caller,
  requestId: string,
): Promise<{ readonly request: ActionRequest; readonly comments: readonly Comment[] }> {
  const request = await getRequest(world, requestId);
  const concerned = [request.requester, ...affectedBy(request)].some((person) => samePerson(person, caller.person));
  if (!concerned && !(await callerHas(world, caller, 'approve')) && !(await callerHas(world, caller, 'audit')))
    await requireRight(world, caller, 'view');
  return { request, comments: await commentsOf(world, requestId) };
}
