import { expect, test } from 'vitest';
import { createCronJobs } from '../../src/adapters/cron-jobs.ts';
import type { DigestPlan } from '../../src/domain/report-settings.ts';
import { ReportJobs } from '../../src/report-jobs.ts';
import { FakeTime } from '../support/fake-time.ts';
import { someReportSettings } from '../support/settings.ts';
import { aPlan, seatOf } from '../support/sync-builders.ts';
import { seatsSynced } from '../support/synced-seats.ts';
import { testWorld } from '../support/world.ts';

const DAY_MS = 86_400_000;
const START = '2026-10-01T12:00:00.000Z';
const RENEWS = '2027-01-08T12:00:00.000Z';

/** A digest once a month, which must not keep a lead time waiting. */
const PLAN: DigestPlan = {
  reportId: 'renewals',
  channel: 'C0RENEWALS',
  to: [],
  schedule: { cron: '0 10 1 * *', timezone: 'Europe/Berlin' },
  workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  holidays: ['2027-01-01'],
  whenNothingNew: 'silent',
  privacy: 'names',
  reviewers: [],
};

test('a renewal is told once at each lead time in the morning of a working day, over restarts and lost answers', async () => {
  const time = new FakeTime(START);
  const world = {
    ...testWorld({ settings: { syncs: [aPlan()], reports: someReportSettings({ digests: [PLAN] }) } }),
    clock: time,
  };
  await seatsSynced(world, [seatOf('S1', 'bob@example.com', { validUntil: RENEWS }), seatOf('S2', null, { validUntil: RENEWS })]);
  const told: string[] = [];
  for (let day = 0; day < 110; day += 1) {
    const jobs = createCronJobs({ clock: time, store: world.store, log: world.log, timer: time });
    new ReportJobs(world, jobs).follow([PLAN]);
    await jobs.start();
    if (day % 7 === 3) world.renewals.faults.push(day % 2 === 0 ? 'lost' : 'never-sent');
    const midnight = Date.parse(START) - DAY_MS / 2 + day * DAY_MS;
    for (const minute of [6 * 60, 8 * 60, 8 * 60 + 1, 8 * 60 + 2, 20 * 60]) {
      const at = new Date(midnight + minute * 60_000 + DAY_MS).toISOString();
      const before = world.renewals.posted.length;
      await time.jumpTo(at);
      await jobs.idle();
      for (const { post } of world.renewals.posted.slice(before)) told.push(`${at.slice(0, 13)} ${post}`);
    }
    const stopping = jobs.stop(1_000);
    await stopping;
  }
  expect(told.map((one) => one.replace(/T\d\d/, ''))).toEqual([
    // 60 days before is a Monday; 30 days a Wednesday; 14 days Christmas, a Friday and no holiday here; 7 days is New Year.
    '2026-11-09 lead-60',
    '2026-12-09 lead-30',
    '2026-12-25 lead-14',
    '2027-01-04 lead-7',
  ]);
  expect(told.every((one) => Number(one.slice(11, 13)) >= 7)).toBe(true);
}, 30_000);
