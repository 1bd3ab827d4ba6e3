import { decideSession } from '../services/decide-session.ts';
import { sessionText } from './sync-text.ts';
import { clean } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const accept: WorldVerb = verb('accept', 'Puts what a held sync found in force, once two people say so.');
export const reject: WorldVerb = verb('reject', 'Ends a held sync; nothing of what it found is written.');

function verb(verdict: 'accept' | 'reject', summary: string): WorldVerb {
  return {
    kind: 'world',
    name: verdict,
    usage: `${verdict} <session id> [--as <email>] [--json]`,
    summary,
    options: {},
    words: [1, 1],
    changes: true,
    async run({ world }, caller, { positionals: [id = ''] }) {
      const session = await decideSession(world, caller, id, verdict);
      return done(clean(sessionText(session)), session);
    },
  };
}
