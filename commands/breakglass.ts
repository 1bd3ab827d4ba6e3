import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/domain/errors.ts';
import { breakGlass } from '../src/services/break-glass.ts';

export default defineCommand({
  name: 'breakglass',
  summary: 'Run a request at once in an emergency, if you are named for that. Everybody who approves hears of it.',
  usage: 'breakglass <request id> <reason>',
  examples: ['breakglass R7K2QM04X the on-call engineer is locked out'],
  right: null,
  async run(text, { world, caller }) {
    const [id = '', ...reason] = text.split(' ');
    if (id === '') throw new UsageError('usage.request', 'Say which request, and what the emergency is.');
    const request = await breakGlass(world, caller, id.replaceAll('`', ''), reason.join(' '));
    return { kind: 'message', text: `Request ${request.id} runs now. Everybody who would have decided hears of it.` };
  },
});
