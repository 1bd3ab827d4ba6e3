import { cancelSync } from '../services/cancel-sync.ts';
import { stopBulk } from '../services/stop-bulk.ts';
import { clean, requestText } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const cancel: WorldVerb = {
  kind: 'world',
  name: 'cancel',
  usage: 'cancel <id> [--as <email>] [--json]',
  summary: 'Stops a bulk request after the row at hand, or a sync before its next page.',
  options: {},
  words: [1, 1],
  changes: true,
  async run({ world }, caller, { positionals: [id = ''] }) {
    if ((await world.store.get('sessions', id)) !== null) {
      const { name } = await cancelSync(world, caller, id);
      return done(clean(`Session ${id} of ${name} stops before its next page; nothing of it is written.`), { sessionId: id });
    }
    const request = await stopBulk(world, caller, id);
    return done(requestText(request), { request });
  },
};
