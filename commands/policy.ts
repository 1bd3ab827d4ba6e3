import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/domain/errors.ts';
import { personOr } from '../src/services/choose-action.ts';
import { explainPolicy } from '../src/services/explain-policy.ts';
import { findPreset } from '../src/services/find-preset.ts';

export default defineCommand({
  name: 'policy',
  summary: 'Say which approval policy would decide, why, and who would be asked. Changes nothing.',
  usage: 'policy <app>/<preset> <person>',
  examples: ['policy jetbrains/revoke-license cara@example.com'],
  right: 'view',
  async run(text, { world, caller }) {
    const [what = '', ...rest] = text.split(' ');
    if (rest.length === 0)
      throw new UsageError('usage.policy', 'Say which action on whom.', { hint: '`/licenses presets` lists the actions.' });
    const { connector, preset } = findPreset(world, what);
    const who = await personOr(world, rest.join(' '), `policy ${what} {}`);
    if ('reply' in who) return who.reply;
    const found = await explainPolicy(world, caller, connector, preset, who.person);
    if (found.length === 0) return { kind: 'message', text: `${who.person.name} has nothing that it could be for.` };
    return { kind: 'policy', explanations: found };
  },
});
