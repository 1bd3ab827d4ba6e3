import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SeatwardenError, VendorError } from '../../src/domain/errors.ts';
import type { Connector } from '../../src/ports/connector.ts';
import { API_KEY, type Opened, openConnector, patience, planned, readTarget } from '../support/connectors.ts';
import { listeningLog } from '../support/quiet-log.ts';
import { cut, halfBody, hang, json, type ScriptedVendor, startScriptedVendor, text } from '../support/scripted-vendor.ts';

const user = (more: object = {}) => ({
  id: '6900000000000000301',
  name: 'Runa Solberg',
  email: 'runa.solberg@alderyard.example',
  enabled: true,
  paid_seat: true,
  administrator: false,
  accessed_at: null,
  ...more,
});

const REF = { integrationId: 'aha', kind: 'account', id: '6900000000000000301' } as const;

let vendor: ScriptedVendor;
let opened: Opened[];
const open = (options: Parameters<typeof openConnector>[2] = {}): Opened => {
  const connector = openConnector('aha', `${vendor.url}/api/v1`, options);
  opened.push(connector);
  return connector;
};
beforeEach(async () => {
  vendor = await startScriptedVendor();
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((connector) => connector.close()));
  await vendor.close();
});

const failure = async (work: Promise<unknown>): Promise<SeatwardenError> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SeatwardenError);
  return error as SeatwardenError;
};

describe('reading', () => {
  it('sends the key, asks for JSON and says who it is', async () => {
    vendor.answers(json({ user: user() }));
    await open({ version: '1.2.3' }).target(REF, patience());
    expect(vendor.calls[0]).toMatchObject({ method: 'GET', url: '/api/v1/users/6900000000000000301', body: '' });
    expect(vendor.calls[0]?.headers).toMatchObject({
      authorization: `Bearer ${API_KEY}`,
      accept: 'application/json',
      'user-agent': 'Seatwarden/1.2.3 (+self-hosted licence bot)',
    });
  });

  it.each([
    { why: '429 with seconds', script: text('', 429, { 'retry-after': '1' }) },
    { why: '429 with nothing', script: text('', 429) },
    { why: '500', script: json({ error: 'oops' }, 500) },
    { why: '502 in HTML', script: text('<h1>Bad gateway</h1>', 502) },
    { why: 'a connection that is cut', script: cut },
    { why: 'half a body', script: halfBody() },
  ])('reads again after $why', async ({ script }) => {
    vendor.answers(script, script, json({ user: user() }));
    const target = await open().target(REF, patience());
    expect(target?.account?.name).toBe('Runa Solberg');
    expect(vendor.calls).toHaveLength(3);
  });

  it('gives up after the second repetition', async () => {
    vendor.answers(json({}, 503));
    const error = await failure(open().target(REF, patience()));
    expect(error).toMatchObject({ code: 'vendor.failed', status: 503 });
    expect(vendor.calls).toHaveLength(3);
  });

  it.each([
    {
      why: 'a key that is not accepted',
      script: text('', 401),
      code: 'vendor.unauthorised',
      words: 'does not accept the API key',
    },
    {
      why: 'a right that is missing',
      script: json({ error: 'Not allowed' }, 403),
      code: 'vendor.forbidden',
      words: 'does not allow this',
    },
    {
      why: 'HTML instead of JSON',
      script: text('<!doctype html><title>Sign in</title>'),
      code: 'vendor.not-json',
      words: 'not JSON',
    },
    { why: 'JSON cut short', script: text('{"user": {"id": '), code: 'vendor.not-json', words: 'not JSON' },
    { why: 'an empty answer', script: text(''), code: 'vendor.unexpected', words: 'is not in the answer' },
    { why: 'another shape', script: json(['user']), code: 'vendor.unexpected', words: 'is not in the answer' },
  ])('says in words what is wrong with $why, and asks once', async ({ script, code, words }) => {
    vendor.answers(script);
    const error = await failure(open().target(REF, patience()));
    expect(error).toBeInstanceOf(VendorError);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.hint).not.toBeNull();
    expect(vendor.calls).toHaveLength(1);
  });

  it('waits as long as the vendor asks for', async () => {
    const waits: number[] = [];
    vendor.answers(
      text('', 429, { 'retry-after': '2' }),
      text('', 429, { 'x-ratelimit-reset': '1795392003' }),
      json({ user: user() }),
    );
    await open({
      clock: { now: () => new Date(1_795_392_000_000) },
      sleep: async (ms) => void waits.push(ms),
    }).target(REF, patience());
    expect(waits).toEqual([2_000, 3_000]);
  });

  it('says when to come back instead of waiting long', async () => {
    vendor.answers(text('', 429, { 'retry-after': '90' }));
    const error = await failure(open().target(REF, patience()));
    expect(error.code).toBe('vendor.rate-limited');
    expect(error.message).toContain('try again after 00:01:30 UTC');
    expect(vendor.calls).toHaveLength(1);
  });

  it('stops when the caller has no more time, and tells what the vendor said', async () => {
    vendor.answers(text('', 429, { 'retry-after': '1' }));
    const controller = new AbortController();
    const sleep = (_ms: number, signal: AbortSignal): Promise<void> => {
      controller.abort();
      return Promise.reject(signal.reason);
    };
    expect((await failure(open({ sleep }).target(REF, controller.signal))).code).toBe('vendor.rate-limited');
  });

  it('stops a call that hangs, for the caller and by itself', async () => {
    vendor.answers(hang);
    const byCaller = await failure(open().target(REF, AbortSignal.timeout(40)));
    expect(byCaller).toMatchObject({ code: 'transport.timeout', neverSent: false });
    const calls = vendor.calls.length;
    const byItself = await failure(open({ timeoutMs: 40 }).target(REF, patience()));
    expect(byItself).toMatchObject({ code: 'transport.timeout' });
    expect(vendor.calls.length - calls).toBe(3);
  });

  it('follows a redirect on the same host, and none to another', async () => {
    vendor.answers(text('', 301, { location: '/api/v1/people/1' }), json({ user: user() }));
    await open().target(REF, patience());
    expect(vendor.calls[1]?.url).toBe('/api/v1/people/1');
    const other = await startScriptedVendor();
    vendor.answers(text('', 302, { location: `${other.url}/users` }));
    expect((await failure(open().target(REF, patience()))).code).toBe('vendor.redirect');
    expect(other.calls).toHaveLength(0);
    await other.close();
  });

  it('refuses an answer that is far too large', async () => {
    vendor.answers((response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(1024 * 1024, 32);
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    expect((await failure(open().target(REF, patience()))).code).toBe('vendor.too-large');
  });

  it('never loses a digit of an id, whether text or number', async () => {
    vendor.answers((response) =>
      response.end(`{"user":${JSON.stringify(user()).replace('"6900000000000000301"', '6900000000000000301')}}`),
    );
    expect((await open().target(REF, patience()))?.account?.externalId).toBe('6900000000000000301');
  });

  it('encodes an id and refuses one that would climb', async () => {
    vendor.answers(json({ code: 'LICENSE_NOT_FOUND' }, 404));
    const jetbrains = openConnector('jetbrains', `${vendor.url}/api/v1`);
    opened.push(jetbrains);
    const seat = (id: string) => jetbrains.target({ integrationId: 'jetbrains', kind: 'seat', id }, patience());
    expect(await seat('a/../b?c=d#e')).toBeNull();
    expect(vendor.calls[0]?.url).toBe('/api/v1/customer/licenses/a%2F..%2Fb%3Fc%3Dd%23e');
    expect((await failure(seat('..'))).code).toBe('usage.empty-id');
    expect(vendor.calls).toHaveLength(1);
  });

  it('logs method, path, status and time, and neither key nor body', async () => {
    const log = listeningLog();
    vendor.answers(json({}, 500), json({ user: user() }));
    await open({ log }).target(REF, patience());
    expect(log.lines.map((line) => line.detail)).toMatchObject([
      { integration: 'aha', method: 'GET', path: '/users/{{ input.userId }}', status: 500, attempt: 0 },
      { status: 200, attempt: 1 },
    ]);
    expect(JSON.stringify(log.lines)).not.toMatch(new RegExp(`${API_KEY}|Runa`));
  });
});

describe('writing', () => {
  const act = async (connector: Connector) => {
    const target = { ref: REF, seat: null, account: null, person: null, readAt: '2026-11-23T00:00:00.000Z' };
    vendor.answers(json({ user: user() }), json({ user: { id: '6900000000000000999' } }));
    const { call, seen } = await planned(connector, 'deactivate-user', target);
    return { call, seen, calls: vendor.calls.length };
  };

  it.each([
    { why: 'a yes', script: json(user({ enabled: false })), kind: 'done' },
    { why: 'a yes without a body', script: text(''), kind: 'done' },
    { why: 'a no', script: json({ error: 'Not allowed' }, 403), kind: 'refused' },
    { why: 'a no in HTML', script: text('<h1>Bad Request</h1>', 400), kind: 'refused' },
    { why: 'a no cut short', script: halfBody(422), kind: 'refused' },
    { why: 'too many calls', script: text('', 429, { 'retry-after': '1' }), kind: 'refused' },
    { why: 'a redirect', script: text('', 302, { location: '/elsewhere' }), kind: 'refused' },
    { why: 'a fault of the vendor', script: json({}, 500), kind: 'unknown' },
    { why: 'a gateway that gave up', script: text('', 504), kind: 'unknown' },
    { why: 'a yes in HTML', script: text('<h1>Welcome</h1>'), kind: 'unknown' },
    { why: 'a yes cut short', script: halfBody(), kind: 'unknown' },
    { why: 'a connection cut before the answer', script: cut, kind: 'unknown' },
  ])('ends as $kind after $why, sent once', async ({ script, kind }) => {
    const connector = open();
    const { call, seen, calls } = await act(connector);
    vendor.answers(script);
    const result = await connector.perform(call, seen, patience());
    expect(result.kind).toBe(kind);
    expect(vendor.calls).toHaveLength(calls + 1);
    expect(vendor.calls.at(-1)).toMatchObject({ method: 'PUT', body: '{"user":{"enabled":false}}' });
  });

  it('is unknown when no answer comes in time', async () => {
    const connector = open();
    const { call, seen, calls } = await act(connector);
    vendor.answers(hang);
    expect(await connector.perform(call, seen, AbortSignal.timeout(40))).toMatchObject({ kind: 'unknown' });
    expect(vendor.calls).toHaveLength(calls + 1);
  });

  it('is unknown, not repeated, when a kept-alive connection breaks', async () => {
    const connector = open();
    const { call, seen, calls } = await act(connector);
    vendor.answers(json({ user: user() }), cut);
    await connector.target(REF, patience());
    expect(await connector.perform(call, seen, patience())).toMatchObject({ kind: 'unknown' });
    expect(vendor.calls).toHaveLength(calls + 2);
  });

  it('was never sent when the caller stopped before, or nobody listens', async () => {
    const connector = open();
    const { call, seen, calls } = await act(connector);
    expect(await connector.perform(call, seen, AbortSignal.abort())).toMatchObject({ kind: 'never-sent' });
    expect(vendor.calls).toHaveLength(calls);
    const nobody = openConnector('aha', 'http://127.0.0.1:9', {});
    opened.push(nobody);
    expect(await nobody.perform(call, seen, patience())).toMatchObject({ kind: 'never-sent' });
  });

  it('is sent again when the connection was refused, since nothing left', async () => {
    const port = await new Promise<number>((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = probe.address() as { port: number };
        probe.close(() => resolve(free));
      });
    });
    const tried: number[] = [];
    const connector = openConnector('aha', `http://127.0.0.1:${port}`, { sleep: async (ms) => void tried.push(ms) });
    opened.push(connector);
    const { call, seen } = await act(open());
    expect(await connector.perform(call, seen, patience())).toMatchObject({ kind: 'never-sent' });
    expect(tried).toHaveLength(2);
  });

  it('keeps the key out of everything it says', async () => {
    const connector = open();
    const { call, seen } = await act(connector);
    vendor.answers(json({ error: `bad key ${API_KEY}` }, 401));
    const result = await connector.perform(call, seen, patience());
    expect(result).toMatchObject({ kind: 'refused', response: { error: 'bad key [secret]' } });
    expect(JSON.stringify(result)).not.toContain(API_KEY);
  });
});

describe('set-up', () => {
  it.each(['http://account.jetbrains.com/api/v1', 'ftp://127.0.0.1', 'https://u:p@aha.io', 'nonsense', 'https://aha.io/?a=b'])(
    'refuses the base URL %s',
    (baseUrl) => {
      expect(() => openConnector('aha', baseUrl)).toThrow('is not set up right');
    },
  );

  it('lists every missing or wrong variable and key', () => {
    try {
      openConnector('aha', 'https://alderyard.aha.io', { variables: { subdomain: 'evil.example/' }, credential: {} });
      expect.unreachable();
    } catch (error) {
      expect((error as { mistakes: { path: string }[] }).mistakes.map((mistake) => mistake.path)).toEqual([
        'integrations.aha.variables.subdomain',
        'integrations.aha.credential.apiKey',
      ]);
    }
  });

  it('reports in words what is wrong with a key or a vendor that is away', async () => {
    vendor.answers(text('', 401));
    expect(await open().check(patience())).toMatchObject({ ok: false, message: 'Aha! does not accept the API key.' });
    const away = openConnector('aha', 'http://127.0.0.1:9');
    opened.push(away);
    expect(await away.check(patience())).toMatchObject({ ok: false, message: 'Aha! refused the connection.' });
  });

  it('refuses a target of another integration', async () => {
    vendor.answers(json({ user: user() }));
    const connector = open();
    const target = await readTarget(connector, REF);
    await expect(
      connector.plan('deactivate-user', { ...target, ref: { ...REF, integrationId: 'other' } }, {}, patience()),
    ).rejects.toThrow('belongs to other');
  });
});
