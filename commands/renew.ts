import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/domain/errors.ts';
import { toInstant } from '../src/domain/time.ts';
import { splitUntil } from '../src/services/choose-wish.ts';
import { renewTerm } from '../src/services/terms.ts';

export default defineCommand({
  name: 'renew',
  summary: 'Give more time to what was given until a day. For approvers.',
  usage: 'renew <request id> [until <day>]',
  examples: ['renew R7K2QM04X', 'renew R7K2QM04X until 1 June'],
  right: null,
  async run(text, { world, caller }) {
    const { wanted, until } = splitUntil(text, toInstant(world.clock.now()));
    if (wanted === '') throw new UsageError('usage.request', 'Say which request gave it.');
    const term = await renewTerm(world, caller, wanted.replaceAll('`', ''), until);
    return {
      kind: 'message',
      text: `Renewed. It ends on ${new Date(Date.parse(term.until) - 1).toISOString().slice(0, 10)} now.`,
    };
  },
});
