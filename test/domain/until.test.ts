import { expect, it } from 'vitest';
import { localTime } from '../../src/domain/local-time.ts';
import { parseUntil } from '../../src/domain/until.ts';

// A Monday.
const NOW = '2026-11-23T09:00:00.000Z';

it.each([
  ['1 March', '2027-03-02'],
  ['March 1', '2027-03-02'],
  ['1 March 2028', '2028-03-02'],
  ['24 dec', '2026-12-25'],
  ['23 November', '2026-11-24'],
  ['22 November', '2027-11-23'],
  ['2027-03-01', '2027-03-02'],
  ['Friday', '2026-11-28'],
  ['fri', '2026-11-28'],
  ['Monday', '2026-12-01'],
  ['Sunday', '2026-11-30'],
  ['today', '2026-11-24'],
  ['tomorrow', '2026-11-25'],
  ['24. December,', '2026-12-25'],
])('“until %s” is over at the start of %s', (text, date) => {
  expect(parseUntil(text, NOW)).toBe(`${date}T00:00:00.000Z`);
});

it.each(['', 'soon', '2026-11-22', '2026-13-01', '30 February', '1 xx', '1 ma', 'March', '0d', '31 April 2027', '1 March 2020'])(
  '“until %s” is no day to come',
  (text) => {
    expect(parseUntil(text, NOW)).toBeNull();
  },
);

it('takes a span of time as it is', () => {
  expect(parseUntil('36h', NOW)).toBe('2026-11-24T21:00:00.000Z');
  expect(parseUntil('3d', NOW)).toBe('2026-11-26T09:00:00.000Z');
});

it.each([
  ['UTC', { hour: 9, weekday: 'monday', date: '2026-11-23' }],
  ['Asia/Tokyo', { hour: 18, weekday: 'monday', date: '2026-11-23' }],
  ['Pacific/Auckland', { hour: 22, weekday: 'monday', date: '2026-11-23' }],
  ['Pacific/Honolulu', { hour: 23, weekday: 'sunday', date: '2026-11-22' }],
  [null, { hour: 9, weekday: 'monday', date: '2026-11-23' }],
  ['No/Where', { hour: 9, weekday: 'monday', date: '2026-11-23' }],
])('the clock in %s', (zone, expected) => {
  expect(localTime(NOW, zone)).toEqual(expected);
});

it('is to come by a millisecond, and not over at this one', () => {
  expect(parseUntil('2026-11-23', '2026-11-23T23:59:59.999Z')).toBe('2026-11-24T00:00:00.000Z');
  expect(parseUntil('2026-11-23', '2026-11-24T00:00:00.000Z')).toBeNull();
});
