import { defineCommand } from '../src/command.ts';
import { readReport } from '../src/services/build-report.ts';
import { readReportRequest } from '../src/services/report-request.ts';

export default defineCommand({
  name: 'expired',
  summary: 'Show seats whose subscription has ended, or is about to.',
  usage: 'expired [app]',
  examples: ['expired', 'expired jetbrains'],
  right: 'view',
  async run(text, { world, caller }) {
    return { kind: 'report', report: await readReport(world, caller, 'expired-subscriptions', readReportRequest(world, text)) };
  },
});
