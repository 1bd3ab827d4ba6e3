import { defineCommand } from '../src/command.ts';
import { reportReply } from '../src/services/report-request.ts';

export default defineCommand({
  name: 'expired',
  summary: 'Show seats whose subscription has ended, or is about to.',
  usage: 'expired [app]',
  examples: ['expired', 'expired jetbrains'],
  right: 'view',
  async run(text, { world, caller }) {
    return reportReply(world, caller, 'expired-subscriptions', text);
  },
});
