import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { type ScimHabits, type ScimUser, type ScimVendor, startScimVendor } from '../../src/sandbox/vendors/scim.ts';
import { API_KEY, NOW, type Opened, openConnector, patience, planned, readTarget } from '../support/connectors.ts';
import { type ScimServer, startScimServer, storedUser } from '../support/scim-server.ts';

const open = (baseUrl: string, variables: Record<string, string> = {}, token = API_KEY): Opened =>
  openConnector('scim', baseUrl, { credential: { token: new Secret(token) }, variables: { address: baseUrl, ...variables } });
const account = (scim: Opened, id: string) => readTarget(scim, { kind: 'account', id });
const idsOf = async (scim: Opened) => {
  const ids: string[] = [];
  const onPage: Parameters<Opened['load']>[1] = ({ records }) => {
    ids.push(...records.flatMap(({ accounts }) => accounts.map(({ externalId }) => externalId)));
  };
  const report = await scim.load({}, onPage, patience());
  return { outcome: report.outcome, ids };
};

describe('a real SCIM server', () => {
  const nora = () => storedUser('nora.lind', { id: 'n-1', roles: [{ type: 'seatType', value: 'Full' }] });
  let server: ScimServer;
  let scim: Opened;
  beforeEach(async () => {
    const odd = storedUser('odd', { id: 'o-1', userName: 'oddbjorn', emails: [{ value: 'Odd.Berg@alderyard.example' }] });
    const many = Array.from({ length: 250 }, (_, index) => storedUser(`person${index}`));
    server = await startScimServer(API_KEY, [nora(), odd, ...many]);
    scim = open(server.url);
  });
  afterEach(async () => {
    await scim.close();
    await server.close();
  });
  const stored = (id: string) => server.users.find((user) => user.id === id);

  it('is asked for one user by name, whatever the letter case', async () => {
    const { accounts } = await scim.lookup('Nora.LIND@alderyard.example', patience());
    expect(accounts).toMatchObject([{ externalId: 'n-1', email: 'nora.lind@alderyard.example', enabled: true }]);
    expect(accounts[0]?.lastActivity).toEqual({ kind: 'unknown' });
    expect(server.calls).toEqual(['GET /Users?filter=userName+eq+"nora.lind@alderyard.example"&startIndex=1&count=100']);
  });

  it('is looked through for somebody whose user name is no e-mail, once for everybody', async () => {
    expect((await scim.lookup('odd.berg@alderyard.example', patience())).accounts).toMatchObject([{ externalId: 'o-1' }]);
    expect((await scim.lookup('nobody@alderyard.example', patience())).accounts).toEqual([]);
    expect(server.calls.filter((call) => !call.includes('filter'))).toHaveLength(3);
  });

  it('is listed in pages', async () => {
    const { outcome, ids } = await idsOf(scim);
    expect(outcome).toBe('complete');
    expect(new Set(ids).size).toBe(252);
  });

  it('deactivates a user and activates them again', async () => {
    const { plan, call, seen } = await planned(scim, 'deactivate-user', await account(scim, 'n-1'));
    expect(plan.sentence).toBe('Deactivate nora.lind <nora.lind@alderyard.example>. They cannot sign in any more.');
    expect(seen.warnings).toContain('SCIM does not tell when somebody last used it: ask elsewhere whether they do.');
    expect((await scim.recheck(call, seen, patience())).kind).toBe('same');
    expect(await scim.perform(call, seen, patience())).toMatchObject({ kind: 'done' });
    expect(stored('n-1')?.active).toBe(false);
    const verified = await scim.verify(call, seen, patience());
    if (verified.kind !== 'holds') throw new Error('still active');
    expect(verified.message).toBe('The service shows the user as inactive.');
    const undo = scim.inverse(call, seen, verified.after, verified.response);
    expect(undo).toMatchObject({ presetId: 'activate-user', target: call.target });
    const back = await planned(scim, 'activate-user', await account(scim, 'n-1'));
    await scim.perform(back.call, back.seen, patience());
    expect((await scim.verify(back.call, back.seen, patience())).kind).toBe('holds');
    expect(stored('n-1')?.active).toBe(true);
  });

  it('takes an operation without a path as well', async () => {
    const other = open(server.url, { patchForm: 'value' });
    const { call, seen } = await planned(other, 'deactivate-user', await account(other, 'n-1'));
    expect((await other.perform(call, seen, patience())).kind).toBe('done');
    expect((await other.verify(call, seen, patience())).kind).toBe('holds');
    expect(stored('n-1')?.active).toBe(false);
    await other.close();
  });

  it('changes the kind of seat, and gives it back', async () => {
    const { plan, call, seen } = await planned(scim, 'change-seat', await account(scim, 'n-1'), { seat: 'View' });
    expect(plan.sentence).toContain('from Full to View');
    expect((await scim.perform(call, seen, patience())).kind).toBe('done');
    const verified = await scim.verify(call, seen, patience());
    if (verified.kind !== 'holds') throw new Error('the seat is the old one');
    expect(stored('n-1')?.roles).toMatchObject([{ type: 'seatType', value: 'View' }]);
    expect(scim.inverse(call, seen, verified.after, verified.response)).toMatchObject({ inputs: { seat: 'Full' } });
  });

  it('removes a user for good', async () => {
    const { call, seen } = await planned(scim, 'remove-user', await account(scim, 'n-1'));
    expect((await scim.perform(call, seen, patience())).kind).toBe('done');
    expect(await scim.verify(call, seen, patience())).toMatchObject({
      kind: 'holds',
      message: 'The service does not have the user any more.',
    });
    expect(await scim.target({ integrationId: 'scim', kind: 'account', id: 'n-1' }, patience())).toBeNull();
    expect(stored('n-1')).toBeUndefined();
  });

  it('says how many users the token sees, or that it does not know the token', async () => {
    expect(await scim.check(patience())).toMatchObject({ ok: true, message: 'The token sees 252 users.' });
    const stranger = open(server.url, {}, 'another-token');
    expect(await stranger.check(patience())).toMatchObject({ ok: false, message: 'The service does not accept the token.' });
    await stranger.close();
  });

  it('stops when the user was changed meanwhile, and says when it is done already', async () => {
    const { call, seen } = await planned(scim, 'deactivate-user', await account(scim, 'n-1'));
    const user = stored('n-1') as { userName: string; active?: boolean };
    user.userName = 'nora.berg@alderyard.example';
    expect(await scim.recheck(call, seen, patience())).toEqual({
      kind: 'changed',
      changes: ['The user name was nora.lind@alderyard.example and is now nora.berg@alderyard.example.'],
    });
    user.active = false;
    expect((await scim.recheck(call, seen, patience())).kind).toBe('already');
  });
});

describe('the habits of services', () => {
  const users = (JSON.parse(readFileSync('presets/scim/samples/users.json', 'utf8')) as { records: ScimUser[] }).records;
  const RUNA = 'u-3001';
  let vendor: ScimVendor;
  let scim: Opened;
  const start = async (habits: ScimHabits = {}, variables: Record<string, string> = {}): Promise<void> => {
    vendor = await startScimVendor({ now: () => NOW, users, token: API_KEY, habits });
    scim = open(vendor.baseUrl, variables);
  };
  afterEach(async () => {
    await scim.close();
    await vendor.close();
  });
  const deactivate = async () => {
    const { call, seen } = await planned(scim, 'deactivate-user', await account(scim, RUNA));
    const performed = await scim.perform(call, seen, patience());
    return { call, seen, performed, verified: await scim.verify(call, seen, patience()) };
  };

  it('pages of their own size are walked by what came', async () => {
    await start({ pageSize: 4 });
    const { outcome, ids } = await idsOf(scim);
    expect({ outcome, ids }).toEqual({ outcome: 'complete', ids: users.map((user) => user.id) });
    expect(vendor.calls.map((call) => new URL(call.path, 'http://v').searchParams.get('startIndex'))).toEqual(['1', '5']);
  });

  it('a page that fails leaves the listing incomplete', async () => {
    await start({ pageSize: 4 });
    vendor.faults.add({ kind: 'status', status: 500, path: 'startIndex=5', times: 20 });
    expect((await idsOf(scim)).outcome).toBe('incomplete');
  });

  it('an empty list may come without Resources', async () => {
    await start();
    expect((await scim.lookup('nobody@alderyard.example', patience())).accounts).toEqual([]);
  });

  it('those who are inactive may be missing from the list and still be read', async () => {
    await start({ hidesInactive: true });
    const { verified } = await deactivate();
    expect(verified.kind).toBe('holds');
    expect((await idsOf(scim)).ids).not.toContain(RUNA);
    expect((await account(scim, RUNA)).account?.enabled).toBe(false);
  });

  it('a PATCH may answer with nothing', async () => {
    await start({ silentPatch: true });
    const { performed, verified } = await deactivate();
    expect([performed.kind, verified.kind]).toEqual(['done', 'holds']);
  });

  it('deactivating may take the user out, and then there is nothing to undo', async () => {
    await start({ deactivatingRemoves: true });
    const { call, seen, verified } = await deactivate();
    if (verified.kind !== 'holds') throw new Error('still there');
    expect(verified.message).toBe('The service does not have the user any more.');
    expect(scim.inverse(call, seen, verified.after, verified.response)).toBeNull();
  });

  it.each([
    ['refuse', 'refused'],
    ['deactivate', 'done'],
    ['remove', 'done'],
  ] as const)('DELETE may %s', async (onDelete, performed) => {
    await start({ onDelete });
    const { call, seen } = await planned(scim, 'remove-user', await account(scim, RUNA));
    expect((await scim.perform(call, seen, patience())).kind).toBe(performed);
    if (performed === 'done') expect((await scim.verify(call, seen, patience())).kind).toBe('holds');
  });

  it('a seat may not be lowered', async () => {
    await start({ refusesSeat: () => true });
    const { call, seen } = await planned(scim, 'change-seat', await account(scim, RUNA), { seat: 'View' });
    expect(await scim.perform(call, seen, patience())).toMatchObject({ kind: 'refused', code: 'mutability' });
  });

  it('a service that takes no more writes is told in words', async () => {
    await start({ writesPerMinute: 0 });
    const { call, seen } = await planned(scim, 'deactivate-user', await account(scim, RUNA));
    const performed = await scim.perform(call, seen, patience());
    expect(performed.kind).toBe('refused');
    expect(vendor.state.effects.count(RUNA, 'deactivate')).toBe(0);
  });

  it('a lost answer is found out by looking, and nothing is done twice', async () => {
    await start();
    vendor.faults.add({ kind: 'lose-answer', method: 'PATCH' });
    const { performed, verified } = await deactivate();
    expect([performed.kind, verified.kind]).toEqual(['unknown', 'holds']);
    expect(vendor.state.effects.count(RUNA, 'deactivate')).toBe(1);
  });

  it('seats that cost nothing are named by the integration, else what is paid for is unknown', async () => {
    await start({}, { freeSeats: 'View,read-only' });
    expect((await account(scim, RUNA)).account?.paidSeat).toBe(true);
    expect((await account(scim, 'u-3006')).account).toMatchObject({ paidSeat: false, administrator: true });
    const unsaid = open(vendor.baseUrl);
    expect((await account(unsaid, RUNA)).account?.paidSeat).toBeNull();
    await unsaid.close();
  });

  it('a user without roles is told by kind', async () => {
    await start();
    const { response } = await scim.run('user-role', { userId: 'u-3002' }, patience());
    expect(response['roles']).toEqual([{ role: 'regular', kind: 'userType' }]);
  });
});
