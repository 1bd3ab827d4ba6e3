import { breakGlass as breakNow } from '../services/break-glass.ts';
import { awaitOutcome } from './await-outcome.ts';
import { textOption, type WorldVerb } from './verb.ts';

export const breakGlass: WorldVerb = {
  kind: 'world',
  name: 'break-glass',
  usage: 'break-glass <id> --reason <text> [--as <email>] [--json]',
  summary: 'Runs a request at once in an emergency, for those who are named for that.',
  options: { reason: { type: 'string', short: 'r' } },
  words: [1, 1],
  changes: true,
  async run(bot, caller, args) {
    return awaitOutcome(bot, await breakNow(bot.world, caller, args.positionals[0] ?? '', textOption(args, 'reason')));
  },
};
