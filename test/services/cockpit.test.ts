import { expect, test } from 'vitest';
import { chooseApp, cockpitFor, cockpitVersion } from '../../src/services/cockpit.ts';
import { askRevoke } from '../support/asking.ts';
import { someReportSettings } from '../support/settings.ts';
import { aPlan } from '../support/sync-builders.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

const SYNCS = [aPlan(), aPlan({ integrationId: 'other', name: 'Other' })];

async function requestsOf(world: TestWorld): Promise<string | undefined> {
  const cockpit = await cockpitFor(world, world.as('Ada'));
  return cockpit?.now.tiles.find(({ key }) => key === 'requests')?.value;
}

test('the cockpit counts the open requests of the app that was chosen', async () => {
  const world = testWorld({ settings: { syncs: SYNCS } });
  await askRevoke(world, 'Ada');
  expect(await requestsOf(world)).toBe('1 waits for a decision');
  const userId = world.as('Ada').person.userId ?? '';
  await chooseApp(world, userId, 'other');
  expect(await requestsOf(world)).toBe('none waits for a decision');
  await chooseApp(world, userId, 'vendor');
  expect(await requestsOf(world)).toBe('1 waits for a decision');
});

test('the cockpit is counted afresh when prices or thresholds have changed', async () => {
  const settings = { syncs: SYNCS };
  const world = testWorld({ settings });
  const before = await cockpitVersion(world);
  const idle = { ...someReportSettings().idle, inactiveDays: 30 };
  const changed = [
    testWorld({ store: world.store, settings: { ...settings, reports: someReportSettings({ idle }) } }),
    testWorld({
      store: world.store,
      settings: { ...settings, prices: { 'vendor/WS': { amount: 1, currency: 'EUR', per: 'year' } } },
    }),
  ];
  for (const after of changed) expect(await cockpitVersion(after)).not.toBe(before);
  expect(await cockpitVersion(testWorld({ store: world.store, settings }))).toBe(before);
});
