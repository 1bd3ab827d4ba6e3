import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VendorError } from '../../src/domain/errors.ts';
import { type JetBrainsVendor, startJetBrainsVendor } from '../../src/sandbox/vendors/jetbrains.ts';
import type { Licence } from '../../src/sandbox/vendors/jetbrains-licence.ts';
import { API_KEY, NOW, type Opened, openConnector, patience, planned, readTarget } from '../support/connectors.ts';

const seats = (JSON.parse(readFileSync('presets/jetbrains/samples/licenses.json', 'utf8')) as { records: Licence[] }).records;
const RUNA = 'runa.solberg@alderyard.example';

let vendor: JetBrainsVendor;
let jetbrains: Opened;
const start = async (options: Partial<Parameters<typeof startJetBrainsVendor>[0]> = {}): Promise<void> => {
  vendor = await startJetBrainsVendor({ now: () => NOW, seats, apiKey: API_KEY, ...options });
  jetbrains = openConnector('jetbrains', vendor.baseUrl);
};
const stop = async (): Promise<void> => {
  await jetbrains.close();
  await vendor.close();
};
beforeEach(() => start());
afterEach(stop);

const change = (licenseId: string, to: Partial<Licence>): void => void Object.assign(vendor.state.find(licenseId) ?? {}, to);
const paths = (): string[] => vendor.calls.map((call) => `${call.method} ${call.path.replace('/api/v1', '')}`);
const seat = (id: string) => readTarget(jetbrains, { kind: 'seat', id });
const person = (id: string) => readTarget(jetbrains, { kind: 'person', id });
const ids = async (email: string): Promise<string[]> =>
  (await jetbrains.lookup(email, patience())).seats.map((found) => found.externalId).toSorted();

describe('looking a person up', () => {
  it('finds every license of a person, whatever the letter case on either side', async () => {
    expect(await ids('Runa.SOLBERG@alderyard.example ')).toEqual(['QW81ACTIVE', 'QW82UPCASE']);
  });

  it('looks once through the whole list when the vendor minds letter case', async () => {
    await stop();
    await start({ exactEmails: true, seats: seats.filter((licence) => licence.licenseId !== 'QW81ACTIVE') });
    expect(await ids(RUNA)).toEqual(['QW82UPCASE']);
    expect(paths()).toEqual([
      'GET /customer/licenses?assigneeEmail=runa.solberg%40alderyard.example&page=1&perPage=100',
      'GET /customer/licenses?page=1&perPage=100',
    ]);
    await ids('nobody@alderyard.example');
    expect(paths().filter((path) => !path.includes('assigneeEmail'))).toHaveLength(1);
  });

  it('finds nobody under the name of a server, a key or a domain', async () => {
    const everything = seats.flatMap((licence) => (licence.assignee?.type === 'USER' ? [licence.assignee.email] : []));
    const found = await Promise.all([...new Set(everything)].map(ids));
    const held = new Set(found.flat());
    for (const id of ['QW93VAULTS', 'QW94SERVER', 'QW95KEYHLD', 'QW96DOMAIN', 'QW90FREEAA']) expect(held.has(id)).toBe(false);
  });

  it('drops key material before anything sees it', async () => {
    const target = await seat('QW95KEYHLD');
    expect(target.seat?.holder).toEqual({ kind: 'key', label: 'License key of Alder Yard AS' });
    expect(JSON.stringify(target)).not.toContain('INVENTED');
  });

  it('tells a record it cannot read, and goes on with the rest', async () => {
    change('QW82UPCASE', {
      subscription: { validUntilDate: 'soon', isOutdated: false, subscriptionPackRef: null, isAutomaticallyRenewed: true },
    });
    const found = await jetbrains.lookup(RUNA, patience());
    expect(found.seats).toHaveLength(1);
    expect(found.rejected).toEqual([
      { problem: 'JetBrains record QW82UPCASE cannot be read: "valid until" should be a date and is "soon".' },
    ]);
  });

  it('refuses a list that is shorter than its total', async () => {
    vendor.faults.add({ kind: 'empty-page', path: '/customer/licenses', times: 9 });
    const error = await jetbrains.lookup(RUNA, patience()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(VendorError);
    expect(error).toMatchObject({ code: 'vendor.short-list' });
  });

  it('gives the roles of a person: products, and what has expired', async () => {
    const { response } = await jetbrains.run('saas-user-role', { email: 'greta.ilves@alderyard.example' }, patience());
    expect(response['roles']).toEqual([
      { role: 'Expired Subscription', licenseId: 'QW87EXPIRD', product: 'WebStorm', lastSeen: '2025-02-11T17:00:00.000Z' },
    ]);
    const unknown = await jetbrains.run('saas-user-role', { email: 'pax.whitlock@alderyard.example' }, patience());
    expect(unknown.response['roles']).toMatchObject([
      { role: 'All Products Pack', lastSeen: 'unknown' },
      { role: 'All Products Pack', lastSeen: 'unknown' },
    ]);
  });

  it('lists as free only what can be assigned', async () => {
    expect((await jetbrains.free(patience())).map((free) => free.externalId)).toEqual(['QW90FREEAA', 'QW91FREEBB']);
    expect((await jetbrains.run('available-licenses', { productCode: 'ws', team: '5100202' }, patience())).response).toEqual({
      count: 0,
    });
    expect((await jetbrains.run('available-licenses', { productCode: 'WS', team: '5100202' }, patience())).response).toEqual({
      count: 1,
    });
  });

  it('knows that a license is not there, and does not take another 404 for it', async () => {
    expect(await jetbrains.target({ integrationId: 'jetbrains', kind: 'seat', id: 'NOPE' }, patience())).toBeNull();
    vendor.faults.add({ kind: 'html', status: 404, path: '/customer/licenses/QW81ACTIVE' });
    await expect(seat('QW81ACTIVE')).rejects.toMatchObject({ code: 'vendor.not-found' });
  });
});

describe('checking the key', () => {
  it('tells what the key may do', async () => {
    expect(await jetbrains.check(patience())).toMatchObject({
      ok: true,
      hint: null,
      message: 'The key works for organization 7001234, all teams.',
    });
  });

  it('warns of a key that can only look, of a team too', async () => {
    await stop();
    await start({ token: { type: 'TEAM', role: 'VIEWER', teamId: 5100202 } });
    const report = await jetbrains.check(patience());
    expect(report).toMatchObject({
      ok: true,
      message: 'The key works for organization 7001234, one team. It can only look: its owner is a viewer.',
    });
    expect(report.hint).not.toBeNull();
    expect(report.facts).toContainEqual({ label: 'Teams', value: 'Embedded · Øst' });
  });

  it('says which of key and company code are missing or wrong', async () => {
    await stop();
    await start({ apiKey: 'another' });
    expect(await jetbrains.check(patience())).toMatchObject({
      ok: false,
      message: 'JetBrains does not accept this API key for this company code.',
      hint: 'Check both: a wrong company code is answered like a wrong key.',
    });
  });
});

describe('revoking', () => {
  it.each([
    ['QW81ACTIVE', null],
    ['QW84MASKED', 'JetBrains refuses a revoke until 14 Dec.'],
    ['QW85NOSEEN', null],
    ['QW87EXPIRD', null],
    ['QW90FREEAA', 'Nobody holds this license.'],
    ['QW93VAULTS', 'A license server holds it, not a person; it is managed there.'],
    ['QW95KEYHLD', 'A license key holds it, not a person; JetBrains cannot take it back over the API.'],
    ['QW96DOMAIN', 'It belongs to everyone of a domain, not to a person.'],
  ])('%s: %s', async (id, because) => {
    const [offer] = jetbrains.offers(await seat(id), NOW);
    expect(offer).toMatchObject(because === null ? { available: true } : { available: false, because });
    const plan = await jetbrains.plan('revoke-license', await seat(id), {}, patience());
    expect(plan.ok).toBe(because === null);
    if (!plan.ok) expect(plan.problems[0]?.message).toBe(because);
  });

  it('takes one license by its id, in the query and without a body, and sees that it is free', async () => {
    const { plan, call } = await planned(jetbrains, 'revoke-license', await seat('QW82UPCASE'));
    expect(plan.sentence).toBe('Revoke PyCharm (license QW82UPCASE) from Runa Solberg <runa.solberg@alderyard.example>.');
    expect(plan.affected).toEqual({ userId: null, email: RUNA, name: 'Runa Solberg' });
    const recheck = await jetbrains.recheck(call, plan.evidence, patience());
    expect(recheck.kind).toBe('same');
    expect(await jetbrains.perform(call, plan.evidence, patience())).toEqual({
      kind: 'done',
      response: { licenseIds: ['QW82UPCASE'] },
    });
    expect(vendor.calls.at(-1)).toMatchObject({
      method: 'POST',
      path: '/api/v1/customer/licenses/revoke?licenseId=QW82UPCASE',
      body: undefined,
    });
    expect(await jetbrains.verify(call, plan.evidence, patience())).toMatchObject({
      kind: 'holds',
      response: { status: 'free' },
    });
    expect(vendor.state.effects.total()).toBe(1);
  });

  it('warns of an offline code, a trial and an ended subscription', async () => {
    const warnings = async (id: string) => (await planned(jetbrains, 'revoke-license', await seat(id))).seen.warnings.join(' ');
    expect(await warnings('QW83OFFLNE')).toContain('keeps working on that machine');
    change('QW89TRIALS', { lastSeen: { lastAssignmentDate: null, lastSeenDate: null, isOfflineCodeGenerated: null } });
    expect(await warnings('QW89TRIALS')).toContain('This is a trial');
    expect(await warnings('QW87EXPIRD')).toContain('has ended');
  });

  it.each([
    {
      why: 'the holder',
      to: { assignee: { type: 'USER', name: 'Ines Marlow', email: 'ines.marlow@alderyard.example' } } as Partial<Licence>,
      changes: ['The license was held by runa.solberg@alderyard.example and is now held by ines.marlow@alderyard.example.'],
    },
    { why: 'the product', to: { product: { code: 'PC', name: 'PyCharm CE' } }, changes: ['The product was PY and is now PC.'] },
    {
      why: 'the last use',
      to: {
        lastSeen: {
          lastAssignmentDate: '2025-12-01T09:00:00.000Z',
          lastSeenDate: '2026-11-22T08:00:00.000Z',
          isOfflineCodeGenerated: false,
        },
      },
      changes: ['The last use was 19 Jan 2026 and is now 22 Nov 2026.'],
    },
  ])('stops when $why is not what was approved', async ({ to, changes }) => {
    const { call, seen } = await planned(jetbrains, 'revoke-license', await seat('QW82UPCASE'));
    change('QW82UPCASE', to);
    expect(await jetbrains.recheck(call, seen, patience())).toEqual({ kind: 'changed', changes });
  });

  it('says so when it is already done', async () => {
    const { call, seen } = await planned(jetbrains, 'revoke-license', await seat('QW82UPCASE'));
    change('QW82UPCASE', { assignee: null, lastSeen: null, isAvailableToAssign: true });
    expect(await jetbrains.recheck(call, seen, patience())).toMatchObject({
      kind: 'already',
      message: 'Nobody holds this license any more.',
    });
  });

  it('is refused when the license is gone', async () => {
    const { call, seen } = await planned(jetbrains, 'revoke-license', await seat('QW82UPCASE'));
    vendor.state.licences.splice(0);
    expect((await jetbrains.recheck(call, seen, patience())).kind).toBe('changed');
    expect(await jetbrains.perform(call, seen, patience())).toMatchObject({
      kind: 'refused',
      code: 'LICENSE_NOT_FOUND',
      message: 'JetBrains does not know this license.',
    });
  });

  it('words the refusal of the first 30 days', async () => {
    const { call, seen } = await planned(jetbrains, 'revoke-license', await seat('QW82UPCASE'));
    const young = { lastAssignmentDate: '2026-11-20T00:00:00.000Z', lastSeenDate: null, isOfflineCodeGenerated: false };
    change('QW82UPCASE', { lastSeen: young });
    const result = await jetbrains.perform(call, seen, patience());
    expect(result).toMatchObject({ kind: 'refused', code: 'RECENTLY_ASSIGNED_LICENSE_IS_NOT_AVAILABLE_FOR_REVOKE' });
    expect(result.kind === 'refused' && result.message).toContain('in the first 30 days');
  });

  it('finds out by looking whether a lost answer was a yes', async () => {
    const { call, seen } = await planned(jetbrains, 'revoke-license', await seat('QW82UPCASE'));
    vendor.faults.add({ kind: 'lose-answer', path: '/revoke' });
    expect(await jetbrains.perform(call, seen, patience())).toMatchObject({ kind: 'unknown' });
    expect((await jetbrains.verify(call, seen, patience())).kind).toBe('holds');
    expect(vendor.state.effects.count('QW82UPCASE', 'revoke')).toBe(1);
  });

  it('does not call a revoke done that cannot be seen', async () => {
    const { call, seen } = await planned(jetbrains, 'revoke-license', await seat('QW82UPCASE'));
    expect(await jetbrains.verify(call, seen, patience())).toEqual({
      kind: 'does-not-hold',
      message: 'JetBrains still shows the license with runa.solberg@alderyard.example.',
    });
    vendor.faults.add({ kind: 'status', status: 500, times: 9 });
    await expect(jetbrains.verify(call, seen, patience())).rejects.toBeInstanceOf(VendorError);
  });

  it('can be undone by giving the license back, for a masked name too', async () => {
    change('QW82UPCASE', { assignee: { type: 'USER', name: 'Ru** So*****', email: RUNA } });
    const { call, seen } = await planned(jetbrains, 'revoke-license', await seat('QW82UPCASE'));
    await jetbrains.perform(call, seen, patience());
    const verified = await jetbrains.verify(call, seen, patience());
    if (verified.kind !== 'holds') throw new Error('not revoked');
    const undo = jetbrains.inverse(call, seen, verified.after, verified.response);
    expect(undo).toEqual({
      presetId: 'assign-license',
      target: { integrationId: 'jetbrains', kind: 'person', id: RUNA },
      inputs: { firstName: 'Runa', lastName: 'Solberg', licenseId: 'QW82UPCASE' },
      sentence: `Give PyCharm (license QW82UPCASE) back to ${RUNA}.`,
    });
    const back = await planned(jetbrains, 'assign-license', await person(RUNA), undo?.inputs ?? {});
    expect(await jetbrains.perform(back.call, back.seen, patience())).toMatchObject({ kind: 'done' });
    expect(await ids(RUNA)).toContain('QW82UPCASE');
  });

  it('has no undo for an ended subscription, which nobody could be given', async () => {
    const { call, seen } = await planned(jetbrains, 'revoke-license', await seat('QW87EXPIRD'));
    expect(jetbrains.inverse(call, seen, { ...seen, holdings: [] }, {})).toBeNull();
  });
});

describe('assigning', () => {
  const NEW = 'ola.brandt@alderyard.example';
  const name = { firstName: 'Ola', lastName: 'Brandt' };

  it('prefills the names from the person, or from the e-mail', async () => {
    const target = await person(NEW);
    expect(jetbrains.prefill('assign-license', target, NOW)).toEqual({ email: NEW, firstName: 'Ola', lastName: 'Brandt' });
    const named = { ...target, person: { userId: 'U1', email: NEW, name: '🚀 Ola-Maj von Brandt' } };
    expect(jetbrains.prefill('assign-license', named, NOW)).toMatchObject({ lastName: 'Ola-Maj von Brandt' });
  });

  it('gives a certain license, with clean names and both flags, and reads back what was given', async () => {
    const { plan, call, seen } = await planned(jetbrains, 'assign-license', await person(NEW), {
      licenseId: 'QW90FREEAA',
      firstName: ' Ola 🚀',
      lastName: 'Brandt <x>',
      productCode: 'WS',
      team: '5100202',
    });
    expect(plan.sentence).toBe(
      `Give IntelliJ IDEA Ultimate (license QW90FREEAA) to Ola Brandt x <${NEW}>. JetBrains sends them an e-mail.`,
    );
    expect((await jetbrains.recheck(call, seen, patience())).kind).toBe('same');
    expect(await jetbrains.perform(call, seen, patience())).toEqual({ kind: 'done', response: {} });
    expect(vendor.calls.at(-1)?.body).toEqual({
      contact: { email: NEW, firstName: 'Ola', lastName: 'Brandt x' },
      includeOfflineActivationCode: false,
      sendEmail: true,
      licenseId: 'QW90FREEAA',
    });
    expect(await jetbrains.verify(call, seen, patience())).toMatchObject({
      kind: 'holds',
      response: { licenseId: 'QW90FREEAA', product: 'IntelliJ IDEA Ultimate' },
    });
  });

  it('gives any free license of a product in a team, and learns which by comparing', async () => {
    const { plan, call, seen } = await planned(jetbrains, 'assign-license', await person(RUNA), {
      productCode: 'WS',
      team: '5100202',
    });
    expect(plan.sentence).toContain('one free license of WebStorm of team Embedded · Øst to Runa Solberg');
    expect(seen.facts).toContainEqual({ label: 'Free now', value: '1' });
    expect(seen.holdings.map((holding) => holding.externalId).toSorted()).toEqual(['QW81ACTIVE', 'QW82UPCASE']);
    vendor.faults.add({ kind: 'lose-answer', path: '/assign' });
    expect((await jetbrains.perform(call, seen, patience())).kind).toBe('unknown');
    expect(vendor.calls.at(-1)?.body).toMatchObject({ license: { productCode: 'WS', team: 5100202 } });
    const verified = await jetbrains.verify(call, seen, patience());
    expect(verified).toMatchObject({ kind: 'holds', response: { licenseId: 'QW91FREEBB' } });
    expect(vendor.state.effects.total()).toBe(1);
  });

  it('names the day from which it can be undone', async () => {
    const { call, seen } = await planned(jetbrains, 'assign-license', await person(NEW), { licenseId: 'QW90FREEAA' });
    await jetbrains.perform(call, seen, patience());
    const verified = await jetbrains.verify(call, seen, patience());
    if (verified.kind !== 'holds') throw new Error('not assigned');
    expect(jetbrains.inverse(call, seen, verified.after, verified.response)).toMatchObject({
      presetId: 'revoke-license',
      target: { kind: 'seat', id: 'QW90FREEAA' },
      sentence: `Take license QW90FREEAA back from ${NEW}. JetBrains refuses this until 23 Dec 2026.`,
    });
    expect(jetbrains.offers(await seat('QW90FREEAA'), NOW)).toContainEqual(
      expect.objectContaining({ available: false, because: 'JetBrains refuses a revoke until 23 Dec.' }),
    );
  });

  it.each([
    { inputs: {}, input: 'licenseId', message: 'Say which license: its id, or a product with a team.' },
    { inputs: { productCode: 'WS' }, input: 'team', message: 'Say the team whose license is given.' },
    { inputs: { productCode: 'II', team: 5100202 }, input: 'productCode', message: 'Team 5100202 has no free license of II.' },
    { inputs: { licenseId: 'NOPE' }, input: 'licenseId', message: 'JetBrains does not know the license NOPE.' },
    {
      inputs: { licenseId: 'QW92WASTED' },
      input: 'licenseId',
      message: 'The subscription of license QW92WASTED has ended; it cannot be given to anybody.',
    },
    { inputs: { licenseId: 'QW81ACTIVE' }, input: 'licenseId', message: `License QW81ACTIVE is held by ${RUNA}.` },
    {
      inputs: { licenseId: 'QW93VAULTS' },
      input: 'licenseId',
      message: 'License QW93VAULTS is held by License vault vault-north.',
    },
    { inputs: { licenseId: 'QW97NOTFRE' }, input: 'licenseId', message: 'JetBrains says license QW97NOTFRE cannot be assigned.' },
    {
      inputs: { licenseId: 'QW90FREEAA', lastName: '🚀' },
      input: 'lastName',
      message: 'Last name has nothing in it that can be used.',
    },
    { inputs: { licenseId: 'QW90FREEAA', firstName: '' }, input: 'firstName', message: 'First name is missing.' },
    { inputs: { productCode: 'WS', team: 'north' }, input: 'team', message: 'Team id must be a number, and "north" is none.' },
    {
      inputs: { licence: 'QW90FREEAA' },
      input: null,
      message: '"licence" is not an input of this action; it takes email, firstName, lastName, licenseId, productCode, team.',
    },
  ])('says no to $inputs: $message', async ({ inputs, input, message }) => {
    const result = await jetbrains.plan('assign-license', await person(NEW), { ...name, ...inputs }, patience());
    expect(result).toMatchObject({ ok: false, problems: [{ input, message }] });
  });

  it('does not give what the person already has', async () => {
    const result = await jetbrains.plan('assign-license', await person(RUNA), { productCode: 'PY', team: 5100201 }, patience());
    expect(result).toMatchObject({ ok: false, problems: [{ message: 'Team 5100201 has no free license of PY.' }] });
    const { call, seen } = await planned(jetbrains, 'assign-license', await person(NEW), { licenseId: 'QW90FREEAA' });
    change('QW90FREEAA', {
      assignee: { type: 'USER', name: 'Ola Brandt', email: NEW.toUpperCase() },
      isAvailableToAssign: false,
    });
    expect(await jetbrains.recheck(call, seen, patience())).toMatchObject({
      kind: 'already',
      message: `${NEW} already has this license.`,
    });
  });

  it('stops when somebody else was given the license meanwhile', async () => {
    const { call, seen } = await planned(jetbrains, 'assign-license', await person(NEW), { licenseId: 'QW90FREEAA' });
    change('QW90FREEAA', { assignee: { type: 'USER', name: 'X', email: 'x@alderyard.example' }, isAvailableToAssign: false });
    expect(await jetbrains.recheck(call, seen, patience())).toEqual({
      kind: 'changed',
      changes: ['License QW90FREEAA was free and is now active.'],
    });
    expect(await jetbrains.perform(call, seen, patience())).toMatchObject({
      kind: 'refused',
      code: 'LICENSE_IS_NOT_AVAILABLE_TO_ASSIGN',
      message: 'Somebody else has this license by now. Choose another free one.',
      response: { detail: 'ALLOCATED' },
    });
  });

  it.each([
    ['LICENSE_IS_NOT_AVAILABLE_TO_ASSIGN', 'EXPIRED_WITHOUT_FALLBACK', 400, 'has ended'],
    ['LICENSE_IS_NOT_AVAILABLE_TO_ASSIGN', 'NON_PER_USER', 400, 'not one that a person can have'],
    ['NO_AVAILABLE_LICENSE_TO_ASSIGN', 'whatever it says', 400, 'no free license of this product'],
    ['INVALID_CONTACT_EMAIL', 'x', 400, 'does not accept the e-mail'],
    ['INVALID_CONTACT_NAME', 'x', 400, 'does not accept the first or last name'],
    ['MISSING_FIELD', 'licenseId', 400, 'misses a part'],
    ['PRODUCT_NOT_FOUND', 'ZZ', 404, 'does not know this product code'],
    ['TEAM_NOT_FOUND', '9', 404, 'does not know this team'],
    ['INSUFFICIENT_PERMISSIONS', 'x', 403, 'does not allow this'],
    ['TEAM_MISMATCH', 'x', 403, 'belongs to one team'],
    ['SOMETHING_NEW', 'x', 400, 'finds the request invalid'],
  ])('puts %s %s into words', async (code, description, status, words) => {
    const { call, seen } = await planned(jetbrains, 'assign-license', await person(NEW), { licenseId: 'QW90FREEAA' });
    vendor.faults.add({ kind: 'status', status, body: { code, description }, path: '/assign' });
    const result = await jetbrains.perform(call, seen, patience());
    expect(result).toMatchObject({ kind: 'refused', code });
    expect(result.kind === 'refused' && result.message).toContain(words);
  });

  it('is one call with all its parts, never repeated on a fault', async () => {
    const { call, seen } = await planned(jetbrains, 'assign-license', await person(NEW), { licenseId: 'QW90FREEAA' });
    const calls = vendor.calls.length;
    vendor.faults.add({ kind: 'status', status: 503, path: '/assign' });
    expect((await jetbrains.perform(call, seen, patience())).kind).toBe('unknown');
    expect(vendor.calls).toHaveLength(calls + 1);
    expect((await jetbrains.verify(call, seen, patience())).kind).toBe('does-not-hold');
  });
});

describe('changing the team', () => {
  const EMBEDDED = '5100202';

  it('moves one license, sees it, and can move it back', async () => {
    const { plan, call, seen } = await planned(jetbrains, 'transfer-license', await seat('QW82UPCASE'), { teamId: EMBEDDED });
    expect(plan.sentence).toBe('Move PyCharm (license QW82UPCASE) from the team Backend to Embedded · Øst.');
    expect(seen.warnings).toEqual(['Runa Solberg holds it, and keeps it in the new team.']);
    expect((await jetbrains.recheck(call, seen, patience())).kind).toBe('same');
    expect(await jetbrains.perform(call, seen, patience())).toMatchObject({
      kind: 'done',
      response: { licenseIds: ['QW82UPCASE'] },
    });
    expect(vendor.calls.at(-1)?.body).toEqual({ licenseIds: ['QW82UPCASE'], targetTeamId: 5100202 });
    const verified = await jetbrains.verify(call, seen, patience());
    if (verified.kind !== 'holds') throw new Error('it was not moved');
    expect(verified.response).toEqual({ team: 'Embedded · Øst' });
    const undo = jetbrains.inverse(call, seen, verified.after, verified.response);
    expect(undo).toMatchObject({ presetId: 'transfer-license', inputs: { teamId: '5100201' } });
    const back = await planned(jetbrains, 'transfer-license', await seat('QW82UPCASE'), undo?.inputs);
    await jetbrains.perform(back.call, back.seen, patience());
    expect((await jetbrains.verify(back.call, back.seen, patience())).kind).toBe('holds');
    expect(vendor.state.effects.count('QW82UPCASE', 'move')).toBe(2);
  });

  it.each([
    ['QW82UPCASE', '5100201', 'The license is in the team Backend already.'],
    ['QW95KEYHLD', EMBEDDED, 'JetBrains says this license cannot change its team.'],
    ['QW82UPCASE', '99', 'JetBrains shows no team 99. It shows'],
  ])('%s to %s: %s', async (id, teamId, why) => {
    const plan = await jetbrains.plan('transfer-license', await seat(id), { teamId }, patience());
    expect(plan.ok ? '' : plan.problems[0]?.message).toContain(why);
  });

  it('needs a key of the whole organization, and says what the key is', async () => {
    await stop();
    await start({ token: { type: 'TEAM', role: 'ADMIN', teamId: 5100201 } });
    const plan = await jetbrains.plan('transfer-license', await seat('QW82UPCASE'), { teamId: EMBEDDED }, patience());
    expect(plan.ok ? '' : plan.problems[0]?.message).toContain('The API key is of one team alone');
    expect((await jetbrains.run('check-token', {}, patience())).response).toEqual({
      scope: 'TEAM',
      role: 'ADMIN',
      teams: [{ id: '5100201', name: 'Backend' }],
      readOnly: false,
    });
  });

  it('does not believe a yes that leaves the license out', async () => {
    const { call, seen } = await planned(jetbrains, 'transfer-license', await seat('QW82UPCASE'), { teamId: EMBEDDED });
    change('QW82UPCASE', { isTransferableBetweenTeams: false });
    expect((await jetbrains.perform(call, seen, patience())).kind).toBe('unknown');
    expect((await jetbrains.verify(call, seen, patience())).kind).toBe('does-not-hold');
  });
});
