import { expect, it } from 'vitest';
import { killRounds, seeded } from '../support/kill-rounds.ts';

it('loses nothing, does nothing twice and leaves no live button when it is killed at 12 random moments', async () => {
  const report = await killRounds(12, seeded(Date.now()));
  expect(report.broken).toEqual([]);
  expect(report.asked).toBeGreaterThan(0);
}, 240_000);
