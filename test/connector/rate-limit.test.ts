import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOff, PATIENCE } from '../../src/connector/back-off.ts';
import { isRateLimited, isUsedUp, retryAt } from '../../src/connector/rate-limit.ts';

const now = new Date('2026-11-23T12:00:00.000Z');
const epoch = now.getTime() / 1_000;
const inSeconds = (headers: Record<string, string>, status?: number): number | null => {
  const at = retryAt(headers, now, status);
  return at === null ? null : (at.getTime() - now.getTime()) / 1_000;
};

describe('when to ask again', () => {
  it.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': ' 1.5 ' }, 1.5],
    [{ 'retry-after': 'Mon, 23 Nov 2026 12:00:30 GMT' }, 30],
    [{ 'retry-after': '2026-11-23T12:00:30Z' }, 30],
    [{ 'retry-after': String(epoch + 9) }, 9],
    [{ 'retry-after-ms': '1500' }, 1.5],
    [{ 'x-ms-retry-after-ms': '250', 'retry-after': '9' }, 0.25],
    [{ 'x-ratelimit-reset': '20' }, 20],
    [{ 'x-ratelimit-reset': String(epoch + 60) }, 60],
    [{ 'x-ratelimit-reset': String(now.getTime() + 5_000) }, 5],
    [{ 'x-ratelimit-reset': '2026-11-23T12:00:10Z' }, 10],
    [{ 'x-rate-limit-reset': String(epoch + 60) }, 60],
    [{ 'x-ratelimit-reset-after': '0.75' }, 0.75],
    [{ 'ratelimit-reset': '12' }, 12],
    [{ 'x-ratelimit-reset': '1, 50' }, 50],
    [{ ratelimit: 'limit=100, remaining=0, reset=30' }, 30],
    [{ ratelimit: '"burst";r=0;t=3, "day";r=900;t=3600' }, 3],
    [{ ratelimit: '"burst";r=0;t=3, "day";r=0;t=3600' }, 3_600],
    [{ 'retry-after': '5', 'x-ratelimit-reset': '50' }, 5],
    [{ 'retry-after': 'soon' }, null],
    [{ 'x-ratelimit-reset': '' }, null],
    [{ ratelimit: 'nonsense' }, null],
    [{}, null],
  ] as const)('after 429, %o means in %s seconds', (headers, seconds) => {
    expect(inSeconds(headers)).toBe(seconds);
  });

  it('takes a reset along with a fault for news only when nothing is left', () => {
    expect(inSeconds({ 'x-ratelimit-reset': '3000', 'x-ratelimit-remaining': '4999' }, 502)).toBeNull();
    expect(inSeconds({ 'x-ratelimit-reset': '3000', 'x-ratelimit-remaining': '0' }, 502)).toBe(3_000);
    expect(inSeconds({ 'retry-after': '4' }, 503)).toBe(4);
  });

  it('never fails, whatever a header holds', () => {
    const names = ['retry-after', 'x-ratelimit-reset', 'ratelimit', 'x-ratelimit-remaining', 'retry-after-ms'];
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...names), fc.string()),
        fc.integer({ min: 200, max: 599 }),
        (headers, status) => {
          const at = retryAt(headers, now, status);
          expect(at === null || at instanceof Date).toBe(true);
          expect(typeof isRateLimited(status, headers)).toBe('boolean');
        },
      ),
    );
  });
});

describe('a limit that is used up', () => {
  it.each([
    [{ 'x-ratelimit-remaining': '0' }, true],
    [{ 'x-ratelimit-remaining': '1' }, false],
    [{ 'x-rate-limit-remaining': '0' }, true],
    [{ 'ratelimit-remaining': '0' }, true],
    [{ 'x-ratelimit-remaining': '12, 0' }, true],
    [{ ratelimit: 'limit=10, remaining=0, reset=3' }, true],
    [{ ratelimit: '"a";r=3;t=1' }, false],
    [{ 'x-ratelimit-remaining': 'many' }, false],
    [{}, false],
  ])('%o: %s', (headers, used) => {
    expect(isUsedUp(headers as Record<string, string>)).toBe(used);
  });

  it('is told by 429, and by 403 with the headers of a limit', () => {
    expect(isRateLimited(429, {})).toBe(true);
    expect(isRateLimited(403, {})).toBe(false);
    expect(isRateLimited(403, { 'x-ratelimit-remaining': '0' })).toBe(true);
    expect(isRateLimited(403, { 'retry-after': '60' })).toBe(true);
    expect(isRateLimited(500, { 'x-ratelimit-remaining': '0' })).toBe(false);
  });
});

describe('back-off', () => {
  it.each(['now', 'load'] as const)('for %s is drawn from nothing to a limit that doubles up to a cap', (priority) => {
    const { baseMs, capMs } = PATIENCE[priority];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const limit = Math.min(capMs, baseMs * 2 ** attempt);
      expect(backOff(attempt, priority, () => 0)).toBe(0);
      expect(backOff(attempt, priority, () => 0.5)).toBe(limit / 2);
      expect(backOff(attempt, priority, () => 0.999)).toBeLessThan(limit);
    }
  });
});
