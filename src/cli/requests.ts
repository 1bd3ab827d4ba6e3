import { listRequests } from '../services/list-requests.ts';
import { requestsText } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const requests: WorldVerb = {
  kind: 'world',
  name: 'requests',
  usage: 'requests [--as <email>] [--json]',
  summary: 'Shows what waits for a decision, and your own requests.',
  options: {},
  words: [0, 0],
  changes: false,
  async run({ world }, caller) {
    const { waiting, mine } = await listRequests(world, caller);
    return done(requestsText(waiting, mine), { waiting, mine });
  },
};
