import { describe, expect, test } from 'vitest';
import { reportHtml } from '../../src/reports/html.ts';
import type { Report } from '../../src/reports/report.ts';
import { SOME_CHARTS } from '../support/some-charts.ts';

const BAD = `<script>alert("1")</script> & 'x'`;

const REPORT: Report = {
  id: 'seats',
  title: BAD,
  asOf: '2026-11-23T09:00:00.000Z',
  headline: ['84 of 90 seats are used.', BAD],
  counts: [{ key: 'used', label: BAD, value: 1_234 }],
  money: [{ key: 'all', label: BAD, perYear: [{ amount: 599, currency: 'EUR' }], seats: 1, unpriced: 0 }],
  columns: [
    { key: 'never', label: 'Nothing to say', kind: 'date', align: 'left', say: 'figure' },
    { key: 'who', label: BAD, kind: 'person', align: 'left', say: 'title' },
    { key: 'days', label: 'Days', kind: 'days', align: 'right', say: 'figure' },
  ],
  rows: [
    { key: '1', tone: 'warn', cells: { who: { name: BAD, email: null }, days: 94 }, target: null, tier: null, reason: null },
  ],
  charts: Object.values(SOME_CHARTS).slice(0, 1),
  sources: [],
  notes: [BAD],
};

describe('a report as a page to print', () => {
  const html = reportHtml(REPORT, ['<svg></svg>']);

  test('runs nothing and takes nothing from elsewhere, whatever people and vendors are called', () => {
    expect(html).not.toContain('<script');
    expect(html.match(/&lt;script&gt;/g)?.length).toBeGreaterThanOrEqual(7);
    expect(html).not.toMatch(/(?:src|href)=/);
    expect(html).toContain("default-src 'none'");
  });

  test('has the numbers, the pictures with their words, and every row', () => {
    expect(html).toContain('1,234');
    expect(html).toContain('<figure><svg></svg><figcaption>Seats bought and used (seats, Jun 2026 to Nov 2026)');
    expect(html).toContain('<td class="right days">94</td>');
    expect(html).toContain('599 EUR a year');
    expect(html).not.toContain('Nothing to say');
  });
});
