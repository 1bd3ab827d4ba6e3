import { defineCommand } from '../src/command.ts';
import { readReport } from '../src/services/build-report.ts';
import { readReportRequest } from '../src/services/report-request.ts';

export default defineCommand({
  name: 'savings',
  summary: 'Show what could be saved, from which day on, and what was saved so far.',
  usage: 'savings [app]',
  examples: ['savings'],
  right: 'view',
  async run(text, { world, caller }) {
    return { kind: 'report', report: await readReport(world, caller, 'savings', readReportRequest(world, text)) };
  },
});
