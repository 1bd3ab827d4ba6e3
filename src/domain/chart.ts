/** Numbers worth a picture, as data: drawn as PNG or SVG by the charts adapter, and natively where Slack can. */
export interface Chart {
  readonly key: string;
  readonly title: string;
  /** `line`: along time · `bar`: side by side · `stacked`: parts of a whole, one above the other. */
  readonly kind: 'bar' | 'line' | 'stacked';
  /** What the values count: `seats`, `EUR a year`, `days`. */
  readonly unit: string;
  /** All have the same point labels in the same order; at most six. */
  readonly series: readonly Series[];
}

export interface Series {
  readonly label: string;
  readonly points: readonly { readonly label: string; readonly value: number }[];
}

/** Seven colours that people with any kind of colour blindness can tell apart (Okabe and Ito, 2008), without the yellow. */
export const CHART_COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#5b5b5b'] as const;

export function categoriesOf(chart: Chart): readonly string[] {
  return chart.series[0]?.points.map(({ label }) => label) ?? [];
}

/** The numbers of a chart in one line, for those who do not see it: the ends of each line, or every bar. */
export function chartWords(chart: Chart): string {
  const categories = categoriesOf(chart);
  if (categories.length === 0) return `${chart.title}: no figures yet.`;
  const [first, last] = [categories[0], categories.at(-1)];
  const told = chart.series.map(({ label, points }) => {
    if (chart.kind === 'line') return `${label} ${inFull(points[0]?.value)} → ${inFull(points.at(-1)?.value)}`;
    const each = points.map((point) => `${point.label} ${inFull(point.value)}`).join(', ');
    return chart.series.length === 1 ? each : `${label}: ${each}`;
  });
  const span = chart.kind === 'line' ? `, ${first} to ${last}` : '';
  return `${chart.title} (${chart.unit}${span}): ${told.join('; ')}.`;
}

function inFull(value: number | undefined): string {
  return value === undefined ? 'unknown' : value.toLocaleString('en-US');
}
