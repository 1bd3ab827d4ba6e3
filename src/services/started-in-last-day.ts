import type { ActionRequest } from '../domain/action-request.ts';
import { DAY_MS } from '../domain/time.ts';
import type { ApprovalFacts } from '../policies/approvals-needed.ts';
import type { World } from '../ports/world.ts';

const COUNTED = ['approved', 'by-hand', 'executing', 'unknown', 'scheduled', 'succeeded', 'undone'] as const;
/** Nothing has left yet, and it may at any time. */
const ABOUT_TO: readonly ActionRequest['state'][] = ['approved', 'by-hand'];

/** Destructive actions that may have reached a vendor in the last 24 hours, or are about to, across all ways in. */
export async function startedInLastDay(world: World): Promise<number> {
  const since = world.clock.now().getTime() - DAY_MS;
  const acted = await world.store.list('requests', { states: COUNTED });
  return acted.filter((request) => request.effect === 'destructive').reduce((sum, request) => sum + weightOf(request, since), 0);
}

/** What the caps look at when a stored request is about to be decided. */
export async function capFactsOf(world: World, request: ActionRequest): Promise<ApprovalFacts> {
  const { bulk, effect } = request;
  const count = bulk?.rows.filter((row) => row.state === 'waiting').length ?? 1;
  const share = bulk?.share === undefined ? {} : { share: bulk.share };
  return { effect, startedToday: await startedInLastDay(world), count, ...share };
}

/** A bulk request stands for the rows that have no request of their own yet. */
function weightOf(request: ActionRequest, since: number): number {
  if (request.bulk !== undefined) {
    const running = request.state === 'approved' || request.state === 'executing';
    return running && request.bulk.stoppedBy === null ? request.bulk.rows.filter((row) => row.state === 'waiting').length : 0;
  }
  return ABOUT_TO.includes(request.state) || (request.startedAt !== null && Date.parse(request.startedAt) >= since) ? 1 : 0;
}
