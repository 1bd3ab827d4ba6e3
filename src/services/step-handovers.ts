import { type ActionRequest, FINAL_STATES } from '../domain/action-request.ts';
import { ConflictError, SeatwardenError } from '../domain/errors.ts';
import type { Handover } from '../domain/records.ts';
import { toInstant } from '../domain/time.ts';
import type { Put } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { SYSTEM } from './change-request.ts';
import { giftOf } from './give-seat.ts';
import { requestAction } from './request-action.ts';
import { automatic, untilOf } from './waiting-list.ts';

const OPEN: readonly Handover['state'][] = ['releasing', 'assigning', 'returning'];

/**
 * Brings every hand-over one step on: released, then given to whoever waited; when that comes to nothing, given back to whom
 * it was taken from. Each step is stored before the next, so that after a crash it goes on where it was.
 */
export async function stepHandovers(world: World, signal?: AbortSignal): Promise<void> {
  for (const handover of await world.store.list('handovers', { states: OPEN })) {
    if (signal?.aborted === true) return;
    try {
      await step(world, handover);
    } catch (cause) {
      if (cause instanceof ConflictError) continue;
      world.log.warn('handover.failed', { handover: handover.id, cause });
    }
  }
}

async function step(world: World, handover: Handover): Promise<void> {
  const id = { releasing: handover.releaseId, assigning: handover.assignId, returning: handover.returnId }[
    handover.state as 'releasing'
  ];
  const request = id === null ? null : await world.store.get('requests', id);
  if (request === null || !FINAL_STATES.includes(request.state)) return;
  const done = request.state === 'succeeded';
  if (handover.state === 'releasing') {
    if (!done) return end(world, handover, 'failed', request.outcome?.message ?? 'It was not released.', 'waiting');
    return assign(world, handover, request);
  }
  if (handover.state === 'assigning') {
    if (done) return end(world, handover, 'done', null, 'served');
    return giveBack(world, handover, request);
  }
  return end(world, handover, done ? 'returned' : 'failed', request.outcome?.message ?? null, null);
}

async function assign(world: World, handover: Handover, release: ActionRequest): Promise<void> {
  const connector = world.connectors.get(release.integrationId);
  const seat = release.evidence.holdings.find((one) => one.kind === 'seat' && one.externalId === release.target.id);
  const gift = connector === null || seat?.kind !== 'seat' ? null : giftOf(world, connector, seat, handover.to);
  if (gift === null) return end(world, handover, 'failed', 'It cannot be given from here.', 'waiting');
  try {
    const reason = `${handover.from.name} let it go for ${handover.to.name}`;
    const place = handover.waitingId === null ? null : await world.store.get('waiting', handover.waitingId);
    const ask = { ...gift, reason, trigger: 'saga', ...untilOf(place) } as const;
    const asked = await requestAction(world, automatic(handover.to), ask);
    if (asked.ok) return await move(world, handover, { state: 'assigning', assignId: asked.request.id });
    await giveBack(world, handover, release);
  } catch (cause) {
    if (!(cause instanceof SeatwardenError) || cause instanceof ConflictError) throw cause;
    world.log.warn('handover.not-assigned', { handover: handover.id, cause });
    await giveBack(world, handover, release);
  }
}

/** The exact inverse of the release. A person decided on the release alone, so nobody has to agree to take it back. */
async function giveBack(world: World, handover: Handover, because: ActionRequest): Promise<void> {
  const release = await world.store.get('requests', handover.releaseId);
  const { undo } = release ?? { undo: null };
  const why = because.outcome?.message ?? because.decisions.at(-1)?.reason ?? 'It was not given to them.';
  if (release === null || undo === null) return end(world, handover, 'failed', why, 'waiting');
  const asked = await requestAction(world, automatic(handover.from), {
    presetId: undo.presetId,
    target: undo.target,
    inputs: undo.inputs,
    reason: `The hand-over to ${handover.to.name} came to nothing`,
    trigger: 'saga',
    undoOf: release.id,
    policy: {
      name: 'hand-over',
      approvals: 0,
      because: 'It gives back what was let go for a hand-over that came to nothing.',
      stages: [],
    },
  });
  if (!asked.ok) return end(world, handover, 'failed', asked.problems.map((problem) => problem.message).join(' '), 'waiting');
  await move(world, handover, { state: 'returning', returnId: asked.request.id, message: why });
}

async function end(
  world: World,
  handover: Handover,
  state: 'done' | 'failed' | 'returned',
  message: string | null,
  placeState: 'served' | 'waiting' | null,
): Promise<void> {
  const place = handover.waitingId === null || placeState === null ? null : await world.store.get('waiting', handover.waitingId);
  const also: Put[] = [];
  if (place !== null && placeState !== null && place.state === 'asked') {
    const requestId = placeState === 'served' ? handover.assignId : null;
    const doc = { ...place, version: place.version + 1, state: placeState, requestId };
    also.push({ collection: 'waiting', doc, expected: place.version });
  }
  await move(world, handover, { state, message: message ?? handover.message }, also);
}

async function move(
  world: World,
  handover: Handover,
  change: Partial<Pick<Handover, 'state' | 'assignId' | 'returnId' | 'message'>>,
  also: readonly Put[] = [],
): Promise<void> {
  const doc: Handover = { ...handover, ...change, version: handover.version + 1 };
  await world.store.commit({
    put: [{ collection: 'handovers', doc, expected: handover.version }, ...also],
    audit: [
      {
        at: toInstant(world.clock.now()),
        actor: SYSTEM,
        verb: `handover.${doc.state}`,
        subject: `handover/${doc.id}`,
        requestId: doc.returnId ?? doc.assignId ?? doc.releaseId,
        detail: { from: doc.from, to: doc.to, message: doc.message },
      },
    ],
  });
}
