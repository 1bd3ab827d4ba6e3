import { afterEach, describe, expect, it } from 'vitest';
import { Metrics } from '../../src/ops/metrics.ts';
import { ListenError, type OpsServer, type OpsServerOptions, startOpsServer } from '../../src/ops/ops-server.ts';
import { checkReadiness } from '../../src/ops/readiness.ts';
import { quietLog } from '../support/quiet-log.ts';

let server: OpsServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

async function serve(more: Partial<OpsServerOptions> = {}): Promise<string> {
  server = await startOpsServer({
    host: '127.0.0.1',
    port: 0,
    ready: async () => ({ ready: true, checks: [] }),
    metrics: async () => 'm 1\n',
    handlers: [],
    log: quietLog,
    ...more,
  });
  return server.url;
}

describe('the operations server', () => {
  it('names what is down with 503', async () => {
    const needs = [
      { name: 'slack', problem: () => 'The connection is lost.' },
      { name: 'store', problem: () => null },
    ];
    const url = await serve({ ready: () => checkReadiness(needs) });
    const answer = await fetch(`${url}/readyz`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      {
        ready: false,
        checks: [
          { name: 'slack', ok: false, message: 'The connection is lost.' },
          { name: 'store', ok: true, message: 'ok' },
        ],
      },
    ]);
  });

  it('keeps the inner words of a fault from strangers', async () => {
    const fails = async (): Promise<never> => {
      throw new Error('/var/data/secret-path');
    };
    const url = await serve({ ready: () => checkReadiness([{ name: 'store', problem: fails }]), metrics: fails });
    expect(await (await fetch(`${url}/readyz`)).text()).not.toContain('secret-path');
    const metrics = await fetch(`${url}/metrics`);
    expect([metrics.status, await metrics.text()]).toEqual([500, 'Something went wrong here.\n']);
  });

  it('asks its handlers, and says plainly when there is nothing', async () => {
    const url = await serve({
      handlers: [
        (request, response) => {
          if (request.url !== '/page') return false;
          response.end('page');
          return true;
        },
      ],
    });
    expect(await (await fetch(`${url}/page`)).text()).toBe('page');
    const nothing = await fetch(`${url}/.env`);
    expect([nothing.status, await nothing.text()]).toEqual([404, 'There is nothing here.\n']);
    expect((await fetch(`${url}/healthz`, { method: 'POST' })).status).toBe(404);
  });

  it('says which address is taken', async () => {
    const port = Number(new URL(await serve()).port);
    const second = startOpsServer({
      host: '127.0.0.1',
      port,
      ready: async () => ({ ready: true, checks: [] }),
      metrics: async () => '',
      handlers: [],
      log: quietLog,
    });
    await expect(second).rejects.toThrow(ListenError);
    await expect(second).rejects.toThrow(`127.0.0.1:${port} is in use by another program.`);
  });
});

describe('metrics', () => {
  it('are written as Prometheus reads them', async () => {
    const metrics = new Metrics();
    const calls = metrics.counter('calls_total', 'Calls.');
    calls.add({ name: 'a"b\\\n' });
    calls.add({ name: 'a"b\\\n' }, 2);
    const times = metrics.histogram('time_seconds', 'Times.', [0.1, 1]);
    for (const value of [0.05, 0.5, 5]) times.observe(value);
    expect(await metrics.text()).toBe(
      [
        '# HELP calls_total Calls.',
        '# TYPE calls_total counter',
        'calls_total{name="a\\"b\\\\\\n"} 3',
        '# HELP time_seconds Times.',
        '# TYPE time_seconds histogram',
        'time_seconds_bucket{le="0.1"} 1',
        'time_seconds_bucket{le="1"} 2',
        'time_seconds_bucket{le="+Inf"} 3',
        'time_seconds_sum 5.55',
        'time_seconds_count 3',
        '',
      ].join('\n'),
    );
  });
});
