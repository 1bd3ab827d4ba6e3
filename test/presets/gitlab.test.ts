import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixedIdentities } from '../../src/connector/identities.ts';
import { VendorError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import {
  type Listing,
  startVendorServer,
  type VendorReply,
  type VendorRequest,
  type VendorServer,
} from '../../src/sandbox/vendors/vendor-server.ts';
import { NOW, type Opened, openConnector, patience, planned, readTarget } from '../support/connectors.ts';

const TOKEN = 'glpat-must-never-show';

const LISTING: Listing = {
  read: ({ json, headers }) => (Array.isArray(json) ? { items: json, total: Number(headers?.['x-total']) } : null),
  write: (reply, items, total) => ({ ...reply, json: items, headers: { ...reply.headers, 'x-total': String(total) } }),
};

interface Member {
  readonly id: number;
  readonly username: string;
  readonly email?: string;
  readonly removable: boolean;
  readonly is_last_owner?: boolean;
}

const member = (id: number, username: string, more: Partial<Member> = {}): Member & Readonly<Record<string, unknown>> => ({
  id,
  username,
  name: username,
  state: 'active',
  last_activity_on: '2026-03-01',
  last_login_at: null,
  membership_type: 'group_member',
  removable: true,
  is_last_owner: false,
  ...more,
});

let members: (Member & Readonly<Record<string, unknown>>)[] = [];
/** Members that GitLab still lists for so many listings after it took the order to remove them. */
let leaving = new Map<number, number>();
let vendor: VendorServer;
let gitlab: Opened;

function answer({ method, path, query, headers }: VendorRequest): VendorReply {
  if (headers['private-token'] !== TOKEN) return { status: 401, json: { message: '401 Unauthorized' } };
  if (path === '/groups/alderyard') return { status: 200, json: { full_path: 'alderyard', name: 'Alderyard', parent_id: null } };
  if (path === '/groups/alderyard/billable_members' && method === 'GET')
    return page(Number(query.get('page')), Number(query.get('per_page')));
  const id = Number(/^\/groups\/alderyard\/billable_members\/(\d+)$/.exec(path)?.[1]);
  const found = members.find((each) => each.id === id);
  if (method !== 'DELETE' || found === undefined) return { status: 404, json: { message: '404 Not Found' } };
  if (!found.removable || found.is_last_owner === true) return { status: 403, json: { message: '403 Forbidden' } };
  leaving.set(id, 2);
  return { status: 204 };
}

function page(number: number, size: number): VendorReply {
  if (number === 1) {
    for (const [id, left] of leaving) {
      leaving.set(id, left - 1);
      if (left <= 1) members = members.filter((each) => each.id !== id);
    }
  }
  const items = members.slice((number - 1) * size, number * size);
  const total = String(members.length);
  return { status: 200, json: items, headers: { 'x-total': total, 'x-page': String(number) } };
}

const open = (more: Partial<Parameters<typeof openConnector>[2]> = {}): Opened =>
  openConnector('gitlab', vendor.url, {
    credential: { token: new Secret(TOKEN) },
    variables: { group: 'alderyard' },
    identities: fixedIdentities([['jangstrom', 'jiri@alderyard.example']]),
    ...more,
  });

beforeEach(async () => {
  members = [member(1, 'nlind', { email: 'Nora.Lind@alderyard.example' }), member(2, 'jangstrom'), member(3, 'ghost')];
  leaving = new Map();
  vendor = await startVendorServer({
    now: () => NOW,
    answer,
    listing: LISTING,
  });
  gitlab = open();
});
afterEach(async () => {
  await gitlab.close();
  await vendor.close();
});

const seat = (id: number) => readTarget(gitlab, { kind: 'seat', id: String(id) });

describe('finding a member', () => {
  it('joins by e-mail where GitLab tells it, without regard to letter case', async () => {
    const { seats } = await gitlab.lookup('nora.lind@ALDERYARD.example', patience());
    expect(seats.map((found) => found.externalId)).toEqual(['1']);
  });

  it('joins by username through the identities, and guesses nobody', async () => {
    const { seats } = await gitlab.lookup('jiri@alderyard.example', patience());
    expect(seats).toMatchObject([{ externalId: '2', holder: { kind: 'person', email: 'jiri@alderyard.example' } }]);
    expect((await gitlab.lookup('ghost@alderyard.example', patience())).seats).toEqual([]);
    expect((await seat(3)).seat?.holder).toEqual({ kind: 'login', label: 'ghost' });
  });

  it('shows what it can when the identities cannot be read, and says what may be missing', async () => {
    const problem = new VendorError('vendor.identities', 200, 'The e-mails of logins cannot be read from Directory: it is away.');
    const without = open({ identities: { table: () => Promise.reject(problem) } });
    try {
      const found = await without.lookup('nora.lind@alderyard.example', patience());
      expect(found).toMatchObject({ seats: [{ externalId: '1' }], gap: problem.message });
      // Known by login alone: nothing found does not mean that there is nothing.
      await expect(without.lookup('jiri@alderyard.example', patience())).rejects.toThrow(problem.message);
    } finally {
      await without.close();
    }
  });

  it('walks all pages', async () => {
    members = Array.from({ length: 250 }, (_, index) => member(index + 1, `user${index + 1}`));
    expect((await seat(250)).seat?.externalId).toBe('250');
    expect(vendor.calls.map((call) => call.path).toSorted()).toEqual(
      [1, 2, 3].map((number) => `/groups/alderyard/billable_members?page=${number}&per_page=100`),
    );
  });

  it('says what is wrong with a token, and warns of a subgroup', async () => {
    expect((await gitlab.check(patience())).message).toBe('The token sees the group alderyard.');
    const wrong = open({ credential: { token: new Secret('other') } });
    expect(await wrong.check(patience())).toMatchObject({ ok: false, message: 'GitLab does not accept the access token.' });
    await wrong.close();
  });

  it.each([
    ['a page without members', { kind: 'empty-page', times: 9 } as const],
    ['a page of HTML', { kind: 'html', status: 200, times: 9 } as const],
    ['403 for a token that is no Owner', { kind: 'status', status: 403, times: 9 } as const],
  ])('never takes %s for an empty list', async (_why, fault) => {
    vendor.faults.add(fault);
    await expect(gitlab.lookup('nora.lind@alderyard.example', patience())).rejects.toThrow(/GitLab/);
  });
});

describe('removing a member', () => {
  it('removes once, and waits until GitLab has done it in the background', async () => {
    const { plan, call, seen } = await planned(gitlab, 'remove-member', await seat(1));
    expect(plan.sentence).toBe('Remove nlind (@nlind) from the GitLab group alderyard, its subgroups and its projects.');
    expect(await gitlab.recheck(call, seen, patience())).toMatchObject({ kind: 'same' });
    expect(await gitlab.perform(call, seen, patience())).toMatchObject({ kind: 'done' });
    expect(await gitlab.verify(call, seen, patience())).toMatchObject({ kind: 'holds' });
    expect(vendor.calls.filter((each) => each.method === 'DELETE')).toHaveLength(1);
    expect(members.map((each) => each.id)).toEqual([2, 3]);
    expect(gitlab.inverse(call, seen, seen, {})).toBeNull();
  });

  it('does nothing when the member was used since it was approved', async () => {
    const { call, seen } = await planned(gitlab, 'remove-member', await seat(1));
    members = members.map((each) => (each.id === 1 ? { ...each, last_activity_on: '2026-11-22' } : each));
    expect(await gitlab.recheck(call, seen, patience())).toMatchObject({ kind: 'changed' });
  });

  it('says why it is not offered for the last Owner and for somebody an invited group brought', async () => {
    members = [member(1, 'owner', { is_last_owner: true }), member(2, 'partner', { removable: false })];
    const because = async (id: number) =>
      gitlab.offers(await seat(id), NOW).map((offer) => (offer.available ? '' : offer.because));
    expect(await because(1)).toEqual(['They are the last Owner of the group; name another one first.']);
    expect(await because(2)).toEqual([
      'They came in through another group that was invited; remove them there, or end the invitation.',
    ]);
  });

  it('finds a removal whose answer was lost by looking', async () => {
    const { call, seen } = await planned(gitlab, 'remove-member', await seat(1));
    vendor.faults.add({ kind: 'lose-answer', method: 'DELETE' });
    expect(await gitlab.perform(call, seen, patience())).toMatchObject({ kind: 'unknown' });
    expect(await gitlab.verify(call, seen, patience())).toMatchObject({ kind: 'holds' });
    expect(vendor.calls.filter((each) => each.method === 'DELETE')).toHaveLength(1);
  });
});
