import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Opened, openConnector, patience } from '../support/connectors.ts';
import { inlineConnector } from '../support/inline-connector.ts';
import { json, type Script, type ScriptedVendor, startScriptedVendor } from '../support/scripted-vendor.ts';

let vendor: ScriptedVendor;
let opened: Opened | null = null;
beforeEach(async () => {
  vendor = await startScriptedVendor();
});
afterEach(async () => {
  await opened?.close();
  await vendor.close();
});

const ONE = { id: '1', email: 'a@b.example', name: 'A', on: true, seen: null };

async function callsOf(load: object, ...answers: readonly (object | Script)[]): Promise<ScriptedVendor['calls']> {
  vendor.answers(...answers.map((answer) => (typeof answer === 'function' ? (answer as Script) : json(answer))));
  const connector = inlineConnector({ load: { records: 'response.data', as: 'account', ...load } });
  opened = openConnector('acme', vendor.url, { connector, credential: {} });
  await opened.lookup('a@b.example', patience());
  return vendor.calls;
}

it('a list repeats its parameter, an empty text is sent, and what is absent is left out', async () => {
  const query = { tag: ['free', 'idle & old'], search: '', none: '{{ null }}', size: 50 };
  const [call] = await callsOf({ request: { path: '/users', query } }, { data: [ONE] });
  const { searchParams } = new URL(call?.url ?? '', vendor.url);
  expect([...searchParams.keys()]).toEqual(['tag', 'tag', 'search', 'size']);
  expect(searchParams.getAll('tag')).toEqual(['free', 'idle & old']);
  expect([searchParams.get('search'), searchParams.get('size')]).toEqual(['', '50']);
});

it('a form is encoded as forms are, with the same rules', async () => {
  const request = {
    method: 'POST',
    path: '/search',
    form: { kind: ['user', 'guest'], q: 'a=b&c', note: '', none: '{{ null }}' },
  };
  const [call] = await callsOf({ request }, { data: [ONE] });
  expect(call).toMatchObject({
    method: 'POST',
    url: '/search',
    headers: expect.objectContaining({ 'content-type': 'application/x-www-form-urlencoded' }),
    body: 'kind=user&kind=guest&q=a%3Db%26c&note=',
  });
});

it('the next page is asked for with the last id of this one, where a vendor counts that way', async () => {
  const pagination = { kind: 'cursor', param: 'after', next: 'last(response.data).id', ends: 'empty' };
  const calls = await callsOf(
    { request: { path: '/users' }, pagination },
    { data: [ONE, { ...ONE, id: '2' }] },
    { data: [{ ...ONE, id: '3' }] },
    { data: [] },
  );
  expect(calls.map(({ url }) => url)).toEqual(['/users', '/users?after=2', '/users?after=3']);
});

it('the next page is asked for with a cursor in a header, until there is none', async () => {
  const pagination = { kind: 'cursor', param: 'token', next: "headers['x-next-token']" };
  const calls = await callsOf(
    { request: { path: '/users' }, pagination },
    json({ data: [ONE] }, 200, { 'x-next-token': 't/2' }),
    { data: [{ ...ONE, id: '2' }] },
  );
  expect(calls.map(({ url }) => url)).toEqual(['/users', '/users?token=t%2F2']);
});
