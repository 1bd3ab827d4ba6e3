import type { Caller } from '../command.ts';
import { describeState, OPEN_STATES } from '../domain/action-request.ts';
import { ConflictError, UsageError } from '../domain/errors.ts';
import type { World } from '../ports/world.ts';
import { getRequest } from './get-request.ts';
import { type RequestResult, requestAction } from './request-action.ts';

/**
 * Asks for the exact inverse of a request that was done. It is a request like any other: approved, read again, verified.
 * The original becomes `undone` in the commit in which the inverse succeeds.
 */
export async function undoRequest(
  world: World,
  caller: Caller,
  requestId: string,
  reason: string | null,
): Promise<RequestResult> {
  const request = await getRequest(world, requestId);
  if (request.state !== 'succeeded') throw new ConflictError('conflict.state', describeState(request));
  if (request.undo === null)
    throw new UsageError('usage.no-undo', `“${request.presetTitle}” cannot be undone from here.`, {
      hint: 'Ask for the opposite instead.',
    });
  const open = await world.store.list('requests', { states: OPEN_STATES });
  const running = open.find((other) => other.undoOf === request.id);
  if (running !== undefined) {
    throw new ConflictError(
      'conflict.already-asked',
      `${running.requester.name} has already asked to undo this: request ${running.id} is still open.`,
    );
  }
  const said = reason?.trim() ?? '';
  return requestAction(world, caller, {
    presetId: request.undo.presetId,
    target: request.undo.target,
    inputs: request.undo.inputs,
    reason: said === '' ? `Undo of request ${request.id}` : said,
    undoOf: request.id,
  });
}
