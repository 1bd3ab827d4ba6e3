import { stopBulk } from '../services/stop-bulk.ts';
import { requestText } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const cancel: WorldVerb = {
  kind: 'world',
  name: 'cancel',
  usage: 'cancel <id> [--as <email>] [--json]',
  summary: 'Stops a bulk request after the row at hand.',
  options: {},
  words: [1, 1],
  changes: true,
  async run({ world }, caller, { positionals: [id = ''] }) {
    const request = await stopBulk(world, caller, id);
    return done(requestText(request), { request });
  },
};
