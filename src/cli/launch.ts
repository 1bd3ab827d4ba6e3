import { launchIntegration } from '../services/launch-integration.ts';
import { clean } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const launch: WorldVerb = {
  kind: 'world',
  name: 'launch',
  usage: 'launch <integration> [--as <email>] [--json]',
  summary: 'Lets a draft sync on its schedule, or says what is missing.',
  options: {},
  words: [1, 1],
  changes: true,
  async run({ world }, caller, { positionals: [integration = ''] }) {
    const { integrationId, name, schedule } = await launchIntegration(world, caller, integration);
    const text = `${name} is live: it syncs on its schedule ${schedule.cron} (${schedule.timezone}).`;
    return done(clean(text), { integrationId, schedule });
  },
};
