import type { Caller } from '../command.ts';
import { ConflictError, ForbiddenError } from '../domain/errors.ts';
import { decideSession as decided, describeSession, type SyncSession } from '../domain/sync-session.ts';
import { toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { actorOf } from './change-request.ts';
import { deliverSession } from './deliver-sessions.ts';
import { memoryOf, noticesTo, remember } from './end-session.ts';
import { getSession } from './get-session.ts';
import { lockOf } from './keyed-lock.ts';
import { againOnConflict } from './on-conflict.ts';
import { hasSay } from './rights.ts';

/**
 * Accepts or rejects what a held session would do. Two different people accept, then everything it found is put in force in
 * one step; one rejection ends it and nothing of it is written.
 * @throws ForbiddenError, ConflictError saying who was first.
 */
export async function decideSession(
  world: World,
  caller: Caller,
  sessionId: string,
  verdict: 'accept' | 'reject',
): Promise<SyncSession> {
  try {
    return await lockOf(world.store).run(`decide-session:${sessionId}`, () =>
      againOnConflict(() => decide(world, caller, sessionId, verdict)),
    );
  } finally {
    world.background.run('deliver-session', () => deliverSession(world, sessionId));
  }
}

async function decide(world: World, caller: Caller, sessionId: string, verdict: 'accept' | 'reject'): Promise<SyncSession> {
  const session = await getSession(world, sessionId);
  if (session.state !== 'held') throw new ConflictError('conflict.session', describeSession(session));
  await requireSay(world, caller, session);
  const at = toInstant(world.clock.now());
  const next = decided(session, { by: caller.person, verdict, at, via: caller.via });
  const plan = world.settings().syncs.find((one) => one.integrationId === session.integrationId);
  if (next.applied && plan?.fingerprint !== session.fingerprint)
    throw new ConflictError(
      'conflict.session',
      `The configuration of ${session.name} was changed since session ${sessionId}, so what it found is not put in force.`,
      { hint: 'Run the sync again, or reject the session.' },
    );
  // The file first: it may be done again after a crash, while a session that says so and did not happen could not be mended.
  if (next.applied && !(await world.inventories.takeHeld(session.integrationId, sessionId)) && !(await isInForce(world, session)))
    throw new ConflictError(
      'conflict.session',
      `What session ${sessionId} found is not there any more, so nothing was written.`,
      {
        hint: 'Run the sync again.',
      },
    );
  if (verdict === 'reject') await world.inventories.dropHeld(session.integrationId);
  const memory = await memoryOf(world, session.integrationId);
  const over = next.state === 'ended';
  const notices = next.applied && memory.trouble !== null ? noticesTo(world, session, 'recovered', memory.trouble, at) : [];
  await world.store.commit({
    put: [
      { collection: 'sessions', doc: next, expected: session.version },
      ...(over ? [remember(memory, { trouble: null, ...(next.applied ? { confirmedAt: session.startedAt } : {}) })] : []),
      ...notices,
    ],
    audit: [
      {
        at,
        actor: actorOf(caller.person, caller.via),
        verb: verdict === 'accept' ? 'sync.accepted' : 'sync.rejected',
        subject: `${session.integrationId}/session/${session.id}`,
        requestId: null,
        detail: { departures: session.departuresTotal, accepts: next.decisions.length, applied: next.applied },
      },
    ],
  });
  return next;
}

/** After a crash between the file and the session, the file says that it was accepted. */
async function isInForce(world: World, session: SyncSession): Promise<boolean> {
  return (await world.inventories.get(session.integrationId))?.head.sessionId === session.id;
}

async function requireSay(world: World, caller: Caller, session: SyncSession): Promise<void> {
  if (await hasSay(world, caller, session.integrationId)) return;
  throw new ForbiddenError(
    'forbidden.session',
    `Only contacts of ${session.name}, approvers and admins decide about held syncs.`,
  );
}
