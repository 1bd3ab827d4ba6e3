import type { Caller } from '../command.ts';
import { FINAL_STATES, OPEN_STATES } from '../domain/action-request.ts';
import { ConflictError, SeatwardenError, UsageError } from '../domain/errors.ts';
import { type PersonRef, samePerson } from '../domain/person.ts';
import type { WaitingPlace } from '../domain/records.ts';
import type { Seat } from '../domain/seat.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { Connector } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import { actorOf, SYSTEM } from './change-request.ts';
import { giftOf, giftPreset, isOfProduct } from './give-seat.ts';
import { requestAction } from './request-action.ts';
import { requirePresent } from './rights.ts';
import { withDeadline } from './with-deadline.ts';

const POOL_DEADLINE_MS = 15_000;

/** Those who wait for a product of an app, who came first first. */
export async function queueOf(
  world: World,
  integrationId: string,
  product: WaitingPlace['product'],
): Promise<readonly WaitingPlace[]> {
  const places = await world.store.list('waiting', { states: ['waiting'] });
  return places.filter((place) => place.integrationId === integrationId && isOfProduct({ product: place.product }, product));
}

/** A place in the queue for a product of which no seat is free; one place for a person. Resolves to the place and its number. */
export async function joinQueue(
  world: World,
  caller: Caller,
  ask: {
    readonly connector: Connector;
    readonly product: WaitingPlace['product'];
    readonly reason: string | null;
    readonly until?: Instant | null;
  },
): Promise<{ readonly place: WaitingPlace; readonly number: number }> {
  const { connector, product } = ask;
  await requirePresent(world, caller);
  if (giftPreset(connector) === null) throw new UsageError('usage.queue', `${connector.name} cannot give seats from here.`);
  const before = await queueOf(world, connector.id, product);
  const mine = before.findIndex((place) => samePerson(place.person, caller.person));
  const held = before[mine];
  if (held !== undefined) return { place: held, number: mine + 1 };
  const now = toInstant(world.clock.now());
  const place: WaitingPlace = {
    id: world.newId(),
    version: 1,
    state: 'waiting',
    integrationId: connector.id,
    product,
    person: caller.person,
    reason: ask.reason,
    since: now,
    requestId: null,
    ...(ask.until == null ? {} : { until: ask.until }),
  };
  await world.store.commit({
    put: [{ collection: 'waiting', doc: place, expected: null }],
    audit: [auditOf(caller, place, 'waiting.joined', now)],
  });
  return { place, number: before.length + 1 };
}

/** Gives up one's places in the queues for a product. Resolves to how many they were. */
export async function leaveQueue(world: World, caller: Caller, product: string): Promise<number> {
  const places = await world.store.list('waiting', { states: ['waiting'] });
  const mine = places.filter(
    (place) =>
      samePerson(place.person, caller.person) && isOfProduct({ product: place.product }, { code: product, name: product }),
  );
  const now = toInstant(world.clock.now());
  for (const place of mine) await move(world, place, { state: 'left' }, auditOf(caller, place, 'waiting.left', now));
  return mine.length;
}

/**
 * Asks for a free seat for whoever waits longest, and sees what became of what was asked before. What was asked and could
 * not be done puts the person back in their place.
 */
export async function serveQueues(world: World, signal?: AbortSignal): Promise<void> {
  await settleAsked(world);
  const waiting = await stillWanted(world);
  for (const integrationId of new Set(waiting.map((place) => place.integrationId))) {
    if (signal?.aborted === true) return;
    const connector = world.connectors.get(integrationId);
    if (connector === null) continue;
    try {
      await serve(
        world,
        connector,
        waiting.filter((place) => place.integrationId === integrationId),
      );
    } catch (cause) {
      world.log.warn('waiting.not-served', { integration: integrationId, cause });
    }
  }
}

async function serve(world: World, connector: Connector, places: readonly WaitingPlace[]): Promise<void> {
  const free = await withDeadline(connector.name, POOL_DEADLINE_MS, (signal) => connector.free(signal));
  const spoken = await spokenFor(world, connector.id);
  const left = free.filter((seat) => !spoken.has(seat.externalId));
  for (const place of places) {
    const at = left.findIndex((seat) => isOfProduct(seat, place.product));
    const seat = left[at];
    if (seat === undefined) continue;
    left.splice(at, 1);
    await askFor(world, connector, place, seat);
  }
}

/** Seats that open requests name already. */
async function spokenFor(world: World, integrationId: string): Promise<ReadonlySet<string>> {
  const open = await world.store.list('requests', { states: OPEN_STATES });
  const named = open
    .filter((request) => request.integrationId === integrationId)
    .flatMap((request) => [request.target.id, ...Object.values(request.inputs)]);
  return new Set(named.filter((value): value is string => typeof value === 'string'));
}

async function askFor(world: World, connector: Connector, place: WaitingPlace, seat: Seat): Promise<void> {
  const gift = giftOf(world, connector, seat, place.person);
  if (gift === null) return;
  try {
    const caller = automatic(place.person);
    const reason = place.reason ?? `On the waiting list for ${place.product.name} since ${place.since.slice(0, 10)}`;
    const asked = await requestAction(world, caller, { ...gift, reason, trigger: 'saga', ...untilOf(place) });
    if (!asked.ok) {
      world.log.warn('waiting.not-asked', { place: place.id, problems: asked.problems.map((problem) => problem.message) });
      return;
    }
    await move(world, place, { state: 'asked', requestId: asked.request.id }, null);
  } catch (cause) {
    if (!(cause instanceof SeatwardenError)) throw cause;
    world.log.info('waiting.not-asked', { place: place.id, cause });
  }
}

/** Those who wait, without whose day is past: it is not wanted any more. */
async function stillWanted(world: World): Promise<readonly WaitingPlace[]> {
  const now = world.clock.now().getTime();
  const places = await world.store.list('waiting', { states: ['waiting'] });
  const over = places.filter(({ until }) => until !== undefined && Date.parse(until) <= now);
  for (const place of over) await move(world, place, { state: 'left' }, null);
  return places.filter((place) => !over.includes(place));
}

/** How a wish for a time is asked for. */
export function untilOf(place: Pick<WaitingPlace, 'until'> | null): { readonly until?: Instant } {
  return place?.until === undefined ? {} : { until: place.until };
}

async function settleAsked(world: World): Promise<void> {
  for (const place of await world.store.list('waiting', { states: ['asked'] })) {
    const request = place.requestId === null ? null : await world.store.get('requests', place.requestId);
    if (request !== null && !FINAL_STATES.includes(request.state)) continue;
    const next = request === null || request.state === 'failed' ? 'waiting' : request.state === 'succeeded' ? 'served' : 'left';
    await move(world, place, { state: next, requestId: next === 'waiting' ? null : place.requestId }, null);
  }
}

/** Speaks for somebody who asked long ago: the request is theirs, and its right to ask was looked at then. */
export function automatic(person: PersonRef): Caller {
  return { person, member: null, via: 'job' };
}

async function move(
  world: World,
  place: WaitingPlace,
  change: Partial<Pick<WaitingPlace, 'state' | 'requestId'>>,
  audit: ReturnType<typeof auditOf> | null,
): Promise<void> {
  const doc = { ...place, ...change, version: place.version + 1 };
  const event = audit ?? {
    ...auditOf(automatic(place.person), doc, `waiting.${doc.state}`, toInstant(world.clock.now())),
    actor: SYSTEM,
  };
  try {
    await world.store.commit({ put: [{ collection: 'waiting', doc, expected: place.version }], audit: [event] });
  } catch (cause) {
    if (!(cause instanceof ConflictError)) throw cause;
  }
}

function auditOf(caller: Caller, place: WaitingPlace, verb: `waiting.${string}`, at: string) {
  return {
    at,
    actor: actorOf(caller.person, caller.via),
    verb,
    subject: `${place.integrationId}/product/${place.product.code}`,
    requestId: place.requestId,
    detail: { place: place.id, person: place.person, product: place.product.name },
  };
}
