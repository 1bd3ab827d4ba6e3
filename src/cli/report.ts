import { UsageError } from '../domain/errors.ts';
import { reportCsv } from '../reports/csv.ts';
import { renewalsCalendar } from '../reports/ics.ts';
import { findReport, readReport } from '../services/build-report.ts';
import { readReportRequest } from '../services/report-request.ts';
import { reportText } from './report-text.ts';
import { clean } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const report: WorldVerb = {
  kind: 'world',
  name: 'report',
  usage: 'report <name> [<days>] [<day>] [<app>] [--csv [--bom] | --ics] [--as <email>] [--json]',
  summary: 'Shows a report as a table; --csv gives every row for a spreadsheet, --ics the renewals for a calendar.',
  options: { csv: { type: 'boolean' }, bom: { type: 'boolean' }, ics: { type: 'boolean' } },
  words: [1, 4],
  changes: false,
  async run({ world }, caller, { positionals: [name = '', ...rest], options }) {
    const id = findReport(name);
    if (options['ics'] === true && id !== 'renewals')
      throw new UsageError('usage.ics', 'Only renewals have days for a calendar: seatwarden report renewals --ics.');
    const made = await readReport(world, caller, id, readReportRequest(world, rest.join(' ')));
    if (options['csv'] === true) return done(reportCsv(made, { bom: options['bom'] === true }).trimEnd(), made);
    if (options['ics'] === true) return done(renewalsCalendar(made, world.settings().reports.renewalLeadDays).trimEnd(), made);
    return done(clean(reportText(made)), made);
  },
};
