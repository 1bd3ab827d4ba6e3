import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AHA_BOT_USER_ID, AHA_PRODUCTS, companyAccounts, companySeatGroups } from '../../src/sandbox/company-accounts.ts';
import { type AhaVendor, startAhaVendor } from '../../src/sandbox/vendors/aha.ts';
import type { AhaUser } from '../../src/sandbox/vendors/aha-user.ts';

const NOW = new Date('2026-11-23T00:00:00Z');

let now = NOW;
let vendor: AhaVendor;

const call = async (method: string, path: string, body?: unknown, key = vendor.apiKey) => {
  const response = await fetch(`${vendor.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: text === '' ? undefined : JSON.parse(text) };
};

beforeEach(async () => {
  now = NOW;
  vendor = await startAhaVendor({
    now: () => now,
    users: companyAccounts(NOW),
    products: AHA_PRODUCTS,
    seatGroups: companySeatGroups(NOW),
    ownerId: AHA_BOT_USER_ID,
    limits: { perMinute: 300, perSecond: 12 },
  });
});
afterEach(() => vendor.close());

const cara = (): AhaUser => {
  const user = vendor.state.byEmail('cara@example.com');
  if (user === undefined) throw new Error('Cara has no account');
  return user;
};

describe('the local Aha! vendor', () => {
  it('pages users in an envelope, with the limits in the headers', async () => {
    const page = await call('GET', '/users?page=2&per_page=5');
    const total = vendor.state.users.length;
    expect(page.json.users).toHaveLength(5);
    expect(page.json.pagination).toEqual({ total_records: total, total_pages: Math.ceil(total / 5), current_page: 2 });
    expect(page.headers.get('x-ratelimit-limit')).toBe('300');
  });

  it('reads one user in an envelope and without custom roles', async () => {
    const one = await call('GET', `/users/${cara().id}`);
    expect(one.json.user).toMatchObject({ email: 'cara@example.com', enabled: true });
    expect(one.json.user).not.toHaveProperty('user_roles');
  });

  it('deactivates with a bare answer in which the paid seat stays', async () => {
    const done = await call('PUT', `/users/${cara().id}`, { user: { enabled: false } });
    expect(done.json).toMatchObject({ id: cara().id, enabled: false, paid_seat: true, administrator: false });
    expect(vendor.state.effects.count(cara().id, 'deactivate')).toBe(1);
    await call('PUT', `/users/${cara().id}`, { user: { enabled: false } });
    expect(vendor.state.effects.count(cara().id, 'deactivate')).toBe(1);
  });

  it('changes only the names that are sent', async () => {
    await call('PUT', `/users/${cara().id}`, { user: { last_name: 'Nunes-Costa' } });
    expect(cara().name).toBe('Cara Nunes-Costa');
  });

  it('sets and drops roles on products', async () => {
    const path = `/users/${cara().id}/product_roles`;
    const set = await call('POST', path, { product_role: { role: 'viewer', product_id: '880011223' } });
    expect(set.json).toMatchObject({ role: 50, product_name: 'Checkout' });
    expect((await call('DELETE', `${path}/880011224`)).status).toBe(204);
    expect(cara().product_roles.map((role) => role.product_id)).toEqual(['880011226', '880011223']);
  });

  it('takes a product by its key, and drops the last role with "none"', async () => {
    const path = `/users/${cara().id}/product_roles`;
    const set = await call('POST', path, { product_role: { role: 'reviewer', product_id: 'BIL' } });
    expect(set.json).toMatchObject({ role: 40, product_id: '880011224' });
    await call('POST', path, { product_role: { role: 'none', product_id: 'BIL' } });
    const left = await call('GET', path);
    expect(left.json.product_roles.map((role: { product_id: string }) => role.product_id)).toEqual(['880011223', '880011226']);
    expect(left.json.pagination.total_records).toBe(2);
  });

  it('gives and takes custom roles', async () => {
    const path = `/users/${cara().id}/user_roles`;
    const set = await call('POST', path, { user_role: { custom_role_id: 55501, product_id: 880011223 } });
    expect(set.json).toEqual({
      role_id: 55501,
      name: 'Portfolio analyst',
      scope: { type: 'project', name: 'Checkout', id: 880011223 },
    });
    expect((await call('GET', path)).json.user_roles).toEqual([set.json]);
    expect((await call('DELETE', `${path}/880011223`)).status).toBe(204);
    expect((await call('DELETE', `${path}/880011223`)).status).toBe(404);
  });

  it('lists the members of a product with their roles, and takes in a new one', async () => {
    const body = { user: { email: 'mira@example.com', first_name: 'Mira', last_name: 'Qadir', role: 'contributor' } };
    expect((await call('POST', '/products/880011224/users', body)).json).toMatchObject({
      role: 30,
      user: { name: 'Mira Qadir' },
    });
    const { json } = await call('GET', '/products/BIL/users?per_page=200');
    const roles = json.project_users.map((entry: { role: number; user: { email: string } }) => [entry.user.email, entry.role]);
    expect(roles).toContainEqual(['mira@example.com', 30]);
    expect(roles).toContainEqual(['bob@example.com', 30]);
  });

  it('counts the seats of a group, changes its size, and refuses one user too many', async () => {
    const groups = async () => (await call('GET', '/paid_seat_groups')).json.paid_seat_groups;
    expect(await groups()).toMatchObject([
      { id: '44100', name: 'EMEA seats', capacity: 12, allocated_seats: 1, administrators: [{ id: AHA_BOT_USER_ID }] },
      { id: '44101', capacity: 4, allocated_seats: 1 },
    ]);
    expect((await call('PUT', '/paid_seat_groups/44100', { capacity: 0 })).status).toBe(422);
    expect((await call('PUT', '/paid_seat_groups/44100', { capacity: 1 })).json).toMatchObject({ capacity: 1 });
    const add = (id: string) => call('POST', '/paid_seat_groups/44100/modify_user', { user_id: id });
    expect((await add(cara().id)).status).toBe(422);
    await call('PUT', '/paid_seat_groups/44100', { capacity: 2 });
    expect((await add(cara().id)).json).toMatchObject({ allocated_seats: 2 });
    const removed = await call('POST', '/paid_seat_groups/44100/modify_user', { user_id: cara().id, remove: true });
    expect(removed.json).toMatchObject({ allocated_seats: 1 });
    expect((await call('PUT', '/paid_seat_groups/1', { capacity: 1 })).status).toBe(404);
  });

  it('keeps a history of what was changed on users, for twelve months', async () => {
    await call('PUT', `/users/${cara().id}`, { user: { enabled: false } });
    const [entry] = (await call('GET', `/audits?auditable_id=${cara().id}`)).json.audits;
    expect(entry).toMatchObject({
      audit_action: 'update',
      auditable_type: 'User',
      created_at: NOW.toISOString(),
      user: { email: 'licence-bot@example.com' },
      changes: [{ field_name: 'enabled', value: 'false' }],
    });
    now = new Date(NOW.getTime() + 60_000);
    expect((await call('GET', `/audits?created_since=${now.toISOString()}`)).json.audits).toEqual([]);
    expect((await call('GET', `/audits?after_id=${entry.id}`)).json.audits).toEqual([]);
    now = new Date(NOW.getTime() + 366 * 86_400_000);
    expect((await call('GET', '/audits')).json.audits).toEqual([]);
  });

  it('tells whose key it is, and changes nothing with one that may only read', async () => {
    expect((await call('GET', '/me')).json.user).toMatchObject({
      id: AHA_BOT_USER_ID,
      accounts: [{ account: { enabled: true } }],
    });
    await vendor.close();
    vendor = await startAhaVendor({ now: () => now, users: companyAccounts(NOW), readOnly: true });
    expect(await call('PUT', `/users/${cara().id}`, { user: { enabled: false } })).toMatchObject({
      status: 403,
      json: { error: 'Not allowed' },
    });
    expect(cara().enabled).toBe(true);
  });

  it('does not let a paid seat or roles be written with the user', async () => {
    await call('PUT', `/users/${cara().id}`, { user: { paid_seat: false, product_roles: [] } });
    expect(cara()).toMatchObject({ paid_seat: true, product_roles: { length: 3 } });
  });

  it.each([
    ['a wrong key', 'GET', '/users', undefined, 'wrong', 401],
    ['an unknown user', 'GET', '/users/1', undefined, undefined, 404],
    ['a bad e-mail', 'PUT', '/users/7200000000000000103', { user: { email: 'x' } }, undefined, 422],
    ['an e-mail of somebody else', 'PUT', '/users/7200000000000000103', { user: { email: 'bob@example.com' } }, undefined, 422],
    ['no body', 'PUT', '/users/7200000000000000103', {}, undefined, 422],
  ])('refuses %s', async (_why, method, path, body, key, status) => {
    expect((await call(method, path, body, key)).status).toBe(status);
  });

  it('answers 429 once too many calls came in a second of its clock, and says when to come back', async () => {
    const answers = await Promise.all(Array.from({ length: 14 }, () => call('GET', '/me')));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused).toHaveLength(2);
    const headers = ['limit', 'remaining', 'reset'].map((name) => refused[0]?.headers.get(`x-ratelimit-${name}`));
    expect(headers).toEqual(['300', '288', String(NOW.getTime() / 1_000 + 1)]);
    now = new Date(NOW.getTime() + 1_000);
    expect((await call('GET', '/me')).status).toBe(200);
  });
});
