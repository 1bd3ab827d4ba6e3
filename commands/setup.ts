import { defineCommand } from '../src/command.ts';
import { checkSetup } from '../src/services/check-setup.ts';

export default defineCommand({
  name: 'setup',
  summary: 'Check every connection: what works, what is missing and how to get it.',
  usage: 'setup',
  examples: ['setup'],
  right: 'admin',
  run: async (_text, { world }) => ({ kind: 'setup', report: { integrations: await checkSetup(world), slack: [] } }),
});
