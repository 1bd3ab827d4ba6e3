import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { companyLicences } from '../../src/sandbox/company-licences.ts';
import { type JetBrainsOptions, type JetBrainsVendor, startJetBrainsVendor } from '../../src/sandbox/vendors/jetbrains.ts';
import type { Licence } from '../../src/sandbox/vendors/jetbrains-licence.ts';

const NOW = new Date('2026-11-23T00:00:00Z');
const MIRA = { email: 'mira@example.com', firstName: 'Mira', lastName: 'Qadir' };

let vendor: JetBrainsVendor;

async function start(more: Partial<JetBrainsOptions> = {}): Promise<void> {
  vendor = await startJetBrainsVendor({ now: () => NOW, seats: companyLicences(NOW), ...more });
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${vendor.baseUrl}${path}`, {
    method,
    headers: {
      'x-api-key': vendor.apiKey,
      'x-customer-code': vendor.customerCode,
      'content-type': 'application/json',
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, text, json: isJson ? (JSON.parse(text) as unknown) : undefined };
}

const assign = (body: unknown) => call('POST', '/customer/licenses/assign', body);
const flags = { includeOfflineActivationCode: false, sendEmail: true };

describe('the local JetBrains vendor', () => {
  beforeEach(() => start());
  afterEach(() => vendor.close());

  it.each([
    ['no key', { 'x-api-key': undefined }, 'MISSING_TOKEN_HEADER'],
    ['no customer code', { 'x-customer-code': undefined }, 'MISSING_CUSTOMER_HEADER'],
    ['a wrong key', { 'x-api-key': 'wrong' }, 'INVALID_TOKEN'],
    ['an unknown customer', { 'x-customer-code': '1' }, 'INVALID_TOKEN'],
  ])('answers 401 to %s', async (_why, change, code) => {
    const base = { 'x-api-key': vendor.apiKey, 'x-customer-code': vendor.customerCode };
    const headers = Object.fromEntries(Object.entries({ ...base, ...change }).filter((entry) => entry[1] !== undefined));
    const response = await fetch(`${vendor.baseUrl}/customer/licenses`, { headers: headers as Record<string, string> });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code });
  });

  it('pages a bare list, with the total and a link to the next page', async () => {
    const all = vendor.state.licences.length;
    const seen: string[] = [];
    let path: string | null = '/customer/licenses?perPage=20';
    while (path !== null) {
      const page = await call('GET', path);
      expect(page.headers.get('x-total-count')).toBe(String(all));
      seen.push(...(page.json as Licence[]).map((licence) => licence.licenseId));
      path = /<\/api\/v1([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? null;
    }
    expect(seen).toEqual(vendor.state.licences.map((licence) => licence.licenseId));
    expect((await call('GET', '/customer/licenses?page=99')).json).toEqual([]);
  });

  it('finds what one e-mail holds, without regard to letter case', async () => {
    const found = (await call('GET', '/customer/licenses?assigneeEmail=cara@example.com')).json as Licence[];
    expect(found.map((licence) => licence.licenseId)).toEqual(['CARA0WS094', 'CARA0II002', 'CARA0DB014', 'CARA0RD0EX']);
  });

  it('revokes an old seat once and says which', async () => {
    const done = await call('POST', '/customer/licenses/revoke?licenseId=CARA0WS094');
    expect(done.json).toEqual({ licenseIds: ['CARA0WS094'] });
    expect(vendor.state.find('CARA0WS094')).toMatchObject({ assignee: null, isAvailableToAssign: true });
    expect((await call('POST', '/customer/licenses/revoke?licenseId=CARA0WS094')).json).toEqual({ licenseIds: [] });
    expect(vendor.state.effects.count('CARA0WS094', 'revoke')).toBe(1);
  });

  it('refuses to revoke within 30 days, and then revokes none of an e-mail', async () => {
    const young = await call('POST', '/customer/licenses/revoke?licenseId=CARA0DB014');
    expect(young).toMatchObject({ status: 400, json: { code: 'RECENTLY_ASSIGNED_LICENSE_IS_NOT_AVAILABLE_FOR_REVOKE' } });
    expect((await call('POST', '/customer/licenses/revoke?email=cara@example.com')).status).toBe(400);
    expect(vendor.state.effects.total()).toBe(0);
  });

  it('assigns by id and from a pool with an empty answer', async () => {
    expect(await assign({ contact: MIRA, ...flags, licenseId: 'FREE00II01' })).toMatchObject({ status: 200, text: '' });
    expect(vendor.state.find('FREE00II01')?.assignee).toEqual({ type: 'USER', name: 'Mira Qadir', email: 'mira@example.com' });
    expect((await assign({ contact: MIRA, ...flags, license: { productCode: 'WS', team: 2210302 } })).status).toBe(200);
    expect(vendor.state.effects.count('FREE00WS01', 'assign')).toBe(1);
  });

  it.each([
    ['a taken seat', { licenseId: 'BOB00II001' }, 400, { code: 'LICENSE_IS_NOT_AVAILABLE_TO_ASSIGN', description: 'ALLOCATED' }],
    ['an expired seat', { licenseId: 'EXP1REDFRE' }, 400, { description: 'EXPIRED_WITHOUT_FALLBACK' }],
    ['a seat of a server', { licenseId: 'SERVERII01' }, 400, { description: 'NON_PER_USER' }],
    ['an unknown seat', { licenseId: 'NOPE000000' }, 404, { code: 'LICENSE_NOT_FOUND' }],
    ['an unknown product', { license: { productCode: 'ZZ', team: 2210301 } }, 404, { code: 'PRODUCT_NOT_FOUND' }],
    ['an unknown team', { license: { productCode: 'II', team: 9 } }, 404, { code: 'TEAM_NOT_FOUND' }],
    ['an empty pool', { license: { productCode: 'CL', team: 2210302 } }, 400, { code: 'NO_AVAILABLE_LICENSE_TO_ASSIGN' }],
    ['neither seat nor pool', {}, 400, { code: 'MISSING_FIELD' }],
  ])('refuses to assign %s', async (_why, wanted, status, json) => {
    expect(await assign({ contact: MIRA, ...flags, ...wanted })).toMatchObject({ status, json });
  });

  it('answers with an HTML page to a wrong verb and to an assignment without a contact', async () => {
    const answers = [
      await call('DELETE', '/customer/licenses'),
      await assign({ licenseId: 'FREE00II01' }),
      await assign({ contact: MIRA, ...flags, license: { team: 2210302 } }),
    ];
    for (const answer of answers) {
      expect(answer.headers.get('content-type')).toContain('text/html');
      expect(answer.text).toContain('<!doctype html>');
    }
  });

  it.each([
    ['INVALID_CONTACT_EMAIL', { ...MIRA, email: 'mira' }],
    ['INVALID_CONTACT_EMAIL', { ...MIRA, email: 'mira@mailinator.com' }],
    ['INVALID_CONTACT_NAME', { ...MIRA, lastName: 'R&D <x>' }],
    ['INVALID_CONTACT_NAME', { ...MIRA, firstName: ' ' }],
    ['INVALID_CONTACT_NAME', { ...MIRA, firstName: 'M'.repeat(65) }],
    ['MISSING_FIELD', { email: MIRA.email, firstName: 'Mira' }],
  ])('answers %s to a bad contact', async (code, contact) => {
    expect(await assign({ contact, ...flags, licenseId: 'FREE00II01' })).toMatchObject({ status: 400, json: { code } });
  });

  it('never lets a viewer write', async () => {
    await vendor.close();
    await start({ token: { type: 'CUSTOMER', role: 'VIEWER' } });
    const answer = await call('POST', '/customer/licenses/revoke?licenseId=CARA0WS094');
    expect(answer).toMatchObject({ status: 403, json: { code: 'INSUFFICIENT_PERMISSIONS' } });
  });

  it('gives a team token its own team alone, which it may not leave', async () => {
    await vendor.close();
    await start({ token: { type: 'TEAM', role: 'ADMIN', teamId: 2210302 } });
    expect((await call('GET', '/token')).json).toEqual({
      type: 'TEAM',
      team: { id: 2210302, name: 'Web · São Bento', role: 'ADMIN' },
    });
    const seats = (await call('GET', '/customer/licenses')).json as Licence[];
    expect(new Set(seats.map(({ team }) => team?.id))).toEqual(new Set([2210302]));
    const refused = [
      await call('GET', '/customer/teams/2210301/licenses'),
      await call('GET', '/customer/licenses/BOB00II001'),
      await call('POST', '/customer/licenses/revoke?licenseId=BOB00II001'),
      await assign({ contact: MIRA, ...flags, licenseId: 'FREE00II01' }),
    ];
    expect(refused.map(({ status, json }) => [status, (json as { code: string }).code])).toEqual(
      refused.map(() => [403, 'TEAM_MISMATCH']),
    );
    const moved = await call('POST', '/customer/changeLicensesTeam', { licenseIds: ['FREE00II02'], targetTeamId: 2210302 });
    expect(moved).toMatchObject({ status: 403, json: { code: 'TOKEN_TYPE_MISMATCH' } });
  });

  it('names the teams of an organisation token, and lists one of them', async () => {
    expect((await call('GET', '/token')).json).toMatchObject({ type: 'CUSTOMER', role: 'ADMIN', teams: { length: 3 } });
    const pool = (await call('GET', '/customer/teams/2210303/licenses')).json as Licence[];
    expect(pool.map(({ licenseId }) => licenseId)).toEqual(['VAULT0RD01', 'SERVERII01']);
    expect(await call('GET', '/customer/teams/9/licenses')).toMatchObject({ status: 404, json: { code: 'TEAM_NOT_FOUND' } });
  });

  it('filters by product and by whether a seat is assigned', async () => {
    const ids = async (query: string) =>
      ((await call('GET', `/customer/licenses?perPage=200&${query}`)).json as Licence[]).map(({ licenseId }) => licenseId);
    expect(await ids('assigned=false&productCode=II')).toEqual(['FREE00II01', 'FREE00II02']);
    expect(await ids('assigned=true&productCode=RD')).toContain('VAULT0RD01');
    expect((await ids('')).length).toBe(vendor.state.licences.length);
  });

  it('moves seats to another team, leaving out those that may not move and unknown ones', async () => {
    const licenseIds = ['FREE00II01', 'HARUTOIISU', 'PERPETUAL1', 'NOPE000000'];
    const moved = await call('POST', '/customer/changeLicensesTeam', { licenseIds, targetTeamId: 2210302 });
    expect(moved.json).toEqual({ licenseIds: ['FREE00II01'] });
    expect(vendor.state.find('FREE00II01')?.team?.id).toBe(2210302);
    const none = await call('POST', '/customer/changeLicensesTeam', { licenseIds: [], targetTeamId: 2210302 });
    expect(none).toMatchObject({ status: 200, json: { licenseIds: [] } });
  });

  it.each([
    ['an unknown team', { licenseIds: ['FREE00II01'], targetTeamId: 9 }, 404],
    ['the word null for an id', { licenseIds: ['null'], targetTeamId: 2210302 }, 500],
    ['no ids (an HTML page)', { targetTeamId: 2210302 }, 400],
  ])('refuses to move to or with %s', async (_what, body, status) => {
    expect((await call('POST', '/customer/changeLicensesTeam', body)).status).toBe(status);
  });

  it('still knows a team whose last seat was moved away', async () => {
    await vendor.close();
    const licences = companyLicences(NOW).filter(({ licenseId }) => licenseId === 'FREE00II02' || licenseId === 'FREE00II01');
    await start({ seats: licences });
    await call('POST', '/customer/changeLicensesTeam', { licenseIds: ['FREE00II02'], targetTeamId: 2210301 });
    const back = await call('POST', '/customer/changeLicensesTeam', { licenseIds: ['FREE00II02'], targetTeamId: 2210302 });
    expect(back.json).toEqual({ licenseIds: ['FREE00II02'] });
  });

  it('keeps the name of an account, and masks that of somebody without one', async () => {
    await vendor.close();
    await start({ accountDomains: ['example.com'] });
    const give = (licenseId: string, email: string) =>
      assign({ contact: { email, firstName: 'Nimue', lastName: 'Sol' }, ...flags, licenseId });
    await give('FREE00II01', 'CARA@example.com');
    await give('FREE00II02', 'nimue.sol@partner.example');
    expect(vendor.state.find('FREE00II01')?.assignee).toMatchObject({ name: 'Cara Nunes', email: 'CARA@example.com' });
    expect(vendor.state.find('FREE00II02')?.assignee).toMatchObject({ name: 'Ni*** So*' });
  });

  it('lets the licence id win when a pool is named as well', async () => {
    const both = { licenseId: 'FREE00DB01', license: { productCode: 'ZZ', team: 9 } };
    expect((await assign({ contact: MIRA, ...flags, ...both })).status).toBe(200);
    expect(vendor.state.effects.count('FREE00DB01', 'assign')).toBe(1);
  });

  it('counts the 30 days from the assignment on its clock', async () => {
    await vendor.close();
    let now = NOW;
    await start({ now: () => now });
    await assign({ contact: MIRA, ...flags, licenseId: 'FREE00II01' });
    const revoke = () => call('POST', '/customer/licenses/revoke?licenseId=FREE00II01');
    now = new Date(NOW.getTime() + 30 * 86_400_000 - 1);
    expect((await revoke()).status).toBe(400);
    now = new Date(NOW.getTime() + 30 * 86_400_000);
    expect((await revoke()).json).toEqual({ licenseIds: ['FREE00II01'] });
  });

  it('can act and then lose the answer', async () => {
    vendor.faults.add({ kind: 'lose-answer', path: '/revoke' });
    await expect(call('POST', '/customer/licenses/revoke?licenseId=CARA0WS094')).rejects.toThrow();
    expect(vendor.state.effects.count('CARA0WS094', 'revoke')).toBe(1);
    expect(vendor.calls.at(-1)).toMatchObject({ status: null, fault: 'lose-answer' });
  });

  it.each([
    ['a 429 with the time to wait', { kind: 'status', status: 429, retryAfter: 3 } as const, 429],
    ['an HTML error', { kind: 'html' } as const, 502],
    ['an empty page', { kind: 'empty-page' } as const, 200],
    ['a late answer', { kind: 'delay', ms: 5 } as const, 200],
  ])('can be told to send %s, once', async (_why, fault, status) => {
    vendor.faults.add(fault);
    expect((await call('GET', '/customer/licenses')).status).toBe(status);
    expect((await call('GET', '/customer/licenses')).json).toHaveLength(vendor.state.licences.length);
  });

  it.each(['half-body', 'reset'] as const)('can break the connection (%s)', async (kind) => {
    vendor.faults.add({ kind });
    await expect(call('GET', '/customer/licenses')).rejects.toThrow();
  });
});
