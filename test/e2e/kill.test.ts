import { expect, it } from 'vitest';
import type { SlackMode } from '../support/company-bot.ts';
import { killRounds, seeded } from '../support/kill-rounds.ts';

/** A sample of what `npm run soak` does hundreds of times. */
const RUNS: readonly (readonly [mode: SlackMode, kills: number])[] = [
  ['http', 3],
  ['socket', 2],
];

// Side by side, since the longest of it is waiting for what a killed process left in doubt.
it.concurrent.each(RUNS)(
  'over %s it loses nothing, does nothing twice and leaves no live button when it is killed at %i random moments',
  async (mode, kills) => {
    const report = await killRounds(kills, seeded(Date.now()), mode);
    expect(report.broken).toEqual([]);
    expect(report.asked).toBeGreaterThan(0);
  },
  240_000,
);
