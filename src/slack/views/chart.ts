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
  const categories = categoriesOf(chart).map((name) => foreignPlain(name, LABEL));
  const names = chart.series.map(({ label }) => foreignPlain(label, LABEL));
  if (categories.length === 0 || categories.length > POINTS || names.length > SERIES) return null;
  if (!distinct(categories) || !distinct(names)) return null;
  const series = chart.series.map(({ points }, at) => ({
    name: names[at],
    data: points.map(({ value }, index) => ({ label: categories[index], value })),
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

function distinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length && !names.includes('');
}
