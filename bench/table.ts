import type { Figure } from './figure.ts';

const HEAD = ['figure', 'ours', 'baseline', 'compared', 'limit', 'ok'] as const;

function rowsOf(figures: readonly Figure[]): readonly (readonly string[])[] {
  return figures.map((figure) => [
    figure.title,
    `${number(figure.ours)} ${figure.unit}`,
    figure.baseline === null ? '' : `${number(figure.baseline)} ${figure.unit}`,
    comparedWords(figure),
    limitWords(figure),
    figure.limit === null ? '' : figure.ok ? 'yes' : 'NO',
  ]);
}

export function textTable(figures: readonly Figure[]): string {
  const rows = [HEAD, ...rowsOf(figures)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

export function markdownTable(figures: readonly Figure[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(HEAD), line(HEAD.map(() => '---')), ...rowsOf(figures).map(line)].join('\n');
}

function comparedWords({ compared, value, unit }: Figure): string {
  if (compared === 'ratio') return `x ${number(value)}`;
  return compared === 'difference' ? `+ ${number(value)} ${unit}` : '';
}

function limitWords({ compared, limit, unit }: Figure): string {
  if (limit === null) return '';
  const [sign, bound] = 'atMost' in limit ? ['≤', limit.atMost] : ['≥', limit.atLeast];
  return compared === 'ratio' ? `${sign} x ${bound}` : `${sign} ${bound} ${unit}`;
}

function number(value: number): string {
  const size = Math.abs(value);
  return size >= 1_000 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(size >= 100 ? 3 : 2);
}
