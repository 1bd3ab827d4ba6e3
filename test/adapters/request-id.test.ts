import { describe, expect, it } from 'vitest';
import { newRequestId } from '../../src/adapters/request-id.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';

describe('newRequestId', () => {
  it('gives an R and eight letters that are not mistaken for others', () => {
    for (let round = 0; round < 500; round += 1) expect(newRequestId()).toMatch(/^R[0-9A-HJKMNP-TV-Z]{8}$/);
  });

  it('gives a new one each time', () => {
    expect(new Set(Array.from({ length: 10_000 }, newRequestId)).size).toBe(10_000);
  });
});

describe('systemClock', () => {
  it('tells the time', () => {
    expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1_000);
  });
});
