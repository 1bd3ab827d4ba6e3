import { readSetup } from '../setup.ts';
import type { LocalVerb } from './verb.ts';

export const start: LocalVerb = {
  kind: 'local',
  name: 'start',
  usage: 'start',
  summary: 'Runs the bot; without Slack tokens, the sandbox.',
  options: {},
  words: [0, 0],
  async run(host) {
    const setup = await readSetup(host);
    // Each is loaded when it is needed: Bolt alone takes half of a start.
    if (setup.environment.slack === null) return (await import('./run-sandbox.ts')).runSandbox(host);
    const { runBot } = await import('./run-bot.ts');
    return runBot(host, { setup }, (bot) => {
      const { slack } = setup.environment;
      const how = slack?.mode === 'socket' ? 'Socket Mode' : 'signed HTTP at /slack/events';
      host.print(`Seatwarden runs with Slack over ${how}. Health and metrics: ${bot.url()}/readyz, ${bot.url()}/metrics`);
      if (bot.config().integrations.length === 0) {
        host.note('No integration is set up yet; see docs/configuration.md. Type /licenses setup in Slack for what is missing.');
      }
    });
  },
};
