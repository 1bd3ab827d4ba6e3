import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/domain/errors.ts';
import { chooseWish } from '../src/services/choose-wish.ts';
import { leaveQueue } from '../src/services/waiting-list.ts';

export default defineCommand({
  name: 'request',
  summary: 'Ask for a licence for yourself; when none is free, you get a place in the queue.',
  usage: 'request <product> [until <day>] | request off <product>',
  examples: ['request IntelliJ IDEA', 'request WebStorm until 1 March', 'request off WebStorm'],
  right: null,
  async run(text, context) {
    if (text === '') throw new UsageError('usage.product', 'Say what you need: for example `/licenses request WebStorm`.');
    const off = /^off\s+(.+)$/i.exec(text)?.[1];
    if (off === undefined) return chooseWish(context, text);
    const places = await leaveQueue(context.world, context.caller, off);
    return { kind: 'message', text: places === 0 ? `You do not wait for ${off}.` : `You do not wait for ${off} any more.` };
  },
});
