import { decideRequest } from '../services/decide-request.ts';
import { awaitOutcome } from './await-outcome.ts';
import { textOption, type WorldVerb } from './verb.ts';

export const approve: WorldVerb = {
  kind: 'world',
  name: 'approve',
  usage: 'approve <id> [--reason <text>] [--as <email>] [--json]',
  summary: 'Approves a request, and waits for its outcome when it runs.',
  options: { reason: { type: 'string', short: 'r' } },
  words: [1, 1],
  changes: true,
  async run(bot, caller, args) {
    const request = await decideRequest(bot.world, caller, args.positionals[0] ?? '', 'approve', textOption(args, 'reason'));
    return awaitOutcome(bot, request);
  },
};
