import { defineCommand } from '../src/command.ts';
import { toInstant } from '../src/domain/time.ts';
import { getSession } from '../src/services/get-session.ts';
import { listHealth, listSessions, progressOf } from '../src/services/list-sessions.ts';

export default defineCommand({
  name: 'sessions',
  summary: 'Show how each integration is and its last syncs, or one sync in detail.',
  usage: 'sessions [integration|session id]',
  examples: ['sessions', 'sessions jetbrains'],
  right: 'admin',
  async run(text, { world }) {
    const known = world.settings().syncs.some((plan) => plan.integrationId === text.toLowerCase());
    if (text !== '' && !known) {
      const session = await getSession(world, text.toUpperCase() === text ? text : ((await exact(world, text)) ?? text));
      return { kind: 'session', session, progress: progressOf(world, session.id) };
    }
    const only = known ? text.toLowerCase() : null;
    const health = (await listHealth(world)).filter((one) => only === null || one.integrationId === only);
    return { kind: 'sessions', health, sessions: await listSessions(world, only), now: toInstant(world.clock.now()) };
  },
});

/** Ids are typed by people, who do not mind the case. */
async function exact(world: Parameters<typeof listSessions>[0], text: string): Promise<string | null> {
  const all = await listSessions(world, null);
  return all.find((session) => session.id.toLowerCase() === text.toLowerCase())?.id ?? null;
}
