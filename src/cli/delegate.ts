import { UsageError } from '../domain/errors.ts';
import { toInstant } from '../domain/time.ts';
import { parseUntil } from '../domain/until.ts';
import { delegationsNow, endDelegation, delegate as give } from '../services/delegate.ts';
import { identifyByEmail } from '../services/identify-caller.ts';
import { plainMoment } from '../words.ts';
import { done, textOption, type WorldVerb } from './verb.ts';

export const delegate: WorldVerb = {
  kind: 'world',
  name: 'delegate',
  usage: 'delegate [<email> --until <day> | off] [--from <email>] [--as <email>] [--json]',
  summary: 'Has somebody decide in your place (or, for admins, in the place of --from) for a time. Alone: lists who does.',
  options: { until: { type: 'string' }, from: { type: 'string' } },
  words: [0, 1],
  changes: true,
  async run({ world }, caller, args) {
    const [whom] = args.positionals;
    const absent = textOption(args, 'from');
    const from = absent === null ? caller.person : (await identifyByEmail(world, absent)).person;
    if (whom === undefined) {
      const given = await delegationsNow(world);
      const lines = given.map((one) => `${one.to.name} decides for ${one.from.name} until ${plainMoment(one.until)}.`);
      return done(lines.length === 0 ? 'Nobody decides in another’s place now.' : lines.join('\n'), { delegations: given });
    }
    if (whom === 'off') {
      const ended = await endDelegation(world, caller, from);
      return done(ended === null ? 'There was no delegation.' : `${ended.to.name} does not decide for ${from.name} any more.`, {
        ended,
      });
    }
    const until = parseUntil(textOption(args, 'until') ?? '', toInstant(world.clock.now()));
    if (until === null)
      throw new UsageError('usage.until', 'It is not said until when.', {
        hint: 'Add --until Friday, --until "24 December" or --until 3d.',
      });
    const to = (await identifyByEmail(world, whom)).person;
    const given = await give(world, caller, { from, to, until });
    return done(`${given.to.name} decides for ${given.from.name} until ${plainMoment(given.until)}.`, { delegation: given });
  },
};
