import type { Caller } from '../command.ts';
import { UsageError } from '../domain/errors.ts';
import type { SyncSession } from '../domain/sync-session.ts';
import type { World } from '../ports/world.ts';
import { hasSay, requireRight } from './rights.ts';

/** For those who have a say in the integration. @throws ForbiddenError, UsageError. */
export async function readSession(world: World, caller: Caller, id: string): Promise<SyncSession> {
  const session = await world.store.get('sessions', id);
  // Who may see none of them does not learn which there are.
  if (session === null || !(await hasSay(world, caller, session.integrationId))) await requireRight(world, caller, 'admin');
  return getSession(world, id);
}

/** @throws UsageError for an id nobody knows (any more). */
export async function getSession(world: World, id: string): Promise<SyncSession> {
  const session = await world.store.get('sessions', id);
  if (session !== null) return session;
  throw new UsageError('usage.unknown-session', `There is no session “${id}”.`, {
    hint: '`/licenses sessions` lists the last ones.',
  });
}
