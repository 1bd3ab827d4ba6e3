import { afterEach, describe, expect, it } from 'vitest';
import type { Network } from '../../src/connector/network.ts';
import { createAuthority, startTlsServer } from '../support/authority.ts';
import { type Opened, openConnector, patience } from '../support/connectors.ts';
import { startForwardProxy } from '../support/forward-proxy.ts';
import { inlineConnector } from '../support/inline-connector.ts';
import { json, startScriptedVendor } from '../support/scripted-vendor.ts';

const authority = await createAuthority();
const STRAIGHT: Network = { httpProxy: null, httpsProxy: null, noProxy: '', authorities: [] };
const TRUSTED: Network = { ...STRAIGHT, authorities: [authority.certificate] };
const REF = { integrationId: 'acme', kind: 'none', id: '' } as const;
const EVIDENCE = { readAt: '2026-11-23T00:00:00.000Z', holdings: [], facts: [], pinned: {}, warnings: [] };

const open: { close(): Promise<unknown> }[] = [];
const opened = <Item extends { close(): Promise<unknown> }>(item: Item): Item => {
  open.push(item);
  return item;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((item) => item.close()));
});

const connect = (baseUrl: string, network: Network, more: Parameters<typeof openConnector>[2] = {}): Opened =>
  opened(openConnector('acme', baseUrl, { connector: inlineConnector(), credential: {}, variables: {}, network, ...more }));
const tls = async (options?: Parameters<typeof startTlsServer>[2]) =>
  opened(
    await startTlsServer(
      authority,
      (_request, response) => void response.writeHead(200).end(JSON.stringify({ data: [], email: 'k@acme.example' })),
      options,
    ),
  );
const look = (connector: Opened) =>
  connector.lookup('a@b.example', patience()).then(
    () => null,
    (error: Error & { code: string; hint: string | null }) => error,
  );
const ping = (connector: Opened) => connector.perform({ presetId: 'ping', target: REF, inputs: {} }, EVIDENCE, patience());
const portOf = (url: string): number => Number(new URL(url).port);

describe('TLS', () => {
  it('trusts an authority of the house that is named, and nobody else of that kind', async () => {
    const server = await tls();
    expect(await look(connect(server.url, TRUSTED))).toBeNull();
    const stranger = connect(server.url, STRAIGHT);
    const error = await look(stranger);
    expect(error).toMatchObject({ code: 'transport.certificate' });
    expect(error?.hint).toContain('SEATWARDEN_CA_FILE');
    expect(await ping(stranger)).toMatchObject({ kind: 'never-sent' });
  });

  it('refuses a certificate that has expired, or is for another name', async () => {
    const [old, other] = [await tls({ expired: true }), await tls({ host: 'other.example' })];
    expect((await look(connect(old.url, TRUSTED)))?.message).toBe('Acme showed a certificate that has expired.');
    expect((await look(connect(other.url, TRUSTED)))?.message).toBe('Acme showed a certificate for another name.');
  });

  it.each([
    ['http://vendor.example', false],
    ['http://10.0.0.7:8080', false],
    ['http://localhost.evil.example', false],
    ['http://localhost:9', true],
    ['http://127.0.0.1:9', true],
    ['http://[::1]:9', true],
    ['https://vendor.example', true],
  ])('%s is allowed: %s', (baseUrl, allowed) => {
    const make = () => connect(baseUrl, STRAIGHT);
    if (allowed) expect(make).not.toThrow();
    else {
      expect(make).toThrow(/must start with https.*allowHttp/);
      expect(() => connect(baseUrl, STRAIGHT, { allowHttp: true })).not.toThrow();
    }
  });
});

describe('a proxy', () => {
  it('carries calls to the vendor through a tunnel, still encrypted, with its own name and password', async () => {
    const server = await tls({ host: 'vendor.example' });
    const proxy = opened(await startForwardProxy(() => portOf(server.url), 'bot:pr0xy-pass'));
    const httpsProxy = proxy.url.replace('http://', 'http://bot:pr0xy-pass@');
    expect(await look(connect('https://vendor.example', { ...TRUSTED, httpsProxy }))).toBeNull();
    expect(proxy.tunnels).toMatchObject([{ to: 'vendor.example:443' }]);
  });

  it('checks the certificate of the vendor behind it', async () => {
    const server = await tls({ host: 'other.example' });
    const proxy = opened(await startForwardProxy(() => portOf(server.url)));
    const error = await look(connect('https://vendor.example', { ...TRUSTED, httpsProxy: proxy.url }));
    expect(error).toMatchObject({ code: 'transport.certificate' });
  });

  it.each([
    { why: 'does not allow the vendor', route: () => null, account: null, status: '403' },
    { why: 'wants a name and password', route: () => 9, account: 'bot:x', status: '407' },
  ])('that $why is told as the cause, and a write was never sent', async ({ route, account, status }) => {
    const proxy = opened(await startForwardProxy(route, account));
    const connector = connect('https://vendor.example', { ...TRUSTED, httpsProxy: proxy.url });
    const error = await look(connector);
    expect(error).toMatchObject({ code: 'transport.proxy' });
    expect(error?.message).toContain(`status ${status}`);
    expect(await ping(connector)).toMatchObject({ kind: 'never-sent' });
  });

  it('that nobody answers at is told, and a write was never sent', async () => {
    const connector = connect('https://vendor.example', { ...TRUSTED, httpsProxy: 'http://127.0.0.1:9' });
    expect(await look(connector)).toMatchObject({ code: 'transport.refused' });
    expect(await ping(connector)).toMatchObject({ kind: 'never-sent' });
  });

  it('is left out for this machine and for hosts of NO_PROXY', async () => {
    const proxy = opened(await startForwardProxy(() => null));
    const server = await tls();
    const vendor = opened(await startScriptedVendor());
    vendor.answers(json({ data: [] }));
    const network = { ...TRUSTED, httpsProxy: proxy.url, httpProxy: proxy.url };
    expect(await look(connect(server.url, network))).toBeNull();
    expect(await look(connect(vendor.url, network))).toBeNull();
    const inside = connect('https://vendor.corp.invalid', { ...network, noProxy: '.corp.invalid' });
    expect(await look(inside)).toMatchObject({ code: 'transport.unknown-host' });
    expect(proxy.tunnels).toEqual([]);
  });

  it('is not taken from the environment behind our back', async () => {
    const proxy = opened(await startForwardProxy(() => null));
    const before = { ...process.env };
    Object.assign(process.env, { HTTPS_PROXY: proxy.url, https_proxy: proxy.url });
    try {
      const network = { ...TRUSTED, httpProxy: 'http://127.0.0.1:9' };
      await look(connect('https://vendor.invalid', { ...network, noProxy: 'vendor.invalid' }));
      await look(connect('https://vendor.invalid', STRAIGHT));
    } finally {
      process.env = before;
    }
    expect(proxy.tunnels).toEqual([]);
  });
});
