/** Round numbers from zero (or the lowest value, if that is below) up to at least the highest, about `count` of them. */
export function ticksFor(values: readonly number[], count = 4): readonly number[] {
  const high = Math.max(0, ...values);
  const low = Math.min(0, ...values);
  const rough = (high - low || 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const first = Math.floor(low / step) * step;
  const ticks: number[] = [];
  for (let at = first; ticks.length === 0 || (ticks.at(-1) ?? 0) < high; at += step) ticks.push(Number(at.toPrecision(12)));
  return ticks;
}

const NUMBER = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 });
const SHORT = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 });

export function inFull(value: number): string {
  return NUMBER.format(value);
}

/** `12.5K`: for an axis. */
export function inShort(value: number): string {
  return Math.abs(value) < 10_000 ? NUMBER.format(value) : SHORT.format(value);
}
