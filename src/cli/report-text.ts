import { cellWords } from '../reports/cell-words.ts';
import { totalWords } from '../reports/parts.ts';
import type { Report } from '../reports/report.ts';
import { count, plainDates } from '../words.ts';

const SHOWN = 50;
const WIDEST = 44;
const MARKS = { wrong: '!', warn: '~', note: ' ' } as const;

/** A report as a table for a terminal. */
export function reportText(report: Report): string {
  const shown = report.rows.slice(0, SHOWN);
  const left = report.rows.length - shown.length;
  const cells = shown.map((row) =>
    report.columns.map((column) => cut(cellWords(row.cells[column.key], column, plainDates) ?? '')),
  );
  // A column without a single word is left out.
  const kept = report.columns.map((column, at) => ({ column, at })).filter(({ at }) => cells.some((row) => row[at] !== ''));
  const widths = kept.map(({ column, at }) => Math.max(column.label.length, ...cells.map((row) => (row[at] ?? '').length)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, at) => (kept[at]?.column.align === 'right' ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  const table =
    shown.length === 0
      ? []
      : [
          '',
          `  ${line(kept.map(({ column }) => column.label))}`,
          `  ${line(widths.map((width) => '-'.repeat(width)))}`,
          ...cells.map((row, at) => `${MARKS[shown[at]?.tone ?? 'note']} ${line(kept.map((one) => row[one.at] ?? ''))}`),
        ];
  const money = report.money.filter(({ seats }) => seats > 0);
  return [
    report.title,
    '='.repeat(report.title.length),
    ...report.headline,
    '',
    report.counts.map(({ label, value }) => `${label}: ${value}`).join('   '),
    ...money.map((total) => `${total.label}: ${totalWords(total)}`),
    ...table,
    ...(left > 0 ? ['', `${count(left, 'more row')}: --csv or --json gives all of them.`] : []),
    ...(report.notes.length === 0 ? [] : ['', ...report.notes.map((note) => `Note: ${note}`)]),
  ].join('\n');
}

function cut(text: string): string {
  return text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 1)}…`;
}
