import { expect, it } from 'vitest';
import { runHistories } from '../support/approval-model.ts';

it('keeps its promises through random histories of requests, decisions, crashes and faults', async () => {
  // A new seed each time; a failure prints the shortest history and the seed that repeats it.
  const seed = Date.now() % 2 ** 31;
  const { runs } = await runHistories(2_000, seed);
  expect(runs).toBe(2_000);
}, 300_000);
