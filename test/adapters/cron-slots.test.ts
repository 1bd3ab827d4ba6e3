import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronSchedule } from '../../src/adapters/cron-slots.ts';

/** Slots in [from, to), as UTC instants without seconds. */
function slots(cron: string, timezone: string, from: string, to: string): string[] {
  const schedule = cronSchedule(cron, timezone);
  const found: string[] = [];
  let at = schedule.next(new Date(Date.parse(from) - 1));
  while (at !== null && at < new Date(to)) {
    found.push(at.toISOString().slice(0, 16));
    at = schedule.next(at);
  }
  return found;
}

const DAYS = {
  'New York, spring': { zone: 'America/New_York', from: '2026-03-08T05:00:00Z', to: '2026-03-09T04:00:00Z' },
  'New York, fall': { zone: 'America/New_York', from: '2026-11-01T04:00:00Z', to: '2026-11-02T05:00:00Z' },
  'Berlin, spring': { zone: 'Europe/Berlin', from: '2026-03-28T23:00:00Z', to: '2026-03-29T22:00:00Z' },
  'Berlin, fall': { zone: 'Europe/Berlin', from: '2026-10-24T22:00:00Z', to: '2026-10-25T23:00:00Z' },
  'Lord Howe, half an hour in spring': { zone: 'Australia/Lord_Howe', from: '2026-10-03T13:30:00Z', to: '2026-10-04T13:00:00Z' },
} as const;

describe('cronSchedule on the days the clock is changed', () => {
  it.each<[keyof typeof DAYS, string, string[], string]>([
    ['New York, spring', '30 2 * * *', ['2026-03-08T07:00'], 'a skipped time comes at the first minute after the gap, 03:00'],
    ['Berlin, spring', '30 2 * * *', ['2026-03-29T01:00'], 'a skipped time comes at the first minute after the gap, 03:00'],
    ['New York, spring', '30 1,3 * * *', ['2026-03-08T06:30', '2026-03-08T07:30'], 'times beside the gap are not moved'],
    ['Berlin, spring', '*/20 2 * * *', ['2026-03-29T01:00'], 'several skipped times come as one'],
    ['New York, fall', '30 1 * * *', ['2026-11-01T05:30'], 'a repeated time comes once, the first time'],
    ['Berlin, fall', '30 2 * * *', ['2026-10-25T00:30'], 'a repeated time comes once, the first time'],
    ['New York, fall', '30 2 * * *', ['2026-11-01T07:30'], 'a time after the repeated hour comes once'],
    ['Berlin, fall', '30 2,14 * * *', ['2026-10-25T00:30', '2026-10-25T13:30'], 'each time comes once'],
    ['Lord Howe, half an hour in spring', '15 2 * * *', ['2026-10-03T15:30'], 'a gap of half an hour ends at 02:30'],
  ])('%s, `%s` gives %j: %s', (day, cron, expected) => {
    const { zone, from, to } = DAYS[day];
    expect(slots(cron, zone, from, to)).toEqual(expected);
  });

  it.each<[keyof typeof DAYS, number]>([
    ['New York, spring', 23],
    ['New York, fall', 25],
    ['Berlin, spring', 23],
    ['Berlin, fall', 25],
  ])('%s has %i hours, and hourly and quarter-hourly schedules follow each of them', (day, hours) => {
    const { zone, from, to } = DAYS[day];
    const steps = (cron: string): number[] => {
      const times = slots(cron, zone, from, to).map((slot) => Date.parse(`${slot}Z`) / 60_000);
      return [times.length, ...new Set(times.slice(1).map((time, index) => time - (times[index] ?? 0)))];
    };
    expect(steps('0 * * * *')).toEqual([hours, 60]);
    expect(steps('*/15 * * * *')).toEqual([hours * 4, 15]);
  });
});

describe('cronSchedule', () => {
  it.each([
    ['0 9 * * 1-5', ['2026-06-01', '2026-06-02', '2026-06-03', '2026-06-04', '2026-06-05', '2026-06-08'], 'working days'],
    ['0 9 * * 7', ['2026-06-07'], 'Sunday is 7 as well as 0'],
    ['0 9 5 * 1', ['2026-06-01', '2026-06-05', '2026-06-08'], 'day of month or day of week, as crontab has it'],
    ['0 9 */2 * 1', ['2026-06-01'], 'a starred day leaves the choice to the other'],
    ['0 9 L 5 *', [], 'the last day of May'],
    ['0 9 * * 1#2', ['2026-06-08'], 'the second Monday'],
    ['0 9 3 jun *', ['2026-06-03'], 'names of months'],
  ])('reads `%s` as %j: %s', (cron, days) => {
    expect(slots(cron, 'UTC', '2026-06-01T00:00:00Z', '2026-06-09T00:00:00Z')).toEqual(days.map((day) => `${day}T09:00`));
  });

  it('finds 29 February across a century year', () => {
    expect(cronSchedule('0 0 29 2 *', 'UTC').next(new Date('2096-03-01T00:00:00Z'))).toEqual(new Date('2104-02-29T00:00:00Z'));
    expect(cronSchedule('0 0 29 2 *', 'UTC').latest(new Date('2104-02-28T00:00:00Z'))).toEqual(new Date('2096-02-29T00:00:00Z'));
  });

  it.each([
    ['60 * * * *', 'UTC', 'usage.cron'],
    ['* * * *', 'UTC', 'usage.cron'],
    ['*/5 * * * * *', 'UTC', 'usage.cron'],
    ['@daily', 'UTC', 'usage.cron'],
    ['', 'UTC', 'usage.cron'],
    ['0 9 15W * *', 'UTC', 'usage.cron'],
    ['0 0 30 2 *', 'UTC', 'usage.cron'],
    ['0 9 * * *', 'Mars/Olympus', 'usage.timezone'],
  ])('refuses `%s` in %s in words', (cron, zone, code) => {
    expect(() => cronSchedule(cron, zone)).toThrow(
      expect.objectContaining({ name: 'UsageError', code, hint: expect.any(String) }),
    );
  });

  it('agrees with itself: the latest slot before the next one is the one it came from, at any time in any zone', () => {
    const cron = fc.tuple(
      fc.constantFrom('0', '30', '*/20', '5,50'),
      fc.constantFrom('*', '2', '0,12', '1-3'),
      fc.constantFrom('*', '1', '1-5'),
    );
    const zone = fc.constantFrom(
      'UTC',
      'America/New_York',
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'America/Santiago',
    );
    const instant = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2028-01-01') });
    fc.assert(
      fc.property(cron, zone, instant, ([minute, hour, weekday], timezone, ms) => {
        const schedule = cronSchedule(`${minute} ${hour} * * ${weekday}`, timezone);
        const latest = schedule.latest(new Date(ms));
        const next = schedule.next(new Date(ms));
        if (latest === null || next === null) throw new Error('both exist for these');
        expect(latest.getTime()).toBeLessThanOrEqual(ms);
        expect(next.getTime()).toBeGreaterThan(ms);
        expect(schedule.next(latest)).toEqual(next);
        expect(schedule.latest(new Date(next.getTime() - 1))).toEqual(latest);
        expect(next.getTime() % 60_000).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
