import { UsageError } from '../domain/errors.ts';
import { toInstant } from '../domain/time.ts';
import { readSession } from '../services/get-session.ts';
import { listHealth, listSessions } from '../services/list-sessions.ts';
import { hasSay, requireRight } from '../services/rights.ts';
import { sessionCsv } from '../services/session-csv.ts';
import { sessionsText, sessionText } from './sync-text.ts';
import { clean } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const sessions: WorldVerb = {
  kind: 'world',
  name: 'sessions',
  usage: 'sessions [<integration>|<session id>] [--csv errors|changes] [--as <email>] [--json]',
  summary: 'Shows how each integration is and its last syncs, or one sync in detail; --csv prints all its errors or changes.',
  options: { csv: { type: 'string' } },
  words: [0, 1],
  changes: false,
  async run({ world }, caller, { positionals: [text = ''], options }) {
    const csv = options['csv'];
    const known = world.settings().syncs.some((plan) => plan.integrationId === text);
    if (text !== '' && !known) {
      const session = await readSession(world, caller, text);
      if (csv === undefined) return done(clean(sessionText(session)), session);
      if (csv !== 'errors' && csv !== 'changes') throw new UsageError('usage.csv', 'After --csv comes "errors" or "changes".');
      const file = await sessionCsv(world, caller, session.id, csv);
      return done(file.text.trimEnd(), file);
    }
    const only = known ? text : null;
    if (only === null || !(await hasSay(world, caller, only))) await requireRight(world, caller, 'admin');
    const health = (await listHealth(world)).filter((one) => only === null || one.integrationId === only);
    const last = await listSessions(world, only);
    return done(clean(sessionsText(health, last, toInstant(world.clock.now()))), { health, sessions: last });
  },
};
