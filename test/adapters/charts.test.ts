import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { createCharts } from '../../src/adapters/echarts-charts.ts';
import { type Chart, chartWords } from '../../src/domain/chart.ts';
import { SOME_CHARTS } from '../support/some-charts.ts';

const FONT = join(import.meta.dirname, '../../src/adapters/fonts/DejaVuSans.ttf');
const GOLDEN = join(import.meta.dirname, 'golden');
const charts = createCharts({ fontFile: FONT });

const named = Object.entries(SOME_CHARTS);

function renamed(chart: Chart, title: string): Chart {
  return { ...chart, title };
}

function darkPixels(png: PNG, height: number): number {
  let dark = 0;
  for (let at = 0; at < png.width * height * 4; at += 4) if ((png.data[at] ?? 255) < 90) dark += 1;
  return dark;
}

describe('charts', () => {
  // A golden picture that is missing is written, to be looked at and committed.
  test.each(named)('draw %s as they did before, on any machine', async (name, chart) => {
    const file = join(GOLDEN, `${name}.png`);
    const drawn = await charts.png(chart);
    if (!existsSync(file)) writeFileSync(file, drawn);
    const [got, wanted] = [PNG.sync.read(Buffer.from(drawn)), PNG.sync.read(readFileSync(file))];
    expect([got.width, got.height]).toEqual([1600, 800]);
    const differing = pixelmatch(got.data, wanted.data, undefined, got.width, got.height, { threshold: 0.15 });
    expect(differing).toBeLessThan((got.width * got.height) / 1_000);
  });

  test('write their words into the picture', async () => {
    const seats = SOME_CHARTS['seats'] as Chart;
    const [without, withWords] = await Promise.all(
      ['', 'Seats bought and used'].map((title) => charts.png(renamed(seats, title))),
    );
    const pixels = [without, withWords].map((png) => darkPixels(PNG.sync.read(Buffer.from(png ?? [])), 100));
    expect((pixels[1] ?? 0) - (pixels[0] ?? 0)).toBeGreaterThan(500);
  });

  test('are the same whatever was drawn before', async () => {
    const stacked = SOME_CHARTS['renewals'] as Chart;
    const first = await charts.svg(stacked);
    for (const [, chart] of named) await charts.svg(chart);
    expect(await charts.svg(stacked)).toBe(first);
  });

  test('hold no markup of those who name things', async () => {
    const svg = await charts.svg(renamed(SOME_CHARTS['spend'] as Chart, '</text><script>alert(1)</script>'));
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script');
  });

  test('tell parts apart by pattern and lines by dashes, not by colour alone', async () => {
    expect(await charts.svg(SOME_CHARTS['renewals'] as Chart)).toContain('<pattern');
    expect(await charts.svg(SOME_CHARTS['seats'] as Chart)).toContain('stroke-dasharray');
  });

  test('say their numbers in a line of text', () => {
    expect(Object.values(SOME_CHARTS).map(chartWords)).toEqual([
      'Seats bought and used (seats, Jun 2026 to Nov 2026): bought 80 → 90; used 61 → 71.',
      'Spend by product (EUR a year): In use: IntelliJ IDEA Ultimate 9,584, All Products Pack 7,011, Aha! Roadmaps 3,780, WebStorm 480; Free: IntelliJ IDEA Ultimate 1,198, All Products Pack 0, Aha! Roadmaps 420, WebStorm 0; Could be freed: IntelliJ IDEA Ultimate 1,198, All Products Pack 1,289, Aha! Roadmaps 0, WebStorm 240.',
      'Renewals ahead (seats): used: Dec 2026 12, Jan 2027 8, Feb 2027 4; idle: Dec 2026 3, Jan 2027 0, Feb 2027 2; free: Dec 2026 1, Jan 2027 2, Feb 2027 0.',
    ]);
  });
});
