import { describe, expect, it } from 'vitest';
import { renewalsCalendar } from '../../src/reports/ics.ts';
import { anApp, countsOf, daysAgo, make, moneyOf, NOW, someFacts, usedDaysAgo } from '../support/report-facts.ts';
import { anAccount } from '../support/sync-builders.ts';
import { aSeat } from '../support/world.ts';

const ends = (days: number, over: Parameters<typeof aSeat>[0] = {}) =>
  aSeat({
    externalId: `E${days}`,
    validUntil: daysAgo(-days),
    autoRenews: false,
    assignedAt: daysAgo(400),
    lastActivity: usedDaysAgo(1),
    ...over,
  });

describe('subscriptions that end', () => {
  const state = (days: number, over = {}) => {
    const row = make('expired-subscriptions', someFacts([anApp([ends(days, over)])])).rows[0];
    return row === undefined ? null : [row.cells['what'], row.stage];
  };

  it.each([
    [61, null],
    [60, ['About to end', 'ending-60']],
    [31, ['About to end', 'ending-60']],
    [30, ['About to end', 'ending-30']],
    [14, ['About to end', 'ending-14']],
    [7, ['About to end', 'ending-7']],
    [1, ['About to end', 'ending-1']],
    [0, ['About to end', 'ending-1']],
    [-1, ['Past its date', 'over-0']],
    [-7, ['Past its date', 'over-1']],
    [-400, ['Past its date', 'over-57']],
  ])('in %i days are told once at each lead time, and each week when they are past their date', (days, expected) => {
    expect(state(days)).toEqual(expected);
  });

  it('have as many days left as the calendar says, at any hour of the day', () => {
    const facts = someFacts([anApp([ends(0, { validUntil: '2026-12-09T00:00:00.000Z' })])]);
    const left = (now: string): unknown => make('expired-subscriptions', facts, {}, {}, now).rows[0]?.cells['days'];
    expect(left('2026-12-02T00:00:00.000Z')).toBe(7);
    expect(left('2026-12-02T20:00:00.000Z')).toBe(7);
    expect(left('2026-12-08T20:00:00.000Z')).toBe(1);
    expect(left('2026-12-09T20:00:00.000Z')).toBe(0);
    expect(left('2026-12-10T20:00:00.000Z')).toBe(-1);
  });

  it('are past their date although they were to renew by themselves, when nothing shows that they have', () => {
    expect(state(-3, { autoRenews: true })).toEqual(['Past its date', 'over-0']);
  });

  it('are expired when the vendor says so, whatever the date', () => {
    expect(state(300, { status: 'expired' })).toEqual(['Expired', 'expired']);
    expect(state(10, { autoRenews: true })).toEqual(['About to renew', 'renewing-14']);
    expect(state(10, { holder: null, status: 'free' })).toBeNull();
    expect(state(10, { validUntil: null })).toBeNull();
    expect(make('expired-subscriptions', someFacts([anApp([ends(20)])]), { expiryLeadDays: [10] }).rows).toEqual([]);
  });

  it('come with the worst first, and money for what is about to end', () => {
    const made = make(
      'expired-subscriptions',
      someFacts([
        anApp([
          ends(20),
          ends(3),
          ends(5, { externalId: 'R', autoRenews: true }),
          ends(-40, { externalId: 'X', status: 'expired' }),
          ends(4, { externalId: 'T', trial: true }),
        ]),
      ]),
    );
    expect(made.rows.map(({ target }) => target?.externalId)).toEqual(['X', 'E3', 'T', 'E20', 'R']);
    expect(countsOf(made)).toEqual({ expired: 1, overdue: 0, ending: 3, renewing: 1 });
    expect(moneyOf(made)).toEqual({ ending: ['480 EUR', 0] });
    expect(made.headline).toEqual([
      '1 seat is still somebody’s although the subscription has ended.',
      '3 seats end in the next 60 days, worth 480 EUR a year.',
      '1 seat renews by itself in that time.',
    ]);
  });
});

describe('renewals', () => {
  const pack = (id: string, over: Parameters<typeof aSeat>[0] = {}) =>
    ends(20, { externalId: id, autoRenews: true, fields: { 'Subscription Pack Ref': '3310/WS' }, ...over });
  const facts = someFacts([
    anApp([
      pack('used'),
      pack('idle', { lastActivity: usedDaysAgo(200) }),
      pack('probable', { lastActivity: usedDaysAgo(100) }),
      pack('unsure', { lastActivity: usedDaysAgo(100), offlineCode: true }),
      pack('free', { holder: null, status: 'free' }),
      pack('server', { holder: { kind: 'server', label: 'Vault' }, lastActivity: { kind: 'unknown' } }),
      pack('expired', { status: 'expired' }),
      pack('other', { fields: { 'Subscription Pack Ref': '3310/WS2' } }),
      ends(400, { externalId: 'far' }),
      anAccount('bob@example.com'),
    ]),
  ]);

  it('are counted by pack, with how many seats are enough', () => {
    const made = make('renewals', facts);
    expect(made.rows.map(({ key, stage }) => [key, stage])).toEqual([
      ['vendor/3310/WS/WS/2026-12-13', 'renewal-30'],
      ['vendor/3310/WS2/WS/2026-12-13', 'renewal-30'],
    ]);
    expect(made.rows[0]?.cells).toMatchObject({
      seats: 6,
      used: 3,
      free: 1,
      idle: 2,
      keep: 3,
      suggestion: 'Renew 3 of 6: 1 free and 2 idle. Ask first about 1.',
      cost: [{ amount: 1440, currency: 'EUR' }],
      saves: [{ amount: 720, currency: 'EUR' }],
      renews: true,
    });
    expect(made.rows[1]?.cells).toMatchObject({ suggestion: 'Let it renew whole.', saves: null });
    expect(countsOf(made)).toEqual({ soon: 2, packs: 2, spare: 3 });
    expect(made.headline[0]).toBe('2 packs renew or end in the next 60 days, costing 1,680 EUR a year.');
    expect(made.headline[1]).toBe('Next is WebStorm (Vendor) on 13 Dec 2026.');
    expect(made.notes[0]).toBe('The vendor does not say when it renews: Vendor (1 seat).');
  });

  it('are looked for as far ahead as the configuration says', () => {
    const ahead = (renewalHorizonDays: number) => make('renewals', facts, { renewalHorizonDays }).rows.length;
    expect([ahead(19), ahead(20), ahead(399), ahead(400)]).toEqual([0, 2, 2, 3]);
  });

  it('do not agree with themselves when some seats renew and others do not', () => {
    const made = make('renewals', someFacts([anApp([pack('a'), pack('b', { autoRenews: false })])]));
    expect(made.rows[0]?.cells['renews']).toBeNull();
  });

  it('are a calendar that RFC 5545 allows', () => {
    const named = pack('a', {
      product: { code: 'WS', name: 'Ünïcode; pack, with \\ and a very long name that has to be folded somewhere' },
    });
    const made = make('renewals', someFacts([anApp([named])], { prices: {} }));
    const text = renewalsCalendar(made, [30, 7]);
    const lines = text.split('\r\n');
    expect(lines.every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    const whole = text.replaceAll('\r\n ', '').split('\r\n');
    expect(whole).toContain(
      'SUMMARY:Ünïcode\\; pack\\, with \\\\ and a very long name that has to be folded somewhere (Vendor) renews: 1 seat',
    );
    expect(whole).toContain('DTSTART;VALUE=DATE:20261213');
    expect(whole).toContain('DTEND;VALUE=DATE:20261214');
    expect(whole).toContain(`DTSTAMP:${NOW.slice(0, 19).replaceAll(/[-:]/g, '')}Z`);
    expect(whole.filter((line) => line.startsWith('TRIGGER'))).toEqual(['TRIGGER:-P30D', 'TRIGGER:-P7D']);
    expect(whole.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
  });

  it('keep their identity in a calendar although the lead time changes', () => {
    const uid = (days: number) => {
      const moved = someFacts([anApp([pack('a', { validUntil: '2027-01-01T00:00:00.000Z' })])]);
      const made = make('renewals', moved, { renewalLeadDays: [days] });
      return /UID:(\S+)/.exec(renewalsCalendar(made, []).replaceAll('\r\n ', ''))?.[1];
    };
    expect(uid(60)).toBe('vendor%2F3310%2FWS%2FWS%2F2027-01-01@seatwarden');
    expect(uid(7)).toBe(uid(60));
  });
});
