import { afterEach, describe, expect, it } from 'vitest';
import { createSandboxClock } from '../../src/sandbox/clock.ts';
import { crowdLicences } from '../../src/sandbox/company-crowd.ts';
import { FAULT_MENU } from '../../src/sandbox/fault-menu.ts';
import { type Fault, FaultQueue, readFault } from '../../src/sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { startJetBrainsVendor } from '../../src/sandbox/vendors/jetbrains.ts';
import { RateMeter } from '../../src/sandbox/vendors/rate-meter.ts';
import type { VendorServer } from '../../src/sandbox/vendors/vendor-server.ts';

interface Case {
  readonly name: string;
  readonly server: (sandbox: Sandbox) => VendorServer;
  readonly url: (sandbox: Sandbox) => string;
  readonly headers: (sandbox: Sandbox) => Record<string, string>;
  readonly items: (body: Record<string, unknown>) => readonly unknown[];
  readonly total: (body: Record<string, unknown>, response: Response) => number;
}

const VENDORS: readonly Case[] = [
  {
    name: 'JetBrains',
    server: ({ jetbrains }) => jetbrains,
    url: ({ jetbrains }) => `${jetbrains.baseUrl}/customer/licenses`,
    headers: ({ jetbrains }) => ({ 'x-api-key': jetbrains.apiKey, 'x-customer-code': jetbrains.customerCode }),
    items: (body) => body as unknown as readonly unknown[],
    total: (_body, response) => Number(response.headers.get('x-total-count')),
  },
  {
    name: 'Aha!',
    server: ({ aha }) => aha,
    url: ({ aha }) => `${aha.baseUrl}/users?per_page=200`,
    headers: ({ aha }) => ({ authorization: `Bearer ${aha.apiKey}` }),
    items: (body) => body['users'] as readonly unknown[],
    total: (body) => (body['pagination'] as { total_records: number }).total_records,
  },
  {
    name: 'SCIM',
    server: ({ scim }) => scim,
    url: ({ scim }) => `${scim.baseUrl}/Users`,
    headers: ({ scim }) => ({ authorization: `Bearer ${scim.token}` }),
    items: (body) => body['Resources'] as readonly unknown[],
    total: (body) => Number(body['totalResults']),
  },
  {
    name: 'Copilot',
    server: ({ copilot }) => copilot,
    url: ({ copilot }) => `${copilot.baseUrl}/orgs/${copilot.org}/copilot/billing/seats`,
    headers: ({ copilot }) => ({ authorization: `Bearer ${copilot.token}` }),
    items: (body) => body['seats'] as readonly unknown[],
    total: (body) => Number(body['total_seats']),
  },
];

describe.each(VENDORS)('the lists of $name', ({ server, url, headers, items, total }) => {
  let sandbox: Sandbox;
  afterEach(() => sandbox.close());

  async function list(fault: Fault | null): Promise<{ count: number; total: number }> {
    if (fault !== null) server(sandbox).faults.add(fault);
    const response = await fetch(url(sandbox), { headers: headers(sandbox) });
    const body = (await response.json()) as Record<string, unknown>;
    return { count: items(body).length, total: total(body, response) };
  }

  it('can lose items or tell a wrong total, until that is switched off', async () => {
    sandbox = await startSandbox();
    const whole = await list(null);
    expect(whole).toEqual({ count: whole.count, total: whole.count });
    expect(await list({ kind: 'empty-page' })).toEqual({ count: 0, total: whole.total });
    expect(await list({ kind: 'short-page' })).toEqual({ count: Math.floor(whole.count / 2), total: whole.total });
    expect(await list({ kind: 'wrong-total' })).toEqual({ count: whole.count, total: whole.total + 7 });
    expect(await list({ kind: 'wrong-total', total: 3 })).toEqual({ count: whole.count, total: 3 });
    expect(await list(null)).toEqual(whole);
  });
});

describe('faults', () => {
  it('hit as many calls as they say, or go on until they are taken away', () => {
    const queue = new FaultQueue();
    let changes = 0;
    queue.onChange(() => {
      changes += 1;
    });
    queue.add({ kind: 'hang', times: 2 });
    const lasting = queue.add({ kind: 'reset', times: null });
    expect(Array.from({ length: 5 }, () => queue.take('GET', '/x')?.kind)).toEqual(['hang', 'hang', 'reset', 'reset', 'reset']);
    expect(queue.list()).toEqual([{ id: lasting, fault: { kind: 'reset', times: null }, left: null }]);
    expect([queue.remove(lasting), queue.remove(lasting), queue.take('GET', '/x')]).toEqual([true, false, null]);
    expect(changes).toBe(5);
  });

  it('hit only the calls they are meant for', () => {
    const queue = new FaultQueue();
    queue.add({ kind: 'hang', method: 'POST', path: '/revoke' });
    expect([queue.take('GET', '/revoke'), queue.take('POST', '/assign')]).toEqual([null, null]);
    expect(queue.take('POST', '/licenses/revoke?x=1')?.kind).toBe('hang');
  });

  it.each(FAULT_MENU)('offer "$name" ready to be switched on', ({ fault }) => {
    expect(readFault(fault)).toEqual({ fault });
  });

  it.each([
    [{ kind: 'nonsense' }],
    [{ kind: 'status' }],
    [{ kind: 'status', status: 99 }],
    [{ kind: 'hang', times: 0 }],
    [{ kind: 'hang', tims: 1 }],
    [{ kind: 'delay', ms: -1 }],
    [null],
  ])('are refused with a reason when they are none: %j', (value) => {
    expect(readFault(value)).toEqual({ problem: expect.stringMatching(/\S/) });
  });
});

describe('what is under way when all is put back', () => {
  it('acts no more', async () => {
    const sandbox = await startSandbox();
    const { jetbrains } = sandbox;
    jetbrains.faults.add({ kind: 'delay', ms: 60 });
    const headers = { 'x-api-key': jetbrains.apiKey, 'x-customer-code': jetbrains.customerCode };
    const url = `${jetbrains.baseUrl}/customer/licenses/revoke?licenseId=CARA0WS094`;
    const slow = fetch(url, { method: 'POST', headers });
    const failed = expect(slow).rejects.toThrow();
    while (jetbrains.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    sandbox.reset();
    await failed;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(jetbrains.state.effects.total()).toBe(0);
    expect(jetbrains.state.find('CARA0WS094')?.assignee).toMatchObject({ email: 'cara@example.com' });
    await sandbox.close();
  });
});

describe('rate limits', () => {
  it('are counted on the clock of the sandbox, so that time put forward opens them again', () => {
    const clock = createSandboxClock(() => new Date('2026-11-23T09:00:00Z'));
    const meter = new RateMeter({ perMinute: 3, perSecond: 2 }, () => clock.now());
    expect([meter.take(), meter.take(), meter.take()].map(({ allowed }) => allowed)).toEqual([true, true, false]);
    expect(meter.take().resetAt.toISOString()).toBe('2026-11-23T09:00:01.000Z');
    clock.advance(1_000);
    expect(meter.take()).toMatchObject({ allowed: true, remaining: 0 });
    clock.advance(10_000);
    expect(meter.take()).toMatchObject({ allowed: false, resetAt: new Date('2026-11-23T09:01:00Z') });
    clock.advance(49_000);
    expect(meter.take().allowed).toBe(true);
    clock.reset();
    expect(meter.take().allowed).toBe(true);
  });
});

describe('a vendor with 100,000 records', () => {
  it("answers pages far back, single records and somebody's seats without slowness", { timeout: 60_000 }, async () => {
    const now = new Date('2026-11-23T00:00:00Z');
    const vendor = await startJetBrainsVendor({ now: () => now, seats: crowdLicences(100_000, now) });
    const headers = { 'x-api-key': vendor.apiKey, 'x-customer-code': vendor.customerCode };
    const get = async (path: string): Promise<unknown> => (await fetch(`${vendor.baseUrl}/customer${path}`, { headers })).json();
    await get('/licenses/C000000000');
    const began = process.cpuUsage();
    for (let call = 0; call < 50; call += 1) {
      expect(await get(`/licenses?page=${1_000 - call}`)).toHaveLength(100);
      expect(await get(`/licenses/C0000${String(call * 1_999).padStart(5, '0')}`)).toMatchObject({ isTrial: false });
      expect(await get(`/licenses?assigneeEmail=Crowd.${call * 1_999}@example.com`)).toHaveLength(1);
    }
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1_000 / 150).toBeLessThan(50);
    await vendor.close();
  });
});
