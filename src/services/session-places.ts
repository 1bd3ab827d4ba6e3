import type { SessionPlace, SyncSession } from '../domain/sync-session.ts';
import type { World } from '../ports/world.ts';
import { getSession } from './get-session.ts';
import { againOnConflict } from './on-conflict.ts';

/** A place in which a session was just drawn as it was given. */
export type DrawnPlace = Omit<SessionPlace, 'version'>;

/**
 * Keeps where a session was drawn. The session may have changed since: then those places are behind, and the next delivery
 * brings them up to date.
 */
export function keepPlaces(world: World, shown: SyncSession, drawn: readonly DrawnPlace[]): Promise<SyncSession> {
  return againOnConflict(async () => {
    const now = await getSession(world, shown.id);
    // This very step makes the session one version newer without anything new to show.
    const version = now.version + 1;
    const isDrawn = (place: SessionPlace): boolean => drawn.some((one) => one.channel === place.channel && one.ts === place.ts);
    const places = [
      ...now.places
        .filter((place) => !isDrawn(place))
        .map((place) => (place.version === now.version ? { ...place, version } : place)),
      ...drawn.map((place) => ({ ...place, version: now.version === shown.version ? version : shown.version })),
    ];
    const next = { ...now, version, places };
    await world.store.commit({ put: [{ collection: 'sessions', doc: next, expected: now.version }] });
    return next;
  });
}
