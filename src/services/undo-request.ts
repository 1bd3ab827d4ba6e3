import type { Caller } from '../command.ts';
import { type ActionRequest, describeState, OPEN_STATES, type UndoPlan } from '../domain/action-request.ts';
import { ConflictError, SeatwardenError, UsageError } from '../domain/errors.ts';
import type { Seat } from '../domain/seat.ts';
import { addMs, DAY_MS, type Instant } from '../domain/time.ts';
import { productOf } from '../policies/regret.ts';
import type { World } from '../ports/world.ts';
import { count } from '../words.ts';
import { changeRequest, SYSTEM } from './change-request.ts';
import { deliver } from './deliver.ts';
import { getRequest } from './get-request.ts';
import { type AskProblem, requestAction } from './request-action.ts';
import { requireAsker } from './rights.ts';
import { withDeadline } from './with-deadline.ts';

const READ_DEADLINE_MS = 10_000;
const ENDED_AT_ONCE = 200;

/** What can be had in place of a seat that somebody else has by now. */
export interface InPlace {
  readonly product: { readonly code: string; readonly name: string };
  readonly integrationId: string;
  /** The next free seat of the same product; null when there is none and only the queue is left. */
  readonly free: Seat | null;
}

export type UndoResult =
  | { readonly ok: true; readonly request: ActionRequest }
  | { readonly ok: false; readonly problems: readonly AskProblem[]; readonly inPlace: InPlace | null };

/**
 * Asks for the exact inverse of a request that was done. It is a request like any other: approved, read again, verified.
 * The original becomes `undone` in the commit in which the inverse succeeds. When the very seat is gone, the next free one
 * of its product, or a place in the queue, is offered in its place.
 * @throws UsageError when it is too late or there is no inverse; ConflictError; ForbiddenError.
 */
export async function undoRequest(world: World, caller: Caller, requestId: string, reason: string | null): Promise<UndoResult> {
  const request = await getRequest(world, requestId);
  if (request.state !== 'succeeded') throw new ConflictError('conflict.state', describeState(request));
  if (request.undo === null)
    throw new UsageError('usage.no-undo', `“${request.presetTitle}” cannot be undone from here.`, {
      hint: request.bulk === undefined ? 'Ask for the opposite instead.' : 'Each of its rows can be undone by itself.',
    });
  await refuseLateUndo(world, request);
  const open = await world.store.list('requests', { states: OPEN_STATES });
  const running = open.find((other) => other.undoOf === request.id);
  if (running !== undefined) {
    throw new ConflictError(
      'conflict.already-asked',
      `${running.requester.name} has already asked to undo this: request ${running.id} is still open.`,
    );
  }
  const said = reason?.trim() ?? '';
  return askInverse(world, caller, request, request.undo, said === '' ? `Undo of request ${request.id}` : said);
}

/** Until when it can be undone: as it was promised when it was done. */
function undoUntil(world: World, request: ActionRequest): Instant {
  return request.undoUntil ?? addMs(doneAt(request), world.settings().approvals.undoForMs);
}

function doneAt(request: ActionRequest): Instant {
  return request.outcome?.at ?? request.updatedAt;
}

/** Before somebody is asked for a reason. @throws ForbiddenError, UsageError once the time in which it can be undone is over. */
export async function requireUndoer(world: World, caller: Caller, request: ActionRequest): Promise<void> {
  await requireAsker(world, caller, request.affected);
  await refuseLateUndo(world, request);
}

/** @throws UsageError once the time in which it can be undone is over. */
export async function refuseLateUndo(world: World, request: ActionRequest): Promise<void> {
  const until = undoUntil(world, request);
  if (Date.parse(until) > world.clock.now().getTime()) return;
  const days = Math.round((Date.parse(until) - Date.parse(doneAt(request))) / DAY_MS);
  throw new UsageError(
    'usage.undo-late',
    `This was done more than ${count(days, 'day')} ago, so it cannot be undone from its card any more.`,
    {
      hint: 'Ask for the opposite instead.',
    },
  );
}

/** Takes Undo from the cards of what cannot be undone any more. Some at a time: nobody waits for it. */
export async function endUndos(world: World, signal?: AbortSignal): Promise<void> {
  const now = world.clock.now().getTime();
  const done = await world.store.list('requests', { states: ['succeeded'] });
  const over = done.filter(
    (request) => request.undo !== null && request.undoEnded !== true && Date.parse(undoUntil(world, request)) <= now,
  );
  for (const request of over.slice(0, ENDED_AT_ONCE)) {
    if (signal?.aborted === true) return;
    try {
      await changeRequest(world, request, { kind: 'undo-ended' }, SYSTEM);
    } catch (cause) {
      if (cause instanceof ConflictError) continue;
      throw cause;
    }
    world.background.run('deliver', () => deliver(world, request.id));
  }
}

async function askInverse(
  world: World,
  caller: Caller,
  request: ActionRequest,
  undo: UndoPlan,
  reason: string,
): Promise<UndoResult> {
  try {
    const asked = await requestAction(world, caller, {
      presetId: undo.presetId,
      target: undo.target,
      inputs: undo.inputs,
      reason,
      undoOf: request.id,
      // Who lost the seat does not decide on getting it back, also where the inverse names nobody.
      concerns: request.affected,
    });
    if (asked.ok || asked.problems.some((problem) => problem.input === 'reason'))
      return asked.ok ? asked : { ...asked, inPlace: null };
    const inPlace = await findInPlace(world, request);
    return { ...asked, inPlace };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const inPlace = await findInPlace(world, request);
    if (inPlace === null) throw error;
    return { ok: false, problems: [{ input: null, message: error.message }], inPlace };
  }
}

/** The next free seat of the same product, the same team first. */
async function findInPlace(world: World, request: ActionRequest): Promise<InPlace | null> {
  const seat = request.evidence.holdings.find((holding) => holding.kind === 'seat');
  const connector = world.connectors.get(request.integrationId);
  const code = productOf(request);
  if (request.effect !== 'destructive' || seat?.kind !== 'seat' || connector === null || code === null) return null;
  const place = { product: seat.product, integrationId: connector.id };
  try {
    const free = await withDeadline(connector.name, READ_DEADLINE_MS, (signal) => connector.free(signal));
    const fitting = free.filter((one) => one.product.code === code);
    return { ...place, free: fitting.find((one) => one.team?.id === seat.team?.id) ?? fitting[0] ?? null };
  } catch (cause) {
    if (!(cause instanceof SeatwardenError)) throw cause;
    world.log.warn('undo.pool-unreadable', { integration: connector.id, cause });
    return { ...place, free: null };
  }
}
