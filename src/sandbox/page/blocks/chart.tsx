import { useEffect, useRef, useState } from 'preact/hooks';
import { asList, asText, asWire, type Wire } from '../../wire.ts';
import { inFull, inShort, ticksFor } from './chart-scale.ts';

interface Series {
  readonly name: string;
  /** By category. */
  readonly values: readonly number[];
}

interface Plot {
  readonly kind: 'bar' | 'line' | 'area';
  readonly categories: readonly string[];
  readonly series: readonly Series[];
  readonly xLabel: string | undefined;
  readonly yLabel: string | undefined;
}

const HEIGHT = 240;
const FIRST_WIDTH = 560;
const EDGE = { top: 12, right: 12, bottom: 26, left: 46 };
/** About what a letter of an axis label takes. */
const LETTER_PX = 6.4;

/** A `data_visualization` block: the picture, what its colours mean, and the numbers as a table for those who want them. */
export function Chart({ block }: { readonly block: Wire }) {
  const chart = asWire(block['chart']);
  const title = asText(block['title']) ?? '';
  const pie = chart['type'] === 'pie';
  const plot = readPlot(chart);
  const slices = asList(chart['segments']).map(asWire).map(readPoint);
  const names = pie ? slices.map((slice) => slice.label) : plot.series.map((series) => series.name);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      {pie ? <Pie title={title} slices={slices} /> : <Axes title={title} plot={plot} />}
      {!pie && (
        <ul class="legend" aria-hidden="true">
          {names.map((name, index) => (
            <li key={name}>
              <i class={`tone-${index % 12}`} /> {name}
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>Numbers</summary>
        <div class="block-table">
          {pie ? (
            <Numbers head={['', 'Value']} rows={slices.map((slice) => [slice.label, slice.value])} />
          ) : (
            <Numbers
              head={[plot.xLabel ?? '', ...names]}
              rows={plot.categories.map((category, at) => [category, ...plot.series.map((series) => series.values[at] ?? 0)])}
            />
          )}
        </div>
      </details>
    </figure>
  );
}

function Numbers(props: { readonly head: readonly string[]; readonly rows: readonly (readonly (string | number)[])[] }) {
  return (
    <table>
      <thead>
        <tr>
          {props.head.map((name, column) => (
            <th key={column} scope="col" class={column === 0 ? '' : 'number'}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map(([first, ...values], index) => (
          <tr key={index}>
            <th scope="row">{first}</th>
            {values.map((value, column) => (
              <td key={column} class="number">
                {inFull(Number(value))}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function readPoint(point: Wire): { readonly label: string; readonly value: number } {
  return { label: asText(point['label']) ?? '', value: Number(point['value']) || 0 };
}

function readPlot(chart: Wire): Plot {
  const axis = asWire(chart['axis_config']);
  const categories = asList(axis['categories']).map(String);
  const kind = chart['type'] === 'line' || chart['type'] === 'area' ? chart['type'] : 'bar';
  const series = asList(chart['series'])
    .map(asWire)
    .map((each) => {
      const points = asList(each['data']).map(asWire).map(readPoint);
      const valueAt = (category: string): number => points.find((point) => point.label === category)?.value ?? 0;
      return { name: asText(each['name']) ?? '', values: categories.map(valueAt) };
    });
  return { kind, categories, series, xLabel: asText(axis['x_label']), yLabel: asText(axis['y_label']) };
}

function Axes({ title, plot }: { readonly title: string; readonly plot: Plot }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(FIRST_WIDTH);
  useEffect(() => {
    if (box.current === null) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(200, Math.round(entry?.contentRect.width ?? FIRST_WIDTH))));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const { categories, series, kind } = plot;
  const ticks = ticksFor(series.flatMap((each) => each.values));
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const bottom = HEIGHT - EDGE.bottom - (plot.xLabel === undefined ? 0 : 16);
  const y = (value: number): number => bottom - ((value - low) / (high - low || 1)) * (bottom - EDGE.top);
  const slot = (width - EDGE.left - EDGE.right) / Math.max(1, categories.length);
  const middle = (index: number): number => EDGE.left + slot * (index + 0.5);
  const longest = Math.max(1, ...categories.map((category) => category.length)) * LETTER_PX + 8;
  const every = Math.max(1, Math.ceil(longest / slot));
  return (
    <div class="plot" ref={box}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={summary(title, plot)}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line class={tick === 0 ? 'zero' : 'grid'} x1={EDGE.left} x2={width - EDGE.right} y1={y(tick)} y2={y(tick)} />
            <text x={EDGE.left - 8} y={y(tick) + 4} text-anchor="end">
              {inShort(tick)}
            </text>
          </g>
        ))}
        {categories.map((category, index) =>
          index % every === 0 ? (
            <text key={category} x={middle(index)} y={bottom + 18} text-anchor="middle">
              {category}
            </text>
          ) : null,
        )}
        {plot.xLabel !== undefined && (
          <text class="axis" x={(width + EDGE.left) / 2} y={HEIGHT - 4} text-anchor="middle">
            {plot.xLabel}
          </text>
        )}
        {plot.yLabel !== undefined && (
          <text class="axis" transform={`translate(11 ${(bottom + EDGE.top) / 2}) rotate(-90)`} text-anchor="middle">
            {plot.yLabel}
          </text>
        )}
        {series.map((each, index) =>
          kind === 'bar' ? (
            <Bars key={each.name} plot={plot} index={index} slot={slot} y={y} left={EDGE.left} />
          ) : (
            <Curve key={each.name} plot={plot} index={index} x={middle} y={y} />
          ),
        )}
      </svg>
    </div>
  );
}

function Bars(props: {
  readonly plot: Plot;
  readonly index: number;
  readonly slot: number;
  readonly left: number;
  readonly y: (value: number) => number;
}) {
  const { plot, index, slot, y, left } = props;
  const series = plot.series[index];
  const bar = Math.min(36, (slot * 0.72) / plot.series.length);
  const start = (slot - bar * plot.series.length) / 2;
  return (
    <g class={`tone-${index % 12}`}>
      {(series?.values ?? []).map((value, at) => (
        <rect
          key={at}
          x={left + slot * at + start + bar * index}
          y={Math.min(y(value), y(0))}
          width={Math.max(1, bar - 2)}
          height={Math.max(0.5, Math.abs(y(value) - y(0)))}
          rx={2}
        >
          <title>{`${plot.categories[at]}, ${series?.name}: ${inFull(value)}`}</title>
        </rect>
      ))}
    </g>
  );
}

function Curve(props: {
  readonly plot: Plot;
  readonly index: number;
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
}) {
  const { plot, index, x, y } = props;
  const series = plot.series[index];
  const values = series?.values ?? [];
  const line = values.map((value, at) => `${at === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  const area = `${line}L${x(values.length - 1).toFixed(1)} ${y(0)}L${x(0).toFixed(1)} ${y(0)}Z`;
  return (
    <g class={`tone-${index % 12}`}>
      {plot.kind === 'area' && <path class="fill" d={area} />}
      <path class="line" d={line} />
      {values.map((value, at) => (
        <circle key={at} cx={x(at)} cy={y(value)} r={3}>
          <title>{`${plot.categories[at]}, ${series?.name}: ${inFull(value)}`}</title>
        </circle>
      ))}
    </g>
  );
}

/** What somebody who does not see the picture hears first; the table below has the rest. */
function summary(title: string, plot: Plot): string {
  const parts = plot.series.map((series) => {
    const [high, low] = [Math.max(...series.values), Math.min(...series.values)];
    return `${series.name} between ${inFull(low)} and ${inFull(high)}`;
  });
  return `${title}: ${plot.kind} chart over ${plot.categories.length} categories. ${parts.join('; ')}.`;
}

const RADIUS = 84;
const HOLE = 46;

function Pie(props: { readonly title: string; readonly slices: readonly { readonly label: string; readonly value: number }[] }) {
  const total = props.slices.reduce((sum, slice) => sum + slice.value, 0) || 1;
  const share = (value: number): string => `${Math.round((value / total) * 100)} %`;
  let from = 0;
  const words = props.slices.map((slice) => `${slice.label} ${inFull(slice.value)} (${share(slice.value)})`);
  return (
    <div class="pie">
      <svg viewBox="-90 -90 180 180" width={180} height={180} role="img" aria-label={`${props.title}: ${words.join('; ')}.`}>
        {props.slices.map((slice, index) => {
          const start = from;
          from += slice.value / total;
          return (
            <path key={slice.label} class={`tone-${index % 12}`} d={ring(start, from)}>
              <title>{words[index]}</title>
            </path>
          );
        })}
      </svg>
      <ul class="legend" aria-hidden="true">
        {props.slices.map((slice, index) => (
          <li key={slice.label}>
            <i class={`tone-${index % 12}`} /> {slice.label}
            <b>{inFull(slice.value)}</b>
            <small>{share(slice.value)}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A piece of a ring between two parts of a full turn, from the top clockwise. */
function ring(from: number, to: number): string {
  // An arc whose ends are the same point is drawn as nothing.
  const end = Math.min(to, from + 0.9999);
  const at = (turn: number, radius: number): string => {
    const angle = turn * 2 * Math.PI - Math.PI / 2;
    return `${(Math.cos(angle) * radius).toFixed(2)} ${(Math.sin(angle) * radius).toFixed(2)}`;
  };
  const large = end - from > 0.5 ? 1 : 0;
  return `M${at(from, RADIUS)}A${RADIUS} ${RADIUS} 0 ${large} 1 ${at(end, RADIUS)}L${at(end, HOLE)}A${HOLE} ${HOLE} 0 ${large} 0 ${at(from, HOLE)}Z`;
}
