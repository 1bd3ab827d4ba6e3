import { setMaxListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Limiters } from '../../src/connector/limiters.ts';
import { type Opened, openConnector, patience } from '../support/connectors.ts';
import { inlineConnector } from '../support/inline-connector.ts';
import { hang, json, type ScriptedVendor, startScriptedVendor, text } from '../support/scripted-vendor.ts';

const USERS = json({ data: [] });
const REF = { integrationId: 'acme', kind: 'none', id: '' } as const;
const EVIDENCE = { readAt: '2026-11-23T00:00:00.000Z', holdings: [], facts: [], pinned: {}, warnings: [] };

let vendor: ScriptedVendor;
let other: ScriptedVendor;
let opened: Opened[];
beforeEach(async () => {
  [vendor, other] = await Promise.all([startScriptedVendor(), startScriptedVendor()]);
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((connector) => connector.close()));
  await Promise.all([vendor.close(), other.close()]);
});

const open = (options: Parameters<typeof openConnector>[2] & { at?: string; limits?: object } = {}) => {
  const { at = vendor.url, limits = { concurrency: 4 }, ...rest } = options;
  const connector = openConnector('acme', at, { connector: inlineConnector({ limits }), credential: {}, variables: {}, ...rest });
  opened.push(connector);
  return connector;
};
const ping = (connector: Opened) => connector.perform({ presetId: 'ping', target: REF, inputs: {} }, EVIDENCE, patience());
const failure = (work: Promise<unknown>) =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: Error & { code: string }) => error,
  );

describe('two integrations with one credential', () => {
  it('are never more at once than the vendor allows', async () => {
    let running = 0;
    let most = 0;
    vendor.answers((response, call, socket) => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => {
        running -= 1;
        USERS(response, call, socket);
      }, 5);
    });
    const limiters = new Limiters();
    const shared = { limiters, credentialName: 'main', limits: { concurrency: 2 } };
    const [one, two] = [open(shared), open(shared)];
    await Promise.all([one, two, one, two, one, two].map((connector) => connector.lookup('a@b.example', patience())));
    expect(most).toBe(2);
  });

  it('both wait when the vendor told one of them to', async () => {
    const limiters = new Limiters();
    const shared = { limiters, credentialName: 'main' };
    const [one, two] = [open(shared), open(shared)];
    vendor.answers(text('', 429, { 'retry-after': '90' }), USERS);
    expect(await failure(one.lookup('a@b.example', patience()))).toMatchObject({ code: 'vendor.rate-limited' });
    const error = await failure(two.lookup('a@b.example', patience()));
    expect(error).toMatchObject({ code: 'transport.limited', neverSent: true });
    expect(error.message).toMatch(/^Acme takes no more calls for now; try again after 00:01:\d\d UTC\.$/);
    expect(await ping(two)).toMatchObject({ kind: 'never-sent' });
    expect(vendor.calls).toHaveLength(1);
  });

  it('wait as soon as the vendor says that nothing is left', async () => {
    const connector = open();
    vendor.answers(json({ data: [] }, 200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '120' }));
    await connector.lookup('a@b.example', patience());
    expect(await failure(connector.lookup('a@b.example', patience()))).toMatchObject({ code: 'transport.limited' });
    expect(vendor.calls).toHaveLength(1);
  });

  it('wait when a write was refused for the limit; the write is not repeated', async () => {
    const connector = open();
    vendor.answers(text('', 429, { 'retry-after': '60' }));
    expect(await ping(connector)).toMatchObject({ kind: 'refused' });
    expect(await ping(connector)).toMatchObject({ kind: 'never-sent' });
    expect(vendor.calls).toHaveLength(1);
  });
});

describe('a limit told with 403', () => {
  it('is waited for like one told with 429', async () => {
    const waits: number[] = [];
    vendor.answers(json({ message: 'secondary limit' }, 403, { 'retry-after': '2' }), USERS);
    await open({ sleep: async (ms) => void waits.push(ms) }).lookup('a@b.example', patience());
    expect(waits).toEqual([2_000]);
  });
});

describe('a slow vendor', () => {
  it('does not keep another one waiting', async () => {
    vendor.answers(hang);
    other.answers(USERS);
    const limiters = new Limiters();
    const slow = open({ limiters, limits: { concurrency: 1 }, credentialName: 'slow' });
    const quick = open({ limiters, limits: { concurrency: 1 }, credentialName: 'quick', at: other.url });
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const hanging = Array.from({ length: 20 }, () => failure(slow.lookup('a@b.example', controller.signal)));
    const started = Date.now();
    for (let count = 0; count < 20; count += 1) await quick.lookup('a@b.example', patience());
    expect(Date.now() - started).toBeLessThan(2_000);
    controller.abort();
    await Promise.all(hanging);
  });
});

describe('time-outs', () => {
  const timed = (more: Readonly<Record<string, unknown>>) =>
    openConnector('acme', vendor.url, { connector: inlineConnector(more), credential: {}, variables: {} });

  it('end a call in which the vendor is silent, before its answer and within it', async () => {
    for (const script of [hang, (response: Parameters<typeof hang>[0]) => void response.writeHead(200).write('{')]) {
      vendor.answers(script);
      const connector = timed({ readTimeoutMs: 100, timeoutMs: 20_000 });
      opened.push(connector);
      const started = Date.now();
      await failure(connector.lookup('a@b.example', AbortSignal.timeout(15_000)));
      expect(Date.now() - started).toBeLessThan(10_000);
    }
  });

  it('end a call that takes too long in all, though the vendor keeps sending', async () => {
    vendor.answers((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    });
    const connector = timed({ timeoutMs: 150 });
    opened.push(connector);
    expect(await failure(connector.lookup('a@b.example', patience()))).toMatchObject({ code: 'transport.timeout' });
    expect(vendor.calls).toHaveLength(3);
  });

  it('and the largest answer are the connector’s to say', async () => {
    vendor.answers(text(' '.repeat(1024 * 1024 + 1)));
    const connector = timed({ limits: { concurrency: 1, maxAnswerMb: 1 } });
    opened.push(connector);
    const error = await failure(connector.lookup('a@b.example', patience()));
    expect(error).toMatchObject({ code: 'vendor.too-large', message: 'Acme sent an answer of more than 1 MB.' });
    expect(vendor.calls).toHaveLength(1);
  });
});
