import type { ActionRequest } from '../domain/action-request.ts';
import { ConflictError, SeatwardenError } from '../domain/errors.ts';
import { DAY_MS, toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { changeRequest, SYSTEM } from './change-request.ts';
import { deliver } from './deliver.ts';
import { callOf, executionKey, outcome, settle } from './execute-one.ts';
import { executeRequest } from './execute-request.ts';
import { getRequest } from './get-request.ts';
import { lockOf } from './keyed-lock.ts';
import { withDeadline } from './with-deadline.ts';

/** A vendor that has not shown an effect this long after the call, and when looked at again, has not had it. */
const SETTLE_AFTER_MS = 60_000;
const LOOK_DEADLINE_MS = 20_000;

/**
 * Brings every unfinished request on: approved ones are executed (nothing was sent yet), executing and unknown ones are
 * settled by looking at the vendor, never by repeating the call. Requests that run right now are left alone.
 */
export async function reconcileRequests(world: World, signal: AbortSignal): Promise<void> {
  const unfinished = await world.store.list('requests', { states: ['approved', 'executing', 'scheduled', 'unknown'] });
  await Promise.all(
    unfinished.map(async (request) => {
      if (lockOf(world.store).isHeld(executionKey(request.id))) return;
      try {
        if (request.state === 'approved' || request.bulk !== undefined) await executeRequest(world, request.id, signal);
        else if (request.state === 'scheduled') await lookAtScheduled(world, request.id, signal);
        else await settleByLooking(world, request.id, signal);
      } catch (cause) {
        if (cause instanceof ConflictError) return;
        world.log.error('reconcile.failed', { request: request.id, cause });
      }
    }),
  );
}

async function settleByLooking(world: World, requestId: string, signal: AbortSignal): Promise<void> {
  await lockOf(world.store).run(executionKey(requestId), async () => {
    const request = await getRequest(world, requestId);
    const connector = world.connectors.get(request.integrationId);
    if (connector === null || (request.state !== 'executing' && request.state !== 'unknown')) return;
    const waited = world.clock.now().getTime() - Date.parse(request.startedAt ?? request.updatedAt);
    if (request.state === 'unknown' && waited >= SETTLE_AFTER_MS) return lastLook(world, request, signal);
    const interrupted = request.state === 'executing' ? 'The bot was stopped while this ran.' : 'There was no clear answer.';
    await settle(world, connector, request, request.evidence, { kind: 'unknown', message: interrupted }, signal);
  });
  await deliver(world, requestId);
}

/** Looked at at most this often: what a vendor does at the end of a billing period is in no hurry. */
const SCHEDULED_LOOK_MS = 3_600_000;
/** So long after its day the vendor has had time enough. */
const GRACE_MS = 3 * DAY_MS;

/** Settles what a vendor has taken on for later: done once it holds, failed when the vendor does not plan it any more. */
async function lookAtScheduled(world: World, requestId: string, signal: AbortSignal): Promise<void> {
  const now = world.clock.now().getTime();
  const looked = lastLooks.get(world)?.get(requestId) ?? 0;
  if (now - looked < SCHEDULED_LOOK_MS) return;
  const looks = lastLooks.get(world) ?? new Map<string, number>();
  lastLooks.set(world, looks.set(requestId, now));
  await lockOf(world.store).run(executionKey(requestId), async () => {
    const request = await getRequest(world, requestId);
    const connector = world.connectors.get(request.integrationId);
    if (connector === null || request.state !== 'scheduled') return;
    try {
      const look = (inner: AbortSignal) => connector.verify(callOf(request), request.evidence, inner);
      const seen = await withDeadline(connector.name, LOOK_DEADLINE_MS, look, signal);
      const until = request.outcome?.until;
      const overdue = until !== undefined && now > Date.parse(until) + GRACE_MS;
      if (seen.kind === 'holds')
        return settle(world, connector, request, request.evidence, { kind: 'unknown', message: '' }, signal);
      if (seen.kind === 'scheduled' && !overdue) return;
      const why = seen.kind === 'scheduled' ? 'its day is long over' : `${connector.name} does not plan it any more`;
      const text = `It did not take effect: ${why}. ${seen.message} Ask again if it is still wanted.`;
      await changeRequest(world, request, { kind: 'failed', outcome: outcome(world, text, 'not-scheduled') }, SYSTEM);
      looks.delete(requestId);
    } catch (cause) {
      if (!(cause instanceof SeatwardenError) || cause instanceof ConflictError) throw cause;
      world.log.warn('reconcile.cannot-look', { request: request.id, why: cause.message });
    }
  });
  await deliver(world, requestId);
}

/** When each scheduled request was last looked at by this process. */
const lastLooks = new WeakMap<World, Map<string, number>>();

/** Long enough after the call, "there is no sign of it" means that it did not happen. */
async function lastLook(world: World, request: ActionRequest, signal: AbortSignal): Promise<void> {
  const connector = world.connectors.get(request.integrationId);
  if (connector === null) return;
  try {
    const seen = await withDeadline(
      connector.name,
      LOOK_DEADLINE_MS,
      (inner) => connector.verify(callOf(request), request.evidence, inner),
      signal,
    );
    if (seen.kind !== 'does-not-hold')
      return settle(world, connector, request, request.evidence, { kind: 'unknown', message: '' }, signal);
    const minutes = Math.max(
      1,
      Math.round((world.clock.now().getTime() - Date.parse(request.startedAt ?? request.updatedAt)) / 60_000),
    );
    const text = `It did not take effect: ${seen.message} Looked ${request.looks + 1} times over ${minutes} min; nothing was repeated. Ask again if it is still wanted.`;
    await changeRequest(world, request, { kind: 'failed', outcome: outcome(world, text, 'no-effect') }, SYSTEM);
  } catch (cause) {
    if (cause instanceof ConflictError) throw cause;
    // Looks that fail leave the request as it is: writing "still unknown" every half minute would only swell the log.
    const why = cause instanceof SeatwardenError ? cause.message : 'the vendor could not be read';
    world.log.warn('reconcile.cannot-look', { request: request.id, since: toInstant(new Date(request.updatedAt)), why });
  }
}
