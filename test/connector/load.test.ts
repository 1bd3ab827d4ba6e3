import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadedPage, LoadOptions, LoadReport } from '../../src/ports/load.ts';
import { compileConnector } from '../../src/preset/compile-connector.ts';
import { compileLoadSettings, type LoadSettingsSource } from '../../src/preset/load-settings.ts';
import type { LoadedConnector } from '../../src/preset/loaded.ts';
import { type Opened, openConnector, patience } from '../support/connectors.ts';
import { cut, json, type Script, type ScriptedVendor, startScriptedVendor, text } from '../support/scripted-vendor.ts';

interface User {
  id: unknown;
  email: unknown;
  name: string;
  on: unknown;
  seen?: unknown;
}

const user = (id: number): User => ({ id, email: `p${id}@alderyard.example`, name: `P ${id}`, on: true, seen: null });
const users = (from: number, to: number): User[] => Array.from({ length: to - from + 1 }, (_, index) => user(from + index));
const byPage = { kind: 'page', param: 'page', sizeParam: 'size', size: 2, total: 'response.total', ahead: 1 };

const account = {
  id: '{{ record.id }}',
  email: '{{ record.email }}',
  name: '{{ record.name }}',
  enabled: '{{ record.on }}',
  administrator: 'false',
  lastActivity: { at: '{{ record.seen }}', never: 'record.seen == null' },
};

/** A connector that lists users; `over` changes its file. */
function connectorWith(over: object): LoadedConnector {
  const { connector, mistakes } = compileConnector({
    folder: 'test',
    connector: {
      file: 'connector.json',
      json: {
        id: 'test',
        name: 'Test',
        docs: 'https://test.example/api',
        baseUrl: 'https://test.example',
        check: { request: { path: '/me' }, sentence: 'ok' },
        load: { request: { path: '/users' }, pagination: byPage, records: 'response.data', as: 'account' },
        fields: [],
        account,
        lookup: { run: 'all', inputs: {} },
        ...over,
      },
    },
    presets: new Map([
      [
        'all',
        { file: 'all.json', json: { title: 'All', description: 'All users.', effect: 'read', target: 'none', from: 'load' } },
      ],
    ]),
  });
  if (connector === null) throw new Error(JSON.stringify(mistakes, null, 1));
  return connector;
}

let vendor: ScriptedVendor;
let opened: Opened | null = null;
beforeEach(async () => {
  vendor = await startScriptedVendor();
});
afterEach(async () => {
  await opened?.close();
  await vendor.close();
});

interface Loaded {
  readonly pages: readonly LoadedPage[];
  readonly report: LoadReport;
}

async function load(
  scripts: readonly Script[],
  {
    over = {},
    options = {},
    settings = {},
    signal = patience(),
  }: {
    over?: object;
    options?: LoadOptions;
    settings?: LoadSettingsSource;
    signal?: AbortSignal;
  } = {},
): Promise<Loaded> {
  vendor.answers(...scripts);
  opened = openConnector('test', vendor.url, {
    connector: connectorWith(over),
    credential: {},
    loading: compileLoadSettings(settings),
  });
  const pages: LoadedPage[] = [];
  const report = await opened.load(options, (page) => void pages.push(page), signal);
  return { pages, report };
}

const ids = ({ pages }: Loaded): string[] =>
  pages.flatMap((page) => page.records.flatMap((record) => record.accounts.map((one) => one.externalId)));
const because = ({ report }: Loaded): string[] => report.reasons.map((reason) => reason.code);

describe('load', () => {
  it('gives every record page by page, and is complete when the total matches', async () => {
    const loaded = await load([json({ data: users(1, 2), total: 3 }), json({ data: users(3, 3), total: 3 })]);
    expect(ids(loaded)).toEqual(['1', '2', '3']);
    expect(loaded.report).toMatchObject({ outcome: 'complete', reasons: [] });
    expect(loaded.report.counts).toMatchObject({ pages: 2, records: 3, kept: 3, accounts: 3, faulty: 0, vendorCalls: 2 });
    expect(loaded.pages.map((page) => [page.number, page.records.length, page.total])).toEqual([
      [1, 2, 3],
      [2, 1, 3],
    ]);
  });

  it('is incomplete, with what came before, when a page in the middle fails', async () => {
    const loaded = await load([json({ data: users(1, 2), total: 6 }), json({ error: 'x' }, 403)]);
    expect(ids(loaded)).toEqual(['1', '2']);
    expect(loaded.report).toMatchObject({ outcome: 'incomplete', reasons: [{ code: 'vendor', status: 403, listing: 'load' }] });
  });

  it('has failed when nothing came, and says why', async () => {
    const refused = await load([json({ error: 'x' }, 401)]);
    expect(refused.report).toMatchObject({ outcome: 'failed', reasons: [{ code: 'vendor', status: 401 }] });
    await opened?.close();
    expect(because(await load([cut]))).toEqual(['transport']);
    await opened?.close();
    expect(because(await load([text('<html>Sign in</html>')]))).toEqual(['vendor']);
    await opened?.close();
    expect(because(await load([json({ items: [] })]))).toEqual(['unexpected']);
  });

  it.each<[string, object, Script[], string[]]>([
    [
      'a list that ends short of its total',
      byPage,
      [json({ data: users(1, 2), total: 4 }), json({ data: [], total: 4 })],
      ['short-of-total'],
    ],
    [
      'more records than the total',
      byPage,
      [json({ data: users(1, 2), total: 3 }), json({ data: users(3, 4), total: 3 })],
      ['over-total'],
    ],
    [
      'a total that changes',
      byPage,
      [json({ data: users(1, 2), total: 4 }), json({ data: users(3, 3), total: 3 })],
      ['total-changed'],
    ],
    ['a page that repeats', byPage, [json({ data: users(1, 2), total: 6 })], ['page-repeats']],
    [
      'a record that moved between pages',
      byPage,
      [json({ data: users(1, 2), total: 4 }), json({ data: users(2, 3), total: 4 })],
      ['record-repeats'],
    ],
    ['more pages than allowed', { ...byPage, maxPages: 1 }, [json({ data: users(1, 2), total: 4 })], ['too-many-pages']],
    [
      'a cursor that repeats',
      { kind: 'cursor', param: 'after', next: 'response.next' },
      [json({ data: users(1, 1), next: 'a' }), json({ data: users(2, 2), next: 'a' })],
      ['cursor-repeats'],
    ],
  ])('is incomplete over %s', async (_why, pagination, scripts, codes) => {
    const loaded = await load(scripts, {
      over: { load: { request: { path: '/users' }, pagination, records: 'response.data', as: 'account' } },
    });
    expect(because(loaded)).toEqual(codes);
    expect(loaded.report.outcome).toBe(codes[0] === 'too-many-pages' ? 'failed' : 'incomplete');
    for (const { message } of loaded.report.reasons) expect(message).toMatch(/^Test .*\.$/);
  });

  it('tells of a record that cannot be read with field, sample and reason, and counts it as seen', async () => {
    const odd = { ...user(2), on: 'yes' };
    const loaded = await load([json({ data: [user(1), odd], total: 2 })]);
    expect(loaded.report).toMatchObject({ outcome: 'complete', counts: { records: 2, accounts: 1, faulty: 1 } });
    expect(loaded.pages[0]?.records[1]).toMatchObject({
      accounts: [],
      seen: [{ kind: 'account', id: '2' }],
      faults: [{ id: '2', as: 'account', field: 'enabled', sample: '"yes"' }],
    });
  });

  it('is incomplete when a record does not even tell its id', async () => {
    const loaded = await load([json({ data: [user(1), { ...user(2), id: null }], total: 2 })]);
    expect(because(loaded)).toEqual(['unreadable']);
  });

  it('leaves out what the filter of the integration says, and makes its fields', async () => {
    const loaded = await load([json({ data: users(1, 2), total: 2 })], {
      settings: {
        filter: "record.name != 'P 1'",
        mapping: { email: '{{ record.email }}', nick: '{{ lower(record.name) }}' },
        customFields: { no: { label: 'No', value: '{{ record.id }}' } },
      },
    });
    expect(loaded.report).toMatchObject({ outcome: 'complete', counts: { records: 2, kept: 1, accounts: 1 } });
    const [out, kept] = loaded.pages[0]?.records ?? [];
    expect(out).toMatchObject({ kept: false, accounts: [], person: null });
    expect(kept).toMatchObject({ kept: true, person: { email: 'p2@alderyard.example', nick: 'p 2' }, custom: { no: 2 } });
    expect(kept?.accounts[0]?.fields).toEqual({ No: 2 });
  });

  it('names the person of an account when the integration maps no fields', async () => {
    const loaded = await load([json({ data: users(1, 1), total: 1 })]);
    expect(loaded.pages[0]?.records[0]?.person).toEqual({
      email: 'p1@alderyard.example',
      username: 'p1@alderyard.example',
      name: 'P 1',
    });
  });

  it('stops after so many records, and says so', async () => {
    const loaded = await load([json({ data: users(1, 2), total: 9 }), json({ data: users(3, 4), total: 9 })], {
      options: { limit: 3 },
    });
    expect(ids(loaded)).toEqual(['1', '2', '3']);
    expect(loaded.report).toMatchObject({ outcome: 'incomplete', reasons: [{ code: 'limit' }] });
    expect(vendor.calls).toHaveLength(2);
  });

  it('is cancelled by its signal, and asks for no further page', async () => {
    const controller = new AbortController();
    vendor.answers(json({ data: users(1, 2), total: 9 }), json({ data: users(3, 4), total: 9 }));
    opened = openConnector('test', vendor.url, { connector: connectorWith({}), credential: {} });
    const report = await opened.load({}, () => controller.abort(), controller.signal);
    expect(report).toMatchObject({ outcome: 'incomplete', reasons: [{ code: 'cancelled' }] });
    expect(vendor.calls.length).toBeLessThanOrEqual(2);
  });

  it('passes on what the taker of a page throws', async () => {
    vendor.answers(json({ data: users(1, 2), total: 2 }));
    opened = openConnector('test', vendor.url, { connector: connectorWith({}), credential: {} });
    const full = new Error('disk full');
    await expect(opened.load({}, () => Promise.reject(full), patience())).rejects.toBe(full);
  });

  it('hands a long page over in slices', async () => {
    const loaded = await load([json({ data: users(1, 600), total: 600 })], {
      over: {
        load: {
          request: { path: '/users' },
          pagination: { ...byPage, size: 1000 },
          records: 'response.data',
          as: 'account',
        },
      },
    });
    expect(loaded.pages.map((page) => page.records.length)).toEqual([250, 250, 100]);
    expect(loaded.report.counts.pages).toBe(1);
  });

  const withUse = {
    joined: {
      use: { kind: 'list', request: { path: '/use' }, records: 'response', key: 'record.who', on: 'record.email' },
      page: {
        kind: 'detail',
        request: { path: '/users/{{ record.id }}/page' },
        record: 'response.page',
        when: "record.name != 'P 2'",
        missing: 'status == 404',
      },
    },
    account: {
      ...account,
      name: '{{ coalesce(joined.page.title, record.name) }}',
      lastActivity: { at: '{{ joined.use.at }}', never: 'joined.use == null' },
    },
  };

  it('joins a second list by key and a detail for each record', async () => {
    const use = [{ who: 'P1@Alderyard.example', at: '2026-11-01T00:00:00Z' }];
    const loaded = await load(
      [
        (response, call, socket) => {
          const answers: Record<string, Script> = {
            '/use': json(use),
            '/users/1/page': json({ page: { title: 'One' } }),
            '/users/3/page': json({}, 404),
          };
          (answers[call.url] ?? json({ data: users(1, 3), total: 3 }))(response, call, socket);
        },
      ],
      { over: withUse },
    );
    expect(loaded.report).toMatchObject({ outcome: 'complete', counts: { vendorCalls: 4 } });
    const accounts = loaded.pages.flatMap((page) => page.records.flatMap((record) => record.accounts));
    expect(accounts.map((one) => [one.name, one.lastActivity.kind])).toEqual([
      ['One', 'at'],
      ['P 2', 'never'],
      ['P 3', 'never'],
    ]);
  });

  it('reads nothing when a second list cannot be read, so that nobody looks idle for it', async () => {
    const loaded = await load(
      [
        (response, call, socket) =>
          (call.url === '/use' ? json({}, 403) : json({ data: users(1, 3), total: 3 }))(response, call, socket),
      ],
      { over: withUse },
    );
    expect(loaded.report).toMatchObject({ outcome: 'failed', counts: { records: 0 }, reasons: [{ status: 403 }] });
  });

  it('tells which details failed, and still names their records as seen', async () => {
    const loaded = await load(
      [
        (response, call, socket) => {
          const fails = call.url === '/users/1/page';
          const detail = call.url.endsWith('/page') ? json({ page: { title: 'T' } }) : json({ data: users(1, 3), total: 3 });
          (call.url === '/use' ? json([]) : fails ? json({}, 403) : detail)(response, call, socket);
        },
      ],
      { over: withUse },
    );
    expect(because(loaded)).toEqual(['detail']);
    expect(loaded.pages[0]?.records[0]).toMatchObject({
      accounts: [],
      seen: [{ kind: 'account', id: '1' }],
      faults: [{ id: '1', field: 'joined' }],
    });
    expect(ids(loaded)).toEqual(['2', '3']);
  });

  it('asks for several pages at once where the total tells how many there are, and never for more', async () => {
    let [open, most] = [0, 0];
    const slow: Script = (response, call, socket) => {
      open += 1;
      most = Math.max(most, open);
      const page = Number(new URL(call.url, 'http://x').searchParams.get('page'));
      setTimeout(() => {
        open -= 1;
        json({ data: users(page * 2 - 1, Math.min(page * 2, 19)), total: 19 })(response, call, socket);
      }, 20);
    };
    const loaded = await load([slow], {
      over: {
        load: { request: { path: '/users' }, pagination: { ...byPage, ahead: 4 }, records: 'response.data', as: 'account' },
      },
    });
    expect(ids(loaded)).toHaveLength(19);
    expect(ids(loaded)).toEqual(users(1, 19).map((one) => String(one.id)));
    expect(most).toBe(4);
    expect(vendor.calls).toHaveLength(10);
  });
});
