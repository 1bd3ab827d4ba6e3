import type { Caller } from '../command.ts';
import { ConflictError, ForbiddenError, UsageError } from '../domain/errors.ts';
import { type PersonRef, samePerson } from '../domain/person.ts';
import type { Handover, SeatOffer, WaitingPlace } from '../domain/records.ts';
import { holderEmail, type Seat } from '../domain/seat.ts';
import { addMs, DAY_MS, toInstant } from '../domain/time.ts';
import type { PresetInfo } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import { isReclaimable, Judge } from '../reports/judge.ts';
import { gatherFacts } from './build-report.ts';
import { actorOf } from './change-request.ts';
import { requestAction } from './request-action.ts';
import { requirePresent } from './rights.ts';

/** As many holders as one wish is worth asking. */
const ASKED_AT_ONCE = 3;
/** Where nobody waits in particular; whoever asks may ask again for the next ones. */
const IDLE_ASKED_AT_ONCE = 50;
const OFFER_MS = 7 * DAY_MS;
/** Whoever kept a seat is left in peace for so long. */
const COOL_DOWN_MS = 90 * DAY_MS;

/**
 * Asks the longest idle holders of a product whether they can spare their seat for somebody who waits. Only seats that the
 * report of inactive users calls certainly or probably not needed; those asked lately and those that were kept are left alone.
 */
export function offerSeats(world: World, place: WaitingPlace, held: readonly Seat[]): Promise<readonly SeatOffer[]> {
  return offerIdle(world, held, { place, by: place.person, most: ASKED_AT_ONCE });
}

/** The same for all idle seats, whether somebody waits or not, because `by` wants to know who can spare one. */
export function offerIdleSeats(world: World, by: PersonRef, held: readonly Seat[]): Promise<readonly SeatOffer[]> {
  return offerIdle(world, held, { place: null, by, most: IDLE_ASKED_AT_ONCE });
}

interface Asking {
  readonly place: WaitingPlace | null;
  readonly by: PersonRef;
  readonly most: number;
}

async function offerIdle(world: World, held: readonly Seat[], { place, by, most }: Asking): Promise<readonly SeatOffer[]> {
  const before = new Set((await world.store.list('offers')).filter((offer) => isRecent(world, offer)).map(seatKey));
  const now = toInstant(world.clock.now());
  const judge = new Judge(await gatherFacts(world, []), world.settings().reports.idle, now);
  const candidates = held
    .filter((seat) => seat.status === 'active' && presetToRelease(world, seat.integrationId) !== null)
    .filter((seat) => !before.has(`${seat.integrationId}/${seat.externalId}`))
    .map((seat) => ({ seat, judgement: judge.judge(seat) }))
    .filter(({ judgement }) => isReclaimable(judgement))
    .toSorted((a, b) => lastUse(a.seat).localeCompare(lastUse(b.seat)));
  const offers: SeatOffer[] = [];
  for (const { seat, judgement } of candidates) {
    if (offers.length === most) break;
    const email = holderEmail(seat);
    const member = email === null ? null : await world.directory.byEmail(email);
    if (email === null || member === null || (place !== null && samePerson(member, place.person))) continue;
    offers.push({
      id: world.newId(),
      version: 1,
      state: 'open',
      waitingId: place?.id ?? null,
      integrationId: seat.integrationId,
      seatId: seat.externalId,
      product: seat.product,
      holder: { userId: member.userId, email, name: member.name },
      because: judgement.because,
      offeredAt: now,
      endsAt: addMs(now, OFFER_MS),
    });
  }
  if (offers.length === 0) return [];
  await world.store.commit({
    put: offers.map((doc) => ({ collection: 'offers', doc, expected: null }) as const),
    audit: offers.map((offer) => ({
      at: now,
      actor: actorOf(by, place === null ? 'slack' : 'job'),
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

/** The holder lets it go: it is released now, and then given to whoever waits for it. */
export async function releaseSeat(world: World, caller: Caller, offerId: string): Promise<SeatOffer> {
  const offer = await openOffer(world, caller, offerId);
  const preset = presetToRelease(world, offer.integrationId);
  const place = offer.waitingId === null ? null : await world.store.get('waiting', offer.waitingId);
  if (preset === null || (place === null && offer.waitingId !== null))
    throw new UsageError('usage.offer', 'This cannot be released from here any more.');
  const asked = await requestAction(world, caller, {
    presetId: preset.id,
    target: { integrationId: offer.integrationId, kind: 'seat', id: offer.seatId },
    inputs: {},
    reason:
      place === null
        ? `Let go when asked: ${offer.because}`
        : `Let go for ${place.person.name}, who waits for ${offer.product.name}`,
  });
  if (!asked.ok) throw new UsageError('usage.offer', asked.problems.map((problem) => problem.message).join(' '));
  if (place === null) return answer(world, caller, offer, 'released', []);
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

function presetToRelease(world: World, integrationId: string): PresetInfo | null {
  const presets = [...(world.connectors.get(integrationId)?.presets.values() ?? [])];
  return presets.find((one) => one.verb === 'revoke' && one.target === 'seat') ?? null;
}

/** Whether it was put so lately that nobody is asked about that seat again. */
function isRecent(world: World, offer: SeatOffer): boolean {
  return Date.parse(offer.offeredAt) + COOL_DOWN_MS > world.clock.now().getTime();
}

function seatKey(offer: SeatOffer): string {
  return `${offer.integrationId}/${offer.seatId}`;
}

function lastUse(seat: Seat): string {
  return seat.lastActivity.kind === 'at' ? seat.lastActivity.at : (seat.assignedAt ?? '');
}
