import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportId, ReportRequest } from '../../src/domain/report-settings.ts';
import type { Report } from '../../src/reports/report.ts';
import { buildReport, findReport, readReport } from '../../src/services/build-report.ts';
import { countsOf, moneyOf } from '../support/report-facts.ts';
import { type SyncedCompany, syncedCompany } from '../support/synced-company.ts';

/*
 * Every report of the sandbox's company after one sync. The numbers are counted off src/sandbox/company*.ts by hand:
 *
 * JetBrains: 24 licences with a story, 35 makers by the pattern, 2 special ones. Idle by story: Cara's WebStorm (94 days), Bob's
 *   GoLand (120), Nadia's WebStorm (293), Teresa's PyCharm (never, 203). By the pattern every twelfth maker from the fifth on
 *   (117 days: Mira II, Yara DB, Paula RD) and from the tenth on (152: Leonor WS, Duarte WS, Koen GO).
 *   Ask first: Zofie (offline code), Haruto (suspended), Bruno (nothing known). Left alone: the outsider of 12 days.
 * Aha!: 22 enabled paid users. Idle: Cara (97), Nora (131), Anouk (95), Zofie (never, 511), Clara (never, 717). Left alone:
 *   Bruno (administrator), O'Neil (5 days).
 * Copilot: 23 assigned seats and one of nobody. Idle: Ingrid (146), Cara (111), O'Neil and Ivo (98), Zofie (never, 266), Wouter
 *   (262), Karel (295).
 * Paperboat tells nothing about use; 15 of its users take a seat that is not a View seat.
 */

const PRICES = {
  'jetbrains/II': { amount: 599, currency: 'EUR', per: 'year' },
  'jetbrains/WS': { amount: 20, currency: 'EUR', per: 'month' },
  'aha/*': { amount: 900, currency: 'USD', per: 'year' },
};

let company: SyncedCompany;

beforeAll(async () => {
  company = await syncedCompany({ prices: PRICES });
});

afterAll(() => company.close());

const report = (id: ReportId, request: ReportRequest = {}): Promise<Report> => buildReport(company.world, id, request);
const named = ({ rows }: Report, filter: (row: Report['rows'][number]) => boolean) =>
  rows.filter(filter).map((row) => row.target?.externalId ?? row.key);

describe('the company’s inactive users', () => {
  it('are 7 for certain, 15 probably, 3 to ask and 3 left alone', async () => {
    const made = await report('inactive-users');
    expect(countsOf(made)).toMatchObject({ certain: 7, probable: 15, 'ask-first': 3, excluded: 3 });
    // One IntelliJ IDEA and four WebStorm at JetBrains, five users of Aha!; the other twelve have no price.
    expect(moneyOf(made)).toEqual({ reclaimable: ['1559 EUR', '4500 USD', 12] });
    expect(named(made, ({ tier, target }) => tier === 'certain' && target?.integrationId === 'jetbrains')).toEqual([
      'NADIAWS293',
      'NEVERUSED0',
    ]);
    expect(named(made, ({ tier }) => tier === 'ask-first').toSorted()).toEqual(['BRUNOALL00', 'HARUTOIISU', 'ZOFIECL178']);
    expect(made.rows.filter(({ tier }) => tier === 'excluded').map(({ reason }) => reason)).toEqual([
      'it is an administrator’s',
      'it was given less than 30 days ago',
      'it is less than 30 days old',
    ]);
    expect(made.notes[0]).toMatch(/Nobody is judged in SCIM \(15 seats\).*unknown is not idle/);
  });

  it('are fewer with a longer threshold', async () => {
    expect(countsOf(await report('inactive-users', { days: 120, integrationId: 'jetbrains' }))).toMatchObject({
      // 120 days and more: Bob, Leonor, Duarte, Koen, Teresa (203), and Nadia (293 is over twice as long).
      certain: 1,
      probable: 5,
    });
  });
});

describe('the company’s subscriptions', () => {
  it('have ended for two seats that are still held, and end for three', async () => {
    const made = await report('expired-subscriptions');
    expect(countsOf(made)).toEqual({ expired: 2, overdue: 0, ending: 3, renewing: 4 });
    expect(made.rows.map(({ target }) => target?.externalId)).toEqual([
      'INGRIDWSEX',
      'CARA0RD0EX',
      'ingrid-larkspur',
      'SEUN0GOTRI',
      'HARUTOIISU',
      'SEAT005MIR',
      'SEAT014IVO',
      'SEAT023VAS',
      'SEAT032LIA',
    ]);
    // The trial costs nothing, and Copilot has no price.
    expect(moneyOf(made)).toEqual({ ending: ['599 EUR', 1] });
  });

  it('renew in 14 packs, of which 16 seats are not needed', async () => {
    const made = await report('renewals');
    expect(countsOf(made)).toEqual({ soon: 6, packs: 14, spare: 16 });
    // 16 IntelliJ IDEA at 599 and 11 WebStorm at 240 a year.
    expect(moneyOf(made)['all']?.[0]).toBe('12224 EUR');
    const webstorm = made.rows.find(({ cells }) => cells['product'] === 'WebStorm' && cells['days'] === 128);
    expect(webstorm?.cells).toMatchObject({
      seats: 10,
      free: 2,
      idle: 4,
      keep: 4,
      suggestion: 'Renew 4 of 10: 2 free and 4 idle.',
      cost: [{ amount: 2400, currency: 'EUR' }],
      saves: [{ amount: 1440, currency: 'EUR' }],
    });
  });
});

describe('the company’s seats', () => {
  it('are 119: 109 used, 4 pooled, 5 free and one of nobody', async () => {
    const made = await report('seats');
    expect(countsOf(made)).toEqual({ bought: 119, used: 109, pooled: 4, free: 5, idle: 22, expired: 3, low: 6 });
    const web = made.rows.find(({ cells }) => cells['product'] === 'WebStorm' && cells['team'] === 'Web · São Bento');
    expect(web?.cells).toMatchObject({ bought: 8, used: 7, free: 1, idle: 3, warning: null });
    // What a vendor does not list is not said to be used up.
    expect(made.rows.filter(({ tone }) => tone === 'warn').every(({ cells }) => cells['app'] === 'JetBrains')).toBe(true);
  });

  it('of leavers are the four that Finn still has', async () => {
    const made = await report('leavers');
    expect(countsOf(made)).toEqual({ people: 1, holdings: 4, strangers: 3 });
    expect(moneyOf(made)).toEqual({ leavers: ['599 EUR', '900 USD', 2] });
    expect(new Set(made.rows.map(({ target }) => target?.email))).toEqual(new Set(['finn@example.com']));
  });
});

describe('the company’s users', () => {
  it('are all who have a seat or a user that is switched on, with role, last activity and where that is from', async () => {
    const made = await report('users');
    const of = (id: string) => made.rows.filter(({ target }) => target?.integrationId === id);
    // 61 licences, of which 5 are free and one has ended with nobody on it; 26 users of Aha!, of which Ingrid is switched off.
    expect([of('jetbrains').length, of('aha').length]).toEqual([55, 25]);
    expect(countsOf(made)).toMatchObject({ holdings: made.rows.length, apps: 4 });
    const cara = made.rows.find(({ target }) => target?.email === 'cara@example.com' && target.integrationId === 'jetbrains');
    expect(cara?.cells).toMatchObject({ app: 'JetBrains', role: cara?.cells['product'], use: 'used' });
    expect(String(cara?.cells['source'])).toMatch(/^jetbrains: Connect: Credentials .+, Connect: JetBrains Company Code \d+$/);
    expect(cara?.cells['synced']).toMatch(/^2026-11-2/);
    const owner = of('aha').find(({ cells }) => String(cells['role']).includes('Owner'));
    expect(String(owner?.cells['source'])).toMatch(/Connect: Subdomain /);
  });
});

describe('the company’s money', () => {
  it('is said as what is free now, what could be, and from which day on it is cash', async () => {
    const made = await report('savings');
    expect(countsOf(made)).toEqual({ free: 5, idle: 22, realised: 0, regret: 0 });
    expect(moneyOf(made)).toEqual({
      // Two IntelliJ IDEA, two WebStorm; DataGrip has no price.
      'free-now': ['1678 EUR', 1],
      'could-free': ['1559 EUR', '4500 USD', 12],
      // Everything at JetBrains, and the Copilot seat that ends.
      'on-renewal': ['3237 EUR', 7],
      undated: ['4500 USD', 6],
      // 16 IntelliJ IDEA and 11 WebStorm, 22 users of Aha!; of the 119 seats 69 have no price and one is a trial.
      spend: ['12224 EUR', '19800 USD', 69],
      realised: [0],
      regret: [0],
    });
    expect(made.headline[2]).toContain('the first of it on 1 Dec 2026');
    expect(made.charts.map(({ key }) => key)).toEqual(['spend-by-product-eur', 'spend-by-product-usd']);
    expect(made.charts[0]?.series.map(({ label, points }) => [label, ...points.map(({ value }) => value)])).toEqual([
      // IntelliJ IDEA: 13 in use, 2 free, 1 idle. WebStorm: 5 in use, 2 free, 4 idle.
      ['In use', 7787, 1200],
      ['Free', 1198, 480],
      ['Could be freed', 599, 960],
    ]);
  });
});

describe('the company’s facts', () => {
  it('are fresh in all four apps', async () => {
    const made = await report('sync-health');
    expect(countsOf(made)).toEqual({ apps: 4, trouble: 0, old: 0, never: 0 });
    expect(made.rows.map(({ cells }) => [cells['app'], cells['holdings'], cells['outcome']])).toEqual([
      ['JetBrains', 61, 'succeeded'],
      ['Aha!', 26, 'succeeded'],
      ['SCIM', 19, 'succeeded'],
      ['GitHub Copilot', 24, 'succeeded'],
    ]);
  });

  it('say whom a threshold would have hit on the day of the sync, and that nothing is known of the days before', async () => {
    const hit = await report('back-test', { at: '2026-11-23T23:59:59.999Z', days: 90 });
    expect(countsOf(hit)).toEqual({ hit: 22, back: 0, moved: 0, idle: 22, held: 109 });
    const before = await report('back-test', { at: '2026-06-30T23:59:59.999Z' });
    expect(countsOf(before)).toMatchObject({ hit: 0, held: 0 });
    expect(before.headline[0]).toContain('it begins on 23 Nov 2026');
  });

  it('are told to those who may look others up, and to nobody else', async () => {
    const { world } = company;
    const eve = world.members.find(({ email }) => email === 'eve@example.com');
    const guest = { person: eve as never, member: eve ?? null, via: 'slack' } as const;
    await expect(readReport(world, guest, 'seats')).rejects.toThrow(/full members/);
    expect(() => findReport('sets')).toThrow('There is no report “sets”.');
  });
});
