import type { ReportRequest } from '../../domain/report-settings.ts';
import { totalWords } from '../../reports/parts.ts';
import type { Report, ReportRow } from '../../reports/report.ts';
import { rowWords } from '../../reports/row-words.ts';
import { count } from '../../words.ts';
import { ACTIONS, reportValue } from '../ids.ts';
import { actions, type Block, button, context, header, type MessageView, message, sections } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { bold, foreign, SYMBOLS, slackDates } from './text.ts';

const ROWS_SHOWN = 10;
const TONE_WORDS = { wrong: 'to act on', warn: 'to look at', note: 'for information' } as const;

/** What it says, its numbers, the first ten rows, and the way to all of them. `request` is what was asked of it. */
export function reportView(report: Report, request: ReportRequest): MessageView {
  const gist = report.headline.map((line) => foreign(line, 600)).join(' ');
  const shown = report.rows.slice(0, ROWS_SHOWN);
  const left = report.rows.length - shown.length;
  const counts = report.counts.map(({ label, value }) => `${foreign(label)}: ${bold(value.toLocaleString('en-US'))}`);
  const money = report.money
    .filter(({ seats }) => seats > 0)
    .map((total) => `${foreign(total.label)}: ${bold(foreign(totalWords(total)))}`);
  const blocks: Block[] = [
    header(report.title),
    ...sections(report.headline.map((line) => foreign(line, 600))),
    ...(counts.length === 0 ? [] : [context(counts.join('  ·  '), ...money.slice(0, 6))]),
    ...shown.flatMap((row) => sections([rowLines(report, row)])),
    ...(left > 0
      ? [
          context(`${count(left, 'more row')}.`),
          actions([
            button({
              actionId: ACTIONS.reportCsv,
              text: `All ${report.rows.length.toLocaleString('en-US')} rows as CSV`,
              value: reportValue(report.id, request),
              label: `All rows of ${report.title} as a CSV file in your direct messages`,
            }),
          ]),
        ]
      : []),
    ...sections(report.notes.map((note) => `:information_source: ${foreign(note, 500)}`)),
  ];
  return message(gist, fitBlocks(blocks, LIMITS.messageBlocks));
}

/** What it is about and where, and beneath that what is told of it. */
function rowLines({ columns }: Report, row: ReportRow): string {
  const { title, about, told } = rowWords(row, columns, { dates: slackDates, clean: (text) => foreign(text, 200) });
  const head = [bold(title) || TONE_WORDS[row.tone], ...about].join('  ·  ');
  return [`${SYMBOLS[row.tone]} ${head}`, ...(told.length === 0 ? [] : [told.join('  ·  ')])].join('\n');
}
