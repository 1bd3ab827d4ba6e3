import { describe, expect, it } from 'vitest';
import type { ReportId } from '../../src/domain/report-settings.ts';
import { rowWords } from '../../src/reports/row-words.ts';
import { plainDates } from '../../src/words.ts';
import { anApp, daysAgo, make, someFacts, usedDaysAgo } from '../support/report-facts.ts';
import { aSeat } from '../support/world.ts';

const SEAT = aSeat({ assignedAt: daysAgo(400), lastActivity: usedDaysAgo(200), validUntil: daysAgo(-20) });
const facts = someFacts([anApp([SEAT, aSeat({ ...SEAT, externalId: 'FREE', holder: null, status: 'free' })])]);

function told(id: ReportId, of = facts): readonly string[] {
  const report = make(id, of);
  const [row] = report.rows;
  if (row === undefined) throw new Error(`${id} has no rows`);
  const { title, about, told: figures } = rowWords(row, report.columns, { dates: plainDates, clean: (text) => text });
  return [[title, ...about].join(' · '), figures.join(' · ')];
}

describe('a row in words', () => {
  it.each([
    ['inactive-users', 'Cara Nunes · Vendor · WebStorm · Platform', 'Certain · not used for 200 days · A year: 240 EUR'],
    [
      'expired-subscriptions',
      'Cara Nunes · Vendor · WebStorm · Platform',
      'Ends 13 Dec 2026 · About to renew · renews by itself · Last used 7 May 2026',
    ],
    [
      'renewals',
      'WebStorm · Vendor',
      'On 13 Dec 2026 · renews by itself · 2 seats · 1 free · 1 idle · Let it end: 1 free and 1 idle. · Costs a year: 480 EUR · Could save: 480 EUR',
    ],
    ['seats', 'WebStorm · Vendor · Platform', '2 bought · 1 used · 1 free · 1 idle · Costs a year: 480 EUR · Only 1 free'],
    [
      'savings',
      'WebStorm · Vendor',
      '1 free now · 1 could be freed · Worth a year: 480 EUR · Saves cash on 13 Dec 2026 · If it is not renewed',
    ],
  ] as const)('of %s says what it is about first, and no zeros, numbers of ids or labels without need', (id, first, second) => {
    expect(told(id)).toEqual([first, second]);
  });

  it('counts one seat as one', () => {
    expect(told('renewals', someFacts([anApp([SEAT])]))[1]).toContain('renews by itself · 1 seat · 1 idle ·');
  });
});
