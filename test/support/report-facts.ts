import type { HistoryEntry } from '../../src/domain/history.ts';
import type { SyncedHolding } from '../../src/domain/inventory.ts';
import type { ReportId, ReportRequest, ReportSettings } from '../../src/domain/report-settings.ts';
import type { Holding } from '../../src/domain/seat.ts';
import type { DirectoryPerson, IntegrationFacts, ReportFacts } from '../../src/reports/facts.ts';
import { REPORTS } from '../../src/reports/index.ts';
import { PastUse } from '../../src/reports/past-use.ts';
import type { Report } from '../../src/reports/report.ts';
import { SeatTrend } from '../../src/reports/trend.ts';
import { someReportSettings } from './settings.ts';

export const NOW = '2026-11-23T09:00:00.000Z';

/** The instant so many days before `NOW`; negative is ahead. */
export function daysAgo(days: number): string {
  return new Date(Date.parse(NOW) - days * 86_400_000).toISOString();
}

export function usedDaysAgo(days: number) {
  return { kind: 'at', at: daysAgo(days) } as const;
}

export function synced(holding: Holding, over: Partial<SyncedHolding> = {}): SyncedHolding {
  return { holding, person: null, active: true, absent: 0, since: daysAgo(400), changedAt: daysAgo(400), ...over };
}

export function someone(over: Partial<DirectoryPerson> = {}): DirectoryPerson {
  return { userId: 'U1', name: 'Cara Nunes', active: true, isGuest: false, status: null, ...over };
}

/** One app, synced an hour ago, with the holdings. */
export function anApp(holdings: readonly Holding[], over: Partial<IntegrationFacts> = {}): IntegrationFacts {
  return {
    id: 'vendor',
    connectorId: 'vendor',
    name: 'Vendor',
    app: 'Vendor',
    state: 'live',
    schedule: { cron: '0 3 * * *', timezone: 'UTC' },
    confirmedAt: daysAgo(1 / 24),
    trouble: null,
    holdings: holdings.map((holding) => synced(holding)),
    listsFree: true,
    people: holdings.length,
    gone: [],
    lastSession: null,
    trend: null,
    past: null,
    ...over,
  };
}

export function someFacts(integrations: readonly IntegrationFacts[], over: Partial<ReportFacts> = {}): ReportFacts {
  return {
    integrations,
    directory: new Map([['cara@example.com', someone()]]),
    prices: { 'vendor/WS': { amount: 240, currency: 'EUR', per: 'year' } },
    protected: [],
    maxAgeMs: 86_400_000,
    offers: [],
    snoozed: new Map(),
    renewals: new Map(),
    requests: [],
    ...over,
  };
}

export function make(
  id: ReportId,
  facts: ReportFacts,
  settings: Partial<ReportSettings> = {},
  request: ReportRequest = {},
  now: string = NOW,
): Report {
  const work = REPORTS.get(id)?.build(facts, someReportSettings(settings), request, now);
  for (;;) {
    const step = work?.next();
    if (step === undefined) throw new Error(`there is no report ${id}`);
    if (step.done === true) return step.value;
  }
}

export function countsOf({ counts }: Report): Record<string, number> {
  return Object.fromEntries(counts.map(({ key, value }) => [key, value]));
}

/** By key: each sum with its currency, then how many have no price. */
export function moneyOf({ money }: Report): Record<string, readonly (string | number)[]> {
  return Object.fromEntries(
    money.map(({ key, perYear, unpriced }) => [
      key,
      [...perYear.map(({ amount, currency }) => `${amount} ${currency}`), unpriced],
    ]),
  );
}

/** What an app's history comes to, entry by entry. */
export function trendOf(history: readonly HistoryEntry[]): SeatTrend {
  const trend = new SeatTrend(NOW);
  for (const entry of history) trend.take(entry);
  return trend.finish();
}

export function pastOf(history: readonly HistoryEntry[], at: string, threshold: number): PastUse {
  const past = new PastUse({ at, threshold, newDays: 30 });
  for (const entry of history) past.take(entry);
  return past;
}

/** What the history keeps of a seat that a sync brought. */
export function created(id: string, at: string, state: HistoryEntry['state'] = {}): HistoryEntry {
  return {
    kind: 'seat',
    id,
    change: 'created',
    person: 'cara@example.com',
    formerly: null,
    title: 'WebStorm',
    fields: [],
    at,
    sessionId: 'S',
    state: {
      holder: 'cara@example.com',
      holderName: 'Cara',
      product: 'WebStorm',
      status: 'active',
      lastActivity: daysAgo(400),
      assignedAt: daysAgo(500),
      offlineCode: false,
      ...state,
    },
  };
}
