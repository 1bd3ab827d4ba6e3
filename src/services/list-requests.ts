import type { Caller } from '../command.ts';
import { type ActionRequest, FINAL_STATES, OPEN_STATES } from '../domain/action-request.ts';
import { samePerson } from '../domain/person.ts';
import type { World } from '../ports/world.ts';
import { callerHas } from './rights.ts';

const RECENT = 10;

/** What waits for a decision (for those who decide), and one's own requests: all open ones and the last few that ended. */
export async function listRequests(
  world: World,
  caller: Caller,
): Promise<{ readonly waiting: readonly ActionRequest[]; readonly mine: readonly ActionRequest[] }> {
  const open = await world.store.list('requests', { states: OPEN_STATES });
  const decides = (await callerHas(world, caller, 'approve')) || (await callerHas(world, caller, 'admin'));
  const ended = await world.store.list('requests', { states: FINAL_STATES });
  const isMine = (request: ActionRequest): boolean => samePerson(request.requester, caller.person);
  return {
    waiting: decides ? open.filter((request) => !isMine(request)) : [],
    mine: [...open.filter(isMine), ...ended.filter(isMine).slice(-RECENT).toReversed()],
  };
}
