import { DAY_MS } from '../domain/time.ts';
import type { World } from '../ports/world.ts';

/** Destructive actions that may have reached a vendor in the last 24 hours, or are about to, across all ways in. */
export async function startedInLastDay(world: World): Promise<number> {
  const since = world.clock.now().getTime() - DAY_MS;
  const acted = await world.store.list('requests', { states: ['approved', 'executing', 'unknown', 'succeeded', 'undone'] });
  return acted.filter(
    (request) =>
      request.effect === 'destructive' &&
      (request.state === 'approved' || (request.startedAt !== null && Date.parse(request.startedAt) >= since)),
  ).length;
}
