import { announceFreeze } from '../services/announce-freeze.ts';
import { freezeAll, frozenWords, unfreeze as lift } from '../services/freeze.ts';
import { done, textOption, type WorldVerb } from './verb.ts';

export const freeze: WorldVerb = {
  kind: 'world',
  name: 'freeze',
  usage: 'freeze [--reason <text>] [--as <email>] [--json]',
  summary: 'Stops every change in every app at once. Two people lift it.',
  options: { reason: { type: 'string', short: 'r' } },
  words: [0, 0],
  changes: true,
  async run({ world }, caller, args) {
    const set = await freezeAll(world, caller, textOption(args, 'reason'));
    announceFreeze(world, `:snowflake: ${frozenWords(set)} Nothing is changed anywhere until two people lift it.`);
    return done(frozenWords(set), { freeze: set });
  },
};

export const unfreeze: WorldVerb = {
  kind: 'world',
  name: 'unfreeze',
  usage: 'unfreeze [--as <email>] [--json]',
  summary: 'Agrees that changes may go on; the second person lifts the freeze.',
  options: {},
  words: [0, 0],
  changes: true,
  async run({ world }, caller) {
    const still = await lift(world, caller);
    const words = still === null ? 'The freeze is lifted.' : 'A second person has to agree before the freeze is lifted.';
    announceFreeze(world, `${still === null ? ':sunny:' : ':snowflake:'} ${caller.person.name}: ${words}`);
    return done(words, { freeze: still });
  },
};
