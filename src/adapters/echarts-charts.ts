import type { EChartsCoreOption } from 'echarts/core';
import { CHART_COLOURS, type Chart, categoriesOf, type Series } from '../domain/chart.ts';
import type { Charts } from '../ports/charts.ts';

const WIDTH = 800;
const HEIGHT = 400;
/** Points of a PNG for each of the chart's own: sharp on dense screens. */
const SCALE = 2;
const FONT = 'DejaVu Sans';
const INK = '#1d1c1d';
const FAINT = '#dddddd';
/** So many columns have room for their numbers. */
const LABELLED = 24;

type Library = Awaited<ReturnType<typeof loadLibrary>>;

/**
 * Apache ECharts on the server writes the SVG, resvg makes the PNG of it. Both are loaded when the first chart is drawn. The
 * font is a file of ours: without one, or with one of the machine, resvg drops every text or draws it differently.
 */
export function createCharts(options: { readonly fontFile: string }): Charts {
  let loading: Promise<Library> | null = null;
  const library = (): Promise<Library> => {
    loading ??= loadLibrary();
    return loading;
  };

  async function svg(chart: Chart): Promise<string> {
    const { init } = await library();
    const drawn = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
    try {
      drawn.setOption(optionOf(chart));
      return plainIds(drawn.renderToSVGString());
    } finally {
      drawn.dispose();
    }
  }

  return {
    svg,
    async png(chart) {
      const text = await svg(chart);
      const { Resvg } = await library();
      const font = { loadSystemFonts: false, fontFiles: [options.fontFile], defaultFontFamily: FONT };
      const picture = new Resvg(text, { font, fitTo: { mode: 'zoom', value: SCALE }, background: 'white' }).render();
      return picture.asPng();
    },
  };
}

/** ECharts numbers what it defines on through all charts of a process; a picture must not depend on those before it. */
function plainIds(text: string): string {
  const known = new Map<string, string>();
  return text.replace(/zr\d+-[a-z]+-?\d+|zr\d+-cls-\d+/g, (id) => {
    const name = known.get(id) ?? `c${known.size}`;
    known.set(id, name);
    return name;
  });
}

async function loadLibrary() {
  const [{ init, use }, charts, components, { SVGRenderer }, { Resvg }] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
    import('@resvg/resvg-js'),
  ]);
  const { GridComponent, LegendComponent, TitleComponent, AriaComponent } = components;
  use([charts.LineChart, charts.BarChart, GridComponent, LegendComponent, TitleComponent, AriaComponent, SVGRenderer]);
  return { init, Resvg };
}

function optionOf(chart: Chart): EChartsCoreOption {
  const several = chart.series.length > 1;
  const names = categoriesOf(chart);
  const horizontal = chart.kind !== 'line' && names.some((name) => name.length > 10);
  const categories = {
    type: 'category',
    data: names.map((name) => (name.length > 24 ? `${name.slice(0, 23)}…` : name)),
    boundaryGap: chart.kind !== 'line',
    inverse: horizontal,
    axisLine: { lineStyle: { color: INK } },
    axisTick: { show: false },
    axisLabel: { color: INK, fontSize: 12, hideOverlap: true, interval: horizontal ? 0 : 'auto' },
  };
  const values = {
    type: 'value',
    minInterval: 1,
    axisLabel: { color: INK, fontSize: 12 },
    splitLine: { lineStyle: { color: FAINT } },
  };
  return {
    animation: false,
    backgroundColor: '#ffffff',
    color: [...CHART_COLOURS],
    textStyle: { fontFamily: FONT, color: INK },
    // Patterns beside the colours: the parts can be told apart in grey, too.
    aria: { enabled: true, decal: { show: chart.kind !== 'line' && several } },
    title: {
      text: chart.title,
      subtext: chart.unit,
      left: 16,
      top: 12,
      itemGap: 6,
      textStyle: { fontFamily: FONT, fontSize: 18, fontWeight: 'normal', color: INK },
      subtextStyle: { fontFamily: FONT, fontSize: 12, color: '#5b5b5b' },
    },
    legend: {
      show: several,
      right: 16,
      top: 16,
      itemGap: 20,
      itemWidth: 28,
      itemHeight: 14,
      textStyle: { fontFamily: FONT, fontSize: 13, color: INK },
    },
    grid: { left: 24, right: 48, top: 76, bottom: 16, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: horizontal ? values : categories,
    yAxis: horizontal ? categories : values,
    series: chart.series.map((series, index) => seriesOption(chart, series, index, horizontal)),
  };
}

function inFull({ value }: { readonly value?: unknown }): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : '';
}

/** The longest of stacked bars: parts that are short beside it have no room for their number. */
function tallest(chart: Chart): number {
  return Math.max(
    ...categoriesOf(chart).map((_, at) => chart.series.reduce((sum, { points }) => sum + (points[at]?.value ?? 0), 0)),
  );
}

const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect', 'emptyTriangle'];
const STROKES = ['solid', 'dashed', 'dotted'];

function seriesOption(chart: Chart, series: Series, index: number, horizontal: boolean): object {
  const roomy = series.points.length * (chart.kind === 'bar' ? chart.series.length : 1) <= LABELLED;
  if (chart.kind === 'line') {
    return {
      type: 'line',
      name: series.label,
      data: series.points.map(({ value }) => value),
      symbol: SYMBOLS[index % SYMBOLS.length],
      symbolSize: 7,
      showSymbol: roomy,
      lineStyle: { width: 2.5, type: STROKES[index % STROKES.length] },
      endLabel: { show: true, formatter: inFull, color: INK, fontSize: 12, fontFamily: FONT, distance: 6 },
    };
  }
  const inside = chart.kind === 'stacked';
  return {
    type: 'bar',
    name: series.label,
    data: series.points.map(({ value }) => {
      if (!inside) return value;
      return value === 0 ? null : { value, label: { show: roomy && value >= tallest(chart) * (horizontal ? 0.07 : 0.05) } };
    }),
    barMaxWidth: 48,
    ...(inside ? { stack: 'all' } : {}),
    label: {
      show: roomy,
      formatter: inFull,
      position: inside ? 'inside' : horizontal ? 'right' : 'top',
      color: INK,
      fontSize: 12,
      fontFamily: FONT,
      ...(inside ? { backgroundColor: '#ffffff', padding: [2, 4], borderRadius: 2 } : {}),
    },
  };
}
