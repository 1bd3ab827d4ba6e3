import type { ActionRequest } from '../domain/action-request.ts';
import { DAY_MS } from '../domain/time.ts';
import type { World } from '../ports/world.ts';

/** Destructive actions that may have reached a vendor in the last 24 hours, or are about to, across all ways in. */
export async function startedInLastDay(world: World): Promise<number> {
  const since = world.clock.now().getTime() - DAY_MS;
  const acted = await world.store.list('requests', { states: ['approved', 'executing', 'unknown', 'succeeded', 'undone'] });
  return acted.filter((request) => request.effect === 'destructive').reduce((sum, request) => sum + weightOf(request, since), 0);
}

/** A bulk request stands for the rows that have no request of their own yet. */
function weightOf(request: ActionRequest, since: number): number {
  if (request.bulk !== undefined) {
    const running = request.state === 'approved' || request.state === 'executing';
    return running && request.bulk.stoppedBy === null ? request.bulk.rows.filter((row) => row.state === 'waiting').length : 0;
  }
  return request.state === 'approved' || (request.startedAt !== null && Date.parse(request.startedAt) >= since) ? 1 : 0;
}
