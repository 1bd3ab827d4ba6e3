import type { Chart } from '../domain/chart.ts';
import { perYear, priceOf } from '../domain/price.ts';
import type { Holding } from '../domain/seat.ts';
import { joinWords } from '../words.ts';
import type { IntegrationFacts, ReportFacts } from './facts.ts';
import { byName, MoneySum, moneyWords, productOf } from './parts.ts';
import type { MoneyTotal } from './report.ts';

/** More bars than these are read by nobody; the rest is one bar. */
const BARS = 11;
const NAMED = 3;

/** Whether what is paid for is needed. */
export type Need = 'used' | 'free' | 'idle';

const NEEDS: readonly { readonly need: Need; readonly label: string }[] = [
  { need: 'used', label: 'In use' },
  { need: 'free', label: 'Free' },
  { need: 'idle', label: 'Could be freed' },
];

interface Bar {
  readonly currency: string;
  readonly product: string;
  readonly app: string;
  readonly amounts: Record<Need, number>;
}

/** What paid seats cost a year, by product, and how much of that is needed. Without a price a seat is in none of it but the count. */
export class Spend {
  readonly #bars = new Map<string, Bar>();
  readonly #all = new MoneySum();

  add(holding: Holding, integration: IntegrationFacts, facts: ReportFacts, need: Need): void {
    this.#all.add(holding, facts);
    const price = priceOf(holding, facts.prices);
    if (price === null) return;
    const { code, name } = productOf(holding, integration);
    const key = `${price.currency}/${integration.id}/${code}`;
    let bar = this.#bars.get(key);
    if (bar === undefined) {
      bar = { currency: price.currency, product: name, app: integration.name, amounts: { used: 0, free: 0, idle: 0 } };
      this.#bars.set(key, bar);
    }
    bar.amounts[need] += perYear(price);
  }

  total(): MoneyTotal {
    return this.#all.total('spend', 'All seats');
  }

  /** `most of it for IntelliJ IDEA (9,584 EUR) and WebStorm (2,640 EUR)`; null where nothing has a price. */
  mostWords(): string | null {
    const byCurrency = this.#byCurrency();
    const most = byCurrency.flatMap(([, bars]) => bars.slice(0, byCurrency.length === 1 ? NAMED : 1));
    if (most.length === 0) return null;
    return `most of it for ${joinWords(most.map((bar) => `${this.#label(bar)} (${moneyWords([{ amount: Math.round(sum(bar)), currency: bar.currency }])})`))}`;
  }

  /** One picture a currency, the currency with the most products first: amounts of two are never beside each other. */
  charts(): readonly Chart[] {
    const byCurrency = this.#byCurrency();
    return byCurrency.map(([currency, bars]) => ({
      key: byCurrency.length === 1 ? 'spend-by-product' : `spend-by-product-${currency.toLowerCase()}`,
      title: 'Spend by product',
      kind: 'stacked',
      unit: `${currency} a year`,
      series: this.#series(bars),
    }));
  }

  /** The dearest first in each; amounts of two currencies say nothing about which is more. */
  #byCurrency(): readonly (readonly [string, readonly Bar[]])[] {
    const byCurrency = new Map<string, Bar[]>();
    const ordered = [...this.#bars.values()].toSorted((a, b) => sum(b) - sum(a) || byName(this.#label(a), this.#label(b)));
    for (const bar of ordered) byCurrency.set(bar.currency, [...(byCurrency.get(bar.currency) ?? []), bar]);
    return [...byCurrency].toSorted(([a, some], [b, more]) => more.length - some.length || byName(a, b));
  }

  #series(bars: readonly Bar[]): Chart['series'] {
    const [shown, rest] = bars.length > BARS + 1 ? [bars.slice(0, BARS), bars.slice(BARS)] : [bars, []];
    return NEEDS.filter(({ need }) => bars.some(({ amounts }) => amounts[need] > 0)).map(({ need, label }) => ({
      label,
      points: [
        ...shown.map((bar) => ({ label: this.#label(bar), value: Math.round(bar.amounts[need]) })),
        ...(rest.length === 0
          ? []
          : [{ label: `${rest.length} others`, value: Math.round(rest.reduce((all, bar) => all + bar.amounts[need], 0)) }]),
      ],
    }));
  }

  /** By its product alone where only one app has it by that name. */
  #label({ product, app }: Bar): string {
    const apps = new Set([...this.#bars.values()].filter((bar) => bar.product === product).map((bar) => bar.app));
    return apps.size > 1 ? `${product} (${app})` : product;
  }
}

function sum({ amounts }: Bar): number {
  return amounts.used + amounts.free + amounts.idle;
}
