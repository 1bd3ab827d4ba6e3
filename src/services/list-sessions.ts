import type { SyncProgress, SyncSession } from '../domain/sync-session.ts';
import type { SyncMemory } from '../domain/sync-trouble.ts';
import type { World } from '../ports/world.ts';
import type { SyncHealth } from '../reply.ts';
import { memoryOf } from './end-session.ts';
import { isLive, mappingGaps } from './find-sync.ts';
import { runOf, runOfSession } from './sync-runs.ts';

/** The last sessions, newest first, of one integration or of all. */
export async function listSessions(world: World, integrationId: string | null): Promise<readonly SyncSession[]> {
  const all = await world.store.list('sessions');
  return all.filter((session) => integrationId === null || session.integrationId === integrationId).toReversed();
}

export function progressOf(world: World, sessionId: string): SyncProgress | null {
  return runOfSession(world.store, sessionId)?.progress ?? null;
}

/** How each integration is: draft, live or paused, when it was last synced, and what is wrong. */
export async function listHealth(world: World): Promise<readonly SyncHealth[]> {
  return Promise.all(
    world.settings().syncs.map(async (plan): Promise<SyncHealth> => {
      const memory: SyncMemory = await memoryOf(world, plan.integrationId);
      const inventory = await world.inventories.get(plan.integrationId).catch(() => null);
      return {
        integrationId: plan.integrationId,
        name: plan.name,
        app: plan.app,
        state: isLive(plan, memory) ? 'live' : plan.state === 'paused' ? 'paused' : 'draft',
        schedule: plan.schedule,
        confirmedAt: memory.confirmedAt,
        people: inventory?.people.size ?? 0,
        holdings: inventory?.holdings.size ?? 0,
        running: runOf(world.store, plan.integrationId)?.sessionId ?? null,
        trouble: memory.trouble,
        gaps: mappingGaps(plan),
      };
    }),
  );
}
