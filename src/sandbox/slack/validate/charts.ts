import { asList, asText, asWire } from '../../wire.ts';
import { all, list, number, type Rule, shape, text, typed } from './rules.ts';

/** Limits from https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block, June 2026: six of each. */
const MAX_SERIES = 6;
const MAX_SEGMENTS = 12;
const HUGE = 1e15;

const label = text(20);
const aboveZero: Rule = all(number(0, HUGE), (value, path, report) => {
  if (value === 0) report.add(path, 'must be more than 0');
});
const series = list(shape({ name: label, data: list(shape({ label, value: number(-HUGE, HUGE) }), { max: 20 }) }), {
  max: MAX_SERIES,
});
const axes = shape({ categories: list(label, { max: 20 }) }, { x_label: text(50), y_label: text(50) });

/** Each series has one point a category, and each name is there once. */
const seriesFit: Rule = (value, path, report) => {
  const chart = asWire(value);
  const categories = asList(asWire(chart['axis_config'])['categories']).map(asText);
  const names = asList(chart['series']).map((each) => asText(asWire(each)['name']));
  if (new Set(names).size < names.length) report.add(`${path}/series`, 'the names of the series must differ');
  if (new Set(categories).size < categories.length) report.add(`${path}/axis_config/categories`, 'the categories must differ');
  for (const [index, each] of asList(chart['series']).entries()) {
    const labels = asList(asWire(each)['data']).map((point) => asText(asWire(point)['label']));
    if (labels.length !== categories.length || categories.some((category) => !labels.includes(category)))
      report.add(`${path}/series/${index}/data`, 'must have one point for each category');
  }
};

const withAxes = shape({ series, axis_config: axes }, {}, seriesFit);

export const chart: Rule = typed(
  {
    pie: shape({ segments: list(shape({ label, value: aboveZero }), { max: MAX_SEGMENTS }) }),
    bar: withAxes,
    line: withAxes,
    area: withAxes,
  },
  'chart',
);
