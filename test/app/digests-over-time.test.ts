import { describe, expect, test } from 'vitest';
import { createCronJobs } from '../../src/adapters/cron-jobs.ts';
import type { DigestPlan } from '../../src/domain/report-settings.ts';
import type { Jobs } from '../../src/ports/jobs.ts';
import { ReportJobs } from '../../src/report-jobs.ts';
import { FakeTime } from '../support/fake-time.ts';
import { someReportSettings } from '../support/settings.ts';
import { aPlan, seatOf } from '../support/sync-builders.ts';
import { seatsSynced } from '../support/synced-seats.ts';
import { fakeDigestNotifier, testWorld } from '../support/world.ts';

/** Times of the day, in UTC, at which somebody looks at the clock: on each time a digest is due at, and in between. */
const LOOKS = [
  '00:00',
  '00:30',
  '01:00',
  '01:30',
  '02:00',
  '04:00',
  '07:00',
  '08:00',
  '12:00',
  '13:00',
  '14:00',
  '15:00',
  '20:00',
];
const DAY_MS = 86_400_000;
const START = '2026-10-14T12:00:00.000Z';
/** 170 days: the clocks of Berlin and New York go back and forward in them. */
const END = '2027-04-02T12:00:00.000Z';
const DOWN = ['2026-12-07T12:00:00.000Z', '2026-12-14T12:00:00.000Z'] as const;
const HOLIDAYS = ['2026-12-25', '2027-01-01', '2027-03-26', '2027-03-29'];

const common = { to: [], whenNothingNew: 'line', privacy: 'names', reviewers: [] } as const;
const WORK = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;
const ALL = [...WORK, 'saturday', 'sunday'] as const;
const PLANS: readonly DigestPlan[] = [
  {
    ...common,
    reportId: 'inactive-users',
    channel: 'CBERLIN',
    schedule: { cron: '0 9 * * *', timezone: 'Europe/Berlin' },
    workingDays: WORK,
    holidays: HOLIDAYS,
  },
  {
    ...common,
    reportId: 'seats',
    channel: 'CNEWYORK',
    schedule: { cron: '0 9 * * 1', timezone: 'America/New_York' },
    workingDays: WORK,
    holidays: HOLIDAYS,
  },
  // In the hour that is left out in spring and comes twice in autumn.
  {
    ...common,
    reportId: 'savings',
    channel: 'CNIGHT',
    schedule: { cron: '30 2 * * *', timezone: 'Europe/Berlin' },
    workingDays: ALL,
    holidays: [],
  },
];

/** Days of the calendar from 15 October 2026 to 2 April 2027, `2026-10-15`. */
const DAYS = Array.from({ length: 170 }, (_, at) => new Date(Date.UTC(2026, 9, 15) + at * DAY_MS).toISOString().slice(0, 10));
const weekday = (day: string): number => new Date(`${day}T12:00:00Z`).getUTCDay();
/** Hours that a place is from UTC at nine in the morning, by the days its clocks are changed on. */
const berlin = (day: string): number => (day >= '2026-10-25' && day < '2027-03-28' ? 1 : 2);
const newYork = (day: string): number => (day >= '2026-11-01' && day < '2027-03-14' ? -5 : -4);
const nine = (day: string, offset: number): string => `${day}T${String(9 - offset).padStart(2, '0')}:00:00.000Z`;
/** 2:30 is on 25 October first in summer time; on 28 March it is at the first minute after the gap, three o'clock. */
const halfPastTwo = (day: string): string => {
  if (day === '2026-10-25') return `${day}T00:30:00.000Z`;
  return day === '2027-03-28' ? `${day}T01:00:00.000Z` : `${day}T0${day > '2026-10-25' && day < '2027-03-28' ? 1 : 0}:30:00.000Z`;
};

function expected(slots: readonly string[]): readonly string[] {
  const up = slots.filter((slot) => slot > START && slot <= END && (slot <= DOWN[0] || slot > DOWN[1]));
  const missed = slots.filter((slot) => slot > DOWN[0] && slot <= DOWN[1]).at(-1);
  return [...up, ...(missed === undefined ? [] : [missed])].sort();
}

function nextLook(after: string): string {
  const [day, tomorrow] = [0, DAY_MS].map((ms) => new Date(Date.parse(after) + ms).toISOString().slice(0, 10));
  const looks = [day, tomorrow].flatMap((date) => LOOKS.map((look) => `${date}T${look}:00.000Z`));
  return looks.find((look) => look > after) ?? END;
}

describe('a digest that was missed on a Friday', () => {
  test('waits for the morning of the next working day, says that it is late, and keeps no other from coming', async () => {
    const [plan] = PLANS as [DigestPlan];
    const time = new FakeTime('2026-11-26T06:00:00.000Z');
    const made = testWorld({ settings: { syncs: [aPlan()], reports: someReportSettings({ digests: [plan] }) } });
    const world = { ...made, clock: time, digests: fakeDigestNotifier(() => time.now()) };
    await seatsSynced(world, [seatOf('S1', 'bob@example.com')]);
    for (const [from, to] of [
      ['2026-11-26T07:00:00.000Z', '2026-11-27T06:00:00.000Z'],
      ['2026-11-28T12:00:00.000Z', '2026-11-30T12:00:00.000Z'],
    ] as const) {
      const jobs = createCronJobs({ clock: time, store: world.store, log: world.log, timer: time });
      new ReportJobs(world, jobs).follow([plan]);
      await time.jumpTo(from);
      await jobs.start();
      for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS / 24) {
        await time.jumpTo(new Date(at).toISOString());
        await jobs.idle();
      }
      const stopping = jobs.stop(1_000);
      await stopping;
    }
    expect(world.digests.posted.map(({ digest, at }) => [digest.period, at, digest.late])).toEqual([
      ['2026-11-26T08:00:00.000Z', '2026-11-26T08:00:00.000Z', false],
      ['2026-11-27T08:00:00.000Z', '2026-11-30T05:00:00.000Z', true],
      ['2026-11-30T08:00:00.000Z', '2026-11-30T08:00:00.000Z', false],
    ]);
  });
});

describe('digests over half a year', () => {
  test('each is posted exactly once, over changes of the clock, holidays, restarts, a week of downtime and lost answers', async () => {
    const time = new FakeTime(START);
    const made = testWorld({ settings: { syncs: [aPlan()], reports: someReportSettings({ digests: PLANS }) } });
    const digests = fakeDigestNotifier(() => time.now());
    const world = { ...made, clock: time, digests };
    await seatsSynced(world, [seatOf('S1', 'bob@example.com'), seatOf('S2', null)]);
    let jobs = null as Jobs | null;
    const start = async (): Promise<void> => {
      jobs = createCronJobs({ clock: time, store: world.store, log: world.log, timer: time });
      new ReportJobs(world, jobs).follow(PLANS);
      await jobs.start();
    };
    const stop = async (): Promise<void> => {
      const stopping = jobs?.stop(1_000);
      await stopping;
      jobs = null;
    };
    await start();
    for (let steps = 1; time.now().toISOString() < END; steps += 1) {
      if (steps % 199 === 0) digests.faults.push(steps % 2 === 0 ? 'lost' : 'never-sent');
      const next = nextLook(time.now().toISOString());
      await time.jumpTo(next);
      const isDown = next > DOWN[0] && next < DOWN[1];
      if (isDown && jobs !== null) await stop();
      else if (!isDown && (jobs === null || steps % 61 === 0)) {
        if (jobs !== null) await stop();
        await start();
      }
      await jobs?.idle();
    }
    await stop();

    const periods = (channel: string): readonly string[] =>
      digests.posted
        .filter(({ to }) => to === channel)
        .map(({ digest }) => digest.period)
        .sort();
    const working = DAYS.filter((day) => weekday(day) >= 1 && weekday(day) <= 5 && !HOLIDAYS.includes(day));
    expect(periods('CBERLIN')).toEqual(expected(working.map((day) => nine(day, berlin(day)))));
    expect(periods('CNEWYORK')).toEqual(
      expected(working.filter((day) => weekday(day) === 1).map((day) => nine(day, newYork(day)))),
    );
    expect(periods('CNIGHT')).toEqual(expected(DAYS.map(halfPastTwo)));
    const late = digests.posted.filter(({ digest }) => digest.late);
    const missed = late.filter(({ at }) => at >= DOWN[1] && at < '2026-12-15');
    expect(missed.map(({ to, digest }) => `${to} ${digest.period}`).sort()).toEqual([
      'CBERLIN 2026-12-14T08:00:00.000Z',
      'CNEWYORK 2026-12-07T14:00:00.000Z',
      'CNIGHT 2026-12-14T01:30:00.000Z',
    ]);
    // What else came late was kept from being posted in time, or its answer was lost.
    expect(late.length - missed.length).toBeLessThanOrEqual(17);
  }, 30_000);
});
