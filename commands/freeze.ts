import { defineCommand } from '../src/command.ts';
import { announceFreeze } from '../src/services/announce-freeze.ts';
import { freezeAll, frozenWords } from '../src/services/freeze.ts';

export default defineCommand({
  name: 'freeze',
  summary: 'Stop every change in every app at once. Two people lift it.',
  usage: 'freeze [reason]',
  examples: ['freeze', 'freeze somebody is revoking too much'],
  right: null,
  async run(text, { world, caller }) {
    const freeze = await freezeAll(world, caller, text === '' ? null : text);
    announceFreeze(world, `:snowflake: ${frozenWords(freeze)} Nothing is changed anywhere until two people lift it.`);
    return { kind: 'message', text: frozenWords(freeze), hint: 'Two people lift it with `/licenses unfreeze`.' };
  },
});
