import type { Snooze } from '../domain/digest.ts';
import { toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';

/** Snoozes that hold now, by lower-case e-mail. */
export async function activeSnoozes(world: World): Promise<ReadonlyMap<string, Snooze>> {
  const now = toInstant(world.clock.now());
  const all = await world.store.list('snoozes');
  return new Map(all.filter(({ until }) => until > now).map((snooze) => [snooze.id, snooze]));
}
