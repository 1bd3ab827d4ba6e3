export type Labels = Readonly<Record<string, string>>;

/** One family of samples, as Prometheus reads it (https://prometheus.io/docs/instrumenting/exposition_formats/). */
interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  samples(): Iterable<{ readonly suffix: string; readonly labels: Labels; readonly value: number }>;
}

export interface Counter {
  add(labels?: Labels, by?: number): void;
}

export interface Histogram {
  observe(value: number, labels?: Labels): void;
}

/** Label values come from the configuration and from closed lists; this guards against one that does not. */
const MAX_SERIES = 1_000;

/** The numbers of one bot; several bots in a process each have their own. */
export class Metrics {
  readonly #families: Family[] = [];
  readonly #collectors: (() => void | Promise<void>)[] = [];

  counter(name: string, help: string): Counter {
    const series = new Map<string, { labels: Labels; value: number }>();
    this.#families.push({
      name,
      help,
      type: 'counter',
      samples: () => [...series.values()].map((one) => ({ suffix: '', ...one })),
    });
    return {
      add(labels = {}, by = 1) {
        const key = keyOf(labels);
        const one = series.get(key);
        if (one !== undefined) one.value += by;
        else if (series.size < MAX_SERIES) series.set(key, { labels, value: by });
      },
    };
  }

  /** `read` is asked at each scrape. */
  gauge(name: string, help: string, read: () => Iterable<{ readonly labels: Labels; readonly value: number }>): void {
    this.#families.push({ name, help, type: 'gauge', samples: () => [...read()].map((one) => ({ suffix: '', ...one })) });
  }

  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const series = new Map<string, { labels: Labels; counts: number[]; sum: number; count: number }>();
    this.#families.push({
      name,
      help,
      type: 'histogram',
      samples: () => [...series.values()].flatMap((one) => histogramSamples(one, bounds)),
    });
    return {
      observe(value, labels = {}) {
        const key = keyOf(labels);
        let one = series.get(key);
        if (one === undefined) {
          if (series.size >= MAX_SERIES) return;
          one = { labels, counts: bounds.map(() => 0), sum: 0, count: 0 };
          series.set(key, one);
        }
        const bucket = bounds.findIndex((bound) => value <= bound);
        if (bucket >= 0) one.counts[bucket] = (one.counts[bucket] ?? 0) + 1;
        one.sum += value;
        one.count += 1;
      },
    };
  }

  /** Work to do before each scrape, such as counting what is stored. */
  beforeScrape(collect: () => void | Promise<void>): void {
    this.#collectors.push(collect);
  }

  async text(): Promise<string> {
    await Promise.all(this.#collectors.map((collect) => collect()));
    return this.#families.map(formatFamily).join('');
  }
}

function histogramSamples(
  { labels, counts, sum, count }: { labels: Labels; counts: readonly number[]; sum: number; count: number },
  bounds: readonly number[],
) {
  let below = 0;
  const buckets = bounds.map((bound, index) => {
    below += counts[index] ?? 0;
    return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: below };
  });
  return [
    ...buckets,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ];
}

function formatFamily({ name, help, type, samples }: Family): string {
  const lines = [...samples()].map(({ suffix, labels, value }) => `${name}${suffix}${formatLabels(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

/** Tells series apart. Cheaper than their text, which only a scrape needs. */
function keyOf(labels: Labels): string {
  let key = '';
  for (const name in labels) {
    const value = labels[name] ?? '';
    // The length tells where a value ends, whatever is in it.
    key += `${name}=${value.length}:${value},`;
  }
  return key;
}

function formatLabels(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
