import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/domain/history.ts';
import type { IdleRules } from '../../src/domain/report-settings.ts';
import type { Account, Holding, Seat } from '../../src/domain/seat.ts';
import type { IntegrationFacts, ReportFacts } from '../../src/reports/facts.ts';
import {
  anApp,
  countsOf,
  created,
  daysAgo,
  make,
  moneyOf,
  someFacts,
  someone,
  trendOf,
  usedDaysAgo,
} from '../support/report-facts.ts';
import { someReportSettings } from '../support/settings.ts';
import { anAccount } from '../support/sync-builders.ts';
import { aSeat } from '../support/world.ts';

const seat = (over: Partial<Seat> = {}): Seat => aSeat({ assignedAt: daysAgo(400), lastActivity: usedDaysAgo(100), ...over });
const account = (over: Partial<Account> = {}): Account =>
  anAccount('cara@example.com', { createdAt: daysAgo(400), lastActivity: usedDaysAgo(100), ...over });

function judge(holding: Holding, rules: Partial<IdleRules> = {}, facts: Partial<ReportFacts> = {}, days?: number) {
  // Another one that tells about use, so that the vendor is not one that never does.
  const beside = seat({ externalId: 'BESIDE', lastActivity: usedDaysAgo(0) });
  const idle = { ...someReportSettings().idle, ...rules };
  const made = make('inactive-users', someFacts([anApp([holding, beside])], facts), { idle }, days === undefined ? {} : { days });
  const row = made.rows[0];
  return row === undefined ? null : { tier: row.tier, reason: row.reason, days: row.cells['days'] };
}

describe('a seat counts as idle', () => {
  it.each([
    ['used 89 days ago', { lastActivity: usedDaysAgo(89) }, null],
    ['used 90 days ago', { lastActivity: usedDaysAgo(90) }, { tier: 'probable', reason: 'not used for 90 days', days: 90 }],
    ['used 179 days ago', { lastActivity: usedDaysAgo(179) }, { tier: 'probable', reason: 'not used for 179 days', days: 179 }],
    ['used 180 days ago', { lastActivity: usedDaysAgo(180) }, { tier: 'certain', reason: 'not used for 180 days', days: 180 }],
    [
      'never used and given 203 days ago',
      { lastActivity: { kind: 'never' }, assignedAt: daysAgo(203) },
      { tier: 'certain', reason: 'never used for 203 days', days: 203 },
    ],
    ['never used and given 60 days ago', { lastActivity: { kind: 'never' }, assignedAt: daysAgo(60) }, null],
    [
      'never used and given 29 days ago',
      { lastActivity: { kind: 'never' }, assignedAt: daysAgo(29) },
      { tier: 'excluded', reason: 'it was given less than 30 days ago', days: 29 },
    ],
    [
      'never used since nobody knows when',
      { lastActivity: { kind: 'never' }, assignedAt: null },
      { tier: 'ask-first', reason: 'it was never used, and nothing says since when it is held', days: null },
    ],
    [
      'of which nothing is known',
      { lastActivity: { kind: 'unknown' } },
      { tier: 'ask-first', reason: 'the vendor does not say when it was used', days: null },
    ],
    ['with an offline code', { offlineCode: true }, { tier: 'ask-first', days: 100 }],
    ['that is suspended', { status: 'suspended' }, { tier: 'ask-first', reason: 'it is suspended at the vendor', days: 100 }],
    [
      'of a login nobody knows',
      { holder: { kind: 'login', label: 'cara-x' } },
      { tier: 'ask-first', reason: 'only the login is known, not the person; not used for 100 days', days: 100 },
    ],
    ['whose subscription has ended', { status: 'expired' }, null],
    ['of a server', { holder: { kind: 'server', label: 'Vault' }, lastActivity: { kind: 'unknown' } }, null],
    ['that is free', { holder: null, status: 'free' }, null],
  ] as [string, Partial<Seat>, object | null][])('one %s', (_name, over, expected) => {
    const found = judge(seat(over));
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  });

  it('an administrator’s account never, a disabled or unpaid one is not looked at', () => {
    expect(judge(account())).toMatchObject({ tier: 'probable' });
    expect(judge(account({ administrator: true }))).toMatchObject({ tier: 'excluded', reason: 'it is an administrator’s' });
    expect(judge(account({ createdAt: daysAgo(20) }))).toMatchObject({ tier: 'excluded' });
    expect(judge(account({ enabled: false }))).toBeNull();
    expect(judge(account({ paidSeat: false }))).toBeNull();
  });
});

describe('the threshold', () => {
  it('is that of the product, else of the licence type, else of the app, else the general one; an asked one beats all', () => {
    const thresholds = { 'vendor/WS': 120, vendor: 101 };
    expect(judge(seat(), { thresholds })).toBeNull();
    expect(judge(seat(), { thresholds: { 'vendor/WS': 50, vendor: 120 } })).toMatchObject({ tier: 'certain' });
    expect(judge(seat({ product: { code: 'GO', name: 'GoLand' } }), { thresholds })).toBeNull();
    expect(judge(account(), { thresholds: { vendor: 100 } })).toMatchObject({ tier: 'probable' });
    const guest = {
      roles: [
        { name: 'Guest', scopes: [] },
        { name: 'Reviewer', scopes: [] },
      ],
    };
    expect(judge(account(guest), { thresholds: { 'vendor/Guest': 50, vendor: 120 } })).toMatchObject({ tier: 'certain' });
    expect(judge(account(guest), { thresholds: { 'vendor/Guest': 50, 'vendor/Reviewer': 120 } })).toBeNull();
    expect(judge(seat({ role: 'Full' }), { thresholds: { 'vendor/Full': 120 } })).toBeNull();
    expect(judge(seat({ role: 'Full' }), { thresholds: { 'vendor/Full': 120, 'vendor/WS': 50 } })).toMatchObject({
      tier: 'certain',
    });
    expect(judge(seat(), { inactiveDays: 101 })).toBeNull();
    expect(judge(seat(), { thresholds }, {}, 100)).toMatchObject({ tier: 'probable' });
  });
});

describe('people are left alone', () => {
  const CARA = 'Cara@Example.com';
  it.each([
    ['who are on leave', { onLeave: [CARA] }, {}, 'the person is on leave'],
    ['who are on leave by their id', { onLeave: ['U1'] }, {}, 'the person is on leave'],
    ['that are none', { serviceAccounts: [CARA] }, {}, 'it is a service account'],
    ['who are protected', {}, { protected: [CARA] }, 'the person is protected'],
    [
      'whose Slack status is a palm tree',
      {},
      { directory: new Map([['cara@example.com', someone({ status: { emoji: ':palm_tree:', text: '' } })]]) },
      'the person’s Slack status says away (:palm_tree:)',
    ],
    [
      'whose Slack status says so in words',
      {},
      { directory: new Map([['cara@example.com', someone({ status: { emoji: ':baby:', text: 'Parental Leave until May' } })]]) },
      'the person’s Slack status says away (Parental Leave until May)',
    ],
  ] as [string, Partial<IdleRules>, Partial<ReportFacts>, string][])('%s', (_name, rules, facts, reason) => {
    expect(judge(seat(), rules, facts)).toMatchObject({ tier: 'excluded', reason });
  });

  it('but not for a status that says something else', () => {
    const directory = new Map([['cara@example.com', someone({ status: { emoji: ':coffee:', text: 'coffee' } })]]);
    expect(judge(seat(), {}, { directory })).toMatchObject({ tier: 'probable' });
  });

  it('who kept the seat when they were asked, until the cool-down is over', () => {
    const offer = (days: number, state: 'kept' | 'released') =>
      ({ state, integrationId: 'vendor', seatId: 'SEAT000001', offeredAt: daysAgo(days) }) as never;
    expect(judge(seat(), {}, { offers: [offer(89, 'kept')] })).toEqual({
      tier: 'excluded',
      reason: 'it was kept when asked about on 26 Aug 2026',
      days: 100,
    });
    expect(judge(seat(), {}, { offers: [offer(90, 'kept')] })).toMatchObject({ tier: 'probable' });
    expect(judge(seat(), { coolDownDays: 30 }, { offers: [offer(89, 'kept')] })).toMatchObject({ tier: 'probable' });
    expect(judge(seat(), {}, { offers: [offer(10, 'released')] })).toMatchObject({ tier: 'probable' });
  });

  it('and asked first when they work part-time', () => {
    expect(judge(seat(), { partTime: ['cara@example.com'] })).toMatchObject({
      tier: 'ask-first',
      reason: 'the person works part-time; not used for 100 days',
    });
  });
});

describe('the report', () => {
  it('adds up only what is certain or probable, and says what has no price', () => {
    const made = make(
      'inactive-users',
      someFacts([
        anApp([
          seat({ externalId: 'A' }),
          seat({ externalId: 'B', lastActivity: usedDaysAgo(300) }),
          seat({ externalId: 'C', product: { code: 'GO', name: 'GoLand' } }),
          seat({ externalId: 'D', offlineCode: true }),
          seat({ externalId: 'T', trial: true }),
        ]),
      ]),
    );
    expect(made.rows.map(({ target, tier }) => [target?.externalId, tier])).toEqual([
      ['B', 'certain'],
      ['A', 'probable'],
      ['C', 'probable'],
      ['T', 'probable'],
      ['D', 'ask-first'],
    ]);
    expect(moneyOf(made)).toEqual({ reclaimable: ['480 EUR', 1] });
    expect(countsOf(made)).toEqual({ certain: 1, probable: 3, 'ask-first': 1, excluded: 0, people: 1 });
    expect(made.headline[0]).toBe(
      '4 seats are not used for 90 days or more: 1 for certain, 3 probably. They cost 480 EUR a year (1 seat without a price).',
    );
    expect(made.rows[0]?.target).toEqual({ integrationId: 'vendor', kind: 'seat', externalId: 'B', email: 'cara@example.com' });
  });

  it('judges nobody where the vendor never says anything about use, and says so', () => {
    const silent = anApp([seat({ lastActivity: { kind: 'unknown' } })], { id: 'silent', name: 'Silent' });
    const made = make('inactive-users', someFacts([silent]));
    expect(made.rows).toEqual([]);
    expect(made.notes[0]).toContain('Nobody is judged in Silent (1 seat)');
  });

  it('says which apps were never synced or long ago, and that Slack could not be asked', () => {
    const never = anApp([], { id: 'never', name: 'Never', confirmedAt: null });
    const old = anApp([], { id: 'old', name: 'Old', confirmedAt: daysAgo(3) });
    const { notes, sources } = make('inactive-users', someFacts([never, old], { directory: null }));
    expect(notes).toEqual([
      'Slack could not be asked, so nobody’s status says that they are away.',
      'Never was never synced whole, so nothing of it is in here.',
      'The facts of Old are old: they were last confirmed on 20 Nov 2026 09:00 UTC.',
    ]);
    expect(sources.map((one) => one.old)).toEqual([false, true]);
  });

  it('leaves out what is no longer there', () => {
    const app = anApp([seat()]);
    const gone = { ...app, holdings: app.holdings.map((one) => ({ ...one, active: false })) };
    expect(make('inactive-users', someFacts([gone])).rows).toEqual([]);
  });
});

describe('the trend of idle seats', () => {
  const long = { lastActivity: daysAgo(400) };
  const appOf = (name: string, history: readonly HistoryEntry[]) => anApp([], { id: name, name, trend: trendOf(history) });
  const chart = (apps: readonly IntegrationFacts[]) =>
    make('inactive-users', someFacts(apps)).charts.map(({ key, series }) => [
      key,
      ...series.map(({ label, points }) => `${label}: ${points.map(({ value }) => value).join(' ')}`),
    ]);

  it('is drawn app by app from what syncs kept, week by week', () => {
    const gone = { ...created('B', daysAgo(8)), change: 'deactivated' as const, state: undefined as never };
    const one = appOf('One', [created('A', daysAgo(22), long), created('B', daysAgo(15), long), gone]);
    const other = appOf('Other', [created('C', daysAgo(8), long)]);
    const busy = appOf('Busy', [created('D', daysAgo(22), { lastActivity: daysAgo(1) })]);
    expect(chart([one, other, busy])).toEqual([['idle-over-time', 'One: 1 2 1 1', 'Other: 0 0 1 1']]);
  });

  it('is one line for all where there are more apps than a picture can tell apart', () => {
    const apps = Array.from({ length: 7 }, (_, at) => appOf(`App ${at}`, [created('A', daysAgo(8), long)]));
    expect(chart(apps)).toEqual([['idle-over-time', 'All apps: 7 7']]);
  });

  it('is not drawn before there are two weeks of it', () => {
    expect(chart([appOf('One', [created('A', daysAgo(2), long)])])).toEqual([]);
  });
});
