import type { Digest, DigestChange, DigestRow, DigestTable } from '../domain/digest.ts';
import type { Instant } from '../domain/time.ts';
import { plainDates } from '../words.ts';
import { cellWords } from './cell-words.ts';
import { totalWords } from './parts.ts';
import type { Column, Report, ReportRow } from './report.ts';

const ROWS_SHOWN = 10;
/** Further cells than these make a line nobody reads; the list beneath has them all. */
const NAMES_SHOWN = 3;
const FIGURES_SHOWN = 3;
/** What the reason of a row says in words. */
const IN_REASON: readonly Column['kind'][] = ['days', 'tier', 'date'];
const CHARTS_SHOWN = 2;

export interface DigestOptions {
  readonly period: Instant;
  readonly late: boolean;
  /** Marks of the rows of the digest before; null for the first one. */
  readonly before: { readonly at: Instant; readonly keys: ReadonlySet<string> } | null;
  readonly names: 'shown' | 'kept-out';
  /** What a row is remembered by. */
  mark(key: string): string;
}

/** Cuts a report down to a message. What is new comes first; nobody is named where names are kept out. */
export function digestOf(report: Report, options: DigestOptions): Digest {
  const { before, names } = options;
  const isNew = (row: ReportRow): boolean => before !== null && !before.keys.has(options.mark(row.key));
  const ordered = [...report.rows.filter(isNew), ...report.rows.filter((row) => !isNew(row))];
  const shown = names === 'shown' ? ordered.slice(0, ROWS_SHOWN) : [];
  return {
    reportId: report.id,
    title: report.title,
    period: options.period,
    asOf: report.asOf,
    late: options.late,
    change: changeOf(report, options),
    headline: report.headline,
    counts: report.counts.map(({ label, value }) => ({ label, value })),
    money: report.money.flatMap((total) => moneyLine(total)),
    rows: shown.map((row) => digestRow(row, report.columns, isNew(row))),
    more: report.rows.length - shown.length,
    names,
    charts: report.charts.filter(hasShape).slice(0, CHARTS_SHOWN),
    notes: report.notes,
    reclaimable: reclaimable(report).length,
  };
}

/**
 * Rows of which something can be taken back: what is certainly or probably not needed, and where a report does not judge
 * that, what is wrong (expired, held by somebody who left).
 */
export function reclaimable(report: Report): readonly ReportRow[] {
  return report.rows.filter(
    ({ target, tier, tone }) => target !== null && (tier === null ? tone === 'wrong' : tier === 'certain' || tier === 'probable'),
  );
}

/** A chart of one bar says less than its number. */
function hasShape({ series }: Report['charts'][number]): boolean {
  return series.some(({ points }) => points.length > 1);
}

/** The whole list, for a table that can be sorted. */
export function digestTable(report: Report): DigestTable {
  return {
    caption: `${report.title}: ${report.rows.length === 1 ? '1 row' : `${report.rows.length} rows`}`,
    head: report.columns.map(({ label, kind }) => ({ label, isNumber: kind === 'number' || kind === 'days' })),
    rows: report.rows.map((row) =>
      report.columns.map((column) => {
        const cell = row.cells[column.key] ?? null;
        return typeof cell === 'number' ? cell : (cellWords(cell, column, plainDates) ?? '');
      }),
    ),
  };
}

function changeOf(report: Report, { before, mark }: DigestOptions): DigestChange {
  const total = report.rows.length;
  if (before === null) return { since: null, added: total, gone: 0, total };
  const now = new Set(report.rows.map(({ key }) => mark(key)));
  const added = [...now].filter((key) => !before.keys.has(key)).length;
  const gone = [...before.keys].filter((key) => !now.has(key)).length;
  return { since: before.at, added, gone, total };
}

/** One row in a line of text: what it is about, then where, then its days and amounts with what they mean. */
export function digestRow(row: ReportRow, columns: readonly Column[], isNew: boolean): DigestRow {
  const told = columns.flatMap((column) => {
    const words = cellWords(row.cells[column.key], column, plainDates);
    return words === null || words === '' ? [] : [{ column, words }];
  });
  const named = told.filter(({ column }) => isName(column));
  // Where a row is about nobody, its product says more than the app it begins with.
  const at = named[0]?.column.kind === 'person' || named.length < 2 ? 0 : 1;
  const title = named[at]?.words ?? '';
  const names = named.filter((_, index) => index !== at).map(({ words }) => words);
  const dated = told.some(({ column }) => column.kind === 'date');
  const figures = told
    .filter(({ column }) => !isName(column) && !(row.reason !== null && IN_REASON.includes(column.kind)))
    .filter(({ column }) => !(dated && column.kind === 'days'))
    .map(({ column, words }) => `${column.label}: ${words}`);
  const all = [...names.slice(0, NAMES_SHOWN), ...figures.slice(0, FIGURES_SHOWN), ...(row.reason === null ? [] : [row.reason])];
  return { tone: row.tone, title, words: all.join(' · '), isNew, email: row.target?.email ?? null };
}

function isName({ kind }: Column): boolean {
  return kind === 'text' || kind === 'person';
}

function moneyLine(total: Report['money'][number]): readonly string[] {
  if (total.seats === 0) return [];
  return [`${total.label}: ${totalWords(total)}`];
}
