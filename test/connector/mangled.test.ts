import { describe, it } from 'vitest';
import { presetsNeverCrash, repliesNeverCrash } from '../support/mangling.ts';

/* A sample of what `npm run soak` does ten thousand times. */
describe('whatever comes', () => {
  it('no preset text crashes the loader or is refused without a reason', () => {
    presetsNeverCrash(25);
  }, 120_000);

  it('no answer of a vendor crashes a load: it ends complete, incomplete or failed, and says which', async () => {
    await repliesNeverCrash(150);
  }, 60_000);
});
