import type { Caller } from '../command.ts';
import { type ActionRequest, describeState, OPEN_STATES } from '../domain/action-request.ts';
import type { AppliedPolicy, Decision } from '../domain/approval.ts';
import { ConflictError, ForbiddenError, UsageError } from '../domain/errors.ts';
import { toInstant } from '../domain/time.ts';
import { underCaps } from '../policies/approvals-needed.ts';
import { type MayDecide, mayDecide } from '../policies/may-decide.ts';
import type { World } from '../ports/world.ts';
import { throughCapGate } from './cap-gate.ts';
import { actorOf, changeRequest, SYSTEM, subjectOf } from './change-request.ts';
import { deliver } from './deliver.ts';
import { executeRequest } from './execute-request.ts';
import { refuseFrozen } from './freeze.ts';
import { getRequest } from './get-request.ts';
import { lockOf } from './keyed-lock.ts';
import { recordRefusal } from './refusal.ts';
import { missingRight } from './rights.ts';
import { capFactsOf } from './started-in-last-day.ts';
import { decisionGroups, principalsOf } from './who-decides.ts';

type Seat = Extract<MayDecide, { ok: true }>;

/**
 * Approves or denies a request for the person who pressed, by their own right or in the place of somebody who delegated it.
 * One denial ends it; enough approvals start it in the background. @throws ConflictError saying who was first and when;
 * ForbiddenError saying which rule stands against it; UsageError for an unknown id or a denial without a reason.
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
    const seat = await seatOf(world, caller, request, verdict);
    if (verdict === 'deny' && said === '')
      throw new UsageError('usage.reason', 'Say why you deny it: the person who asked will read it.');
    if (verdict === 'approve') await refuseFrozen(world);
    const decision: Decision = {
      by: caller.person,
      verdict,
      at: toInstant(world.clock.now()),
      reason: said === '' ? null : said,
      via: caller.via,
      stage: seat.stage,
      ...(seat.insteadOf === null ? {} : { insteadOf: seat.insteadOf }),
    };
    const actor = actorOf(caller.person, caller.via);
    if (verdict === 'deny') return changeRequest(world, request, { kind: 'decided', decision }, actor);
    return throughCapGate(world, request.effect, async (gate) => {
      const policed = { ...request, policy: await policyNow(world, request) };
      return changeRequest(world, policed, { kind: 'decided', decision }, actor, gate);
    });
  });
  world.background.run('deliver', () => deliver(world, requestId));
  if (decided.state === 'approved') world.background.run('execute', (signal) => executeRequest(world, requestId, signal));
  return decided;
}

/** The rule that holds now: the daily cap may have been reached since the request was made. */
async function policyNow(world: World, request: ActionRequest): Promise<AppliedPolicy> {
  return underCaps(request.policy, world.settings(), await capFactsOf(world, request));
}

/** A request that outlived its time expires the moment somebody touches it, not only when the job comes by. */
export async function freshRequest(world: World, requestId: string): Promise<ActionRequest> {
  const request = await getRequest(world, requestId);
  if (request.state !== 'pending' || Date.parse(request.expiresAt) > world.clock.now().getTime()) return request;
  const expired = await changeRequest(world, request, { kind: 'expired' }, SYSTEM);
  world.background.run('deliver', () => deliver(world, requestId));
  return expired;
}

/** Before somebody is asked for a reason they may not give. @throws ForbiddenError saying which rule stands against it. */
export async function requireDenier(world: World, caller: Caller, request: ActionRequest): Promise<void> {
  await seatOf(world, caller, request, 'deny');
}

/** In which stage and whose place the caller decides. @throws ForbiddenError, after writing it down: somebody tried. */
async function seatOf(world: World, caller: Caller, request: ActionRequest, verdict: 'approve' | 'deny'): Promise<Seat> {
  const facts = {
    access: world.settings().access,
    groups: await decisionGroups(world, request),
    inPlaceOf: await principalsOf(world, caller.person),
  };
  const answer = caller.member === null ? null : mayDecide(request, caller.member, verdict, facts);
  if (answer?.ok === true) return answer;
  const error = await refusalFor(world, caller, answer);
  if (OPEN_STATES.includes(request.state)) {
    const about = { subject: subjectOf(request), requestId: request.id, detail: { verdict } };
    await recordRefusal(world, caller, 'decision.refused', about, error);
  }
  throw error;
}

/** Why somebody may not decide, in words for them. */
export async function refusalFor(
  world: World,
  caller: Caller,
  answer: Extract<MayDecide, { ok: false }> | null,
): Promise<ForbiddenError> {
  if (answer === null) return missingRight(world, caller, 'approve');
  if (answer.code !== 'forbidden.approve')
    return new ForbiddenError(answer.code, answer.because, answer.hint === null ? {} : { hint: answer.hint });
  const missing = await missingRight(world, caller, 'approve');
  return new ForbiddenError(missing.code, answer.because, missing.hint === null ? {} : { hint: missing.hint });
}
