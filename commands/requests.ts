import { defineCommand } from '../src/command.ts';
import { toInstant } from '../src/domain/time.ts';
import { listRequests } from '../src/services/list-requests.ts';

export default defineCommand({
  name: 'requests',
  summary: 'Show what waits for a decision, and your own requests.',
  usage: 'requests',
  examples: ['requests'],
  right: null,
  run: async (_text, { world, caller }) => ({
    kind: 'requests',
    ...(await listRequests(world, caller)),
    now: toInstant(world.clock.now()),
  }),
});
