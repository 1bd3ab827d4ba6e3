import type { Caller } from '../command.ts';
import { type ActionRequest, describeState, OPEN_STATES } from '../domain/action-request.ts';
import { ConflictError, ForbiddenError, UsageError } from '../domain/errors.ts';
import { toInstant } from '../domain/time.ts';
import { underDailyCap } from '../policies/approvals-needed.ts';
import { mayDecide } from '../policies/may-decide.ts';
import type { World } from '../ports/world.ts';
import { actorOf, changeRequest, SYSTEM, subjectOf } from './change-request.ts';
import { deliver } from './deliver.ts';
import { executeRequest } from './execute-request.ts';
import { getRequest } from './get-request.ts';
import { lockOf } from './keyed-lock.ts';
import { accessGroups, missingRight } from './rights.ts';
import { startedInLastDay } from './started-in-last-day.ts';

/**
 * Approves or denies a request for the person who pressed. One denial ends it; enough approvals start it in the
 * background. @throws ConflictError saying who was first and when; ForbiddenError saying which rule stands against it;
 * UsageError for an unknown id or a denial without a reason.
 */
export async function decideRequest(
  world: World,
  caller: Caller,
  requestId: string,
  verdict: 'approve' | 'deny',
  reason: string | null,
): Promise<ActionRequest> {
  const said = reason?.trim() ?? '';
  const decided = await lockOf(world.store).run(`decide:${requestId}`, async () => {
    const request = await freshRequest(world, requestId);
    if (request.state !== 'pending') throw new ConflictError('conflict.state', describeState(request));
    await refuseUnfit(world, caller, request, verdict);
    if (verdict === 'deny' && said === '')
      throw new UsageError('usage.reason', 'Say why you deny it: the person who asked will read it.');
    const decision = {
      by: caller.person,
      verdict,
      at: toInstant(world.clock.now()),
      reason: said === '' ? null : said,
      via: caller.via,
    } as const;
    const policed = verdict === 'approve' ? await policedNow(world, request) : request;
    return changeRequest(world, policed, { kind: 'decided', decision }, actorOf(caller.person, caller.via));
  });
  world.background.run('deliver', () => deliver(world, requestId));
  if (decided.state === 'approved') world.background.run('execute', (signal) => executeRequest(world, requestId, signal));
  return decided;
}

/** The request under the rule that holds now: the daily cap may have been reached since it was made. */
async function policedNow(world: World, request: ActionRequest): Promise<ActionRequest> {
  const facts = { effect: request.effect, startedToday: await startedInLastDay(world) };
  return { ...request, policy: underDailyCap(request.policy, world.settings(), facts) };
}

/** A request that outlived its time expires the moment somebody touches it, not only when the job comes by. */
async function freshRequest(world: World, requestId: string): Promise<ActionRequest> {
  const request = await getRequest(world, requestId);
  if (request.state !== 'pending' || Date.parse(request.expiresAt) > world.clock.now().getTime()) return request;
  const expired = await changeRequest(world, request, { kind: 'expired' }, SYSTEM);
  world.background.run('deliver', () => deliver(world, requestId));
  return expired;
}

/** Refusals are part of the record: somebody tried what the rules forbid. */
async function refuseUnfit(world: World, caller: Caller, request: ActionRequest, verdict: 'approve' | 'deny'): Promise<void> {
  const groups = await accessGroups(world);
  const answer = caller.member === null ? null : mayDecide(request, caller.member, world.settings().access, groups);
  if (answer?.ok === true) return;
  const error =
    answer === null || answer.code === 'forbidden.approve'
      ? await missingRight(world, caller, 'approve')
      : new ForbiddenError(answer.code, answer.because, answer.hint === null ? {} : { hint: answer.hint });
  if (OPEN_STATES.includes(request.state)) {
    await world.store.commit({
      audit: [
        {
          at: toInstant(world.clock.now()),
          actor: actorOf(caller.person, caller.via),
          verb: 'decision.refused',
          subject: subjectOf(request),
          requestId: request.id,
          detail: { verdict, code: error.code },
        },
      ],
    });
  }
  throw error;
}
