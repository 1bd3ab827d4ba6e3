import type { Caller } from '../command.ts';
import { isProtected } from '../domain/access.ts';
import { ConflictError, ForbiddenError, UsageError } from '../domain/errors.ts';
import { samePerson } from '../domain/person.ts';
import type { Handover, SeatOffer, WaitingPlace } from '../domain/records.ts';
import { holderEmail, type Seat } from '../domain/seat.ts';
import { addMs, DAY_MS, toInstant } from '../domain/time.ts';
import { confidenceOf } from '../policies/confidence.ts';
import type { World } from '../ports/world.ts';
import { actorOf } from './change-request.ts';
import { requestAction } from './request-action.ts';
import { requirePresent } from './rights.ts';

/** As many holders as one wish is worth asking. */
const ASKED_AT_ONCE = 3;
const OFFER_MS = 7 * DAY_MS;
/** Whoever kept a seat is left in peace for so long. */
const COOL_DOWN_MS = 90 * DAY_MS;

/**
 * Asks the longest idle holders of a product whether they can spare their seat for somebody who waits. Only seats that are
 * certainly or probably not needed; protected and special ones, those asked lately and those that were kept are left alone.
 */
export async function offerSeats(world: World, place: WaitingPlace, held: readonly Seat[]): Promise<readonly SeatOffer[]> {
  const before = await world.store.list('offers');
  const now = toInstant(world.clock.now());
  const candidates = held
    .filter((seat) => isIdle(world, seat) && !askedLately(before, seat, now))
    .toSorted((a, b) => lastUse(a).localeCompare(lastUse(b)))
    .slice(0, ASKED_AT_ONCE);
  const offers: SeatOffer[] = [];
  for (const seat of candidates) {
    const email = holderEmail(seat);
    const member = email === null ? null : await world.directory.byEmail(email);
    if (email === null || member === null || samePerson(member, place.person)) continue;
    offers.push({
      id: world.newId(),
      version: 1,
      state: 'open',
      waitingId: place.id,
      integrationId: seat.integrationId,
      seatId: seat.externalId,
      product: seat.product,
      holder: { userId: member.userId, email, name: member.name },
      because: confidenceOf(seat, rulesOf(world, seat)).because,
      offeredAt: now,
      endsAt: addMs(now, OFFER_MS),
    });
  }
  if (offers.length === 0) return [];
  await world.store.commit({
    put: offers.map((doc) => ({ collection: 'offers', doc, expected: null }) as const),
    audit: offers.map((offer) => ({
      at: now,
      actor: actorOf(place.person, 'job'),
      verb: 'offer.made' as const,
      subject: `${offer.integrationId}/seat/${offer.seatId}`,
      requestId: null,
      detail: { offer: offer.id, holder: offer.holder, because: offer.because },
    })),
  });
  for (const offer of offers) world.background.run('offer', () => world.notifier.offer(offer));
  return offers;
}

/** The holder keeps the seat; they are not asked again for 90 days. */
export async function keepSeat(world: World, caller: Caller, offerId: string): Promise<SeatOffer> {
  const offer = await openOffer(world, caller, offerId);
  return answer(world, caller, offer, 'kept', []);
}

/** The holder lets it go: it is released now, and then given to whoever waits. */
export async function releaseSeat(world: World, caller: Caller, offerId: string): Promise<SeatOffer> {
  const offer = await openOffer(world, caller, offerId);
  const connector = world.connectors.get(offer.integrationId);
  const preset = [...(connector?.presets.values() ?? [])].find((one) => one.verb === 'revoke' && one.target === 'seat');
  const place = await world.store.get('waiting', offer.waitingId);
  if (preset === undefined || place === null) throw new UsageError('usage.offer', 'This cannot be released from here any more.');
  const asked = await requestAction(world, caller, {
    presetId: preset.id,
    target: { integrationId: offer.integrationId, kind: 'seat', id: offer.seatId },
    inputs: {},
    reason: `Let go for ${place.person.name}, who waits for ${offer.product.name}`,
  });
  if (!asked.ok) throw new UsageError('usage.offer', asked.problems.map((problem) => problem.message).join(' '));
  const handover: Handover = {
    id: offer.id,
    version: 1,
    state: 'releasing',
    waitingId: place.id,
    to: place.person,
    from: caller.person,
    releaseId: asked.request.id,
    assignId: null,
    returnId: null,
    at: toInstant(world.clock.now()),
    message: null,
  };
  // The wish is served by the hand-over from here on, and by nothing else.
  const held = { ...place, version: place.version + 1, state: 'asked' as const, requestId: asked.request.id };
  const taken = place.state === 'waiting' ? [{ collection: 'waiting', doc: held, expected: place.version } as const] : [];
  return answer(world, caller, offer, 'released', [{ collection: 'handovers', doc: handover, expected: null }, ...taken]);
}

async function openOffer(world: World, caller: Caller, offerId: string): Promise<SeatOffer> {
  const offer = await world.store.get('offers', offerId);
  if (offer === null) throw new UsageError('usage.offer', 'There is no such question any more.');
  if (!samePerson(offer.holder, caller.person))
    throw new ForbiddenError('forbidden.not-yours', 'This is not your seat to decide on.');
  await requirePresent(world, caller);
  if (offer.state !== 'open') throw new ConflictError('conflict.offer', `You have answered this already: ${offer.state}.`);
  if (Date.parse(offer.endsAt) <= world.clock.now().getTime())
    throw new ConflictError('conflict.offer', 'This question is too old; nothing was changed.');
  return offer;
}

async function answer(
  world: World,
  caller: Caller,
  offer: SeatOffer,
  state: 'kept' | 'released',
  also: NonNullable<Parameters<World['store']['commit']>[0]['put']>,
): Promise<SeatOffer> {
  const now = toInstant(world.clock.now());
  const doc: SeatOffer = { ...offer, version: offer.version + 1, state, answeredAt: now };
  await world.store.commit({
    put: [{ collection: 'offers', doc, expected: offer.version }, ...also],
    audit: [
      {
        at: now,
        actor: actorOf(caller.person, caller.via),
        verb: `offer.${state}`,
        subject: `${offer.integrationId}/seat/${offer.seatId}`,
        requestId: null,
        detail: { offer: offer.id },
      },
    ],
  });
  return doc;
}

function isIdle(world: World, seat: Seat): boolean {
  const { tier } = confidenceOf(seat, rulesOf(world, seat));
  return seat.status === 'active' && (tier === 'certain' || tier === 'probable');
}

function rulesOf(world: World, seat: Seat) {
  const settings = world.settings();
  const email = holderEmail(seat);
  const person = email === null ? null : { userId: null, email, name: email };
  return {
    now: toInstant(world.clock.now()),
    inactiveDays: settings.inactiveDays,
    protected: isProtected(person, settings.safety.protected),
  };
}

function askedLately(offers: readonly SeatOffer[], seat: Seat, now: string): boolean {
  return offers.some(
    (offer) =>
      offer.seatId === seat.externalId &&
      offer.integrationId === seat.integrationId &&
      Date.parse(addMs(offer.offeredAt, COOL_DOWN_MS)) > Date.parse(now),
  );
}

function lastUse(seat: Seat): string {
  return seat.lastActivity.kind === 'at' ? seat.lastActivity.at : (seat.assignedAt ?? '');
}
