import { UsageError } from '../domain/errors.ts';
import type { SyncSession } from '../domain/sync-session.ts';
import type { World } from '../ports/world.ts';

/** @throws UsageError for an id nobody knows (any more). */
export async function getSession(world: World, id: string): Promise<SyncSession> {
  const session = await world.store.get('sessions', id);
  if (session !== null) return session;
  throw new UsageError('usage.unknown-session', `There is no session “${id}”.`, {
    hint: '`/licenses sessions` lists the last ones.',
  });
}
