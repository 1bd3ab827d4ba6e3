import { defineCommand } from '../src/command.ts';
import { readReport } from '../src/services/build-report.ts';
import { readReportRequest } from '../src/services/report-request.ts';

export default defineCommand({
  name: 'renewals',
  summary: 'Show what renews when, how much of it is needed, and what it costs.',
  usage: 'renewals [app]',
  examples: ['renewals'],
  right: 'view',
  async run(text, { world, caller }) {
    return { kind: 'report', report: await readReport(world, caller, 'renewals', readReportRequest(world, text)) };
  },
});
