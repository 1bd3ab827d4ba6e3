import { defineCommand } from '../src/command.ts';
import { personOr } from '../src/services/choose-action.ts';
import { lookupPerson } from '../src/services/lookup-person.ts';

export default defineCommand({
  name: 'lookup',
  summary: 'Show everything a person holds in every connected app. The word “lookup” can be left out.',
  usage: '<person>',
  examples: ['cara@example.com', '@cara', 'Cara Novak'],
  right: null,
  async run(text, { world, caller }) {
    const who = await personOr(world, text, 'lookup {}');
    if ('reply' in who) return who.reply;
    return { kind: 'lookup', result: await lookupPerson(world, caller, who.person) };
  },
});
