import { type Chart, categoriesOf } from '../../domain/chart.ts';
import type { Block } from './blocks.ts';
import { foreignPlain } from './text.ts';

/**
 * Limits from https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block. It is younger than the types of
 * the Web API, shows in messages alone, and has no alternative text: its numbers are said beside it.
 */
const TITLE = 50;
const LABEL = 20;
const SERIES = 6;
const POINTS = 20;

/** The chart as Slack draws it; null where it does not fit into what Slack draws. */
export function chartBlock(chart: Chart): Block | null {
  const chosen = pointsShown(chart);
  const categories = chosen.flatMap((at) => categoriesOf(chart)[at] ?? []).map((name) => foreignPlain(name, LABEL));
  const names = chart.series.map(({ label }) => foreignPlain(label, LABEL));
  if (categories.length === 0 || categories.length > POINTS || names.length > SERIES) return null;
  if (!distinct(categories) || !distinct(names)) return null;
  const series = chart.series.map(({ points }, at) => ({
    name: names[at],
    data: chosen.map((at, index) => ({ label: categories[index], value: points[at]?.value ?? 0 })),
  }));
  const block = {
    type: 'data_visualization',
    title: foreignPlain(chart.title, TITLE),
    chart: {
      type: chart.kind === 'line' ? 'line' : 'bar',
      series,
      axis_config: { categories, y_label: foreignPlain(chart.unit, TITLE) },
    },
  };
  return block as unknown as Block;
}

/** A line that is longer than Slack draws has every second or third of its points, the last one always. */
function pointsShown(chart: Chart): readonly number[] {
  const all = categoriesOf(chart).map((_, at) => at);
  if (chart.kind !== 'line') return all;
  const step = Math.ceil(all.length / POINTS);
  return all.filter((at) => (all.length - 1 - at) % step === 0);
}

function distinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length && !names.includes('');
}
