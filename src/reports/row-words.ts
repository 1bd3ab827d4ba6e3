import type { DateWords } from '../words.ts';
import { cellWords } from './cell-words.ts';
import type { Column, ReportRow } from './report.ts';

/** How a place writes words: its dates, and what is made of text from vendors and people. */
export interface RowStyle {
  readonly dates: DateWords;
  clean(text: string): string;
}

/** A row in words, for places that show no table. */
export interface RowWords {
  /** What it is about, such as the person or the product. */
  readonly title: string;
  /** Where that belongs: app, product, team. */
  readonly about: readonly string[];
  /** Figures with what they mean, none of them zero, and what is said of it. */
  readonly told: readonly string[];
}

/** One row as somebody would say it. What its reason says is not said again. */
export function rowWords(row: ReportRow, columns: readonly Column[], style: RowStyle): RowWords {
  const said = columns.flatMap((column) => {
    const words = cellWords(row.cells[column.key], column, style.dates);
    return words === null || words === '' ? [] : [{ column, words }];
  });
  const of = (say: Column['say']) => said.filter(({ column }) => column.say === say);
  const [title = of('name')[0]] = of('title');
  const names = of('name').filter((one) => one !== title);
  const told = said.flatMap(({ column, words }) => tellOf(column, words, row, style));
  const reason = row.reason === null ? null : style.clean(row.reason);
  return {
    title: style.clean(title?.words ?? ''),
    about: names.map(({ words }) => style.clean(words)),
    told: reason === null || told.includes(reason) ? told : [...told, reason],
  };
}

function tellOf({ key, kind, label, say }: Column, words: string, { cells }: ReportRow, style: RowStyle): readonly string[] {
  if (say === 'statement') return [style.clean(words)];
  if (say !== 'figure') return [];
  switch (kind) {
    case 'number':
      return cells[key] === 0 ? [] : [`${words} ${style.clean(lowered(cells[key] === 1 ? oneOf(label) : label))}`];
    case 'yes-no':
      return [cells[key] === true ? style.clean(lowered(label)) : `${style.clean(label)}: no`];
    case 'date':
    case 'moment':
      return [`${style.clean(label)} ${words}`];
    case 'tier':
      return [words];
    default:
      return [`${style.clean(label)}: ${style.clean(words)}`];
  }
}

/** `Seat` of `Seats`: heads of columns are plural where they are nouns. */
function oneOf(label: string): string {
  return label.replace(/^(\w+)s$/, '$1');
}

function lowered(label: string): string {
  return `${label.slice(0, 1).toLowerCase()}${label.slice(1)}`;
}
