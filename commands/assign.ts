import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/domain/errors.ts';
import { isEmail } from '../src/domain/person.ts';
import { chooseGift } from '../src/services/choose-gift.ts';

export default defineCommand({
  name: 'assign',
  summary: 'Ask to give a person a licence.',
  usage: 'assign <person> [product]',
  examples: ['assign cara@example.com', 'assign @cara WebStorm'],
  right: 'request',
  async run(text, context) {
    if (text === '')
      throw new UsageError(
        'usage.person',
        'Say who should get a licence: for example `/licenses assign cara@example.com WebStorm`.',
      );
    const { person, product } = split(text);
    return chooseGift(context, person, product);
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
