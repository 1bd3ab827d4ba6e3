import { undoRequest } from '../services/undo-request.ts';
import { awaitOutcome } from './await-outcome.ts';
import { failure } from './failure.ts';
import { EXIT, textOption, type WorldVerb } from './verb.ts';

export const undo: WorldVerb = {
  kind: 'world',
  name: 'undo',
  usage: 'undo <id> [--reason <text>] [--as <email>] [--json]',
  summary: 'Asks for the exact opposite of a request that was done.',
  options: { reason: { type: 'string', short: 'r' } },
  words: [1, 1],
  changes: true,
  async run(bot, caller, args) {
    const result = await undoRequest(bot.world, caller, args.positionals[0] ?? '', textOption(args, 'reason'));
    if (result.ok) return awaitOutcome(bot, result.request);
    const { inPlace } = result;
    const free = inPlace?.free ?? null;
    const hint =
      inPlace === null
        ? null
        : free === null
          ? `No other seat of ${inPlace.product.name} is free.`
          : `Another seat of ${inPlace.product.name} is free: ${free.externalId}.`;
    const message = result.problems.map((problem) => problem.message).join('\n');
    return {
      ...failure(EXIT.usage, { code: 'usage.inputs', message, hint, mistakes: [] }),
      data: { problems: result.problems, inPlace },
    };
  },
};
