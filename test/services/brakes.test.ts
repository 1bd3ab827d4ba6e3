import { describe, expect, it } from 'vitest';
import { ConflictError, ForbiddenError, UsageError } from '../../src/domain/errors.ts';
import { breakGlass } from '../../src/services/break-glass.ts';
import { decideRequest } from '../../src/services/decide-request.ts';
import { freezeAll, frozen, unfreeze } from '../../src/services/freeze.ts';
import { getRequest } from '../../src/services/get-request.ts';
import { reconcileRequests } from '../../src/services/reconcile-requests.ts';
import { requestBulk } from '../../src/services/request-bulk.ts';
import { startedInLastDay } from '../../src/services/started-in-last-day.ts';
import { approveAs, askRevoke, SEAT, stateOf } from '../support/asking.ts';
import { aPolicy } from '../support/settings.ts';
import { aMember, aSeat, fakeVendor, testWorld } from '../support/world.ts';

const signal = new AbortController().signal;

describe('a freeze', () => {
  it('stops asking, approving and what is approved already; denying goes on', async () => {
    const world = testWorld();
    const [waiting, denied] = [await askRevoke(world), await askRevoke(testWorldSeat(world, 'SEAT000002'), 'Ada', 'SEAT000002')];
    const request = await getRequest(world, waiting);
    await world.store.commit({
      put: [{ collection: 'requests', doc: { ...request, version: 9, state: 'approved' }, expected: request.version }],
    });
    await freezeAll(world, world.as('Eve'), 'too many at once');
    await reconcileRequests(world, signal);
    expect(world.vendor.writes).toEqual([]);
    expect(await stateOf(world, waiting)).toBe('approved');
    await expect(askRevoke(world)).rejects.toThrow(/frozen since 23 Nov 2026 09:00 UTC by Eve. Reason: too many at once/);
    await expect(decideRequest(world, world.as('Dan'), denied, 'approve', null)).rejects.toBeInstanceOf(ForbiddenError);
    await decideRequest(world, world.as('Dan'), denied, 'deny', 'frozen anyway');
    expect(await stateOf(world, denied)).toBe('denied');
  });

  it('holds after a restart, and is lifted by two different people, after which what was approved goes on', async () => {
    const world = testWorld();
    const id = await askRevoke(world);
    const request = await getRequest(world, id);
    await world.store.commit({
      put: [{ collection: 'requests', doc: { ...request, version: 9, state: 'approved' }, expected: request.version }],
    });
    await freezeAll(world, world.as('Ada'), null);
    const restarted = testWorld({ store: world.store });
    expect(await frozen(restarted)).toMatchObject({ by: { name: 'Ada' } });
    expect(await unfreeze(restarted, restarted.as('Ada'))).toMatchObject({ lifting: [{ by: { name: 'Ada' } }] });
    await expect(unfreeze(restarted, restarted.as('Ada'))).rejects.toThrow(/second person/);
    expect(await frozen(restarted)).not.toBeNull();
    expect(await unfreeze(restarted, restarted.as('Dan'))).toBeNull();
    await reconcileRequests(restarted, signal);
    expect(restarted.vendor.writes).toEqual(['revoke SEAT000001']);
    expect(world.store.events.map((event) => event.verb).filter((verb) => verb.startsWith('freeze'))).toEqual([
      'freeze.set',
      'freeze.lift-asked',
      'freeze.lifted',
    ]);
  });

  it('comes in time for a call that has not left', async () => {
    const world = testWorld();
    const id = await askRevoke(world);
    const target = world.vendor.recheck;
    world.vendor.recheck = async (...args) => {
      const seen = await target(...args);
      await freezeAll(world, world.as('Eve'), null);
      return seen;
    };
    await approveAs(world, 'Dan', id);
    expect(world.vendor.writes).toEqual([]);
    expect(await stateOf(world, id)).toBe('approved');
  });

  it('is for approvers and admins, once at a time', async () => {
    const world = testWorld();
    await expect(freezeAll(world, world.as('Bob'), null)).rejects.toBeInstanceOf(ForbiddenError);
    await expect(unfreeze(world, world.as('Ada'))).rejects.toBeInstanceOf(UsageError);
    await freezeAll(world, world.as('Ada'), null);
    await expect(freezeAll(world, world.as('Dan'), null)).rejects.toBeInstanceOf(ConflictError);
  });
});

describe('breaking the glass', () => {
  const settings = { access: { breakGlass: ['UBOB'] }, approvals: { policies: [aPolicy({ approvals: 2 })] } };

  it('runs at once for whoever is named, with an event of its own and a message to everybody who decides', async () => {
    const world = testWorld({ settings });
    const id = await askRevoke(world);
    await breakGlass(world, world.as('Bob'), id, 'production is down');
    await world.background.idle();
    const request = await getRequest(world, id);
    expect(request).toMatchObject({
      state: 'succeeded',
      decisions: [{ by: { name: 'Bob' }, breakGlass: true, reason: 'production is down' }],
    });
    expect(world.store.events.map((event) => event.verb)).toContain('request.broke-glass');
    expect(world.store.events.map((event) => event.verb)).not.toContain('request.approved');
    const heard = world.notifier.told.filter((notice) => notice.event === 'broke-glass').map((notice) => notice.to.name);
    expect(heard.sort()).toEqual(['Ada', 'Cara', 'Dan', 'Eve']);
  });

  it('is refused to everybody else, without a reason, in a freeze, and over the cap', async () => {
    const world = testWorld({ settings: { ...settings, safety: { maxPerDay: 1 } } });
    const id = await askRevoke(world);
    await expect(breakGlass(world, world.as('Dan'), id, 'x')).rejects.toThrow(/not named for emergencies/);
    expect(world.store.events.at(-1)?.verb).toBe('break-glass.refused');
    await expect(breakGlass(world, world.as('Bob'), id, ' ')).rejects.toBeInstanceOf(UsageError);
    await freezeAll(world, world.as('Ada'), null);
    await expect(breakGlass(world, world.as('Bob'), id, 'x')).rejects.toThrow(/frozen/);
    await unfreeze(world, world.as('Ada'));
    await unfreeze(world, world.as('Dan'));
    await breakGlass(world, world.as('Bob'), id, 'x');
    await world.background.idle();
    world.vendor.seats.set('SEAT000002', aSeat({ externalId: 'SEAT000002' }));
    const second = await askRevoke(world, 'Ada', 'SEAT000002');
    await expect(breakGlass(world, world.as('Bob'), second, 'x')).rejects.toThrow(
      /1 seat was taken away in the last 24 hours; the cap is 1. An emergency/,
    );
    expect(await stateOf(world, second)).toBe('pending');
  });

  it('beats neither the cap of a run nor that of a share, and is told to everybody in the rows', async () => {
    const seats = ['A1', 'A2', 'A3'].map((externalId, at) =>
      aSeat({ externalId, holder: { kind: 'person', email: `${['cara', 'bob', 'eve'][at]}@example.com`, name: null } }),
    );
    const many = async (safety: object, pool: Record<string, number>) => {
      const world = testWorld({ vendor: fakeVendor(seats), settings: { ...settings, access: { breakGlass: ['UDAN'] }, safety } });
      const targets = seats.map(({ externalId }) => ({ ...SEAT, id: externalId }));
      const ask = { presetId: 'revoke', integrationId: 'vendor', targets, reason: 'x', pool };
      world.members.push(aMember('Fay', { isWorkspaceAdmin: true }));
      const asked = await requestBulk(world, world.as('Ada'), ask);
      if (!asked.ok) throw new Error('not asked');
      await world.background.idle();
      return { world, id: asked.request.id };
    };
    const run = await many({ maxPerRun: 2 }, { WS: 100 });
    await expect(breakGlass(run.world, run.world.as('Dan'), run.id, 'x')).rejects.toThrow(/about 3 at once; the cap is 2/);
    const share = await many({}, { WS: 10 });
    await expect(breakGlass(share.world, share.world.as('Dan'), share.id, 'x')).rejects.toThrow(/30 % of a product/);
    const below = await many({}, { WS: 100 });
    await breakGlass(below.world, below.world.as('Dan'), below.id, 'x');
    await below.world.background.idle();
    expect(below.world.vendor.writes).toHaveLength(3);
    const heard = below.world.notifier.told.filter(({ event }) => event === 'broke-glass').map(({ to }) => to.email);
    expect(heard).toEqual(expect.arrayContaining(['ada@example.com', 'bob@example.com', 'cara@example.com', 'eve@example.com']));
  });
});

describe('the daily cap', () => {
  it.each(['scheduled', 'by-hand'] as const)('counts what is %s at the vendor', async (state) => {
    const world = testWorld();
    const id = await askRevoke(world);
    const request = await getRequest(world, id);
    const startedAt = state === 'scheduled' ? world.clock.now().toISOString() : null;
    const doc = { ...request, version: 2, state, startedAt };
    await world.store.commit({ put: [{ collection: 'requests', doc, expected: 1 }] });
    expect(await startedInLastDay(world)).toBe(1);
  });

  it('is not passed by many who approve different requests at the same instant', async () => {
    const seats = Array.from({ length: 12 }, (_, at) => aSeat({ externalId: `SEAT0000${at + 10}` }));
    const world = testWorld({ vendor: fakeVendor(seats), settings: { safety: { maxPerDay: 5 } } });
    const ids = [];
    for (const seat of seats) ids.push(await askRevoke(world, 'Ada', seat.externalId));
    await Promise.all(ids.map((id, at) => decideRequest(world, world.as(at % 2 === 0 ? 'Dan' : 'Eve'), id, 'approve', null)));
    await world.background.idle();
    expect(world.vendor.writes).toHaveLength(5);
    expect(await startedInLastDay(world)).toBe(5);
    const states = await Promise.all(ids.map((id) => stateOf(world, id)));
    expect(states.filter((state) => state === 'pending')).toHaveLength(7);
  });

  it('counts what people give up themselves, and asks two for what is over it', async () => {
    const seats = ['A1', 'A2'].map((externalId) => aSeat({ externalId }));
    const world = testWorld({ vendor: fakeVendor(seats), settings: { safety: { maxPerDay: 1 } } });
    await askRevoke(world, 'Cara', 'A1');
    const second = await askRevoke(world, 'Cara', 'A2');
    expect(await getRequest(world, second)).toMatchObject({ state: 'pending', policy: { name: 'daily cap', approvals: 2 } });
  });
});

function testWorldSeat(world: ReturnType<typeof testWorld>, externalId: string): ReturnType<typeof testWorld> {
  world.vendor.seats.set(externalId, aSeat({ externalId }));
  return world;
}
