import { describe, expect, it } from 'vitest';
import { ConflictError, ForbiddenError, TransportError, UsageError } from '../../src/domain/errors.ts';
import { decideRequest } from '../../src/services/decide-request.ts';
import { deliverAll, deliverPending } from '../../src/services/deliver.ts';
import { expireRequests } from '../../src/services/expire-requests.ts';
import { getRequest } from '../../src/services/get-request.ts';
import { reconcileRequests } from '../../src/services/reconcile-requests.ts';
import { requestAction } from '../../src/services/request-action.ts';
import { endUndos, refuseLateUndo, undoRequest } from '../../src/services/undo-request.ts';
import { withdrawRequest } from '../../src/services/withdraw-request.ts';
import { aPolicy } from '../support/settings.ts';
import { simultaneousPairs } from '../support/simultaneous-pairs.ts';
import { aSeat, fakeVendor, type TestWorld, testWorld } from '../support/world.ts';

const DAY_MS = 86_400_000;

const signal = new AbortController().signal;
const SEAT = { integrationId: 'vendor', kind: 'seat', id: 'SEAT000001' } as const;

async function asked(world: TestWorld, by = 'Ada', seat: string = SEAT.id): Promise<string> {
  const result = await requestAction(world, world.as(by), {
    presetId: 'revoke',
    target: { ...SEAT, id: seat },
    inputs: {},
    reason: 'idle for 94 days',
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  await world.background.idle();
  return result.request.id;
}

async function stateOf(world: TestWorld, id: string): Promise<string> {
  return (await getRequest(world, id)).state;
}

async function approved(world: TestWorld, id: string, by = 'Dan'): Promise<void> {
  await decideRequest(world, world.as(by), id, 'approve', null);
  await world.background.idle();
}

describe('asking', () => {
  it('shows a card that can be pressed and does nothing at the vendor yet', async () => {
    const world = testWorld();
    const id = await asked(world);
    expect(world.notifier.cards.get(id)).toMatchObject({ state: 'pending', buttons: true });
    expect(world.vendor.writes).toEqual([]);
  });

  it('wants a reason for taking something away', async () => {
    const world = testWorld();
    const result = await requestAction(world, world.as('Ada'), { presetId: 'revoke', target: SEAT, inputs: {}, reason: '  ' });
    expect(result).toMatchObject({ ok: false, problems: [{ input: 'reason' }] });
  });

  it('makes one request of two simultaneous asks for the same seat', async () => {
    const world = testWorld();
    const asks = await Promise.allSettled([asked(world, 'Ada'), asked(world, 'Dan'), asked(world, 'Ada')]);
    expect(asks.filter((ask) => ask.status === 'fulfilled')).toHaveLength(1);
    expect(await world.store.list('requests')).toHaveLength(1);
  });

  it('refuses a guest with the right that is missing', async () => {
    const world = testWorld();
    await expect(asked(world, 'Gus')).rejects.toBeInstanceOf(ForbiddenError);
  });

  it('lets people give up their own seat at once, without a card', async () => {
    const world = testWorld();
    const id = await asked(world, 'Cara');
    expect(await stateOf(world, id)).toBe('succeeded');
    expect(world.notifier.cards.has(id)).toBe(false);
  });

  it('asks two people once the daily cap is reached', async () => {
    const world = testWorld({
      settings: { safety: { maxPerRun: 10, maxSharePerRun: 0.2, maxPerDay: 0, maxDataAgeMs: 1, protected: [] } },
    });
    const id = await asked(world);
    await approved(world, id, 'Dan');
    expect(await stateOf(world, id)).toBe('pending');
    await approved(world, id, 'Eve');
    expect(await stateOf(world, id)).toBe('succeeded');
  });

  it('asks two people for what was asked before the daily cap was reached', async () => {
    const settings = { safety: { maxPerRun: 10, maxSharePerRun: 0.2, maxPerDay: 1, maxDataAgeMs: 1, protected: [] } };
    const seats = [aSeat(), aSeat({ externalId: 'SEAT000002' })];
    const world = testWorld({ vendor: fakeVendor(seats), settings });
    const [first, second] = [await asked(world), await asked(world, 'Ada', 'SEAT000002')];
    await approved(world, first);
    await approved(world, second);
    expect(await getRequest(world, second)).toMatchObject({ state: 'pending', policy: { name: 'daily cap', approvals: 2 } });
    await approved(world, second, 'Eve');
    expect(world.vendor.writes).toEqual(['revoke SEAT000001', 'revoke SEAT000002']);
  });

  it('follows the first of the policies that fit, so that an exception can stand before its rule', async () => {
    const policies = [2, 3, 0].map((approvals) => aPolicy({ name: `asks ${approvals}`, approvals }));
    const world = testWorld({
      settings: { approvals: { channel: 'C1', expireAfterMs: 3_600_000, remindAfterMs: 60_000, policies } },
    });
    expect((await getRequest(world, await asked(world))).policy).toMatchObject({ name: 'asks 2', approvals: 2 });
  });
});

describe('deciding', () => {
  it('runs the action once, verifies it, tells both people and locks the card', async () => {
    const world = testWorld();
    const id = await asked(world);
    await approved(world, id);
    expect(world.vendor.writes).toEqual(['revoke SEAT000001']);
    expect(await stateOf(world, id)).toBe('succeeded');
    expect(world.notifier.cards.get(id)).toMatchObject({ state: 'succeeded', buttons: false });
    expect(world.notifier.told.map((notice) => `${notice.to.name} ${notice.event}`).sort()).toEqual([
      'Ada succeeded',
      'Cara succeeded',
    ]);
    expect(world.store.events.map((event) => event.verb)).toEqual([
      'request.created',
      'request.approved',
      'request.started',
      'request.succeeded',
    ]);
  });

  it.each([
    ['the one who asked', 'Ada'],
    ['the person who would lose the seat', 'Cara'],
    ['somebody who is no approver', 'Bob'],
    ['a guest', 'Gus'],
  ])('refuses %s, keeps the request open and records the attempt', async (_who, name) => {
    const world = testWorld();
    const id = await asked(world);
    await expect(decideRequest(world, world.as(name), id, 'approve', null)).rejects.toBeInstanceOf(ForbiddenError);
    expect(await stateOf(world, id)).toBe('pending');
    expect(world.store.events.at(-1)?.verb).toBe('decision.refused');
  });

  it('refuses an approver whose account was switched off since', async () => {
    const world = testWorld();
    const id = await asked(world);
    const dan = world.as('Dan');
    await expect(
      decideRequest(
        world,
        { ...dan, member: { ...(dan.member as NonNullable<typeof dan.member>), active: false } },
        id,
        'approve',
        null,
      ),
    ).rejects.toBeInstanceOf(ForbiddenError);
  });

  it('counts one person once where two must agree', async () => {
    const policy = aPolicy({ name: 'two', approvals: 2 });
    const world = testWorld({
      settings: { approvals: { channel: 'C1', expireAfterMs: 1e9, remindAfterMs: 1e9, policies: [policy] } },
    });
    const id = await asked(world);
    await approved(world, id, 'Dan');
    await expect(decideRequest(world, world.as('Dan'), id, 'approve', null)).rejects.toThrow(/counts once/);
    await approved(world, id, 'Eve');
    expect(await stateOf(world, id)).toBe('succeeded');
  });

  it('ends with one denial, and wants to hear why', async () => {
    const world = testWorld();
    const id = await asked(world);
    await expect(decideRequest(world, world.as('Dan'), id, 'deny', ' ')).rejects.toBeInstanceOf(UsageError);
    await decideRequest(world, world.as('Dan'), id, 'deny', 'She is on leave');
    await world.background.idle();
    expect(await stateOf(world, id)).toBe('denied');
    expect(world.notifier.told).toMatchObject([{ event: 'denied', as: 'requester' }]);
    await expect(decideRequest(world, world.as('Eve'), id, 'approve', null)).rejects.toThrow(/denied by Dan/);
    expect(world.vendor.writes).toEqual([]);
  });

  it('executes once when two approvers press at the same instant, and tells the second who was first, 500 times over', async () => {
    expect(await simultaneousPairs(500)).toEqual({ pairs: 500, wrong: 0, told: 500 });
  }, 60_000);

  it('tells a late approver who was first and when', async () => {
    const world = testWorld();
    const id = await asked(world);
    await approved(world, id);
    await expect(decideRequest(world, world.as('Eve'), id, 'approve', null)).rejects.toThrow(
      /already done since 2026-11-23 09:00 UTC; Dan approved it/,
    );
  });

  it.each(['R00000404', '../../etc', '', 'x'.repeat(5_000), '<script>'])('treats the forged id %j as unknown', async (id) => {
    const world = testWorld();
    await expect(decideRequest(world, world.as('Dan'), id, 'approve', null)).rejects.toThrow(/no such request/);
  });

  it('expires a request whose time is over, whether the job or a click comes first', async () => {
    const byJob = testWorld();
    const first = await asked(byJob);
    byJob.pass(25 * 3_600_000);
    await expireRequests(byJob);
    await byJob.background.idle();
    expect(byJob.notifier.cards.get(first)).toMatchObject({ state: 'expired', buttons: false });
    const byClick = testWorld();
    const second = await asked(byClick);
    byClick.pass(25 * 3_600_000);
    await expect(decideRequest(byClick, byClick.as('Dan'), second, 'approve', null)).rejects.toThrow(/expired/);
    expect(await stateOf(byClick, second)).toBe('expired');
  });

  it('lets only the requester withdraw, and nobody decide after that', async () => {
    const world = testWorld();
    const id = await asked(world);
    await expect(withdrawRequest(world, world.as('Dan'), id)).rejects.toBeInstanceOf(ForbiddenError);
    await withdrawRequest(world, world.as('Ada'), id);
    await expect(decideRequest(world, world.as('Dan'), id, 'approve', null)).rejects.toThrow(/withdrawn by Ada/);
  });
});

describe('executing', () => {
  it('does nothing when the seat changed hands between ask and approve, and says what changed', async () => {
    const world = testWorld();
    const id = await asked(world);
    world.vendor.seats.set('SEAT000001', aSeat({ holder: { kind: 'person', email: 'bob@example.com', name: 'Bob' } }));
    await approved(world, id);
    expect(world.vendor.writes).toEqual([]);
    expect((await getRequest(world, id)).outcome?.message).toMatch(/not as it was.*held by bob@example.com now/);
  });

  it.each([
    ['refuse', 'failed', 0],
    ['never-sent', 'failed', 0],
    ['lost', 'succeeded', 1],
    ['crash', 'succeeded', 1],
    ['dropped', 'unknown', 0],
  ] as const)('ends a write that the vendor answers with “%s” as %s', async (fault, state, effects) => {
    const world = testWorld();
    world.vendor.writeFaults.push(fault);
    const id = await asked(world);
    await approved(world, id);
    expect(await stateOf(world, id)).toBe(state);
    expect(world.vendor.writes).toHaveLength(effects);
  });

  it('does nothing when the vendor cannot be read right before acting', async () => {
    const world = testWorld();
    const id = await asked(world);
    world.vendor.readFaults.push(new TransportError('transport.timeout', false, 'Vendor did not answer.'));
    await approved(world, id);
    expect(await stateOf(world, id)).toBe('failed');
    expect(world.vendor.writes).toEqual([]);
  });

  it('finds the effect of a lost answer later by looking, and never repeats the call', async () => {
    const world = testWorld();
    const id = await asked(world);
    world.vendor.writeFaults.push('lost');
    world.vendor.during = async () => {
      world.vendor.readFaults.push(new TransportError('transport.timeout', false, 'Vendor did not answer.'));
    };
    await approved(world, id);
    expect(await stateOf(world, id)).toBe('unknown');
    await reconcileRequests(world, signal);
    expect(await stateOf(world, id)).toBe('succeeded');
    expect(world.vendor.writes).toEqual(['revoke SEAT000001']);
  });

  it('calls an unknown outcome failed only when a late look finds no effect', async () => {
    const world = testWorld();
    world.vendor.writeFaults.push('dropped');
    const id = await asked(world);
    await approved(world, id);
    await reconcileRequests(world, signal);
    expect(await stateOf(world, id)).toBe('unknown');
    world.pass(61_000);
    await reconcileRequests(world, signal);
    expect(await stateOf(world, id)).toBe('failed');
    expect(world.vendor.writes).toEqual([]);
  });

  it('executes what was approved before a restart and settles what was running, without repeating it', async () => {
    const world = testWorld();
    const id = await asked(world);
    const request = await getRequest(world, id);
    await world.store.commit({
      put: [{ collection: 'requests', doc: { ...request, version: 2, state: 'approved' }, expected: request.version }],
    });
    await reconcileRequests(world, signal);
    expect(await stateOf(world, id)).toBe('succeeded');
    const other = testWorld({ vendor: fakeVendor([aSeat({ holder: null, status: 'free' })]) });
    const running = { ...request, version: 3, state: 'executing' as const, startedAt: request.createdAt };
    await other.store.commit({ put: [{ collection: 'requests', doc: running, expected: null }] });
    await reconcileRequests(other, signal);
    expect(await stateOf(other, id)).toBe('succeeded');
    expect(other.vendor.writes).toEqual([]);
  });
});

describe('undoing', () => {
  it('asks for the inverse, runs it after approval and marks the original as undone', async () => {
    const world = testWorld();
    const id = await asked(world);
    await approved(world, id);
    const undo = await undoRequest(world, world.as('Ada'), id, 'she needs it');
    if (!undo.ok) throw new Error('undo was refused');
    await world.background.idle();
    await expect(undoRequest(world, world.as('Eve'), id, null)).rejects.toThrow(/already asked to undo/);
    await approved(world, undo.request.id);
    expect(world.vendor.writes).toEqual(['revoke SEAT000001', 'assign SEAT000001']);
    expect(await stateOf(world, id)).toBe('undone');
    expect(world.notifier.cards.get(id)).toMatchObject({ state: 'undone' });
    await expect(decideRequest(world, world.as('Eve'), id, 'approve', null)).rejects.toThrow(/undone/);
    await expect(undoRequest(world, world.as('Ada'), id, null)).rejects.toBeInstanceOf(ConflictError);
  });

  it('is not decided by the person who would get it back, also where the inverse names nobody', async () => {
    const world = testWorld({ settings: { access: { approvers: ['*'] } } });
    const id = await asked(world, 'Cara');
    const undo = await undoRequest(world, world.as('Ada'), id, 'she needs it');
    if (!undo.ok) throw new Error('undo was refused');
    await expect(decideRequest(world, world.as('Cara'), undo.request.id, 'approve', null)).rejects.toThrow(/your own seat/);
  });

  it('is offered for as long as it was promised when it was done, and then goes from the card', async () => {
    const world = testWorld({ settings: { approvals: { undoForMs: 3 * DAY_MS } } });
    const id = await asked(world);
    await approved(world, id);
    expect((await getRequest(world, id)).undoUntil).toBe('2026-11-26T09:00:00.000Z');
    Object.assign(world.settings().approvals, { undoForMs: DAY_MS });
    world.pass(2 * DAY_MS);
    await endUndos(world);
    expect((await getRequest(world, id)).undoEnded).toBeUndefined();
    world.pass(DAY_MS);
    await expect(refuseLateUndo(world, await getRequest(world, id))).rejects.toThrow(/more than 3 days ago/);
    await endUndos(world);
    await endUndos(world);
    await world.background.idle();
    const ended = await getRequest(world, id);
    expect([ended.state, ended.undoEnded]).toEqual(['succeeded', true]);
    expect(world.notifier.cards.get(id)?.version).toBe(ended.version);
    expect(world.store.events.filter((event) => event.verb === 'request.undo-ended')).toHaveLength(1);
    await expect(undoRequest(world, world.as('Ada'), id, 'x')).rejects.toThrow(/cannot be undone from its card any more/);
  });

  it('tells the one who asked when somebody else takes it back', async () => {
    const world = testWorld();
    const id = await asked(world);
    await approved(world, id);
    const undo = await undoRequest(world, world.as('Dan'), id, 'wrong seat');
    if (!undo.ok) throw new Error('undo was refused');
    await approved(world, undo.request.id, 'Eve');
    const heard = world.notifier.told.filter((notice) => notice.event === 'undone');
    expect(heard.map((notice) => [notice.to.name, notice.as])).toEqual([['Ada', 'requester']]);
  });
});

describe('showing', () => {
  it('keeps the decision when Slack fails, and shows it as soon as Slack is back', async () => {
    const world = testWorld();
    const id = await asked(world);
    world.notifier.faults.push(...Array.from({ length: 9 }, () => new Error('Slack answered 500')));
    await approved(world, id);
    expect(await stateOf(world, id)).toBe('succeeded');
    world.notifier.faults.length = 0;
    await deliverPending(world);
    expect(world.notifier.cards.get(id)).toMatchObject({ state: 'succeeded' });
    expect(world.notifier.told).toHaveLength(2);
    expect(await world.store.list('notices')).toEqual([]);
  });

  it('tells people of a decision even while the card cannot be shown', async () => {
    const world = testWorld();
    const id = await asked(world);
    world.notifier.updateCard = async () => {
      throw new Error('Slack answered 500');
    };
    await approved(world, id);
    expect(world.notifier.told.map((notice) => notice.to.name).sort()).toEqual(['Ada', 'Cara']);
    expect(world.notifier.cards.get(id)).toMatchObject({ state: 'pending' });
  });

  it('renders every card that lags behind its state at start', async () => {
    const world = testWorld();
    const id = await asked(world);
    const request = await getRequest(world, id);
    await world.store.commit({
      put: [
        {
          collection: 'requests',
          doc: { ...request, version: request.version + 1, state: 'expired' },
          expected: request.version,
        },
      ],
    });
    await deliverAll(world);
    expect(world.notifier.cards.get(id)).toMatchObject({ state: 'expired', buttons: false });
  });

  it('changes nothing when the disk is full, and works again when there is room', async () => {
    const world = testWorld();
    const id = await asked(world);
    world.store.failNext(1);
    await expect(decideRequest(world, world.as('Dan'), id, 'approve', null)).rejects.toThrow();
    expect(await stateOf(world, id)).toBe('pending');
    await approved(world, id);
    expect(await stateOf(world, id)).toBe('succeeded');
  });
});
