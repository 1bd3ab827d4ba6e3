import type { Digest, DigestChange, DigestRow, DigestTable } from '../domain/digest.ts';
import type { Instant } from '../domain/time.ts';
import { plainDates } from '../words.ts';
import { cellWords } from './cell-words.ts';
import { filledColumns, totalWords } from './parts.ts';
import type { Column, Report, ReportRow } from './report.ts';
import { rowWords } from './row-words.ts';

const ROWS_SHOWN = 10;
/** More than these make a line nobody reads; the list beneath has all of it. */
const NAMES_SHOWN = 3;
const TOLD_SHOWN = 9;
const CHARTS_SHOWN = 2;

export interface DigestOptions {
  readonly period: Instant;
  readonly late: boolean;
  /** Marks of the rows of the digest before; null for the first one. */
  readonly before: { readonly at: Instant; readonly keys: ReadonlySet<string> } | null;
  readonly names: 'shown' | 'kept-out';
  /** What a row is remembered by. */
  mark(row: Pick<ReportRow, 'key' | 'stage'>): string;
}

/** Cuts a report down to a message. What is new comes first; nobody is named where names are kept out. */
export function digestOf(report: Report, options: DigestOptions): Digest {
  const { names } = options;
  const told = report.rows.map((row) => ({ row, news: null as DigestRow['news'] }));
  const change = compare(told, options);
  const ordered = (['new', 'again', null] as const).flatMap((wanted) => told.filter(({ news }) => news === wanted));
  const shown = names === 'shown' ? ordered.slice(0, ROWS_SHOWN) : [];
  return {
    reportId: report.id,
    title: report.title,
    period: options.period,
    asOf: report.asOf,
    late: options.late,
    change,
    headline: report.headline,
    counts: report.counts.map(({ label, value }) => ({ label, value })),
    money: report.money.flatMap((total) => moneyLine(total)),
    rows: shown.map(({ row, news }) => digestRow(row, report.columns, news)),
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
export function hasShape({ series }: Report['charts'][number]): boolean {
  return series.some(({ points }) => points.length > 1);
}

/** The whole list, for a table that can be sorted. */
export function digestTable(report: Report): DigestTable {
  const columns = filledColumns(report);
  return {
    caption: `${report.title}: ${report.rows.length === 1 ? '1 row' : `${report.rows.length} rows`}`,
    head: columns.map(({ label, kind }) => ({ label, isNumber: kind === 'number' || kind === 'days' })),
    rows: report.rows.map((row) =>
      columns.map((column) => {
        const cell = row.cells[column.key] ?? null;
        return typeof cell === 'number' ? cell : (cellWords(cell, column, plainDates) ?? '');
      }),
    ),
  };
}

/** Says of each row whether it is news since the digest before, and counts that. */
function compare(rows: { readonly row: ReportRow; news: DigestRow['news'] }[], { before, mark }: DigestOptions): DigestChange {
  const total = rows.length;
  if (before === null) return { since: null, added: total, again: 0, gone: 0, total };
  const known = new Set([...before.keys].map(withoutStage));
  const here = new Set<string>();
  const counted = { new: 0, again: 0 };
  for (const one of rows) {
    const now = mark(one.row);
    const thing = withoutStage(now);
    here.add(thing);
    if (before.keys.has(now)) continue;
    if (!known.has(thing)) one.news = 'new';
    else if (one.row.stage !== undefined) one.news = 'again';
    if (one.news !== null) counted[one.news] += 1;
  }
  const gone = [...known].filter((thing) => !here.has(thing)).length;
  return { since: before.at, added: counted.new, again: counted.again, gone, total };
}

/** A mark is that of a thing, and after a dot how far it has come. */
function withoutStage(mark: string): string {
  return mark.split('.', 1)[0] ?? mark;
}

/** One row in a line of text: what it is about, then where, then its figures and what is said of it. */
export function digestRow(row: ReportRow, columns: readonly Column[], news: DigestRow['news']): DigestRow {
  const { title, about, told } = rowWords(row, columns, { dates: plainDates, clean: (text) => text });
  const words = [...about.slice(0, NAMES_SHOWN), ...told.slice(0, TOLD_SHOWN)].join(' · ');
  return { tone: row.tone, title, words, news, email: row.target?.email ?? null };
}

function moneyLine(total: Report['money'][number]): readonly string[] {
  if (total.seats === 0) return [];
  return [`${total.label}: ${totalWords(total)}`];
}
