import { finishTask, giveUpTask } from '../services/finish-task.ts';
import { awaitOutcome } from './await-outcome.ts';
import { requestText } from './terminal-text.ts';
import { textOption, done as told, type WorldVerb } from './verb.ts';

export const done: WorldVerb = {
  kind: 'world',
  name: 'done',
  usage: 'done <id> [--as <email>] [--json]',
  summary: 'Says that you did what was to be done by hand; the vendor is looked at where it can be.',
  options: {},
  words: [1, 1],
  changes: true,
  async run(bot, caller, { positionals: [id = ''] }) {
    return awaitOutcome(bot, await finishTask(bot.world, caller, id));
  },
};

export const notDone: WorldVerb = {
  kind: 'world',
  name: 'not-done',
  usage: 'not-done <id> --reason <text> [--as <email>] [--json]',
  summary: 'Says why what was to be done by hand could not be done, and ends the request.',
  options: { reason: { type: 'string', short: 'r' } },
  words: [1, 1],
  changes: true,
  async run({ world }, caller, args) {
    const request = await giveUpTask(world, caller, args.positionals[0] ?? '', textOption(args, 'reason') ?? '');
    return told(requestText(request), { request });
  },
};
