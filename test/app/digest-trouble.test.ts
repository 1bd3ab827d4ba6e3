import { expect, test } from 'vitest';
import { createCronJobs } from '../../src/adapters/cron-jobs.ts';
import type { DigestPlan } from '../../src/domain/report-settings.ts';
import { ReportJobs } from '../../src/report-jobs.ts';
import { FakeTime } from '../support/fake-time.ts';
import { someReportSettings } from '../support/settings.ts';
import { aPlan, seatOf } from '../support/sync-builders.ts';
import { seatsSynced } from '../support/synced-seats.ts';
import { testWorld } from '../support/world.ts';

const PLAN: DigestPlan = {
  reportId: 'seats',
  channel: 'C0SEATS',
  to: [],
  schedule: { cron: '0 9 * * *', timezone: 'UTC' },
  workingDays: ['monday', 'tuesday'],
  holidays: [],
  whenNothingNew: 'line',
  privacy: 'names',
  reviewers: [],
};

test('a digest that cannot be posted for a quarter of an hour is told to the admins once, and no hitch that passes', async () => {
  const time = new FakeTime('2026-11-23T08:59:00.000Z');
  const made = testWorld({ settings: { syncs: [aPlan()], reports: someReportSettings({ digests: [PLAN] }) } });
  const world = { ...made, clock: time };
  await seatsSynced(world, [seatOf('S1', 'bob@example.com')]);
  const jobs = createCronJobs({ clock: time, store: world.store, log: world.log, timer: time });
  new ReportJobs(world, jobs).follow([PLAN]);
  await jobs.start();
  const goTo = async (at: string, slack: 'up' | 'down'): Promise<void> => {
    world.digests.faults.splice(0, 99, ...Array.from({ length: slack === 'up' ? 0 : 9 }, () => 'never-sent' as const));
    await time.jumpTo(`2026-11-${at}:00.000Z`);
    await jobs.idle();
  };
  await goTo('23T09:00', 'down');
  await goTo('23T09:01', 'up');
  expect([world.digests.posted.length, world.digests.warned.length]).toEqual([1, 0]);

  await goTo('24T09:00', 'down');
  await goTo('24T09:14', 'down');
  expect(world.digests.warned).toEqual([]);
  for (const minute of ['16', '17', '30']) await goTo(`24T09:${minute}`, 'down');
  expect(new Set(world.digests.warned.map(({ words }) => words))).toEqual(
    new Set([
      'The digest “Seats” of 24 Nov 2026 09:00 UTC is not posted: Slack could not be reached. It is tried again every minute.',
    ]),
  );
  expect(world.digests.warned.map(({ to }) => to)).toEqual(['UADA', 'UDAN', 'UEVE']);
  await goTo('24T09:31', 'up');
  expect([world.digests.posted.length, await world.store.list('digestTroubles')]).toEqual([2, []]);
  const stopping = jobs.stop(1_000);
  await stopping;
});
