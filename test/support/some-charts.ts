import type { Chart } from '../../src/domain/chart.ts';

const MONTHS = ['Jun 2026', 'Jul 2026', 'Aug 2026', 'Sep 2026', 'Oct 2026', 'Nov 2026'];

function along(label: string, names: readonly string[], values: readonly number[]): Chart['series'][number] {
  return { label, points: names.map((name, at) => ({ label: name, value: values[at] ?? 0 })) };
}

/** One of each kind, as reports make them. */
const PRODUCTS = ['IntelliJ IDEA Ultimate', 'All Products Pack', 'Aha! Roadmaps', 'WebStorm'];

export const SOME_CHARTS: Readonly<Record<string, Chart>> = {
  seats: {
    key: 'seats',
    title: 'Seats bought and used',
    kind: 'line',
    unit: 'seats',
    series: [along('bought', MONTHS, [80, 80, 84, 84, 84, 90]), along('used', MONTHS, [61, 66, 70, 74, 73, 71])],
  },
  spend: {
    key: 'spend',
    title: 'Spend by product',
    kind: 'stacked',
    unit: 'EUR a year',
    series: [
      along('In use', PRODUCTS, [9_584, 7_011, 3_780, 480]),
      along('Free', PRODUCTS, [1_198, 0, 420, 0]),
      along('Could be freed', PRODUCTS, [1_198, 1_289, 0, 240]),
    ],
  },
  renewals: {
    key: 'renewals',
    title: 'Renewals ahead',
    kind: 'stacked',
    unit: 'seats',
    series: [
      along('used', ['Dec 2026', 'Jan 2027', 'Feb 2027'], [12, 8, 4]),
      along('idle', ['Dec 2026', 'Jan 2027', 'Feb 2027'], [3, 0, 2]),
      along('free', ['Dec 2026', 'Jan 2027', 'Feb 2027'], [1, 2, 0]),
    ],
  },
};
