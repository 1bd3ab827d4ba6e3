import type { ReportRequest } from '../../domain/report-settings.ts';
import { cellWords } from '../../reports/cell-words.ts';
import { totalWords } from '../../reports/parts.ts';
import type { Report, ReportRow } from '../../reports/report.ts';
import { count, type DateWords } from '../../words.ts';
import { ACTIONS, reportValue } from '../ids.ts';
import { actions, type Block, button, context, header, type MessageView, message, sections } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { bold, dayToken, foreign, momentToken } from './text.ts';

const ROWS_SHOWN = 10;
const SYMBOLS = { wrong: ':red_circle:', warn: ':large_yellow_circle:', note: ':white_circle:' } as const;
const TONE_WORDS = { wrong: 'to act on', warn: 'to look at', note: 'for information' } as const;
const DATES: DateWords = { day: dayToken, moment: momentToken };

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
    ...sections(shown.map((row) => rowLine(report, row))),
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

/** The first cell that says something in bold, then the others with their labels. */
function rowLine({ columns }: Report, row: ReportRow): string {
  const told = columns.flatMap((column) => {
    const words = cellWords(row.cells[column.key], column, DATES);
    if (words === null || words === '') return [];
    const dated = column.kind === 'date' || column.kind === 'moment';
    return [{ label: column.label, text: dated ? words : foreign(words, 120) }];
  });
  const [first, ...rest] = told;
  const symbol = `${SYMBOLS[row.tone]} `;
  if (first === undefined) return `${symbol}${TONE_WORDS[row.tone]}`;
  return `${symbol}${bold(first.text)}  ·  ${rest.map(({ label, text }) => `${foreign(label)} ${text}`).join('  ·  ')}`;
}
