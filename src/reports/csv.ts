import { BOM, toCsv } from '../domain/csv.ts';
import { tell, tierWords } from './cell-words.ts';
import { moneyWords } from './parts.ts';
import type { Cell, Column, Money, Report } from './report.ts';

/**
 * Every row of a report for a spreadsheet: days as `2026-12-09`, numbers as numbers, and people as name and e-mail. Money
 * is a number where the whole report has one currency, which then stands in the head. `bom` makes Excel read it as UTF-8.
 */
export function reportCsv(report: Report, { bom = false }: { readonly bom?: boolean } = {}): string {
  const currency = onlyCurrency(report);
  const head = report.columns.flatMap(({ label, kind }) => {
    if (kind === 'person') return [label, `${label} e-mail`];
    return kind === 'money' && currency !== null ? [`${label} (${currency})`] : [label];
  });
  const rows = report.rows.map(({ cells }) => report.columns.flatMap((column) => cellOf(cells[column.key], column, currency)));
  return `${bom ? BOM : ''}${toCsv(head, rows)}\r\n`;
}

function cellOf(cell: Cell | undefined, { kind }: Column, currency: string | null): readonly (string | number)[] {
  const told = tell(cell, kind);
  if (told === null) return kind === 'person' ? ['', ''] : [''];
  switch (told.kind) {
    case 'person':
      return [told.value.name, told.value.email ?? ''];
    case 'date':
      return [told.value.slice(0, 10)];
    case 'moment':
      return [told.value];
    case 'money':
      return [(currency === null ? moneyWords(told.value) : told.value[0]?.amount) ?? ''];
    case 'tier':
      return [tierWords(told.value)];
    case 'yes-no':
      return [told.value ? 'yes' : 'no'];
    default:
      return [told.value];
  }
}

/** Null where there is none, or more than one. */
function onlyCurrency({ columns, rows }: Report): string | null {
  const found = new Set<string>();
  for (const { key } of columns.filter(({ kind }) => kind === 'money'))
    for (const { cells } of rows) for (const { currency } of (cells[key] as readonly Money[] | null) ?? []) found.add(currency);
  return found.size === 1 ? ([...found][0] ?? null) : null;
}
