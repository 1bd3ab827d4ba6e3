import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/domain/errors.ts';
import { isEmail } from '../src/domain/person.ts';
import { toInstant } from '../src/domain/time.ts';
import { chooseGift } from '../src/services/choose-gift.ts';
import { splitUntil } from '../src/services/choose-wish.ts';

export default defineCommand({
  name: 'assign',
  summary: 'Ask to give a person a licence.',
  usage: 'assign <person> [product] [until <day>]',
  examples: ['assign cara@example.com', 'assign @cara WebStorm', 'assign @cara WebStorm until 1 March'],
  right: 'request',
  async run(text, context) {
    if (text === '')
      throw new UsageError(
        'usage.person',
        'Say who should get a licence: for example `/licenses assign cara@example.com WebStorm`.',
      );
    const { wanted, until } = splitUntil(text, toInstant(context.world.clock.now()));
    const { person, product } = split(wanted);
    return chooseGift(context, person, product, until);
  },
});

/** An e-mail or mention is one word and the rest is the product; a name may have several words, so it stands alone. */
function split(text: string): { readonly person: string; readonly product: string | null } {
  const mention = /^(<[@m][^>]*>)\s*(.*)$/.exec(text);
  if (mention !== null) return { person: mention[1] ?? text, product: mention[2] === '' ? null : (mention[2] ?? null) };
  const space = text.indexOf(' ');
  const first = space === -1 ? text : text.slice(0, space);
  if (!isEmail(first) && !first.startsWith('@')) return { person: text, product: null };
  return { person: first, product: space === -1 ? null : text.slice(space + 1).trim() };
}
