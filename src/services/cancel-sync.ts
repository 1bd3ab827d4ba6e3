import type { Caller } from '../command.ts';
import { ConflictError } from '../domain/errors.ts';
import { describeSession, type SyncSession } from '../domain/sync-session.ts';
import type { World } from '../ports/world.ts';
import { getSession } from './get-session.ts';
import { requireRight } from './rights.ts';
import { runOfSession, SyncCancelled } from './sync-runs.ts';

/** Asks a run to stop; it does so before the next page, and writes nothing. @throws ConflictError when it is over already. */
export async function cancelSync(world: World, caller: Caller, sessionId: string): Promise<SyncSession> {
  await requireRight(world, caller, 'admin');
  const session = await getSession(world, sessionId);
  const run = runOfSession(world.store, sessionId);
  if (run === null) throw new ConflictError('conflict.session', describeSession(session));
  run.abort.abort(new SyncCancelled(caller.person.name));
  return session;
}
