import { toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { runOfSession } from './sync-runs.ts';

/**
 * At start: sessions that a crash left running are ended. Whether what they found was put in force is told by the inventory,
 * which is written in one step.
 */
export async function recoverSessions(world: World): Promise<void> {
  for (const session of await world.store.list('sessions', { states: ['running'] })) {
    if (runOfSession(world.store, session.id) !== null) continue;
    const inventory = await world.inventories.get(session.integrationId).catch(() => null);
    const applied = inventory?.head.sessionId === session.id;
    const message = applied
      ? 'The bot was stopped right after everything was written; its counts are lost.'
      : 'The bot was stopped while it ran; nothing was written.';
    await world.store.commit({
      put: [
        {
          collection: 'sessions',
          doc: {
            ...session,
            version: session.version + 1,
            state: 'ended',
            outcome: applied ? 'succeeded' : 'failed',
            applied,
            endedAt: toInstant(world.clock.now()),
            reasons: [{ code: 'stopped', message, hint: applied ? null : 'It runs again by itself when it was due.' }],
          },
          expected: session.version,
        },
      ],
    });
  }
}
