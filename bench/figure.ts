/** One thing that was measured: ours beside a baseline of the same run, and how far apart they may be. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly ours: number;
  /** Null where there is nothing to compare with and the limit is absolute. */
  readonly baseline: number | null;
  /** What the limit is about: ours / baseline, ours - baseline, or ours itself. */
  readonly value: number;
  readonly compared: 'ratio' | 'difference' | 'absolute';
  readonly limit: { readonly atMost: number } | { readonly atLeast: number } | null;
  readonly ok: boolean;
  /** What exactly is compared with what. */
  readonly note: string;
}

type Limit = Figure['limit'];

interface Measured {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly ours: number;
  readonly note: string;
  /** Left out for a figure that is only told. */
  readonly limit?: NonNullable<Limit>;
}

export function ratioFigure(measured: Measured & { readonly baseline: number }): Figure {
  return toFigure(measured, measured.baseline, measured.ours / measured.baseline, 'ratio');
}

export function differenceFigure(measured: Measured & { readonly baseline: number }): Figure {
  return toFigure(measured, measured.baseline, measured.ours - measured.baseline, 'difference');
}

export function absoluteFigure(measured: Measured): Figure {
  return toFigure(measured, null, measured.ours, 'absolute');
}

function toFigure(measured: Measured, baseline: number | null, value: number, compared: Figure['compared']): Figure {
  const { id, title, unit, ours, note, limit = null } = measured;
  return { id, title, unit, ours, baseline, value, compared, limit, ok: keeps(limit, value), note };
}

function keeps(limit: Limit, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (limit === null) return true;
  return 'atMost' in limit ? value <= limit.atMost : value >= limit.atLeast;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** `share` of 0 to 1; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Least squares: how much `y` grows by each `x`. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (pick: 0 | 1): number => points.reduce((sum, point) => sum + point[pick], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return above / below;
}
