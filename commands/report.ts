import { defineCommand } from '../src/command.ts';
import { findReport } from '../src/services/build-report.ts';
import { reportReply } from '../src/services/report-request.ts';

export default defineCommand({
  name: 'report',
  summary: 'Show any report by its name, such as sync-health or back-test, which says whom a threshold would have hit.',
  usage: 'report <name> [days] [day] [app]',
  examples: ['report sync-health', 'report back-test 45 2026-06-30'],
  right: 'view',
  async run(text, { world, caller }) {
    const [name = '', ...rest] = text.split(' ');
    const id = findReport(name);
    return reportReply(world, caller, id, rest.join(' '));
  },
});
