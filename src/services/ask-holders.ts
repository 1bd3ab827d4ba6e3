import type { Caller } from '../command.ts';
import { ConflictError } from '../domain/errors.ts';
import type { WaitingPlace } from '../domain/records.ts';
import type { Seat } from '../domain/seat.ts';
import { addMs, DAY_MS, toInstant } from '../domain/time.ts';
import type { Connector } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import { isOfProduct } from './give-seat.ts';
import { requireRight } from './rights.ts';
import { offerIdleSeats, offerSeats } from './seat-offers.ts';
import { withDeadline } from './with-deadline.ts';

const LOAD_DEADLINE_MS = 10 * 60_000;
/** Holders are looked for again while somebody still waits. */
const AGAIN_MS = 7 * DAY_MS;
/** Hand-overs that nobody has answered yet; more questions would only annoy. */
const OPEN_MAX = 3;

/**
 * Asks at once for those who wait, as the job does in the morning, and then the other holders of idle seats, for whom nobody
 * waits. How many questions went out. @throws ForbiddenError.
 */
export async function askHoldersNow(world: World, caller: Caller, signal: AbortSignal): Promise<number> {
  await requireRight(world, caller, 'approve');
  const before = (await world.store.list('offers')).length;
  await askHolders(world, signal);
  const held: Seat[] = [];
  for (const { integrationId } of world.settings().syncs) {
    const inventory = await world.inventories.get(integrationId);
    for (const { holding, active } of inventory?.holdings.values() ?? [])
      if (active && holding.kind === 'seat' && holding.holder !== null) held.push(holding);
  }
  await offerIdleSeats(world, caller.person, held);
  return (await world.store.list('offers')).length - before;
}

/** Asks the longest idle holders for whoever waits longest for each product. Listing a vendor is dear, so it is done once a week at most. */
export async function askHolders(world: World, signal: AbortSignal): Promise<void> {
  const now = toInstant(world.clock.now());
  const open = await world.store.list('offers', { states: ['open'] });
  for (const place of await world.store.list('waiting', { states: ['waiting'] })) {
    if (signal.aborted) return;
    const pending = open.filter((offer) => offer.waitingId === place.id && Date.parse(offer.endsAt) > Date.parse(now));
    if (pending.length >= OPEN_MAX) continue;
    if (place.offeredAt !== undefined && Date.parse(addMs(place.offeredAt, AGAIN_MS)) > Date.parse(now)) continue;
    const connector = world.connectors.get(place.integrationId);
    if (connector === null) continue;
    try {
      const doc: WaitingPlace = { ...place, version: place.version + 1, offeredAt: now };
      await world.store.commit({ put: [{ collection: 'waiting', doc, expected: place.version }] });
      await offerSeats(world, doc, await heldSeats(world, connector, place, signal));
    } catch (cause) {
      if (!(cause instanceof ConflictError)) world.log.warn('offer.failed', { place: place.id, cause });
    }
  }
}

/** From what the last sync brought, where there was one; else the vendor is listed. */
async function heldSeats(world: World, connector: Connector, place: WaitingPlace, signal: AbortSignal): Promise<readonly Seat[]> {
  const held = new Map<string, Seat>();
  const take = (seat: Seat): void => {
    if (seat.holder !== null && isOfProduct(seat, place.product)) held.set(seat.externalId, seat);
  };
  const inventory = await world.inventories.get(connector.id);
  if (inventory !== null) {
    for (const { holding, active } of inventory.holdings.values()) if (active && holding.kind === 'seat') take(holding);
    return [...held.values()];
  }
  await withDeadline(
    connector.name,
    LOAD_DEADLINE_MS,
    (inner) => connector.load({}, ({ records }) => records.flatMap((record) => record.seats).forEach(take), inner),
    signal,
  );
  return [...held.values()];
}
