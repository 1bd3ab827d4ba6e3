import { describe, expect, it } from 'vitest';
import type { ActionRequest } from '../../src/domain/action-request.ts';
import {
  anApp,
  countsOf,
  created,
  daysAgo,
  make,
  moneyOf,
  pastOf,
  someFacts,
  someone,
  synced,
  trendOf,
  usedDaysAgo,
} from '../support/report-facts.ts';
import { aStoredRequest } from '../support/store-builders.ts';
import { anAccount } from '../support/sync-builders.ts';
import { aSeat } from '../support/world.ts';

const used = (id: string, over: Parameters<typeof aSeat>[0] = {}) =>
  aSeat({ externalId: id, assignedAt: daysAgo(400), lastActivity: usedDaysAgo(1), ...over });
const free = (id: string, over: Parameters<typeof aSeat>[0] = {}) => used(id, { holder: null, status: 'free', ...over });
const GO = { code: 'GO', name: 'GoLand' };
const WEB = { id: '2', name: 'Web' };

describe('seats', () => {
  const facts = someFacts([
    anApp([
      used('1'),
      used('2', { team: WEB }),
      used('3', { lastActivity: usedDaysAgo(100) }),
      used('4', { status: 'suspended' }),
      used('5', { holder: { kind: 'key', label: 'Key' }, lastActivity: { kind: 'unknown' } }),
      free('6'),
      free('7', { team: WEB }),
      used('8', { status: 'expired' }),
      used('9', { holder: null, status: 'unavailable' }),
      used('10', { product: GO }),
      free('11', { product: { code: 'PC', name: 'PyCharm' } }),
    ]),
  ]);

  it('are counted by product and team', () => {
    const made = make('seats', facts);
    const row = (product: string, team: string) =>
      made.rows.find(({ cells }) => cells['product'] === product && cells['team'] === team)?.cells;
    expect(row('WebStorm', 'Platform')).toMatchObject({ bought: 6, used: 3, pooled: 1, free: 1, idle: 1, expired: 1, other: 1 });
    expect(row('WebStorm', 'Web')).toMatchObject({ bought: 2, used: 1, pooled: 0, free: 1, idle: 0, expired: 0, other: 0 });
    expect(countsOf(made)).toEqual({ bought: 10, used: 5, pooled: 1, free: 3, idle: 1, expired: 1, low: 1 });
    // Eight of WebStorm have a price; GoLand and PyCharm have none.
    expect(moneyOf(made)).toEqual({ all: ['1920 EUR', 2] });
  });

  it('run low where fewer are free than wanted, over all teams, and only of what is used', () => {
    const warned = (lowSeats: number) =>
      make('seats', facts, { lowSeats })
        .rows.filter(({ tone }) => tone === 'warn')
        .map(({ cells }) => `${cells['product']} ${cells['team']}: ${cells['warning']}`);
    expect(warned(0)).toEqual([]);
    expect(warned(2)).toEqual(['GoLand Platform: None is free']);
    expect(warned(3)).toEqual(['GoLand Platform: None is free', 'WebStorm Platform: Only 2 free', 'WebStorm Web: Only 2 free']);
  });

  it('do not run low where the vendor does not tell what is free', () => {
    const made = make('seats', someFacts([anApp([used('1')], { listsFree: false })]));
    expect(made.rows[0]).toMatchObject({ tone: 'note', cells: { free: null, warning: null } });
    expect(made.notes).toContain('The vendor does not tell how many seats are free: Vendor.');
  });

  it('are those of paid users, too, and of all users where the vendor does not say whose are paid', () => {
    const made = make(
      'seats',
      someFacts([
        anApp([
          anAccount('a@example.com'),
          anAccount('b@example.com', { paidSeat: false }),
          anAccount('c@example.com', { enabled: false }),
          anAccount('d@example.com', { paidSeat: null }),
        ]),
      ]),
    );
    expect(countsOf(made)).toMatchObject({ bought: 2, used: 2 });
    expect(made.notes[0]).toBe('The vendor does not say whose seat is paid for, so every user counts: Vendor (1 user).');
  });

  it('are drawn week by week, as far back as anything is known', () => {
    const history = [
      created('A', daysAgo(15), { lastActivity: daysAgo(20) }),
      created('B', daysAgo(15), { holder: null, status: 'free', lastActivity: 'unknown' }),
      { ...created('B', daysAgo(8), { lastActivity: 'never', assignedAt: daysAgo(200) }), change: 'reactivated' as const },
      { ...created('A', daysAgo(3)), change: 'deactivated' as const, state: undefined as never },
    ];
    const [chart] = make('seats', someFacts([anApp([], { trend: trendOf(history) })])).charts;
    expect(chart?.series.map(({ label, points }) => [label, points.map(({ value }) => value)])).toEqual([
      ['Bought', [2, 2, 1]],
      ['Used', [1, 2, 1]],
      ['Idle for 90 days', [0, 1, 1]],
    ]);
    expect(chart?.series[0]?.points.map(({ label }) => label)).toEqual(['2026-11-09', '2026-11-16', '2026-11-23']);
    expect(make('seats', someFacts([anApp([], { trend: trendOf([created('A', daysAgo(3))]) })])).charts).toEqual([]);
  });
});

describe('leavers', () => {
  const seats = [used('1'), used('2', { holder: { kind: 'person', email: 'Bob@example.com', name: 'Bob' } })];
  const left = new Map([
    ['cara@example.com', someone({ active: false })],
    ['bob@example.com', someone({ userId: 'U2', name: 'Bob' })],
  ]);
  const gone = [{ email: 'bob@example.com', name: 'Bob', since: daysAgo(5) }];

  it('are those deactivated in Slack who still have something', () => {
    const made = make(
      'leavers',
      someFacts([anApp([...seats, anAccount('cara@example.com', { enabled: false })])], { directory: left }),
    );
    expect(made.rows.map(({ target, reason, tier }) => [target?.externalId, reason, tier])).toEqual([
      ['1', 'deactivated in Slack', 'certain'],
    ]);
    expect(made.headline[0]).toBe('1 person who left still has 1 seat or account, costing 240 EUR a year.');
  });

  it('are only asked about where a directory shows them as switched off while Slack knows them as active', () => {
    const hr = anApp([], { id: 'hr', name: 'HR', gone });
    const made = make('leavers', someFacts([anApp(seats), hr], { directory: left }), { directories: ['hr'] });
    expect(made.rows.map(({ target, tone, tier, reason }) => [target?.externalId, tone, tier, reason])).toEqual([
      ['1', 'wrong', 'certain', 'deactivated in Slack'],
      ['2', 'warn', 'ask-first', 'HR shows the person as switched off; Slack still shows them as active'],
    ]);
    expect(countsOf(made)).toEqual({ people: 1, holdings: 1, unsure: 1, strangers: 0 });
    expect(make('leavers', someFacts([anApp(seats), hr], { directory: left })).rows).toHaveLength(1);
  });

  it('are left out, with the reason, while somebody snoozed them', () => {
    const by = { userId: 'U1', email: 'ada@example.com', name: 'Ada' };
    const snooze = { version: 1, until: '2026-12-09T00:00:00.000Z', reason: 'handing over', by, at: daysAgo(1) };
    const snoozed = new Map([['cara@example.com', { ...snooze, id: 'cara@example.com' }]]);
    const made = make('leavers', someFacts([anApp(seats)], { directory: left, snoozed }));
    expect(made.rows.map(({ tone, tier, reason }) => [tone, tier, reason])).toEqual([
      ['note', 'excluded', 'deactivated in Slack; left out until 9 Dec 2026 (handing over)'],
    ]);
  });

  it('are those of an app that is named as a directory, where Slack knows nothing', () => {
    const hr = anApp([], { id: 'hr', name: 'HR', gone });
    const facts = someFacts([anApp(seats), hr], { directory: null });
    expect(
      make('leavers', facts, { directories: ['hr'] }).rows.map(({ target, reason }) => [target?.externalId, reason]),
    ).toEqual([['2', 'HR shows the person as switched off']]);
    expect(make('leavers', facts).rows).toEqual([]);
  });

  it('are nothing for automation where they are protected or administrators; strangers are counted apart', () => {
    const holdings = [
      anAccount('cara@example.com', { administrator: true }),
      used('3', { holder: { kind: 'person', email: 'x@example.org', name: null } }),
    ];
    const made = make('leavers', someFacts([anApp(holdings)], { directory: left }));
    expect(made.rows[0]).toMatchObject({ tier: 'excluded', reason: 'deactivated in Slack; it is an administrator’s' });
    expect(countsOf(made)).toEqual({ people: 1, holdings: 1, strangers: 1 });
    const guarded = make('leavers', someFacts([anApp(seats)], { directory: left, protected: ['U1'] }));
    expect(guarded.rows[0]?.reason).toBe('deactivated in Slack; the person is protected');
  });
});

describe('spend by product', () => {
  const price = (amount: number, currency = 'EUR') => ({ amount, currency, per: 'year' }) as const;
  const chartsOf = (facts: Parameters<typeof make>[1]) =>
    make('savings', facts).charts.map(({ key, unit, series }) => [
      key,
      unit,
      ...series.map(({ label, points }) => `${label}: ${points.map((one) => `${one.label} ${one.value}`).join(', ')}`),
    ]);

  it('is drawn with what of it is in use, free, and could be freed, the dearest first', () => {
    const seats = [
      used('1'),
      used('2', { lastActivity: usedDaysAgo(200) }),
      free('3'),
      used('4', { product: GO }),
      used('5', { product: { code: 'XX', name: 'No price' } }),
      used('6', { trial: true }),
    ];
    const prices = { 'vendor/WS': price(240), 'vendor/GO': { amount: 90, currency: 'EUR', per: 'month' } as const };
    expect(chartsOf(someFacts([anApp(seats)], { prices }))).toEqual([
      [
        'spend-by-product',
        'EUR a year',
        'In use: GoLand 1080, WebStorm 240',
        'Free: GoLand 0, WebStorm 240',
        'Could be freed: GoLand 0, WebStorm 240',
      ],
    ]);
  });

  it('has a picture for each currency, and names the app where two have a product of one name', () => {
    const other = { id: 'other', connectorId: 'other', name: 'Other' };
    const facts = someFacts(
      [
        anApp([used('1')]),
        anApp([used('2', { integrationId: 'other', connectorId: 'other' }), used('3', { product: GO })], other),
      ],
      { prices: { 'vendor/WS': price(240), 'other/WS': price(100), 'vendor/GO': price(5, 'USD') } },
    );
    expect(chartsOf(facts)).toEqual([
      ['spend-by-product-eur', 'EUR a year', 'In use: WebStorm (Vendor) 240, WebStorm (Other) 100'],
      ['spend-by-product-usd', 'USD a year', 'In use: GoLand 5'],
    ]);
  });

  it('puts what is beyond eleven products into one bar', () => {
    const seats = Array.from({ length: 15 }, (_, at) => used(`${at}`, { product: { code: `P${at}`, name: `Product ${at}` } }));
    const prices = Object.fromEntries(seats.map(({ product }, at) => [`vendor/${product.code}`, price(100 + at)]));
    const [chart] = make('savings', someFacts([anApp(seats)], { prices })).charts;
    expect(chart?.series[0]?.points.map(({ label }) => label)).toHaveLength(12);
    // The four cheapest cost 100 to 103.
    expect(chart?.series[0]?.points.at(-1)).toEqual({ label: '4 others', value: 406 });
  });

  it('is not drawn where nothing has a price', () => {
    expect(chartsOf(someFacts([anApp([used('1')])], { prices: {} }))).toEqual([]);
  });
});

describe('savings', () => {
  const ON = daysAgo(-100);
  const holdings = [
    free('F1', { validUntil: ON }),
    free('F2', { product: GO, validUntil: ON }),
    used('I1', { lastActivity: usedDaysAgo(100), validUntil: ON }),
    used('I2', { lastActivity: usedDaysAgo(200), validUntil: null }),
    used('A1', { lastActivity: usedDaysAgo(100), offlineCode: true, validUntil: ON }),
    used('U1', { validUntil: ON }),
    used('U2', { lastActivity: { kind: 'unknown' }, validUntil: ON }),
    used('T1', { lastActivity: usedDaysAgo(100), trial: true, validUntil: ON }),
    used('X1', { lastActivity: usedDaysAgo(100), status: 'expired', validUntil: daysAgo(3) }),
  ];

  it('tell free seats from those that could be freed, and cash from both', () => {
    const made = make('savings', someFacts([anApp(holdings)]));
    expect(countsOf(made)).toEqual({ free: 2, idle: 2, realised: 0, regret: 0 });
    expect(moneyOf(made)).toMatchObject({
      'free-now': ['240 EUR', 1],
      'could-free': ['480 EUR', 0],
      'on-renewal': ['480 EUR', 1],
      undated: ['240 EUR', 0],
      spend: ['1440 EUR', 1],
    });
    expect(made.rows.map(({ key, cells }) => [key, cells['free'], cells['idle'], cells['unsure']])).toEqual([
      ['vendor/GO/2027-03-03', 1, 0, 0],
      ['vendor/WS/2027-03-03', 1, 1, 1],
      ['vendor/WS/undated', 0, 1, 0],
    ]);
    expect(made.headline).toEqual([
      'Free now: 2 seats, worth 240 EUR a year (1 seat without a price), for whoever needs one next.',
      'Could be freed: 2 seats that nobody uses, worth 480 EUR a year.',
      'Cash is saved only when seats are not renewed: 480 EUR a year (1 seat without a price), the first of it on 3 Mar 2027.',
      'Nothing was taken back through Seatwarden yet.',
      'All seats cost 1,440 EUR a year (1 seat without a price), most of it for WebStorm (1,440 EUR).',
    ]);
    expect(made.notes[0]).toBe('1 seat has no price in the configuration (`prices`), so the sums are lower than the truth.');
  });

  it('count what was taken back and not missed, in the currencies there are', () => {
    const taken = (id: string, over: Partial<ActionRequest> = {}): ActionRequest =>
      aStoredRequest(id, {
        integrationId: 'vendor',
        state: 'succeeded',
        target: { integrationId: 'vendor', kind: 'seat', id: `S-${id}` },
        startedAt: daysAgo(60),
        createdAt: daysAgo(60),
        evidence: { readAt: daysAgo(60), holdings: [used(`S-${id}`)], facts: [], pinned: {}, warnings: [] },
        ...over,
      });
    const go = used('S-C', { product: GO });
    const bob = { userId: 'UBOB', email: 'bob@example.com', name: 'Bob' };
    const requests = [
      taken('A', { affected: bob }),
      taken('B', { state: 'undone', affected: bob }),
      taken('C', { evidence: { ...taken('C').evidence, holdings: [go] } }),
      // Cara was given it again 29 days later, and D was another of hers.
      taken('D'),
      taken('E', { effect: 'write', createdAt: daysAgo(31), inputs: { productCode: 'WS' } }),
      taken('F', { state: 'failed' }),
      taken('G', { bulk: { rows: [], stoppedBy: null } }),
      taken('H', { evidence: { ...taken('H').evidence, holdings: [used('S-H', { status: 'expired' })] } }),
      taken('K', { integrationId: 'gone' }),
    ];
    const prices = {
      'vendor/WS': { amount: 20, currency: 'EUR', per: 'month' },
      'vendor/*': { amount: 100, currency: 'USD', per: 'year' },
    } as const;
    const made = make('savings', someFacts([anApp([])], { requests, prices }));
    expect(moneyOf(made)).toMatchObject({ realised: ['240 EUR', '100 USD', 0], regret: ['480 EUR', 0] });
    expect(countsOf(made)).toMatchObject({ realised: 2, regret: 2 });
    expect(made.charts[0]?.series[0]?.points).toEqual([{ label: '2026-09', value: 2 }]);
    const longer = make('savings', someFacts([anApp([])], { requests, prices }), { regretDays: 28 });
    expect(countsOf(longer)).toMatchObject({ realised: 3, regret: 1 });
  });

  it.each([
    ['within the days of regret', 40, 1],
    ['later', 20, 0],
    ['before it was taken', 61, 0],
  ])('do not count what its person was given again at the vendor itself %s', (_when, assigned, regret) => {
    const taken = aStoredRequest('A', {
      integrationId: 'vendor',
      state: 'succeeded',
      target: { integrationId: 'vendor', kind: 'seat', id: 'OLD' },
      startedAt: daysAgo(60),
      createdAt: daysAgo(60),
      evidence: { readAt: daysAgo(60), holdings: [used('OLD')], facts: [], pinned: {}, warnings: [] },
    });
    const made = make('savings', someFacts([anApp([used('NEW', { assignedAt: daysAgo(assigned) })])], { requests: [taken] }));
    expect(countsOf(made)).toMatchObject({ realised: 1 - regret, regret });
  });
});

describe('sync health', () => {
  it('has what is wrong first, and is news when the trouble becomes another', () => {
    const trouble = {
      kind: 'credential',
      message: 'The key is refused.',
      hint: 'Renew it.',
      since: daysAgo(2),
      attempts: 1,
      retryAt: null,
    } as const;
    const made = make(
      'sync-health',
      someFacts([
        anApp([used('1')], {
          id: 'well',
          name: 'Well',
          lastSession: { id: 'S1', outcome: 'succeeded', at: daysAgo(0.1), faults: 2 },
        }),
        anApp([], { id: 'never', name: 'Never', confirmedAt: null }),
        anApp([], { id: 'sick', name: 'Sick', trouble }),
      ]),
    );
    expect(made.rows.map(({ key, tone }) => [key, tone])).toEqual([
      ['sick/credential', 'wrong'],
      ['never/warn', 'warn'],
      ['well/note', 'note'],
    ]);
    expect(made.rows[2]?.cells).toMatchObject({ outcome: 'succeeded', errors: 2, holdings: 1 });
    expect(made.headline).toEqual(['Sick: the credential is refused, so syncs are stopped.', '1 app was never synced whole.']);
    expect(countsOf(made)).toEqual({ apps: 3, trouble: 1, old: 0, never: 1 });
  });
});

describe('back-test', () => {
  const AT = daysAgo(100);
  const change = (id: string, days: number, fields: readonly (readonly [string, null, string | null])[]) => ({
    ...created(id, daysAgo(days)),
    change: 'updated' as const,
    state: undefined as never,
    fields,
  });
  const history = [
    created('back', daysAgo(300)),
    created('idle', daysAgo(300)),
    created('moved', daysAgo(300)),
    created('gone', daysAgo(300)),
    created('busy', daysAgo(300), { lastActivity: daysAgo(101) }),
    created('young', daysAgo(300), { lastActivity: 'never', assignedAt: daysAgo(120) }),
    created('silent', daysAgo(300), { lastActivity: 'unknown' }),
    created('offline', daysAgo(300), { offlineCode: true }),
    created('free', daysAgo(300), { holder: null }),
    created('late', daysAgo(50)),
    change('moved', 80, [['holder', null, 'bob@example.com']]),
    change('back', 70, [['lastActivity', null, daysAgo(71)]]),
    { ...created('gone', daysAgo(60)), change: 'deactivated' as const, state: undefined as never },
    change('moved', 40, [['lastActivity', null, daysAgo(41)]]),
  ];
  const test = (days: number) =>
    make('back-test', someFacts([anApp([], { past: pastOf(history, AT, days) })]), {}, { at: AT, days });

  it('says whom a threshold would have hit, who came back and who had given it up anyway', () => {
    const made = test(90);
    expect(countsOf(made)).toEqual({ hit: 4, back: 1, moved: 2, idle: 1, held: 8 });
    expect(made.rows.find(({ cells }) => cells['id'] === 'back')?.cells).toMatchObject({
      days: 300,
      back: daysAgo(71),
      backAfter: 29,
    });
    expect(made.headline).toEqual([
      '90 days on 15 Aug 2026 would have hit 4 seats of 8.',
      '1 of them was used again by the same person since: 25 % would have been wrong.',
    ]);
    // The one of whom it would have been wrong is first.
    expect(made.rows[0]?.cells['id']).toBe('back');
  });

  it('hits nobody with a threshold nobody reached', () => {
    expect(countsOf(test(301))).toMatchObject({ hit: 0, back: 0, held: 8 });
    // They were last used 400 days ago, which is 300 days before that day.
    expect(countsOf(test(300))).toMatchObject({ hit: 4, held: 8 });
  });

  it('says when nothing is known of that day', () => {
    const made = make('back-test', someFacts([anApp([synced(used('1')).holding])]), {}, { at: AT });
    expect(made.headline[0]).toBe('The history knows of nothing that was held on 15 Aug 2026.');
  });
});
