import { commentRequest } from '../services/comment-request.ts';
import { clean } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const comment: WorldVerb = {
  kind: 'world',
  name: 'comment',
  usage: 'comment <id> <text> [--as <email>] [--json]',
  summary: 'Keeps a remark with a request.',
  options: {},
  words: [2, 100],
  changes: true,
  async run({ world }, caller, { positionals: [id = '', ...words] }) {
    const kept = await commentRequest(world, caller, id, words.join(' '), world.newId());
    return done(clean(`Kept with request ${kept.requestId}: ${kept.text}`), { comment: kept });
  },
};
