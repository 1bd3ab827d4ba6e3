import { UsageError } from '../domain/errors.ts';
import { isEmail, normaliseEmail } from '../domain/person.ts';
import { explainPolicy } from '../services/explain-policy.ts';
import { findPreset } from '../services/find-preset.ts';
import { explanationLines } from '../words.ts';
import { clean } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const policy: WorldVerb = {
  kind: 'world',
  name: 'policy',
  usage: 'policy explain <integration>/<preset> <email> [--as <email>] [--json]',
  summary: 'Says which approval policy would decide if you asked, why, and who would be notified.',
  options: {},
  words: [3, 3],
  changes: false,
  async run({ world }, caller, { positionals: [verb = '', what = '', email = ''] }) {
    if (verb !== 'explain')
      throw new UsageError('usage.cli', `policy cannot "${verb}".`, { hint: `Usage: seatwarden ${policy.usage}` });
    if (!isEmail(email)) throw new UsageError('usage.email', `"${email}" is not an e-mail.`);
    const { connector, preset } = findPreset(world, what);
    const member = await world.directory.byEmail(normaliseEmail(email)).catch(() => null);
    const person = { userId: member?.userId ?? null, email: normaliseEmail(email), name: member?.name ?? normaliseEmail(email) };
    const found = await explainPolicy(world, caller, connector, preset, person);
    const text = found.length === 0 ? `${email} has nothing that it could be for.` : found.flatMap(explanationLines).join('\n');
    return done(clean(text), { explanations: found });
  },
};
