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

const TOKEN = 'miro-token-must-never-show';

const isList = (json: unknown): json is { readonly data: readonly unknown[] } =>
  typeof json === 'object' && json !== null && 'data' in json && Array.isArray(json.data);
const LISTING: Listing = {
  read: ({ json }) => (isList(json) ? { items: json.data, total: json.data.length } : null),
  write: (reply, items) => ({ ...reply, json: { ...(reply.json as object), data: items } }),
};

interface Member {
  readonly id: string;
  readonly email: string;
  active: boolean;
  readonly license: string;
  readonly role: string;
}

const member = (id: number, more: Partial<Member> = {}): Member => ({
  id: String(id),
  email: `user${id}@alderyard.example`,
  active: true,
  license: 'full',
  role: 'organization_internal_user',
  ...more,
});

let members: Member[] = [];
let vendor: VendorServer;
let miro: Opened;

function answer({ path, query, headers }: VendorRequest): VendorReply {
  if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, json: { code: 'tokenNotProvided', message: 'no' } };
  if (path === '/orgs/42') return { status: 200, json: { id: '42', name: 'Alderyard', fullLicensesPurchased: 5 } };
  const [, id] = /^\/orgs\/42\/members(?:\/(\d+))?$/.exec(path) ?? [];
  if (id !== undefined) {
    const found = members.find((each) => each.id === id);
    return found === undefined ? { status: 404, json: { code: 'notFound' } } : { status: 200, json: found };
  }
  // The real filter may mind letter case, so this one does.
  const emails = query.get('emails')?.split(',');
  if (emails !== undefined) return { status: 200, json: { data: members.filter((each) => emails.includes(each.email)) } };
  const start = members.findIndex((each) => each.id === query.get('cursor')) + 1;
  const data = members.slice(start, start + Number(query.get('limit')));
  const cursor = data.at(-1)?.id;
  return { status: 200, json: { type: 'cursor-list', data, ...(cursor === undefined ? {} : { cursor }) } };
}

beforeEach(async () => {
  members = [member(1), member(2, { license: 'free' }), member(3, { email: 'Mixed.Case@alderyard.example' })];
  vendor = await startVendorServer({ now: () => NOW, answer, listing: LISTING });
  miro = openConnector('miro', vendor.url, { credential: { token: new Secret(TOKEN) }, variables: { organization: '42' } });
});
afterEach(async () => {
  await miro.close();
  await vendor.close();
});

it('reads a list to its end although the last page has a cursor', async () => {
  members = Array.from({ length: 250 }, (_, index) => member(index + 1, { license: index % 2 === 0 ? 'full' : 'free' }));
  const found = { accounts: 0, seats: 0 };
  const report = await miro.load(
    {},
    (page) => {
      found.accounts += page.records.flatMap((record) => record.accounts).length;
      found.seats += page.records.flatMap((record) => record.seats).length;
    },
    patience(),
  );
  expect(report.outcome).toBe('complete');
  expect(found).toEqual({ accounts: 250, seats: 125 });
});

it('calls a list incomplete when a cursor comes again', async () => {
  vendor.faults.add({ kind: 'status', status: 200, body: { data: [member(1)], cursor: 'same' }, times: 3 });
  const report = await miro.load({}, () => undefined, patience());
  expect(report.outcome).toBe('incomplete');
});

it('finds somebody whose e-mail Miro keeps in another letter case', async () => {
  expect((await miro.lookup('mixed.case@alderyard.example', patience())).seats).toMatchObject([{ externalId: '3' }]);
});

it('counts no seat for a free license, and none for somebody who is deactivated', async () => {
  expect(await miro.lookup('user2@alderyard.example', patience())).toMatchObject({ seats: [], accounts: [{ paidSeat: false }] });
  members = [member(1, { active: false })];
  expect(await miro.lookup('user1@alderyard.example', patience())).toMatchObject({ seats: [], accounts: [{ enabled: false }] });
});

it('says how many licenses were bought', async () => {
  expect(await miro.check(patience())).toMatchObject({
    ok: true,
    message: 'The token sees the organization Alderyard.',
    facts: [{ label: 'Full licenses bought', value: '5' }],
  });
});

describe('deactivating, which a person does', () => {
  it('hands out a task, and believes it when Miro shows it', async () => {
    const { plan, call, seen } = await planned(miro, 'deactivate-member', await readTarget(miro, { kind: 'account', id: '1' }));
    expect(plan.sentence).toBe('Deactivate user1@alderyard.example in Miro, by hand.');
    expect(await miro.verify(call, seen, patience())).toMatchObject({
      kind: 'does-not-hold',
      message: 'Miro still shows the member as active.',
    });
    Object.assign(members[0] ?? {}, { active: false });
    expect(await miro.verify(call, seen, patience())).toMatchObject({ kind: 'holds' });
    expect(miro.inverse(call, seen, seen, {})).toMatchObject({ presetId: 'reactivate-member' });
    expect(vendor.calls.every((each) => each.method === 'GET')).toBe(true);
  });
});
