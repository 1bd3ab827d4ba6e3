import { describe, expect, it } from 'vitest';
import { ConflictError, ForbiddenError, UsageError } from '../../src/domain/errors.ts';
import { askHoldersNow } from '../../src/services/ask-holders.ts';
import { decideRequest } from '../../src/services/decide-request.ts';
import { expireRequests } from '../../src/services/expire-requests.ts';
import { getRequest } from '../../src/services/get-request.ts';
import { reconcileRequests } from '../../src/services/reconcile-requests.ts';
import { renewTerm } from '../../src/services/renew-term.ts';
import { requestAction } from '../../src/services/request-action.ts';
import { keepSeat, offerSeats, releaseSeat } from '../../src/services/seat-offers.ts';
import { snoozePerson } from '../../src/services/snooze.ts';
import { stepHandovers } from '../../src/services/step-handovers.ts';
import { endTerms } from '../../src/services/terms.ts';
import { undoRequest } from '../../src/services/undo-request.ts';
import { joinQueue, leaveQueue, serveQueues } from '../../src/services/waiting-list.ts';
import { withdrawRequest } from '../../src/services/withdraw-request.ts';
import { approveAs, askRevoke, SEAT } from '../support/asking.ts';
import { aPolicy, aStage, someReportSettings } from '../support/settings.ts';
import { aPlan } from '../support/sync-builders.ts';
import { seatsSynced } from '../support/synced-seats.ts';
import { aSeat, fakeVendor, type TestWorld, testWorld } from '../support/world.ts';

const DAY_MS = 86_400_000;
const signal = new AbortController().signal;
const { idle: IDLE } = someReportSettings();
const WEBSTORM = { code: 'WS', name: 'WebStorm' };

async function queued(world: TestWorld, name: string): Promise<string> {
  const { place } = await joinQueue(world, world.as(name), { connector: world.vendor, product: WEBSTORM, reason: null });
  return place.id;
}

async function placeOf(world: TestWorld, id: string) {
  return world.store.get('waiting', id);
}

describe('the waiting list', () => {
  it('asks the owner of the app for whoever came first as soon as a seat is free', async () => {
    const world = testWorld({ settings: { owners: { vendor: ['UEVE'] } } });
    const [first, second] = [await queued(world, 'Bob'), await queued(world, 'Dan')];
    await serveQueues(world);
    expect((await placeOf(world, first))?.state).toBe('waiting');
    await askRevoke(world, 'Cara');
    await serveQueues(world);
    await world.background.idle();
    const place = await placeOf(world, first);
    expect([place?.state, (await placeOf(world, second))?.state]).toEqual(['asked', 'waiting']);
    const request = await getRequest(world, place?.requestId ?? '');
    expect(request).toMatchObject({ state: 'pending', requester: { name: 'Bob' }, trigger: 'saga' });
    await approveAs(world, 'Eve', request.id);
    await serveQueues(world);
    expect((await placeOf(world, first))?.state).toBe('served');
    expect(world.vendor.writes).toEqual(['revoke SEAT000001', 'assign SEAT000001']);
  });

  it('gives one place to a person, and lets them leave', async () => {
    const world = testWorld();
    expect(await queued(world, 'Bob')).toBe(await queued(world, 'Bob'));
    expect(await leaveQueue(world, world.as('Bob'), 'webstorm')).toBe(1);
    expect(await leaveQueue(world, world.as('Bob'), 'webstorm')).toBe(0);
  });

  it('puts somebody back in their place when what was asked could not be done, and not when it was denied', async () => {
    const world = testWorld({ vendor: fakeVendor([aSeat({ holder: null, status: 'free' })]) });
    const id = await queued(world, 'Bob');
    await serveQueues(world);
    world.vendor.writeFaults.push('refuse');
    await approveAs(world, 'Dan', (await placeOf(world, id))?.requestId ?? '');
    await serveQueues(world);
    const again = await placeOf(world, id);
    expect(again?.state).toBe('asked');
    await decideRequest(world, world.as('Dan'), again?.requestId ?? '', 'deny', 'not needed');
    await world.background.idle();
    await serveQueues(world);
    expect((await placeOf(world, id))?.state).toBe('left');
  });
});

describe('an offer to idle holders', () => {
  const idle = [
    aSeat({ externalId: 'OLD', lastActivity: { kind: 'at', at: '2026-01-01T00:00:00.000Z' } }),
    aSeat({
      externalId: 'OLDER',
      lastActivity: { kind: 'at', at: '2025-12-01T00:00:00.000Z' },
      holder: { kind: 'person', email: 'dan@example.com', name: 'Dan' },
    }),
    aSeat({ externalId: 'USED', lastActivity: { kind: 'at', at: '2026-11-20T00:00:00.000Z' } }),
    aSeat({ externalId: 'NEW', assignedAt: '2026-11-20T00:00:00.000Z' }),
    aSeat({ externalId: 'OFFLINE', offlineCode: true }),
  ];

  async function offered(settings = {}): Promise<TestWorld> {
    const world = testWorld({ vendor: fakeVendor(idle), settings });
    const id = await queued(world, 'Bob');
    const place = await placeOf(world, id);
    if (place === null) throw new Error('no place');
    await offerSeats(world, place, idle);
    await world.background.idle();
    return world;
  }

  it('goes to the longest idle ones alone, and to nobody twice in 90 days', async () => {
    const world = await offered();
    expect(world.notifier.offers.map((offer) => offer.seatId)).toEqual(['OLDER', 'OLD']);
    const place = (await world.store.list('waiting'))[0];
    if (place === undefined) throw new Error('no place');
    expect(await offerSeats(world, place, idle)).toEqual([]);
    world.pass(91 * DAY_MS);
    expect(await offerSeats(world, place, idle)).not.toEqual([]);
  });

  it.each([
    ['on leave by the list', { idle: { ...IDLE, onLeave: ['UDAN'] } }],
    ['working part-time', { idle: { ...IDLE, partTime: ['dan@example.com'] } }],
    ['a service account', { idle: { ...IDLE, serviceAccounts: ['dan@example.com'] } }],
    ['within the threshold of the product', { idle: { ...IDLE, thresholds: { 'vendor/WS': 360 } } }],
  ])('goes to nobody who is %s', async (_why, reports) => {
    const world = await offered({ reports: someReportSettings(reports) });
    expect(world.notifier.offers.map((offer) => offer.seatId)).not.toContain('OLDER');
  });

  it('goes to nobody who was snoozed', async () => {
    const world = testWorld({ vendor: fakeVendor(idle) });
    await snoozePerson(world, world.as('Ada'), { email: 'dan@example.com', days: 30, reason: 'parental leave' });
    const place = await placeOf(world, await queued(world, 'Bob'));
    if (place === null) throw new Error('no place');
    expect((await offerSeats(world, place, idle)).map(({ seatId }) => seatId)).toEqual(['OLD']);
  });

  it('goes to holders of idle seats for whom nobody waits, when an approver asks, and frees the seat when released', async () => {
    const world = testWorld({ vendor: fakeVendor(idle), settings: { syncs: [aPlan({ integrationId: 'vendor' })] } });
    await seatsSynced(world, idle);
    await expect(askHoldersNow(world, world.as('Bob'), signal)).rejects.toBeInstanceOf(ForbiddenError);
    expect(await askHoldersNow(world, world.as('Dan'), signal)).toBe(2);
    expect(await askHoldersNow(world, world.as('Dan'), signal)).toBe(0);
    await world.background.idle();
    const caras = world.notifier.offers.find(({ seatId }) => seatId === 'OLD');
    expect((await releaseSeat(world, world.as('Cara'), caras?.id ?? '')).state).toBe('released');
    await world.background.idle();
    expect(world.vendor.writes).toEqual(['revoke OLD']);
    expect(world.vendor.seats.get('OLD')?.holder).toBeNull();
    expect(await world.store.list('handovers')).toEqual([]);
  });

  it('is kept or released by its holder alone, once', async () => {
    const world = await offered();
    const [dans, caras] = world.notifier.offers;
    await expect(releaseSeat(world, world.as('Dan'), caras?.id ?? '')).rejects.toBeInstanceOf(ForbiddenError);
    expect((await keepSeat(world, world.as('Dan'), dans?.id ?? '')).state).toBe('kept');
    await expect(releaseSeat(world, world.as('Dan'), dans?.id ?? '')).rejects.toBeInstanceOf(ConflictError);
    expect(world.vendor.writes).toEqual([]);
  });

  it('that is released hands the seat over in one go', async () => {
    const world = await offered({
      approvals: { policies: [aPolicy({ approvals: 0, applies: (scope) => scope.trigger === 'saga' })] },
    });
    await releaseSeat(world, world.as('Cara'), world.notifier.offers[1]?.id ?? '');
    await world.background.idle();
    for (let round = 0; round < 4; round += 1) {
      await stepHandovers(world);
      await serveQueues(world);
      await world.background.idle();
    }
    expect(world.vendor.writes).toEqual(['revoke OLD', 'assign OLD']);
    expect((await world.store.list('handovers'))[0]?.state).toBe('done');
    expect((await world.store.list('waiting'))[0]?.state).toBe('served');
    expect(world.vendor.seats.get('OLD')?.holder).toMatchObject({ email: 'bob@example.com' });
  });

  it.each([
    ['the owner says no', 'deny'],
    ['the vendor refuses', 'refuse'],
  ])('gives the seat back when %s, after a restart, too', async (_why, how) => {
    const world = await offered();
    await releaseSeat(world, world.as('Cara'), world.notifier.offers[1]?.id ?? '');
    await world.background.idle();
    await stepHandovers(world);
    await world.background.idle();
    const restarted = testWorld({ store: world.store, vendor: world.vendor });
    const assignId = (await restarted.store.list('handovers'))[0]?.assignId ?? '';
    if (how === 'deny') await decideRequest(restarted, restarted.as('Eve'), assignId, 'deny', 'no budget');
    else {
      world.vendor.writeFaults.push('refuse');
      await approveAs(restarted, 'Eve', assignId);
    }
    for (let round = 0; round < 3; round += 1) {
      await stepHandovers(restarted);
      await restarted.background.idle();
      await reconcileRequests(restarted, signal);
    }
    expect((await restarted.store.list('handovers'))[0]?.state).toBe('returned');
    expect(world.vendor.seats.get('OLD')?.holder).toMatchObject({ email: 'cara@example.com' });
  });
});

describe('what is given until a day', () => {
  const free = aSeat({ holder: null, status: 'free' });

  async function given(world: TestWorld, days: number): Promise<string> {
    const until = new Date(world.clock.now().getTime() + days * DAY_MS).toISOString();
    const asked = await requestAction(world, world.as('Ada'), {
      presetId: 'assign',
      target: SEAT,
      inputs: { email: 'cara@example.com' },
      reason: 'for the release',
      until,
    });
    if (!asked.ok) throw new Error('refused');
    await approveAs(world, 'Dan', asked.request.id);
    return asked.request.id;
  }

  function timed(settings = {}): TestWorld {
    const vendor = fakeVendor([free]);
    const inverse = vendor.inverse;
    vendor.inverse = (call, before, after, response) =>
      call.presetId === 'assign'
        ? { presetId: 'revoke', target: call.target, inputs: { licenseId: call.target.id }, sentence: 'Take it back' }
        : inverse(call, before, after, response);
    return testWorld({ vendor, settings });
  }

  it('is reminded of 7 days and 1 day before, once each, and asked back at the end', async () => {
    const world = timed();
    const id = await given(world, 10);
    const reminded: number[] = [];
    for (let day = 0; day < 12; day += 1) {
      const before = world.notifier.terms.length;
      await endTerms(world);
      await world.background.idle();
      if (world.notifier.terms.length > before) reminded.push(10 - day);
      world.pass(DAY_MS);
    }
    expect(reminded).toEqual([7, 1]);
    const back = (await world.store.list('requests')).find((request) => request.trigger === 'timer');
    expect(back).toMatchObject({ state: 'pending', presetId: 'revoke', requester: { name: 'Ada' } });
    expect(await world.store.get('terms', id)).toMatchObject({ state: 'ending', endedBy: back?.id });
    expect((await world.store.list('requests')).filter((request) => request.trigger === 'timer')).toHaveLength(1);
  });

  it('is taken back at once where a policy says so, but never from a protected person', async () => {
    const policies = [aPolicy({ approvals: 0, applies: (scope) => scope.trigger === 'timer' })];
    const world = timed({ approvals: { policies } });
    await given(world, 2);
    world.pass(3 * DAY_MS);
    await endTerms(world);
    await world.background.idle();
    expect(world.vendor.writes).toEqual(['assign SEAT000001', 'revoke SEAT000001']);
    const guarded = timed({ approvals: { policies }, safety: { protected: ['cara@example.com'] } });
    await given(guarded, 2);
    guarded.pass(3 * DAY_MS);
    await endTerms(guarded);
    await guarded.background.idle();
    expect(guarded.vendor.writes).toEqual(['assign SEAT000001']);
    expect((await guarded.store.list('requests')).at(-1)).toMatchObject({
      state: 'pending',
      policy: { name: 'never by automation' },
    });
  });

  it('is not reminded of before a day that is past already when it is given or renewed', async () => {
    const world = timed();
    const id = await given(world, 3);
    const heard = async (): Promise<number> => {
      await endTerms(world);
      await world.background.idle();
      return world.notifier.terms.splice(0).length;
    };
    expect(await heard()).toBe(0);
    world.pass(2 * DAY_MS);
    expect(await heard()).toBe(2);
    await renewTerm(world, world.as('Eve'), id, null);
    await world.background.idle();
    world.notifier.terms.splice(0);
    expect(await heard()).toBe(0);
  });

  it('is not spoken of any more once it was undone', async () => {
    const world = timed();
    const id = await given(world, 10);
    const undo = await undoRequest(world, world.as('Ada'), id, 'wrong one');
    await world.background.idle();
    await approveAs(world, 'Dan', undo.ok ? undo.request.id : '');
    world.pass(4 * DAY_MS);
    await endTerms(world);
    await world.background.idle();
    expect(world.notifier.terms).toEqual([]);
    expect((await world.store.get('terms', id))?.state).toBe('ended');
  });

  it('is renewed by an approver, and both are told', async () => {
    const world = timed();
    const id = await given(world, 10);
    await expect(renewTerm(world, world.as('Bob'), id, null)).rejects.toBeInstanceOf(ForbiddenError);
    const before = (await world.store.get('terms', id))?.until ?? '';
    const { kind, term } = await renewTerm(world, world.as('Eve'), id, null);
    await world.background.idle();
    expect([kind, Date.parse(term.until) - Date.parse(before)]).toEqual(['renewed', 10 * DAY_MS]);
    expect(world.notifier.terms.map(({ to, what }) => [to, what])).toEqual([
      ['Ada', 'renewed'],
      ['cara@example.com', 'renewed'],
    ]);
    world.pass(11 * DAY_MS);
    await endTerms(world);
    expect((await world.store.get('terms', id))?.state).toBe('running');
  });

  it.each(['Ada', 'Cara'])('is asked for by %s, who may not renew it, of whoever agreed to it before', async (name) => {
    const world = timed();
    const id = await given(world, 10);
    const before = (await world.store.get('terms', id))?.until;
    expect(await renewTerm(world, world.as(name), id, null)).toMatchObject({ kind: 'asked', people: 1 });
    await world.background.idle();
    expect(world.notifier.terms).toEqual([{ term: id, to: 'Dan', what: 'asked' }]);
    expect((await world.store.get('terms', id))?.until).toBe(before);
    await expect(renewTerm(world, world.as(name), id, null)).rejects.toThrow(/asked for already/);
    expect((await renewTerm(world, world.as('Dan'), id, null)).kind).toBe('renewed');
    expect(world.store.events.map((event) => event.verb).filter((verb) => verb.startsWith('term.renew'))).toEqual([
      'term.renewal-asked',
      'term.renewed',
    ]);
  });

  it('is renewed under the policy under which it was given, by everybody who must agree', async () => {
    const stages = [aStage({ name: 'owner', approvers: ['UBOB'] }), aStage({ name: 'security', approvers: ['UEVE', 'UDAN'] })];
    const world = timed({ approvals: { policies: [aPolicy({ stages })] } });
    const until = new Date(world.clock.now().getTime() + 10 * DAY_MS).toISOString();
    const ask = { presetId: 'assign', target: SEAT, inputs: { email: 'cara@example.com' }, reason: 'x', until };
    const asked = await requestAction(world, world.as('Ada'), ask);
    if (!asked.ok) throw new Error('refused');
    const { id } = asked.request;
    await approveAs(world, 'Bob', id);
    await approveAs(world, 'Eve', id);
    await expect(renewTerm(world, world.as('Dan'), id, null)).rejects.toThrow(/not your turn yet: “owner”/);
    const later = new Date(Date.parse(until) + DAY_MS).toISOString();
    expect(await renewTerm(world, world.as('Bob'), id, later)).toMatchObject({ kind: 'agreed', missing: 1, term: { until } });
    await expect(renewTerm(world, world.as('Bob'), id, null)).rejects.toThrow(/stage is decided already/);
    // Another day is another question: what was agreed to before does not count for it.
    const evenLater = new Date(Date.parse(until) + 2 * DAY_MS).toISOString();
    await expect(renewTerm(world, world.as('Dan'), id, evenLater)).rejects.toThrow(/not your turn yet/);
    expect(await renewTerm(world, world.as('Dan'), id, null)).toMatchObject({ kind: 'renewed', term: { until: later } });
    expect((await world.store.get('terms', id))?.moreTime).toBeUndefined();
  });

  async function over(world: TestWorld): Promise<string> {
    const id = await given(world, 3);
    world.pass(3 * DAY_MS);
    await endTerms(world);
    await world.background.idle();
    return id;
  }

  const backs = async (world: TestWorld) => (await world.store.list('requests')).filter(({ trigger }) => trigger === 'timer');
  const aDayLater = async (world: TestWorld): Promise<void> => {
    world.pass(DAY_MS);
    await expireRequests(world);
    await endTerms(world);
    await endTerms(world);
    await world.background.idle();
  };

  it('is asked back again each day until somebody decides, and nobody can withdraw that', async () => {
    const world = timed();
    const id = await over(world);
    const [first] = await backs(world);
    await expect(withdrawRequest(world, world.as('Ada'), first?.id ?? '')).rejects.toThrow(/given until a day/);
    await aDayLater(world);
    expect((await backs(world)).map(({ state }) => state)).toEqual(['expired']);
    await aDayLater(world);
    expect((await backs(world)).map(({ state }) => state)).toEqual(['expired', 'pending']);
    await approveAs(world, 'Dan', (await backs(world))[1]?.id ?? '');
    await aDayLater(world);
    expect((await world.store.get('terms', id))?.state).toBe('ended');
    expect(world.vendor.seats.get(SEAT.id)?.holder).toBeNull();
    const denied = timed();
    await over(denied);
    await decideRequest(denied, denied.as('Dan'), (await backs(denied))[0]?.id ?? '', 'deny', 'she stays');
    await aDayLater(denied);
    await aDayLater(denied);
    expect((await backs(denied)).map(({ state }) => state)).toEqual(['denied']);
  });

  it('is asked back later where the vendor does not take it back yet, and whoever asked for it hears why', async () => {
    const world = timed();
    const { offers } = world.vendor;
    const term = await given(world, 3);
    world.vendor.offers = (target, now) =>
      offers(target, now).map(({ preset }) => ({ preset, available: false as const, because: 'It was given 3 days ago.' }));
    world.notifier.terms.splice(0);
    world.pass(3 * DAY_MS);
    await endTerms(world);
    await endTerms(world);
    await world.background.idle();
    expect(await world.store.get('terms', term)).toMatchObject({ state: 'running', late: 'It was given 3 days ago.' });
    expect(world.notifier.terms).toEqual([{ term, to: 'Ada', what: 'late' }]);
    world.vendor.offers = offers;
    await aDayLater(world);
    expect(await backs(world)).toHaveLength(1);
  });

  it('is not taken from somebody else who has the seat by then', async () => {
    const world = timed();
    const id = await given(world, 3);
    const holder = { kind: 'person', email: 'bob@example.com', name: 'Bob' } as const;
    world.vendor.seats.set(SEAT.id, aSeat({ holder }));
    world.pass(3 * DAY_MS);
    await endTerms(world);
    await world.background.idle();
    expect(await backs(world)).toEqual([]);
    expect((await world.store.get('terms', id))?.state).toBe('ended');
  });

  it('must end in the future, and only what is given can end', async () => {
    const world = testWorld();
    const past = { presetId: 'assign', target: SEAT, inputs: {}, reason: 'x', until: '2020-01-01T00:00:00.000Z' };
    await expect(requestAction(world, world.as('Ada'), past)).rejects.toBeInstanceOf(UsageError);
    const revoke = { presetId: 'revoke', target: SEAT, inputs: {}, reason: 'x', until: '2030-01-01T00:00:00.000Z' };
    await expect(requestAction(world, world.as('Ada'), revoke)).rejects.toThrow(/Only what is given/);
  });
});
