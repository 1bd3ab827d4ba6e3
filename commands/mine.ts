import { defineCommand } from '../src/command.ts';
import { lookupPerson } from '../src/services/lookup-person.ts';

export default defineCommand({
  name: 'mine',
  summary: 'Show your own licences.',
  usage: 'mine',
  examples: ['', 'mine'],
  right: null,
  run: async (_text, { world, caller }) => ({ kind: 'lookup', result: await lookupPerson(world, caller, caller.person) }),
});
