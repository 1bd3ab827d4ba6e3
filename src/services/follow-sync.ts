import type { SyncProgress } from '../domain/sync-session.ts';
import type { World } from '../ports/world.ts';
import { deliverSession } from './deliver-sessions.ts';
import { getSession } from './get-session.ts';
import { runOfSession } from './sync-runs.ts';

/** Slack allows about one edit a second in a channel; nobody reads faster than this. */
const EDIT_MS = 3_000;

/**
 * Posts the session's card to somebody and keeps it up to date while the run goes on: edited every 3 s at most, and once
 * more when it has ended. Never throws: a run goes on whether it is watched or not.
 */
export async function followSync(world: World, sessionId: string, userId: string): Promise<void> {
  try {
    const run = runOfSession(world.store, sessionId);
    const session = await getSession(world, sessionId);
    const place = await world.sessionNotifier.post(userId, session, run?.progress ?? null);
    if (place === null) return;
    await keepPlace(world, sessionId, place);
    if (run === null) return await deliverSession(world, sessionId);
    let shownAt = world.clock.now().getTime();
    let showing = false;
    const show = (progress: SyncProgress): void => {
      const now = world.clock.now().getTime();
      if (showing || now - shownAt < EDIT_MS) return;
      shownAt = now;
      showing = true;
      world.sessionNotifier
        .update(place, session, progress)
        .catch((cause: unknown) => world.log.debug('sync.progress-not-shown', { session: sessionId, cause }))
        .finally(() => {
          showing = false;
        });
    };
    run.listeners.add(show);
    await run.ended;
    run.listeners.delete(show);
    await deliverSession(world, sessionId);
  } catch (cause) {
    world.log.warn('sync.not-followed', { session: sessionId, cause });
  }
}

async function keepPlace(world: World, sessionId: string, place: { channel: string; ts: string }): Promise<void> {
  const session = await getSession(world, sessionId);
  // An older version than the stored one, so that the end of the run is shown there, too.
  const next = { ...session, version: session.version + 1, places: [...session.places, { ...place, version: session.version }] };
  await world.store.commit({ put: [{ collection: 'sessions', doc: next, expected: session.version }] });
}
