import { describe, expect, it } from 'vitest';
import { ForbiddenError, UsageError } from '../../src/domain/errors.ts';
import { decideRequest } from '../../src/services/decide-request.ts';
import { freezeAll, unfreeze } from '../../src/services/freeze.ts';
import { getRequest } from '../../src/services/get-request.ts';
import { reconcileRequests } from '../../src/services/reconcile-requests.ts';
import { requestAction } from '../../src/services/request-action.ts';
import { requestBulk } from '../../src/services/request-bulk.ts';
import { stopBulk } from '../../src/services/stop-bulk.ts';
import { undoRequest } from '../../src/services/undo-request.ts';
import { approveAs, askRevoke, SEAT } from '../support/asking.ts';
import { aPolicy, aStage } from '../support/settings.ts';
import { aSeat, fakeVendor, type TestWorld, testWorld } from '../support/world.ts';

const signal = new AbortController().signal;

function worldOf(
  count: number,
  settings: Parameters<typeof testWorld>[0] extends infer O ? (O extends { settings?: infer S } ? S : never) : never = {},
) {
  const seats = Array.from({ length: count }, (_, at) =>
    aSeat({ externalId: idOf(at), holder: { kind: 'person', email: `p${at}@example.com`, name: `P${at}` } }),
  );
  return testWorld({ vendor: fakeVendor(seats), settings });
}

function idOf(at: number): string {
  return `ROW${String(at).padStart(6, '0')}`;
}

async function askMany(world: TestWorld, count: number, by = 'Ada'): Promise<string> {
  const targets = Array.from({ length: count }, (_, at) => ({ ...SEAT, id: idOf(at) }));
  const result = await requestBulk(world, world.as(by), { presetId: 'revoke', integrationId: 'vendor', targets, reason: 'idle' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  await world.background.idle();
  return result.request.id;
}

describe('a bulk request', () => {
  it('has one card and one decision, and does each row as a request of its own', async () => {
    const world = worldOf(3);
    const id = await askMany(world, 3);
    expect(world.notifier.cards.get(id)).toMatchObject({ state: 'pending', buttons: true });
    const done = await approveAs(world, 'Dan', id);
    expect(done).toMatchObject({ state: 'succeeded', outcome: { message: '3 of 3 done.' } });
    expect(world.vendor.writes).toEqual([0, 1, 2].map((at) => `revoke ${idOf(at)}`));
    expect([...world.notifier.cards.keys()]).toEqual([id]);
    const row = await getRequest(world, `${id}-02`);
    expect(row).toMatchObject({ state: 'succeeded', partOf: id, trigger: 'bulk' });
    const undo = await undoRequest(world, world.as('Ada'), row.id, 'wrong one');
    expect(undo.ok).toBe(true);
  });

  it('says of every row how it ended, and why one was left out', async () => {
    const world = worldOf(3);
    world.vendor.seats.set(idOf(1), aSeat({ externalId: idOf(1), assignedAt: '2026-11-11T09:00:00.000Z' }));
    world.vendor.writeFaults.push('refuse');
    const id = await askMany(world, 3);
    expect((await getRequest(world, id)).bulk?.rows.map((row) => row.state)).toEqual(['waiting', 'excluded', 'waiting']);
    const done = await approveAs(world, 'Dan', id);
    expect(done.outcome?.message).toBe(
      `1 of 3 done. Revoke licence ${idOf(0)}: Vendor refused and Revoke licence ${idOf(1)}: it was given less than 30 days ago.`,
    );
    expect(world.vendor.writes).toEqual([`revoke ${idOf(2)}`]);
  });

  it('goes on where it was after a crash, and never does a row twice', async () => {
    const world = worldOf(4);
    const id = await askMany(world, 4);
    const commit = world.store.commit.bind(world.store);
    let left = 6;
    world.store.commit = async (change) => {
      left -= 1;
      if (left < 0) throw new Error('killed');
      return commit(change);
    };
    await decideRequest(world, world.as('Dan'), id, 'approve', null);
    await world.background.idle();
    expect((await getRequest(world, id)).state).toBe('executing');
    const restarted = testWorld({ store: Object.assign(world.store, { commit }), vendor: world.vendor });
    for (let round = 0; round < 3; round += 1) await reconcileRequests(restarted, signal);
    expect((await getRequest(restarted, id)).outcome?.message).toBe('4 of 4 done.');
    expect([...world.vendor.writes].sort()).toEqual([0, 1, 2, 3].map((at) => `revoke ${idOf(at)}`));
  });

  it('is stopped between two rows, and says how many were not begun', async () => {
    const world = worldOf(3);
    const id = await askMany(world, 3);
    world.vendor.during = async () => {
      world.vendor.during = async () => {};
      await stopBulk(world, world.as('Eve'), id);
    };
    const done = await approveAs(world, 'Dan', id);
    expect(done.outcome?.message).toBe('1 of 3 done. 2 were not begun, because Eve stopped it.');
    expect(world.vendor.writes).toHaveLength(1);
    await expect(stopBulk(world, world.as('Ada'), id)).rejects.toThrow(/already done/);
  });

  it('pauses in a freeze and goes on afterwards', async () => {
    const world = worldOf(3);
    const id = await askMany(world, 3);
    world.vendor.during = async () => {
      world.vendor.during = async () => {};
      await freezeAll(world, world.as('Eve'), null);
    };
    await approveAs(world, 'Dan', id);
    expect(world.vendor.writes).toHaveLength(1);
    await unfreeze(world, world.as('Eve'));
    await unfreeze(world, world.as('Dan'));
    await reconcileRequests(world, signal);
    expect((await getRequest(world, id)).outcome?.message).toBe('3 of 3 done.');
  });

  it.each([
    ['run', { safety: { maxPerRun: 2 } }, 'run cap'],
    ['day', { safety: { maxPerDay: 2 } }, 'daily cap'],
  ])('needs two people over the cap of a %s', async (_which, settings, name) => {
    const world = worldOf(3, settings);
    const id = await askMany(world, 3);
    expect((await getRequest(world, id)).policy).toMatchObject({ name, approvals: 2 });
    expect((await approveAs(world, 'Dan', id)).state).toBe('pending');
    expect(world.vendor.writes).toEqual([]);
    expect((await approveAs(world, 'Eve', id)).state).toBe('succeeded');
  });

  it('needs two people when it would take too large a share of a product', async () => {
    const world = worldOf(3);
    const targets = [0, 1, 2].map((at) => ({ ...SEAT, id: idOf(at) }));
    const ask = { presetId: 'revoke', integrationId: 'vendor', targets, reason: 'idle', pool: { WS: 10 } };
    const result = await requestBulk(world, world.as('Ada'), ask);
    expect(result.ok && result.request.policy).toMatchObject({ name: 'share cap', approvals: 2 });
  });

  it('has to meet the policies of all its rows, so that nobody decides on a seat that others are to decide on', async () => {
    const named = (name: string, approvers: readonly string[], id: string) =>
      aPolicy({ name, stages: [aStage({ name, approvers })], applies: (scope) => scope.target.id === id });
    const policies = [named('owner', ['UEVE'], idOf(0)), named('security', ['UBOB'], idOf(1)), aPolicy({ approvals: 0 })];
    const world = worldOf(3, { approvals: { policies } });
    const id = await askMany(world, 3);
    const { policy } = await getRequest(world, id);
    expect(policy).toMatchObject({ name: 'owner and security', approvals: 2, stages: [{ name: 'owner' }, { name: 'security' }] });
    await approveAs(world, 'Eve', id);
    await expect(decideRequest(world, world.as('Dan'), id, 'approve', null)).rejects.toBeInstanceOf(ForbiddenError);
    expect(world.vendor.writes).toEqual([]);
    await approveAs(world, 'Bob', id);
    expect(world.vendor.writes).toHaveLength(3);
  });

  it('is not decided by anybody whose seat is in it', async () => {
    const world = worldOf(2);
    world.vendor.seats.set(
      idOf(1),
      aSeat({ externalId: idOf(1), holder: { kind: 'person', email: 'dan@example.com', name: 'Dan' } }),
    );
    const id = await askMany(world, 2);
    await expect(decideRequest(world, world.as('Dan'), id, 'approve', null)).rejects.toThrow(/your own seat/);
    expect((await approveAs(world, 'Eve', id)).state).toBe('succeeded');
  });

  it('leaves out protected people and what is asked for already, and keeps others from asking for its rows', async () => {
    const world = worldOf(3, { safety: { protected: ['p2@example.com'] } });
    await askRevoke(world, 'Dan', idOf(1));
    const id = await askMany(world, 3);
    const rows = (await getRequest(world, id)).bulk?.rows ?? [];
    expect(rows.map((row) => row.message)).toEqual([null, expect.stringMatching(/asked for already/), 'the person is protected']);
    const again = requestAction(world, world.as('Eve'), {
      presetId: 'revoke',
      target: { ...SEAT, id: idOf(0) },
      inputs: {},
      reason: 'x',
    });
    await expect(again).rejects.toThrow(/already asked/);
  });

  it('is refused without the right to ask, without rows, and when no row can be done', async () => {
    const world = worldOf(1);
    await expect(askMany(world, 1, 'Gus')).rejects.toBeInstanceOf(ForbiddenError);
    await expect(askMany(world, 0)).rejects.toBeInstanceOf(UsageError);
    const ask = { presetId: 'revoke', integrationId: 'vendor', targets: [{ ...SEAT, id: 'NOSUCH' }], reason: 'idle' };
    await expect(requestBulk(world, world.as('Ada'), ask)).rejects.toThrow(/None of the 1 can be done/);
  });
});
