import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AHA_BOT_USER_ID, AHA_PRODUCTS, companyAccounts } from '../../src/sandbox/company-accounts.ts';
import { type AhaVendor, startAhaVendor } from '../../src/sandbox/vendors/aha.ts';
import type { AhaUser } from '../../src/sandbox/vendors/aha-user.ts';

const NOW = new Date('2026-11-23T00:00:00Z');

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
  vendor = await startAhaVendor({
    now: () => NOW,
    users: companyAccounts(NOW),
    products: AHA_PRODUCTS,
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

  it.each([
    ['a wrong key', 'GET', '/users', undefined, 'wrong', 401],
    ['an unknown user', 'GET', '/users/1', undefined, undefined, 404],
    ['a bad e-mail', 'PUT', '/users/7200000000000000103', { user: { email: 'x' } }, undefined, 422],
    ['an e-mail of somebody else', 'PUT', '/users/7200000000000000103', { user: { email: 'bob@example.com' } }, undefined, 422],
    ['no body', 'PUT', '/users/7200000000000000103', {}, undefined, 422],
  ])('refuses %s', async (_why, method, path, body, key, status) => {
    expect((await call(method, path, body, key)).status).toBe(status);
  });

  it('answers 429 once too many calls came in a second', async () => {
    const answers = await Promise.all(Array.from({ length: 14 }, () => call('GET', '/me')));
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(2);
  });
});
