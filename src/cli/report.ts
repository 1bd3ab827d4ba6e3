import { ConfigError, UsageError } from '../domain/errors.ts';
import { reportCsv } from '../reports/csv.ts';
import { reportHtml } from '../reports/html.ts';
import { renewalsCalendar } from '../reports/ics.ts';
import { findReport, readReport } from '../services/build-report.ts';
import { publishNow } from '../services/publish-report.ts';
import { readReportRequest } from '../services/report-request.ts';
import { reportText } from './report-text.ts';
import { clean } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const report: WorldVerb = {
  kind: 'world',
  name: 'report',
  usage: 'report <name> [<days>] [<day>] [<app>] [--csv [--bom] | --ics | --html | --post] [--as <email>] [--json]',
  summary:
    'Shows a report as a table; --csv gives every row for a spreadsheet, --ics the renewals for a calendar, --html a page to print; --post posts it to Slack now.',
  options: {
    csv: { type: 'boolean' },
    bom: { type: 'boolean' },
    ics: { type: 'boolean' },
    html: { type: 'boolean' },
    post: { type: 'boolean' },
  },
  words: [1, 4],
  changes: ({ options }) => options['post'] === true,
  async run({ world }, caller, { positionals: [name = '', ...rest], options }) {
    const id = findReport(name);
    if (options['ics'] === true && id !== 'renewals')
      throw new UsageError('usage.ics', 'Only renewals have days for a calendar: seatwarden report renewals --ics.');
    if (options['post'] === true) {
      const { to, refused } = await publishNow(world, caller, id);
      const not = refused.map((why) => `Not everywhere: ${why}`);
      if (to.length > 0) return done([`Posted to ${to.join(', ')}.`, ...not].join('\n'), { posted: to, refused });
      throw new ConfigError(`It could not be posted: ${refused.join(' And ')}`);
    }
    const made = await readReport(world, caller, id, readReportRequest(world, rest.join(' ')));
    if (options['csv'] === true) return done(reportCsv(made, { bom: options['bom'] === true }).trimEnd(), made);
    if (options['ics'] === true) return done(renewalsCalendar(made, world.settings().reports.renewalLeadDays).trimEnd(), made);
    if (options['html'] === true) {
      const pictures = await Promise.all(made.charts.map((chart) => world.charts.svg(chart)));
      return done(reportHtml(made, pictures), made);
    }
    return done(clean(reportText(made)), made);
  },
};
