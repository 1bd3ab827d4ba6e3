import type { LocalVerb } from './verb.ts';

export const sandbox: LocalVerb = {
  kind: 'local',
  name: 'sandbox',
  usage: 'sandbox',
  summary: 'Runs a local Slack and local vendors with an invented company, to try everything.',
  options: {},
  words: [0, 0],
  run: async (host) => (await import('./run-sandbox.ts')).runSandbox(host),
};
