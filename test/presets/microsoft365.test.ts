import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import {
  type Listing,
  startVendorServer,
  type VendorReply,
  type VendorRequest,
  type VendorServer,
} from '../../src/sandbox/vendors/vendor-server.ts';
import { NOW, type Opened, openConnector, patience, planned, readTarget } from '../support/connectors.ts';

const SECRET = 'client-secret-must-never-show';

const isList = (json: unknown): json is { readonly value: readonly unknown[] } =>
  typeof json === 'object' && json !== null && 'value' in json && Array.isArray(json.value);
const LISTING: Listing = {
  read: ({ json }) => (isList(json) ? { items: json.value, total: json.value.length } : null),
  write: (reply, items) => ({ ...reply, json: { ...(reply.json as object), value: items } }),
};

interface User {
  readonly id: string;
  readonly mail: string | null;
  readonly userPrincipalName: string;
  accountEnabled: boolean;
  assignedLicenses: { readonly skuId: string; readonly disabledPlans: readonly string[] }[];
  readonly licenseAssignmentStates: readonly { readonly skuId: string; readonly assignedByGroup: string | null }[];
  readonly signInActivity?: Readonly<Record<string, string | null>>;
}

const user = (id: string, more: Partial<User> = {}): User => ({
  id,
  mail: `${id}@alderyard.example`,
  userPrincipalName: `${id}@alderyard.example`,
  accountEnabled: true,
  assignedLicenses: [],
  licenseAssignmentStates: [],
  signInActivity: { lastSuccessfulSignInDateTime: '2026-03-20T08:00:00Z' },
  ...more,
});
const E3 = { skuId: 'e3', disabledPlans: [] };

let users: User[] = [];
let tokens: string[] = [];
let free = 1;
let vendor: VendorServer;
let graph: Opened;

const refusal = (status: number, code: string): VendorReply => ({ status, json: { error: { code, message: `(${code})` } } });

function answer({ method, path, query, headers, body }: VendorRequest): VendorReply {
  if (path === '/token') {
    tokens.push(`token-${tokens.length + 1}`);
    return { status: 200, json: { token_type: 'Bearer', expires_in: 3599, access_token: tokens.at(-1) } };
  }
  if (headers.authorization !== `Bearer ${tokens.at(-1)}`) return refusal(401, 'InvalidAuthenticationToken');
  if (path === '/subscribedSkus') {
    const used = users.flatMap((each) => each.assignedLicenses).length;
    const units = { enabled: used + free, suspended: 0, warning: 0 };
    const sku = { skuId: 'e3', skuPartNumber: 'ENTERPRISEPACK', capabilityStatus: 'Enabled', appliesTo: 'User' };
    return { status: 200, json: { value: [{ ...sku, consumedUnits: used, prepaidUnits: units }] } };
  }
  if (path === '/organization') return { status: 200, json: { value: [{ displayName: 'Alderyard' }] } };
  if (path === '/users') return list(query);
  const [, id = '', action] = /^\/users\/([^/]+)(?:\/(\w+))?$/.exec(decodeURIComponent(path)) ?? [];
  const found = users.find((each) => each.id === id || each.userPrincipalName === id);
  if (found === undefined) return refusal(404, 'Request_ResourceNotFound');
  if (method === 'PATCH') Object.assign(found, body);
  if (method === 'PATCH') return { status: 204 };
  if (action !== 'assignLicense') return { status: 200, json: found };
  return assign(found, body as { addLicenses: (typeof E3)[]; removeLicenses: string[] });
}

function assign(
  found: User,
  { addLicenses, removeLicenses }: { addLicenses: (typeof E3)[]; removeLicenses: string[] },
): VendorReply {
  if (addLicenses.length > free) return refusal(400, 'CountViolation');
  const kept = found.assignedLicenses.filter(({ skuId }) => !removeLicenses.includes(skuId));
  found.assignedLicenses = [...kept, ...addLicenses];
  return { status: 200, json: { id: found.id } };
}

function list(query: URLSearchParams): VendorReply {
  const filter = query.get('$filter');
  if (filter !== null) {
    const [, mail = ''] = /^mail eq '((?:[^']|'')*)' or userPrincipalName eq '\1'$/.exec(filter) ?? [];
    const wanted = mail.replaceAll("''", "'").toLowerCase();
    const found = users.filter((each) => each.mail?.toLowerCase() === wanted || each.userPrincipalName.toLowerCase() === wanted);
    return { status: 200, json: { value: found } };
  }
  const from = Number(query.get('$skiptoken') ?? 0);
  const size = Math.min(Number(query.get('$top')), 500);
  const next =
    from + size < users.length ? { '@odata.nextLink': `${vendor.url}/users?$top=${size}&$skiptoken=${from + size}` } : {};
  return { status: 200, json: { ...next, value: users.slice(from, from + size) } };
}

beforeEach(async () => {
  users = [user('runa', { assignedLicenses: [E3] }), user('mei'), user("o'brien", { assignedLicenses: [E3] })];
  [tokens, free] = [[], 1];
  vendor = await startVendorServer({ now: () => NOW, answer, listing: LISTING });
  graph = openConnector('microsoft365', vendor.url, {
    credential: { clientId: new Secret('client-1'), clientSecret: new Secret(SECRET) },
    variables: { tenant: 'alderyard.example' },
    tokenUrl: `${vendor.url}/token`,
  });
});
afterEach(async () => {
  await graph.close();
  await vendor.close();
});

const seat = (id: string) => readTarget(graph, { kind: 'seat', id });

describe('reading', () => {
  it('signs in once, and again when the token is not accepted any more', async () => {
    await graph.lookup('runa@alderyard.example', patience());
    await graph.lookup('mei@alderyard.example', patience());
    expect(tokens).toHaveLength(1);
    tokens.push('somebody revoked the first one');
    expect((await graph.lookup('runa@alderyard.example', patience())).seats).toHaveLength(1);
    expect(tokens).toHaveLength(3);
    expect(JSON.stringify(vendor.calls.map((call) => call.path))).not.toContain(SECRET);
  });

  it('finds one user with an account and a seat for each license, apostrophe and all', async () => {
    const { accounts, seats } = await graph.lookup("O'Brien@alderyard.example", patience());
    expect(accounts).toMatchObject([{ externalId: "o'brien", paidSeat: true }]);
    expect(seats).toMatchObject([
      { externalId: "o'brien:e3", product: { code: 'e3', name: 'ENTERPRISEPACK' }, status: 'active' },
    ]);
  });

  it('walks all pages of the whole list by the next links', async () => {
    users = Array.from({ length: 1_100 }, (_, index) => user(`u${index}`, { assignedLicenses: index < 3 ? [E3] : [] }));
    let accounts = 0;
    const report = await graph.load(
      {},
      (page) => {
        accounts += page.records.flatMap((record) => record.accounts).length;
      },
      patience(),
    );
    expect(report).toMatchObject({ outcome: 'complete' });
    expect(accounts).toBe(1_100);
  });

  it('counts what is free', async () => {
    free = 2;
    expect((await graph.free(patience())).map((found) => found.externalId)).toEqual(['e3:free:1', 'e3:free:2']);
  });

  it.each([
    ['Authorization_RequestDenied', 403, 'Microsoft does not allow this to the app.'],
    [
      'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
      403,
      'Microsoft tells the last sign-in only to tenants with Entra ID P1 or P2.',
    ],
  ])('puts %s into words', async (code, status, message) => {
    vendor.faults.add({ kind: 'status', path: '/users', status, body: { error: { code, message: '…' } }, times: 9 });
    await expect(graph.lookup('runa@alderyard.example', patience())).rejects.toThrow(message);
  });
});

describe('acting', () => {
  it('removes a license, sees it gone, and can give it back', async () => {
    const { call, seen } = await planned(graph, 'remove-license', await seat('runa:e3'));
    expect(await graph.recheck(call, seen, patience())).toMatchObject({ kind: 'same' });
    expect(await graph.perform(call, seen, patience())).toMatchObject({ kind: 'done' });
    const verified = await graph.verify(call, seen, patience());
    expect(verified).toMatchObject({ kind: 'holds' });
    expect(users[0]?.assignedLicenses).toEqual([]);
    const after = verified.kind === 'holds' ? verified.after : seen;
    expect(graph.inverse(call, seen, after, {})).toMatchObject({
      presetId: 'assign-license',
      target: { kind: 'person', id: 'runa@alderyard.example' },
    });
  });

  it('leaves a license alone that a group gives', async () => {
    users = [user('runa', { assignedLicenses: [E3], licenseAssignmentStates: [{ skuId: 'e3', assignedByGroup: 'g1' }] })];
    const offers = graph.offers(await seat('runa:e3'), NOW).filter(({ preset }) => preset.id === 'remove-license');
    expect(offers).toMatchObject([{ available: false, because: expect.stringContaining('A group gives this license') }]);
  });

  const person = (email: string) => readTarget(graph, { kind: 'person', id: email });
  const given = { productCode: 'e3' };

  it('assigns a free license to somebody by e-mail', async () => {
    const target = await person('mei@alderyard.example');
    const form = { ...graph.prefill('assign-license', target, NOW), ...given };
    const { plan, call, seen } = await planned(graph, 'assign-license', target, form);
    expect(plan.sentence).toBe('Give ENTERPRISEPACK to mei@alderyard.example in Microsoft 365.');
    expect(await graph.perform(call, seen, patience())).toMatchObject({ kind: 'done' });
    expect(await graph.verify(call, seen, patience())).toMatchObject({ kind: 'holds', response: { licenseId: 'mei:e3' } });
  });

  it.each([
    ['nobody@alderyard.example', 1, 'Microsoft 365 has no user with this e-mail.'],
    ['mei@alderyard.example', 0, 'There is no free license of this product.'],
    ['other.mail@alderyard.example', 1, 'The user with this e-mail signs in as odd@alderyard.example.'],
  ])('refuses to assign to %s with %i free', async (email, left, because) => {
    users.push(user('odd', { mail: 'other.mail@alderyard.example', userPrincipalName: 'odd@alderyard.example' }));
    free = left;
    const target = await person(email);
    const result = await graph.plan(
      'assign-license',
      target,
      { ...graph.prefill('assign-license', target, NOW), ...given },
      patience(),
    );
    expect(result).toMatchObject({ ok: false, problems: [{ message: because }] });
  });

  it('blocks a sign-in and says that it alone saves nothing', async () => {
    const { plan, call, seen } = await planned(
      graph,
      'deactivate-user',
      await readTarget(graph, { kind: 'account', id: 'runa' }),
    );
    expect(JSON.stringify(plan.evidence)).toContain('blocking alone saves nothing');
    expect(await graph.perform(call, seen, patience())).toMatchObject({ kind: 'done' });
    expect(await graph.verify(call, seen, patience())).toMatchObject({ kind: 'holds' });
    expect(users[0]?.accountEnabled).toBe(false);
    expect(graph.inverse(call, seen, seen, {})).toMatchObject({ presetId: 'enable-user' });
  });
});
