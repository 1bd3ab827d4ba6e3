import { afterEach, describe, expect, it } from 'vitest';
import { companyScimUsers } from '../../src/sandbox/company-scim.ts';
import { type ScimHabits, type ScimVendor, startScimVendor } from '../../src/sandbox/vendors/scim.ts';
import { asList, asWire } from '../../src/sandbox/wire.ts';

let now = new Date('2026-11-23T00:00:00Z');
let vendor: ScimVendor;

async function start(habits: ScimHabits = {}): Promise<void> {
  now = new Date('2026-11-23T00:00:00Z');
  vendor = await startScimVendor({ now: () => now, users: companyScimUsers(now), habits });
}

afterEach(() => vendor.close());

async function call(method: string, path: string, body?: unknown, token = vendor.token) {
  const response = await fetch(`${vendor.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
  return { status: response.status, headers: response.headers, json };
}

function patch(id: string, ...operations: readonly unknown[]) {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
  return call('PATCH', `/Users/${id}`, { schemas, Operations: operations });
}

const OFF = { op: 'replace', path: 'active', value: false };

describe('the local SCIM service', () => {
  it('pages users from startIndex, with the total and its own media type', async () => {
    await start();
    const first = await call('GET', '/Users?startIndex=1&count=4');
    expect(first.headers.get('content-type')).toContain('application/scim+json');
    expect(first.json).toMatchObject({ totalResults: vendor.state.users.length, startIndex: 1, itemsPerPage: 4 });
    const second = await call('GET', '/Users?startIndex=5&count=4');
    const ids = [first, second].flatMap(({ json }) => asList(json?.['Resources']).map((user) => asWire(user)['id']));
    expect(ids).toEqual(vendor.state.users.slice(0, 8).map(({ id }) => id));
  });

  it('can answer in pages of its own size', async () => {
    await start({ pageSize: 3 });
    expect((await call('GET', '/Users?count=100')).json).toMatchObject({ itemsPerPage: 3 });
  });

  it('finds a user name without regard to letter case, and leaves Resources out when there is none', async () => {
    await start();
    const found = await call('GET', `/Users?filter=${encodeURIComponent('userName eq "CARA@example.com"')}`);
    expect(found.json).toMatchObject({ totalResults: 1, Resources: [{ displayName: 'Cara Nunes' }] });
    const none = await call('GET', `/Users?filter=${encodeURIComponent('userName eq "nobody@example.com"')}`);
    expect([none.status, none.json?.['totalResults'], none.json && 'Resources' in none.json]).toEqual([200, 0, false]);
  });

  it('refuses to filter by anything else', async () => {
    await start();
    const refused = await call('GET', `/Users?filter=${encodeURIComponent('emails.value eq "cara@example.com"')}`);
    expect(refused).toMatchObject({ status: 400, json: { status: '400', scimType: 'invalidFilter' } });
  });

  it.each([
    ['with a path', OFF],
    ['without one', { op: 'Replace', value: { active: false } }],
    ['as text', { op: 'replace', path: 'active', value: 'False' }],
  ])('deactivates once %s', async (_how, operation) => {
    await start();
    expect((await patch('u-2001', operation)).json).toMatchObject({ id: 'u-2001', active: false });
    await patch('u-2001', operation);
    expect(vendor.state.effects.count('u-2001', 'deactivate')).toBe(1);
    await patch('u-2001', { op: 'replace', path: 'active', value: true });
    expect(vendor.state.effects.count('u-2001', 'reactivate')).toBe(1);
  });

  it('can answer a change with 204 and nothing', async () => {
    await start({ silentPatch: true });
    expect(await patch('u-2001', OFF)).toMatchObject({ status: 204, json: undefined });
    expect(vendor.state.find('u-2001')?.active).toBe(false);
  });

  it('gives a smaller seat, or refuses to where the service does', async () => {
    await start({ refusesSeat: (from, to) => from === 'Full' && to === 'View' });
    const toSeat = (value: string) => ({ op: 'replace', path: 'roles', value: [{ type: 'seatType', value }] });
    expect((await patch('u-2001', toSeat('Dev'))).json).toMatchObject({ roles: [{ type: 'seatType', value: 'Dev' }] });
    expect((await patch('u-2002', toSeat('View'))).status).toBe(400);
    expect(vendor.state.effects.count('u-2002', 'seat')).toBe(0);
  });

  it('can hide those who are not active', async () => {
    await start({ hidesInactive: true });
    const before = (await call('GET', '/Users')).json?.['totalResults'];
    await patch('u-2001', OFF);
    expect((await call('GET', '/Users')).json?.['totalResults']).toBe(Number(before) - 1);
    expect((await call('GET', '/Users/u-2001')).json).toMatchObject({ active: false });
  });

  it('can take a deactivated user out altogether', async () => {
    await start({ deactivatingRemoves: true });
    await patch('u-2001', OFF);
    expect((await call('GET', '/Users/u-2001')).status).toBe(404);
  });

  it.each([
    ['removes', {}, 204, undefined],
    ['only deactivates', { onDelete: 'deactivate' }, 204, false],
    ['refuses', { onDelete: 'refuse' }, 405, true],
  ] as const)('on DELETE %s', async (_what, habits, status, active) => {
    await start(habits);
    expect((await call('DELETE', '/Users/u-2001')).status).toBe(status);
    expect(vendor.state.find('u-2001')?.active).toBe(active);
  });

  it('makes a user, once per user name', async () => {
    await start();
    const made = await call('POST', '/Users', { userName: 'mira@example.com', active: true });
    expect(made).toMatchObject({ status: 201, json: { userName: 'mira@example.com' } });
    expect(await call('POST', '/Users', { userName: 'Mira@example.com' })).toMatchObject({
      status: 409,
      json: { scimType: 'uniqueness' },
    });
  });

  it.each([
    ['a wrong token', 'GET', '/Users', 'wrong', 401],
    ['an unknown user', 'GET', '/Users/u-9', undefined, 404],
    ['an unknown resource', 'GET', '/Devices', undefined, 404],
    ['a wrong verb', 'PUT', '/Users/u-2001', undefined, 405],
  ])('answers %s with an error of the standard', async (_why, method, path, token, status) => {
    await start();
    const answer = await call(method, path, undefined, token);
    expect(answer).toMatchObject({
      status,
      json: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status) },
    });
  });

  it('refuses what is no PatchOp', async () => {
    await start();
    expect((await call('PATCH', '/Users/u-2001', { Operations: [OFF] })).json).toMatchObject({ scimType: 'invalidSyntax' });
    expect((await patch('u-2001', { op: 'replace', path: 'password', value: 'x' })).status).toBe(400);
  });

  it('asks to wait after too many writes in a minute of its clock, and not after that minute', async () => {
    await start({ writesPerMinute: 2 });
    await patch('u-2001', OFF);
    now = new Date(now.getTime() + 20_000);
    await patch('u-2002', OFF);
    const refused = await patch('u-2003', OFF);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);
    now = new Date(now.getTime() + 40_000);
    expect((await patch('u-2003', OFF)).status).toBe(200);
  });
});
