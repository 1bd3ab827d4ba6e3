import { defineCommand } from '../src/command.ts';
import { readReport } from '../src/services/build-report.ts';
import { readReportRequest } from '../src/services/report-request.ts';

export default defineCommand({
  name: 'seats',
  summary: 'Show seats bought, used, free and idle, and where they run low.',
  usage: 'seats [app]',
  examples: ['seats', 'seats jetbrains'],
  right: 'view',
  async run(text, { world, caller }) {
    return { kind: 'report', report: await readReport(world, caller, 'seats', readReportRequest(world, text)) };
  },
});
