import type { SyncProgress } from '../domain/sync-session.ts';
import type { World } from '../ports/world.ts';
import { deliverSession, deliveryOf } from './deliver-sessions.ts';
import { getSession } from './get-session.ts';
import { lockOf } from './keyed-lock.ts';
import { keepPlaces } from './session-places.ts';
import { runOfSession, type SyncRun } from './sync-runs.ts';

/** Slack allows about one edit a second in a channel; nobody reads faster than this. */
const EDIT_MS = 3_000;
const PULSE_MS = 15_000;

/**
 * Posts the session's card to somebody and keeps it up to date while the run goes on: edited every 3 s at most, and once
 * more when it has ended. Never throws: a run goes on whether it is watched or not.
 */
export async function followSync(world: World, sessionId: string, userId: string): Promise<void> {
  try {
    const run = runOfSession(world.store, sessionId);
    await run?.stored;
    const session = await getSession(world, sessionId);
    const place = await world.sessionNotifier.post(userId, session, run?.progress ?? null);
    if (place === null) return;
    await keepPlaces(world, session, [place]);
    if (run === null) return await deliverSession(world, sessionId);
    await watch(world, run, (progress) => world.sessionNotifier.update(place, session, progress));
    await deliverSession(world, sessionId);
  } catch (cause) {
    world.log.warn('sync.not-followed', { session: sessionId, cause });
  }
}

/** Shows how far the run is until it has ended, and whatever was told last within the wait as well. */
async function watch(world: World, run: SyncRun, draw: (progress: SyncProgress) => Promise<unknown>): Promise<void> {
  let shownAt = world.clock.now().getTime();
  let waiting: NodeJS.Timeout | null = null;
  let showing = false;
  let over = false;
  let heardAt = world.clock.now().getTime();
  const edit = (): Promise<void> =>
    // In turn with the delivery of the end, so that an edit Slack delays never covers it.
    lockOf(world.store).run(deliveryOf(run.sessionId), async () => {
      if (over || (await world.store.get('sessions', run.sessionId))?.state !== 'running') return;
      shownAt = world.clock.now().getTime();
      const quietMs = world.clock.now().getTime() - heardAt;
      await draw({ ...run.progress, quietMs });
    });
  const show = (): void => {
    if (waiting !== null) clearTimeout(waiting);
    waiting = null;
    if (showing || over) return;
    showing = true;
    edit()
      .catch((cause: unknown) => world.log.debug('sync.progress-not-shown', { session: run.sessionId, cause }))
      .finally(() => {
        showing = false;
      });
  };
  const showInTime = (): void => {
    const waitMs = shownAt + EDIT_MS - world.clock.now().getTime();
    if (waitMs <= 0) show();
    else waiting ??= setTimeout(show, waitMs);
  };
  const told = (): void => {
    heardAt = world.clock.now().getTime();
    showInTime();
  };
  // A page that does not come tells nothing by itself.
  const pulse = setInterval(showInTime, PULSE_MS);
  run.listeners.add(told);
  await run.ended;
  clearInterval(pulse);
  over = true;
  if (waiting !== null) clearTimeout(waiting);
  run.listeners.delete(told);
}
