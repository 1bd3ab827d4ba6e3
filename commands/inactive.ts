import { defineCommand } from '../src/command.ts';
import { reportReply } from '../src/services/report-request.ts';

export default defineCommand({
  name: 'inactive',
  summary: 'Show seats that nobody uses, how sure that is, and what they cost.',
  usage: 'inactive [days] [app]',
  examples: ['inactive', 'inactive 60 jetbrains'],
  right: 'view',
  async run(text, { world, caller }) {
    return reportReply(world, caller, 'inactive-users', text);
  },
});
