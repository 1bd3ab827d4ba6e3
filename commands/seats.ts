import { defineCommand } from '../src/command.ts';
import { reportReply } from '../src/services/report-request.ts';

export default defineCommand({
  name: 'seats',
  summary: 'Show seats bought, used, free and idle, and where they run low.',
  usage: 'seats [app]',
  examples: ['seats', 'seats jetbrains'],
  right: 'view',
  async run(text, { world, caller }) {
    return reportReply(world, caller, 'seats', text);
  },
});
