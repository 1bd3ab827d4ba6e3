import { withdrawRequest } from '../services/withdraw-request.ts';
import { requestText } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const withdraw: WorldVerb = {
  kind: 'world',
  name: 'withdraw',
  usage: 'withdraw <id> [--as <email>] [--json]',
  summary: 'Takes back a request of yours that waits.',
  options: {},
  words: [1, 1],
  changes: true,
  async run({ world }, caller, { positionals: [id = ''] }) {
    const request = await withdrawRequest(world, caller, id);
    return done(requestText(request), { request });
  },
};
