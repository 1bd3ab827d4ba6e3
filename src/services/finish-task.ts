import type { Caller } from '../command.ts';
import { type ActionRequest, describeState } from '../domain/action-request.ts';
import { ConflictError, ForbiddenError, UsageError } from '../domain/errors.ts';
import { samePerson } from '../domain/person.ts';
import type { World } from '../ports/world.ts';
import { actorOf, changeRequest } from './change-request.ts';
import { deliver } from './deliver.ts';
import { executionKey, outcome, settle } from './execute-one.ts';
import { getRequest } from './get-request.ts';
import { lockOf } from './keyed-lock.ts';
import { callerHas, requirePresent } from './rights.ts';

/**
 * Somebody says that they did what was to be done by hand. Who asked for it, approvers and admins may; then the vendor is
 * looked at where it can be, so that "done" is not a word alone.
 */
export async function finishTask(world: World, caller: Caller, requestId: string): Promise<ActionRequest> {
  await lockOf(world.store).run(executionKey(requestId), async () => {
    const request = await getRequest(world, requestId);
    if (request.state !== 'by-hand') throw new ConflictError('conflict.state', describeState(request));
    await requireTaskRight(world, caller, request);
    const event = { kind: 'task-done', by: caller.person } as const;
    const done = await changeRequest(world, request, event, actorOf(caller.person, caller.via));
    const connector = world.connectors.get(request.integrationId);
    // Without it the next round of reconciliation finds out.
    if (connector === null) return;
    const said = { kind: 'unknown', message: `${caller.person.name} says that it is done.` } as const;
    await settle(world, connector, done, done.evidence, said, AbortSignal.timeout(LOOK_MS));
  });
  world.background.run('deliver', () => deliver(world, requestId));
  return getRequest(world, requestId);
}

/**
 * Somebody says that what was to be done by hand could not be done, and why. The same people may say so; the request ends
 * without effect. @throws UsageError without a reason.
 */
export async function giveUpTask(world: World, caller: Caller, requestId: string, reason: string): Promise<ActionRequest> {
  const why = reason.trim();
  if (why === '') throw new UsageError('usage.reason', 'Say why it could not be done: the person who asked will read it.');
  const ended = await lockOf(world.store).run(executionKey(requestId), async () => {
    const request = await getRequest(world, requestId);
    if (request.state !== 'by-hand') throw new ConflictError('conflict.state', describeState(request));
    await requireTaskRight(world, caller, request);
    const found = outcome(world, `${caller.person.name} could not do it: ${why}`, 'task.not-done');
    return changeRequest(world, request, { kind: 'failed', outcome: found }, actorOf(caller.person, caller.via));
  });
  world.background.run('deliver', () => deliver(world, requestId));
  return ended;
}

const LOOK_MS = 30_000;

/** @throws ForbiddenError for whoever has no say in what became of a task. */
export async function requireTaskRight(world: World, caller: Caller, request: ActionRequest): Promise<void> {
  if (samePerson(request.requester, caller.person)) return requirePresent(world, caller);
  if ((await callerHas(world, caller, 'approve')) || (await callerHas(world, caller, 'admin'))) return;
  throw new ForbiddenError(
    'forbidden.not-yours',
    `Only ${request.requester.name}, approvers and admins can say what became of this.`,
  );
}
