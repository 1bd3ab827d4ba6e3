import { UsageError } from '../domain/errors.ts';
import { toInstant } from '../domain/time.ts';
import { parseUntil } from '../domain/until.ts';
import { renewalWords, renewTerm } from '../services/renew-term.ts';
import { clean } from './terminal-text.ts';
import { done, textOption, type WorldVerb } from './verb.ts';

export const renew: WorldVerb = {
  kind: 'world',
  name: 'renew',
  usage: 'renew <id> [--until <day>] [--as <email>] [--json]',
  summary: 'Gives more time to what was given until a day, or asks for it; as long again when no day is named.',
  options: { until: { type: 'string' } },
  words: [1, 1],
  changes: true,
  async run({ world }, caller, args) {
    const text = textOption(args, 'until');
    const until = text === null ? null : parseUntil(text, toInstant(world.clock.now()));
    if (text !== null && until === null) throw new UsageError('usage.until', `"${text}" is no day to come.`);
    const result = await renewTerm(world, caller, args.positionals[0] ?? '', until);
    return done(clean(renewalWords(result)), { ...result });
  },
};
