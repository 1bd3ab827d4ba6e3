import { defineCommand } from '../src/command.ts';
import { toInstant } from '../src/domain/time.ts';
import { readSession } from '../src/services/get-session.ts';
import { listHealth, listSessions, progressOf } from '../src/services/list-sessions.ts';
import { hasSay, requireRight } from '../src/services/rights.ts';

export default defineCommand({
  name: 'sessions',
  summary: 'Show how each integration is and its last syncs, or one sync in detail.',
  usage: 'sessions [integration|session id]',
  examples: ['sessions', 'sessions jetbrains'],
  // Contacts see the sessions of their own integrations, so the right depends on which.
  right: null,
  async run(text, { world, caller }) {
    const known = world.settings().syncs.some((plan) => plan.integrationId === text.toLowerCase());
    if (text !== '' && !known) {
      const id = text.toUpperCase() === text ? text : ((await exact(world, text)) ?? text);
      const session = await readSession(world, caller, id);
      return { kind: 'session', session, progress: progressOf(world, session.id) };
    }
    const only = known ? text.toLowerCase() : null;
    if (only === null || !(await hasSay(world, caller, only))) await requireRight(world, caller, 'admin');
    const health = (await listHealth(world)).filter((one) => only === null || one.integrationId === only);
    return { kind: 'sessions', health, sessions: await listSessions(world, only), now: toInstant(world.clock.now()) };
  },
});

/** Ids are typed by people, who do not mind the case. */
async function exact(world: Parameters<typeof listSessions>[0], text: string): Promise<string | null> {
  const all = await listSessions(world, null);
  return all.find((session) => session.id.toLowerCase() === text.toLowerCase())?.id ?? null;
}
