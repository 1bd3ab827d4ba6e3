import { describe, expect, it } from 'vitest';
import { goodConfig, load, mistakesOf } from './sources.ts';

const settingsOf = async (reports: unknown) => (await load({ file: { ...goodConfig(), reports } })).settings.reports;
const mistakeOf = async (reports: unknown) => {
  const { mistakes } = await mistakesOf({ file: { ...goodConfig(), reports } });
  return mistakes.map(({ path, problem }) => `${path} ${problem}`);
};

describe('reports in the configuration', () => {
  it('have a default for everything, and nothing is posted by itself', async () => {
    expect(await settingsOf({})).toMatchObject({
      idle: { inactiveDays: 90, thresholds: {}, newDays: 30, coolDownDays: 90, onLeave: [] },
      expiryLeadDays: [60, 30, 14, 7, 1],
      renewalLeadDays: [60, 30, 14, 7],
      renewalHorizonDays: 365,
      lowSeats: 2,
      directories: [],
      regretDays: 30,
      digests: [],
    });
  });

  it('say what each looks at, lead times in whatever order', async () => {
    const settings = await settingsOf({
      'inactive-users': { inactiveDays: 45, thresholds: { 'jetbrains/II': 60, aha: 120 }, onLeave: ['U01KIM'] },
      'expired-subscriptions': { leadDays: [7, 30, 7] },
      leavers: { directories: ['aha'] },
    });
    expect(settings.idle).toMatchObject({ inactiveDays: 45, thresholds: { 'jetbrains/II': 60, aha: 120 }, onLeave: ['U01KIM'] });
    expect(settings.expiryLeadDays).toEqual([30, 7]);
    expect(settings.directories).toEqual(['aha']);
  });

  it('are posted where and when the file says, on working days with names unless it says otherwise', async () => {
    const { digests } = await settingsOf({
      seats: {
        schedule: '0 9 * * 1',
        to: ['ada@example.com'],
        timezone: 'Europe/Berlin',
        privacy: 'counts',
        reviewers: ['U01DAN'],
      },
      'inactive-users': { schedule: '0 9 * * *', channel: 'C03REP', holidays: ['2026-12-25'], whenNothingNew: 'silent' },
      savings: { channel: 'C03REP' },
    });
    expect(digests).toEqual([
      {
        reportId: 'inactive-users',
        channel: 'C03REP',
        to: [],
        schedule: { cron: '0 9 * * *', timezone: 'UTC' },
        workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
        holidays: ['2026-12-25'],
        whenNothingNew: 'silent',
        privacy: 'names',
        reviewers: [],
      },
      expect.objectContaining({
        reportId: 'seats',
        channel: null,
        to: ['ada@example.com'],
        schedule: { cron: '0 9 * * 1', timezone: 'Europe/Berlin' },
        privacy: 'counts',
        reviewers: ['U01DAN'],
      }),
    ]);
  });

  it.each([
    ['a report there is not', { inactive: {} }, /^reports.*inactive/],
    ['a schedule without a place', { seats: { schedule: '0 9 * * 1' } }, /^reports\.seats has a schedule, so it needs/],
    ['a day that is none', { seats: { holidays: ['2026-13-01'] } }, /^reports\.seats\.holidays\[0\] must be a day/],
    ['a directory that is no integration', { leavers: { directories: ['ahaa'] } }, /directories\[0\] names no integration.*aha/],
    [
      'a threshold of nothing',
      { 'inactive-users': { thresholds: { 'jetbrain/II': 9 } } },
      /thresholds.*names no integration.*jetbrains/,
    ],
    ['a threshold of no days', { 'inactive-users': { inactiveDays: 0 } }, /inactiveDays must be at least 1/],
  ])('are refused for %s', async (_name, reports, expected) => {
    expect((await mistakeOf(reports)).join('\n')).toMatch(expected);
  });
});
