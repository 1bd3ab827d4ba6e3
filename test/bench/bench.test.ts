import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Figure, percentile, ratioFigure, slope } from '../../bench/figure.ts';
import { markdownTable, textTable } from '../../bench/table.ts';

const ROOT = join(import.meta.dirname, '../..');
const FIGURES = [
  'store-change',
  'store-change-shared',
  'store-block',
  'mapping',
  'load-per-second',
  'load-distant',
  'load-memory',
  'load-stop',
  'sync-fresh',
  'sync-again',
  'sync-by-hand',
  'sync-growth',
  'sync-memory',
  'sync-block',
  'find-by-email',
  'find-by-name',
  'syncing-ack-p99',
  'report-slowest',
  'report-block',
  'home-open',
  'ack-cpu',
  'ack-p99',
  'answer-cpu',
  'lookups-per-second',
  'lookups-per-second-undici',
  'lookups-per-second-distant',
  'lookup-cpu',
  'lookup-added',
  'stalled-ack-p99',
  'start',
  'memory',
];

interface Run {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

function bench(...args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const command = ['--import', 'tsx', 'bench/index.ts', ...args];
    execFile(process.execPath, command, { cwd: ROOT }, (error, out, said) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, said });
    });
  });
}

describe('the benchmarks', () => {
  it('measure every figure in a quick run, each a number', { timeout: 240_000 }, async () => {
    const { code, out, said } = await bench('--quick', '--json');
    expect(code, said).toBeLessThanOrEqual(1);
    // 1 is a missed limit as well as a crash, which leaves no table.
    expect(out, said).not.toBe('');
    const { figures } = JSON.parse(out) as { readonly figures: readonly Figure[] };
    expect(figures.map(({ id }) => id)).toEqual(FIGURES);
    for (const { id, ours, value } of figures) {
      expect(ours, id).toBeTypeOf('number');
      expect(value, id).toBeTypeOf('number');
    }
  });

  it('refuse a figure that does not exist, and say which do', async () => {
    const { code, said } = await bench('--only', 'nonsense');
    expect(code).toBe(2);
    expect(said).toContain('There is no figure "nonsense".');
    expect(said).toContain('Usage:');
  });

  it('tell a missed limit from a kept one', () => {
    const figure = { id: 'x', title: 'A thing', unit: 'ms', note: '' };
    const kept = ratioFigure({ ...figure, ours: 3, baseline: 2, limit: { atMost: 1.5 } });
    const missed = ratioFigure({ ...figure, ours: 3, baseline: 10, limit: { atLeast: 0.7 } });
    expect([kept.ok, missed.ok]).toEqual([true, false]);
    expect(ratioFigure({ ...figure, ours: Number.NaN, baseline: 1 }).ok).toBe(false);
    expect(textTable([kept, missed])).toMatchInlineSnapshot(`
      "figure   ours    baseline  compared  limit    ok
      A thing  3.0 ms  2.0 ms    x 1.5     ≤ x 1.5  yes
      A thing  3.0 ms  10 ms     x 0.30    ≥ x 0.7  NO"
    `);
    expect(markdownTable([kept]).split('\n')).toHaveLength(3);
  });

  it('reckon percentiles and slopes', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile([], 0.5)]).toEqual([51, 100, Number.NaN]);
    expect(slope([1, 2, 3].map((x) => [x, 5 * x + 7] as const))).toBeCloseTo(5);
  });
});
