import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/domain/errors.ts';
import { toInstant } from '../src/domain/time.ts';
import { splitUntil } from '../src/services/choose-wish.ts';
import { renewalWords, renewTerm } from '../src/services/renew-term.ts';

export default defineCommand({
  name: 'renew',
  summary: 'Give more time to what was given until a day, or ask for it.',
  usage: 'renew <request id> [until <day>]',
  examples: ['renew R7K2QM04X', 'renew R7K2QM04X until 1 June'],
  right: null,
  async run(text, { world, caller }) {
    const { wanted, until } = splitUntil(text, toInstant(world.clock.now()));
    if (wanted === '') throw new UsageError('usage.request', 'Say which request gave it.');
    return { kind: 'message', text: renewalWords(await renewTerm(world, caller, wanted.replaceAll('`', ''), until)) };
  },
});
