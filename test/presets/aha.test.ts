import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AhaVendor, startAhaVendor } from '../../src/sandbox/vendors/aha.ts';
import type { AhaUser } from '../../src/sandbox/vendors/aha-user.ts';
import { API_KEY, NOW, type Opened, openConnector, patience, planned, readTarget } from '../support/connectors.ts';
import { json, startScriptedVendor } from '../support/scripted-vendor.ts';

const users = (JSON.parse(readFileSync('presets/aha/samples/users.json', 'utf8')) as { records: AhaUser[] }).records;
const BOT = '6900000000000000205';
const RUNA = '6900000000000000201';
const ADMIN = '6900000000000000204';

let vendor: AhaVendor;
let aha: Opened;
const start = async (options: Partial<Parameters<typeof startAhaVendor>[0]> = {}): Promise<void> => {
  vendor = await startAhaVendor({ now: () => NOW, users, ownerId: BOT, apiKey: API_KEY, ...options });
  aha = openConnector('aha', vendor.baseUrl);
};
const stop = async (): Promise<void> => {
  await aha.close();
  await vendor.close();
};
beforeEach(() => start());
afterEach(stop);

const account = (id: string) => readTarget(aha, { kind: 'account', id });
const change = (id: string, to: Partial<AhaUser>): void => void Object.assign(vendor.state.find(id) ?? {}, to);
const lists = (): number => vendor.calls.filter((call) => call.path.startsWith('/api/v1/users?')).length;

describe('finding a user', () => {
  it('compares e-mails without regard to letter case', async () => {
    const { accounts } = await aha.lookup('JIRI.angstrom@alderyard.example', patience());
    expect(accounts.map((found) => found.externalId)).toEqual(['6900000000000000202']);
    expect((await aha.lookup('nobody@alderyard.example', patience())).accounts).toEqual([]);
  });

  it('lists all users once a minute, however many people are looked up', async () => {
    let now = NOW.getTime();
    const shared = openConnector('aha', vendor.baseUrl, { clock: { now: () => new Date(now) } });
    await Promise.all(users.map((user) => shared.lookup(user.email, patience())));
    await shared.lookup('nobody@alderyard.example', patience());
    expect(lists()).toBe(1);
    now += 59_000;
    expect((await shared.lookup(users[0]?.email ?? '', patience())).readAt).toBe(NOW.toISOString());
    expect(lists()).toBe(1);
    now += 2_000;
    await shared.lookup('nobody@alderyard.example', patience());
    expect(lists()).toBe(2);
    await shared.close();
  });

  it('asks for the largest pages there are, and walks all of them', async () => {
    const many = Array.from({ length: 450 }, (_, index) => ({
      ...(users[0] as AhaUser),
      id: String(7_000_000 + index),
      email: `person${index}@alderyard.example`,
    }));
    await stop();
    await start({ users: many });
    expect((await aha.lookup('person449@alderyard.example', patience())).accounts).toHaveLength(1);
    expect(vendor.calls.map((call) => call.path)).toEqual([1, 2, 3].map((page) => `/api/v1/users?page=${page}&per_page=200`));
  });

  it('forgets what it listed as soon as something is changed', async () => {
    await aha.lookup('runa.solberg@alderyard.example', patience());
    const { call, seen } = await planned(aha, 'deactivate-user', await account(RUNA));
    await aha.perform(call, seen, patience());
    const { accounts } = await aha.lookup('runa.solberg@alderyard.example', patience());
    expect(accounts[0]?.enabled).toBe(false);
  });

  it('refuses a list that is shorter than its total', async () => {
    vendor.faults.add({ kind: 'empty-page', times: 9 });
    await expect(aha.lookup('runa.solberg@alderyard.example', patience())).rejects.toMatchObject({ code: 'vendor.short-list' });
  });

  it('reads a user with and without its envelope, and knows when there is none', async () => {
    expect((await account(RUNA)).account?.name).toBe('Runa Solberg');
    const bare = await startScriptedVendor();
    bare.answers(json(users[0]));
    const other = openConnector('aha', bare.url);
    expect((await readTarget(other, { kind: 'account', id: RUNA })).account?.paidSeat).toBe(true);
    await other.close();
    await bare.close();
    expect(await aha.target({ integrationId: 'aha', kind: 'account', id: '6900000000000009999' }, patience())).toBeNull();
  });

  it('gives one role for each name, with the products beneath', async () => {
    const { response } = await aha.run('user-role', { userId: RUNA }, patience());
    expect(response['roles']).toEqual([
      { role: 'Owner', products: ['Checkout', 'Payments', '770003'] },
      { role: 'Viewer', products: ['Research'] },
    ]);
  });

  it('names the owner of the key, and warns when it can only look', async () => {
    expect(await aha.check(patience())).toMatchObject({
      ok: true,
      message: 'The key belongs to Tomasz Reyes <tomasz.reyes@alderyard.example>.',
    });
    const bare = await startScriptedVendor();
    bare.answers(json({ user: { name: 'V', email: 'v@alderyard.example', administrator: false } }));
    const other = openConnector('aha', bare.url);
    expect((await other.check(patience())).message).toContain('It can only look');
    await other.close();
    await bare.close();
  });
});

describe('updating', () => {
  it('sends what was changed and nothing else', async () => {
    const target = await account(RUNA);
    const form = { ...aha.prefill('update-user', target, NOW), firstName: 'Rúna', administrator: 'no', enabled: 'true' };
    const { plan, call, seen } = await planned(aha, 'update-user', target, form);
    expect(plan.inputs).toEqual({ userId: RUNA, firstName: 'Rúna' });
    expect(plan.sentence).toBe('Change Runa Solberg <runa.solberg@alderyard.example> in Aha!: first name to Rúna.');
    expect(await aha.perform(call, seen, patience())).toMatchObject({ kind: 'done', response: { name: 'Rúna Solberg' } });
    expect(vendor.calls.at(-1)).toMatchObject({ method: 'PUT', body: { user: { first_name: 'Rúna' } } });
    const verified = await aha.verify(call, seen, patience());
    expect(verified).toMatchObject({ kind: 'holds', response: { name: 'Rúna Solberg', enabled: true } });
    if (verified.kind !== 'holds') return;
    expect(aha.inverse(call, seen, verified.after, verified.response)).toMatchObject({
      presetId: 'update-user',
      inputs: { firstName: 'Runa', lastName: 'Solberg' },
    });
  });

  it('understands a reply with the envelope as well', async () => {
    const { call, seen } = await planned(aha, 'update-user', await account(RUNA), { lastName: 'Berg' });
    vendor.faults.add({ kind: 'status', status: 200, body: { user: { ...users[0], name: 'Runa Berg' } }, method: 'PUT' });
    expect(await aha.perform(call, seen, patience())).toMatchObject({ kind: 'done', response: { id: RUNA, name: 'Runa Berg' } });
  });

  it('sends false where false was chosen', async () => {
    const { plan, call, seen } = await planned(aha, 'update-user', await account(ADMIN), { administrator: false });
    expect(plan.evidence.warnings).toContain('Pax Whitlock stops being an administrator.');
    await aha.perform(call, seen, patience());
    expect(vendor.calls.at(-1)?.body).toEqual({ user: { administrator: false } });
  });

  it('asks nothing of the vendor when nothing was changed', async () => {
    const target = await account(RUNA);
    const calls = vendor.calls.length;
    expect(await aha.plan('update-user', target, aha.prefill('update-user', target, NOW), patience())).toEqual({
      ok: false,
      problems: [{ input: null, message: 'Nothing was changed.' }],
    });
    expect(vendor.calls).toHaveLength(calls);
  });

  it('lists every input that is wrong', async () => {
    const result = await aha.plan('update-user', await account(RUNA), { email: 'nonsense', enabled: 'maybe' }, patience());
    expect(result).toMatchObject({ ok: false, problems: [{ input: 'email' }, { input: 'enabled' }] });
  });

  it('stops when the user was changed meanwhile', async () => {
    const { call, seen } = await planned(aha, 'update-user', await account(RUNA), { lastName: 'Berg' });
    change(RUNA, { administrator: true });
    expect(await aha.recheck(call, seen, patience())).toEqual({
      kind: 'changed',
      changes: ['"Administrator" was no and is now yes.'],
    });
    change(RUNA, { administrator: false, name: 'Runa Berg' });
    expect((await aha.recheck(call, seen, patience())).kind).toBe('already');
  });

  it('warns where a name of three words is split', async () => {
    change(RUNA, { name: 'Runa Maj Solberg' });
    const { seen } = await planned(aha, 'update-user', await account(RUNA), { firstName: 'Rúna' });
    expect(seen.warnings.join()).toContain('check where this name is split');
  });

  it('words what Aha! does not accept', async () => {
    const { call, seen } = await planned(aha, 'update-user', await account(RUNA), { email: 'taken@alderyard.example' });
    vendor.faults.add({
      kind: 'status',
      status: 422,
      body: { errors: { message: 'Email has already been taken' } },
      method: 'PUT',
    });
    expect(await aha.perform(call, seen, patience())).toMatchObject({
      kind: 'refused',
      message: 'Aha! does not accept the new values. Check e-mail and names; an e-mail may belong to one user only.',
      response: { error: 'Email has already been taken' },
    });
  });
});

describe('deactivating', () => {
  it('disables the user, sees it, and can be undone', async () => {
    const { plan, call, seen } = await planned(aha, 'deactivate-user', await account(RUNA));
    expect(plan.sentence).toContain('Deactivate Runa Solberg <runa.solberg@alderyard.example> in Aha!');
    expect((await aha.recheck(call, seen, patience())).kind).toBe('same');
    expect(await aha.perform(call, seen, patience())).toMatchObject({ kind: 'done', response: { enabled: false } });
    expect(vendor.calls.at(-1)?.body).toEqual({ user: { enabled: false } });
    const verified = await aha.verify(call, seen, patience());
    if (verified.kind !== 'holds') throw new Error('not deactivated');
    // Aha! leaves the flag of the paid seat as it was; the seat is free all the same.
    expect(verified.after.holdings[0]).toMatchObject({ enabled: false, paidSeat: false, fields: { 'Is Paid Seat': true } });
    const undo = aha.inverse(call, seen, verified.after, verified.response);
    expect(undo).toEqual({
      presetId: 'update-user',
      target: call.target,
      inputs: { enabled: true },
      sentence: 'Enable Runa Solberg <runa.solberg@alderyard.example> in Aha! again.',
    });
    const back = await planned(aha, 'update-user', await account(RUNA), undo?.inputs ?? {});
    await aha.perform(back.call, back.seen, patience());
    expect((await aha.verify(back.call, back.seen, patience())).kind).toBe('holds');
    expect(vendor.state.effects.count(RUNA, 'reactivate')).toBe(1);
  });

  it('is not offered for a user who is disabled', async () => {
    expect(aha.offers(await account('6900000000000000203'), NOW)).toContainEqual(
      expect.objectContaining({ available: false, because: 'The user is already deactivated.' }),
    );
  });

  it('marks administrators, and seats that cost nothing', async () => {
    const warnings = async (id: string) => (await planned(aha, 'deactivate-user', await account(id))).seen.warnings;
    expect(await warnings(ADMIN)).toEqual(['Pax Whitlock is an administrator of the Aha! account.']);
    change(RUNA, { paid_seat: false });
    expect(await warnings(RUNA)).toEqual(['Runa Solberg has no paid seat: deactivating saves nothing.']);
  });

  it('never locks the bot itself out', async () => {
    const no = { ok: false, problems: [{ message: "The bot's own key belongs to this user; the bot would lock itself out." }] };
    expect(await aha.plan('deactivate-user', await account(BOT), {}, patience())).toMatchObject(no);
    expect(await aha.plan('update-user', await account(BOT), { enabled: false }, patience())).toMatchObject(no);
  });

  it('goes on without knowing the owner of the key, when the vendor does not tell', async () => {
    vendor.faults.add({ kind: 'status', status: 403, path: '/me', times: 3 });
    expect((await aha.plan('deactivate-user', await account(RUNA), {}, patience())).ok).toBe(true);
  });

  it('stops when the user came back to work, and says when it is done already', async () => {
    const { call, seen } = await planned(aha, 'deactivate-user', await account('6900000000000000202'));
    change('6900000000000000202', { accessed_at: '2026-11-22T08:00:00.000Z' });
    expect(await aha.recheck(call, seen, patience())).toEqual({
      kind: 'changed',
      changes: ['The last use was never and is now 22 Nov 2026.'],
    });
    change('6900000000000000202', { enabled: false });
    expect(await aha.recheck(call, seen, patience())).toMatchObject({ kind: 'already' });
  });

  it('is refused with a key that may not, in words', async () => {
    const { call, seen } = await planned(aha, 'deactivate-user', await account(RUNA));
    vendor.faults.add({ kind: 'status', status: 403, body: { error: 'Not allowed' }, method: 'PUT' });
    expect(await aha.perform(call, seen, patience())).toMatchObject({
      kind: 'refused',
      code: '403',
      response: { error: 'Not allowed' },
    });
  });

  it('finds out by looking whether a lost answer was a yes', async () => {
    const { call, seen } = await planned(aha, 'deactivate-user', await account(RUNA));
    vendor.faults.add({ kind: 'lose-answer', method: 'PUT' });
    expect((await aha.perform(call, seen, patience())).kind).toBe('unknown');
    expect((await aha.verify(call, seen, patience())).kind).toBe('holds');
    expect(vendor.state.effects.count(RUNA, 'deactivate')).toBe(1);
  });
});

describe('product roles', () => {
  beforeEach(async () => {
    await stop();
    await start({
      products: [
        { id: '770001', name: 'Checkout' },
        { id: '770004', name: 'Research' },
      ],
    });
  });

  it('are read with the products they are held on', async () => {
    const { response } = await aha.run('product-roles', { userId: RUNA }, patience());
    expect(response['roles']).toContainEqual({ productId: '770003', product: '770003', role: 'Owner' });
    expect(response['roles']).toContainEqual({ productId: '770004', product: 'Research', role: 'Viewer' });
  });

  it('are set one at a time, seen, and given back', async () => {
    const { plan, call, seen } = await planned(aha, 'set-product-role', await account(RUNA), {
      productId: '770001',
      role: 'viewer',
    });
    expect(plan.sentence).toBe(
      'Change the role of Runa Solberg <runa.solberg@alderyard.example> on the Aha! product Checkout from Owner to Viewer.',
    );
    expect((await aha.recheck(call, seen, patience())).kind).toBe('same');
    expect((await aha.perform(call, seen, patience())).kind).toBe('done');
    expect(vendor.calls.at(-1)).toMatchObject({
      method: 'POST',
      path: `/api/v1/users/${RUNA}/product_roles`,
      body: { product_role: { role: 'viewer', product_id: '770001' } },
    });
    const verified = await aha.verify(call, seen, patience());
    if (verified.kind !== 'holds') throw new Error('the role is the old one');
    const undo = aha.inverse(call, seen, verified.after, verified.response);
    expect(undo).toMatchObject({ presetId: 'set-product-role', inputs: { productId: '770001', role: 'product_owner' } });
  });

  it('are taken away, and given where there was none', async () => {
    const none = await planned(aha, 'set-product-role', await account(RUNA), { productId: '770004', role: 'none' });
    expect((await aha.perform(none.call, none.seen, patience())).kind).toBe('done');
    const verified = await aha.verify(none.call, none.seen, patience());
    if (verified.kind !== 'holds') throw new Error('the role is still there');
    const undo = aha.inverse(none.call, none.seen, verified.after, verified.response);
    const back = await planned(aha, 'set-product-role', await account(RUNA), undo?.inputs);
    expect(back.plan.sentence).toContain('from no role to Viewer');
  });

  it('stop when somebody else changed the role meanwhile, and say when it is done', async () => {
    const { call, seen } = await planned(aha, 'set-product-role', await account(RUNA), { productId: '770004', role: 'reviewer' });
    const held = vendor.state.find(RUNA)?.product_roles.find((role) => role.product_id === '770004');
    Object.assign(held ?? {}, { role: 30, role_description: 'Contributor' });
    expect(await aha.recheck(call, seen, patience())).toMatchObject({
      changes: ['The role on the product was Viewer and is now Contributor.'],
    });
    Object.assign(held ?? {}, { role: 40, role_description: 'Reviewer' });
    expect((await aha.recheck(call, seen, patience())).kind).toBe('already');
  });
});

describe('groups of paid seats', () => {
  const group = (id: string, name: string, capacity: number) => ({
    id,
    name,
    capacity,
    administratorIds: [],
    createdAt: '2025-01-01T00:00:00.000Z',
  });
  const NORTH = '8810';
  const SOUTH = '8811';
  beforeEach(async () => {
    await stop();
    await start({ seatGroups: [group(NORTH, 'North', 2), group(SOUTH, 'South', 1)] });
  });
  const move = async (id: string, inputs: { groupId: string; move: string }) => {
    const { plan, call, seen } = await planned(aha, 'change-seat-group', await account(id), inputs);
    const performed = await aha.perform(call, seen, patience());
    return { plan, call, seen, performed, verified: await aha.verify(call, seen, patience()) };
  };

  it('are listed with what is taken', async () => {
    await move(RUNA, { groupId: SOUTH, move: 'in' });
    expect((await aha.run('paid-seat-groups', {}, patience())).response['groups']).toEqual([
      { id: NORTH, name: 'North', capacity: 2, allocated: 0, full: false },
      { id: SOUTH, name: 'South', capacity: 1, allocated: 1, full: true },
    ]);
    expect((await aha.run('seat-group-of-user', { userId: RUNA }, patience())).response).toEqual({ id: SOUTH, name: 'South' });
  });

  it('take a user in, and let them out', async () => {
    const { plan, call, seen, verified } = await move(RUNA, { groupId: NORTH, move: 'in' });
    expect(plan.sentence).toBe('Move Runa Solberg <runa.solberg@alderyard.example> into the Aha! paid-seat group North.');
    expect(vendor.calls.find(({ method }) => method === 'POST')).toMatchObject({
      path: `/api/v1/paid_seat_groups/${NORTH}/modify_user`,
      body: { user_id: RUNA, remove: false },
    });
    if (verified.kind !== 'holds') throw new Error('not in the group');
    const undo = aha.inverse(call, seen, verified.after, verified.response);
    expect(undo?.inputs).toEqual({ groupId: NORTH, move: 'out' });
    const out = await move(RUNA, { groupId: NORTH, move: 'out' });
    expect([out.performed.kind, out.verified.kind]).toEqual(['done', 'holds']);
  });

  it('give a user back to the group they came from', async () => {
    await move(RUNA, { groupId: NORTH, move: 'in' });
    const { call, seen, verified } = await move(RUNA, { groupId: SOUTH, move: 'in' });
    if (verified.kind !== 'holds') throw new Error('not in the group');
    expect(seen.warnings).toContain('Runa Solberg leaves the group North.');
    expect(aha.inverse(call, seen, verified.after, verified.response)?.inputs).toEqual({ groupId: NORTH, move: 'in' });
  });

  it('refuse what does not fit, before anything is sent', async () => {
    await move(RUNA, { groupId: SOUTH, move: 'in' });
    const why = async (id: string, inputs: { groupId: string; move: string }) => {
      const plan = await aha.plan('change-seat-group', await account(id), inputs, patience());
      return plan.ok ? '' : plan.problems[0]?.message;
    };
    expect(await why(ADMIN, { groupId: SOUTH, move: 'in' })).toBe('The group South has no seat left.');
    expect(await why(ADMIN, { groupId: '99', move: 'in' })).toContain('It has North (8810), South (8811).');
    expect(await why(RUNA, { groupId: SOUTH, move: 'in' })).toBe('The user is in the group already.');
  });
});
