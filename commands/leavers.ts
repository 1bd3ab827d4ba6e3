import { defineCommand } from '../src/command.ts';
import { reportReply } from '../src/services/report-request.ts';

export default defineCommand({
  name: 'leavers',
  summary: 'Show people who left and still have seats.',
  usage: 'leavers [app]',
  examples: ['leavers'],
  right: 'view',
  async run(text, { world, caller }) {
    return reportReply(world, caller, 'leavers', text);
  },
});
