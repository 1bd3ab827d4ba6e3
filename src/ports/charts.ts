import type { Chart } from '../domain/chart.ts';

/** Draws charts. The same chart gives the same picture on every machine. */
export interface Charts {
  /** A picture of 1600 × 800 points. */
  png(chart: Chart): Promise<Uint8Array>;
  /** A self-contained `<svg>` of 800 × 400, fit to stand in HTML. */
  svg(chart: Chart): Promise<string>;
}
