import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileConnector } from '../../src/preset/compile-connector.ts';
import { type Opened, openConnector, patience } from '../support/connectors.ts';
import { json, type Script, type ScriptedVendor, startScriptedVendor } from '../support/scripted-vendor.ts';

const user = (id: number) => ({ id, email: `p${id}@alderyard.example`, name: `P ${id}`, on: true });
const users = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => user(from + index));

/** A connector that does nothing but list, in the given way. */
const listingWith = (pagination: object | null, records = 'response.data') => {
  const { connector, mistakes } = compileConnector({
    folder: 'test',
    connector: {
      file: 'connector.json',
      json: {
        id: 'test',
        name: 'Test',
        docs: 'https://test.example/api',
        credential: {},
        baseUrl: 'https://test.example',
        check: { request: { path: '/me' }, sentence: 'ok' },
        load: { request: { path: '/users' }, records, as: 'account', ...(pagination === null ? {} : { pagination }) },
        fields: [],
        account: {
          id: '{{ record.id }}',
          email: '{{ record.email }}',
          name: '{{ record.name }}',
          enabled: '{{ record.on }}',
          administrator: 'false',
          lastActivity: { at: '{{ record.seen }}', never: 'record.seen == null' },
        },
        lookup: { run: 'all', inputs: {} },
      },
    },
    presets: new Map([
      [
        'all',
        { file: 'all.json', json: { title: 'All', description: 'All users.', effect: 'read', target: 'none', from: 'load' } },
      ],
    ]),
  });
  if (connector === null) throw new Error(JSON.stringify(mistakes));
  return connector;
};

let vendor: ScriptedVendor;
let opened: Opened | null = null;
beforeEach(async () => {
  vendor = await startScriptedVendor();
});
afterEach(async () => {
  await opened?.close();
  await vendor.close();
});

const all = async (pagination: object | null, scripts: readonly Script[], records?: string): Promise<string[]> => {
  vendor.answers(...scripts);
  opened = openConnector('test', vendor.url, { connector: listingWith(pagination, records), credential: {} });
  return (await opened.lookup('a@b.example', patience())).accounts.map((account) => account.externalId);
};
const asked = (): string[] => vendor.calls.map((call) => call.url);

const byPage = { kind: 'page', param: 'page', sizeParam: 'size', size: 2 };

describe('listing', () => {
  it('by page number ends with a page that is not full', async () => {
    expect(await all(byPage, [json({ data: users(1, 2) }), json({ data: users(3, 3) })])).toEqual(['1', '2', '3']);
    expect(asked()).toEqual(['/users?page=1&size=2', '/users?page=2&size=2']);
  });

  it('by page number ends with an empty page when the last one was full', async () => {
    expect(await all(byPage, [json({ data: users(1, 2) }), json({ data: [] })])).toEqual(['1', '2']);
  });

  it('by page number goes on while the Link header says so, though a page is short', async () => {
    const more = { link: '</users?page=2>; rel="next", </users?page=9>; rel="last"' };
    expect(await all(byPage, [json({ data: users(1, 1) }, 200, more), json({ data: users(2, 2) })])).toEqual(['1', '2']);
  });

  it('by page number goes on while the total says so, though the vendor caps its pages', async () => {
    const total = { ...byPage, size: 100, total: 'response.total' };
    const page = (from: number, to: number) => json({ data: users(from, to), total: 4 });
    expect(await all(total, [page(1, 2), page(3, 4)])).toHaveLength(4);
    expect(asked()).toHaveLength(2);
  });

  it('by offset goes on after what was received, though the vendor ignores the size', async () => {
    const byOffset = { kind: 'offset', param: 'startIndex', first: 1, sizeParam: 'count', size: 100, total: 'response.total' };
    const page = (from: number, to: number) => json({ data: users(from, to), total: 5 });
    expect(await all(byOffset, [page(1, 3), page(4, 5)])).toHaveLength(5);
    expect(asked()).toEqual(['/users?startIndex=1&count=100', '/users?startIndex=4&count=100']);
  });

  it('by cursor ends when there is none', async () => {
    const byCursor = { kind: 'cursor', param: 'after', next: 'response.next', sizeParam: 'limit', size: 2 };
    const scripts = [json({ data: users(1, 2), next: 'a/b=' }), json({ data: users(3, 3), next: '' })];
    expect(await all(byCursor, scripts)).toHaveLength(3);
    expect(asked()).toEqual(['/users?limit=2', '/users?after=a%2Fb%3D&limit=2']);
  });

  it('by the address in the body or in the Link header', async () => {
    const body = { kind: 'next', next: 'response.next' };
    expect(
      await all(body, [json({ data: users(1, 1), next: '/users?token=x' }), json({ data: users(2, 2), next: null })]),
    ).toHaveLength(2);
    expect(asked()).toEqual(['/users', '/users?token=x']);
    await opened?.close();
    const link = { link: `<${vendor.url}/users?p=2>; rel=next` };
    expect(await all({ kind: 'next' }, [json(users(1, 1), 200, link), json(users(2, 2))], 'response')).toHaveLength(2);
    expect(asked().at(-1)).toBe('/users?p=2');
  });

  it('without pages is one call', async () => {
    expect(await all(null, [json({ data: users(1, 3) })])).toHaveLength(3);
  });

  it('keeps one of a record that came on two pages', async () => {
    const total = { ...byPage, total: 'response.total' };
    const scripts = [json({ data: users(1, 2), total: 4 }), json({ data: users(2, 3), total: 4 })];
    expect(await all(total, scripts)).toEqual(['1', '2', '3']);
  });

  it.each([
    {
      why: 'fewer records than the vendor counts',
      pagination: { ...byPage, total: 'response.total' },
      scripts: [json({ data: users(1, 2), total: 5 }), json({ data: [], total: 5 })],
      code: 'vendor.short-list',
    },
    { why: 'the same page twice', pagination: byPage, scripts: [json({ data: users(1, 2) })], code: 'vendor.page-repeats' },
    {
      why: 'a cursor that leads back',
      pagination: { kind: 'cursor', param: 'after', next: 'response.next' },
      scripts: [json({ data: users(1, 1), next: 'a' })],
      code: 'vendor.page-repeats',
    },
    {
      why: 'more pages than can be',
      pagination: { ...byPage, size: 1, maxPages: 2 },
      scripts: [json({ data: users(1, 1) }), json({ data: users(2, 2) }), json({ data: users(3, 3) })],
      code: 'vendor.too-many-pages',
    },
    {
      why: 'a next page on another host',
      pagination: { kind: 'next', next: 'response.next' },
      scripts: [json({ data: users(1, 1), next: 'https://elsewhere.example/users' })],
      code: 'vendor.redirect',
    },
    { why: 'no list where it should be', pagination: byPage, scripts: [json({ users: [] })], code: 'vendor.unexpected' },
    {
      why: 'a page in the middle that fails',
      pagination: byPage,
      scripts: [json({ data: users(1, 2) }), json({}, 500)],
      code: 'vendor.failed',
    },
  ])('is an error, never a shorter list, after $why', async ({ pagination, scripts, code }) => {
    await expect(all(pagination, scripts)).rejects.toMatchObject({ code });
  });
});
