import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/domain/errors.ts';
import { toInstant } from '../src/domain/time.ts';
import { parseUntil } from '../src/domain/until.ts';
import { personOr } from '../src/services/choose-action.ts';
import { delegate, delegationsNow, endDelegation } from '../src/services/delegate.ts';

export default defineCommand({
  name: 'delegate',
  summary: 'Have somebody decide in your place for a time; both names are kept.',
  usage: 'delegate [<person> until <day> | off]',
  examples: ['delegate', 'delegate @dan until Friday', 'delegate dan@example.com until 24 December', 'delegate off'],
  right: null,
  async run(text, { world, caller }) {
    if (text === '') return { kind: 'delegations', given: await delegationsNow(world) };
    if (/^(off|end|stop)$/i.test(text)) {
      const ended = await endDelegation(world, caller, caller.person);
      const words = ended === null ? 'Nobody decided in your place.' : `${ended.to.name} does not decide in your place any more.`;
      return { kind: 'message', text: words };
    }
    const match = /^(.+?)\s+(?:until\s+(.+)|for\s+(\d+[hd]))$/i.exec(text);
    const until = match === null ? null : parseUntil(match[2] ?? match[3] ?? '', toInstant(world.clock.now()));
    if (match === null || until === null)
      throw new UsageError('usage.until', 'Say who decides in your place, and until when.', {
        hint: 'For example `/licenses delegate @dan until Friday`.',
      });
    const who = await personOr(world, match[1] ?? '', `delegate {} until ${match[2] ?? match[3] ?? ''}`);
    if ('reply' in who) return who.reply;
    const given = await delegate(world, caller, { from: caller.person, to: who.person, until });
    return { kind: 'delegations', given: [given] };
  },
});
