import { describe, expect, it } from 'vitest';
import { daysUntil, parseDay } from '../../src/domain/time.ts';

describe('a day on which something ends', () => {
  it.each([
    ['2027-06-30T00:00:00.000+03:00', '2027-06-30T00:00:00.000Z'],
    ['2027-06-30T00:00:00-0500', '2027-06-30T00:00:00.000Z'],
    ['2027-06-30', '2027-06-30T00:00:00.000Z'],
    ['2027-06-30T00:00:00.000Z', '2027-06-30T00:00:00.000Z'],
    ['2027-06-30T10:30:00.000+03:00', '2027-06-30T07:30:00.000Z'],
    ['soon', null],
    [null, null],
  ])('is written %s and is %s', (written, day) => {
    expect(parseDay(written)).toBe(day);
  });

  it('is as many days ahead as the calendar says, at any hour', () => {
    for (const day of ['2026-12-09T00:00:00.000Z', '2026-12-09T23:59:59.000Z'])
      for (const hour of ['00:00', '09:00', '23:59'])
        expect([2, 8, 9, 10].map((today) => daysUntil(`2026-12-${String(today).padStart(2, '0')}T${hour}:00.000Z`, day))).toEqual(
          [7, 1, 0, -1],
        );
  });
});
