import { defineCommand } from '../src/command.ts';
import { announceFreeze } from '../src/services/announce-freeze.ts';
import { unfreeze } from '../src/services/freeze.ts';

export default defineCommand({
  name: 'unfreeze',
  summary: 'Agree that changes may go on after a freeze; the second person lifts it.',
  usage: 'unfreeze',
  examples: ['unfreeze'],
  right: null,
  async run(_text, { world, caller }) {
    const still = await unfreeze(world, caller);
    if (still === null) {
      announceFreeze(world, `:sunny: The freeze is lifted by ${caller.person.name}. What was approved before goes on now.`);
      return { kind: 'message', text: 'The freeze is lifted. What was approved before goes on now.' };
    }
    announceFreeze(world, `:snowflake: ${caller.person.name} wants the freeze lifted; a second person has to agree.`);
    return { kind: 'message', text: 'A second person has to agree before the freeze is lifted.' };
  },
});
