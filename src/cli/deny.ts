import { decideRequest } from '../services/decide-request.ts';
import { requestText } from './terminal-text.ts';
import { done, textOption, type WorldVerb } from './verb.ts';

export const deny: WorldVerb = {
  kind: 'world',
  name: 'deny',
  usage: 'deny <id> --reason <text> [--as <email>] [--json]',
  summary: 'Denies a request.',
  options: { reason: { type: 'string', short: 'r' } },
  words: [1, 1],
  changes: true,
  async run({ world }, caller, args) {
    const request = await decideRequest(world, caller, args.positionals[0] ?? '', 'deny', textOption(args, 'reason'));
    return done(requestText(request), { request });
  },
};
