import { expect, test } from 'vitest';
import { buildReport, readyTrends } from '../../src/services/build-report.ts';
import { aPlan, seatOf } from '../support/sync-builders.ts';
import { seatsSynced } from '../support/synced-seats.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

const DAY_MS = 86_400_000;

/** How often a history is read while something is done. */
async function readsDuring(world: TestWorld, work: () => Promise<unknown>): Promise<number> {
  const { replayHistory } = world.inventories;
  let reads = 0;
  world.inventories.replayHistory = (id, reader) => {
    reads += 1;
    return replayHistory(id, reader);
  };
  await work();
  world.inventories.replayHistory = replayHistory;
  return reads;
}

async function syncedWorld(): Promise<TestWorld> {
  const world = testWorld({ settings: { syncs: [aPlan({})] } });
  await seatsSynced(world, [seatOf('S1', 'ada@example.com')]);
  return world;
}

test('the past that reports show is read before somebody asks, once after each sync and once a day', async () => {
  const world = await syncedWorld();
  const ready = (): Promise<number> => readsDuring(world, () => readyTrends(world));
  expect([await ready(), await ready()]).toEqual([1, 0]);
  expect(await readsDuring(world, () => buildReport(world, 'seats'))).toBe(0);
  await seatsSynced(world, [seatOf('S1', 'ada@example.com'), seatOf('S2', 'bob@example.com')]);
  expect([await ready(), await ready()]).toEqual([1, 0]);
  world.pass(DAY_MS);
  expect([await ready(), await ready()]).toEqual([1, 0]);
});

test('a past that cannot be read is told to whoever asks for it', async () => {
  const world = await syncedWorld();
  world.inventories.replayHistory = () => Promise.reject(new Error('the disk is sick'));
  await readyTrends(world);
  await expect(buildReport(world, 'seats')).rejects.toThrow('the disk is sick');
});
