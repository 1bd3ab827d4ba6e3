import { defineCommand } from '../src/command.ts';
import { reportReply } from '../src/services/report-request.ts';

export default defineCommand({
  name: 'savings',
  summary: 'Show what could be saved, from which day on, and what was saved so far.',
  usage: 'savings [app]',
  examples: ['savings'],
  right: 'view',
  async run(text, { world, caller }) {
    return reportReply(world, caller, 'savings', text);
  },
});
