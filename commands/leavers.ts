import { defineCommand } from '../src/command.ts';
import { readReport } from '../src/services/build-report.ts';
import { readReportRequest } from '../src/services/report-request.ts';

export default defineCommand({
  name: 'leavers',
  summary: 'Show people who left and still have seats.',
  usage: 'leavers [app]',
  examples: ['leavers'],
  right: 'view',
  async run(text, { world, caller }) {
    return { kind: 'report', report: await readReport(world, caller, 'leavers', readReportRequest(world, text)) };
  },
});
