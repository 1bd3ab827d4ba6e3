import { ConflictError } from '../../src/domain/errors.ts';
import { decideRequest } from '../../src/services/decide-request.ts';
import { askRevoke } from './asking.ts';
import { testWorld } from './world.ts';

export interface PairReport {
  readonly pairs: number;
  /** Pairs in which the vendor did not act exactly once. */
  readonly wrong: number;
  /** Second presses that were told by name who was first. */
  readonly told: number;
}

/** Two approvers press at the same instant, and one of them twice, `pairs` times over. */
export async function simultaneousPairs(pairs: number): Promise<PairReport> {
  let wrong = 0;
  let told = 0;
  for (let round = 0; round < pairs; round += 1) {
    const world = testWorld();
    const id = await askRevoke(world);
    const first = round % 2 === 0 ? 'Dan' : 'Eve';
    const second = first === 'Dan' ? 'Eve' : 'Dan';
    const presses = await Promise.allSettled(
      [first, second, first].map((name) => decideRequest(world, world.as(name), id, 'approve', null)),
    );
    await world.background.idle();
    const late = presses[1];
    const fulfilled = presses.filter((press) => press.status === 'fulfilled').length;
    if (fulfilled !== 1 || world.vendor.writes.join() !== 'revoke SEAT000001') wrong += 1;
    if (late?.status === 'rejected' && late.reason instanceof ConflictError && late.reason.message.includes(first)) told += 1;
  }
  return { pairs, wrong, told };
}
