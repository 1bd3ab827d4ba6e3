import { defineCommand } from '../src/command.ts';
import { reportReply } from '../src/services/report-request.ts';

export default defineCommand({
  name: 'renewals',
  summary: 'Show what renews when, how much of it is needed, and what it costs.',
  usage: 'renewals [app]',
  examples: ['renewals'],
  right: 'view',
  async run(text, { world, caller }) {
    return reportReply(world, caller, 'renewals', text);
  },
});
