import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPinoLog } from '../../src/adapters/pino-log.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { type Bot, createBot } from '../../src/app.ts';
import { readSetup } from '../../src/setup.ts';

let folder: string;
let bot: Bot | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seatwarden-app-'));
});

afterEach(async () => {
  await bot?.stop();
  bot = null;
  await rm(folder, { recursive: true, force: true });
});

const JETBRAINS = {
  variables: { 'JetBrains.CompanyCode': '1234567' },
  credentials: { main: { connector: 'jetbrains', apiKey: 'env:KEY' } },
  integrations: { jetbrains: { connector: 'jetbrains', credential: 'main', baseUrl: 'http://127.0.0.1:9' } },
};

async function write(config: unknown): Promise<void> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  await writeFile(join(folder, 'seatwarden.config.json'), text);
}

async function open(): Promise<Bot> {
  const env = { PORT: '0', KEY: 'k' };
  const setup = await readSetup({ env, cwd: folder });
  const log = createPinoLog({ level: 'silent', clock: systemClock });
  bot = await createBot({ setup, log, watchEveryMs: 20 });
  return bot;
}

async function auditVerbs(of: Bot): Promise<string[]> {
  const verbs: string[] = [];
  for await (const event of of.world.store.audit.read()) verbs.push(event.verb);
  return verbs;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await holds()); waited += 10) {
    if (waited > 5_000) throw new Error('it did not happen in time');
    await sleep(10);
  }
}

describe('a changed configuration', () => {
  it('takes effect while the bot runs when it is good', async () => {
    await write({});
    const it = await open();
    await it.start();
    expect(it.world.connectors.all()).toEqual([]);
    await write({ ...JETBRAINS, safety: { maxPerDay: 3 } });
    await until(() => it.world.connectors.get('jetbrains') !== null);
    expect(it.world.settings().safety.maxPerDay).toBe(3);
    await until(async () => (await auditVerbs(it)).includes('config.changed'));
  });

  it('is refused when it is bad: the last good one stays in force, and log and audit say why', async () => {
    await write({ ...JETBRAINS, safety: { maxPerDay: 3 } });
    const it = await open();
    await it.start();
    const before = it.world.connectors.get('jetbrains');
    await write('{ "safety": { "maxPerDay": 300 }, ');
    await until(async () => (await auditVerbs(it)).includes('config.refused'));
    expect(await it.reload()).toBe(false);
    expect(it.world.settings().safety.maxPerDay).toBe(3);
    expect(it.world.connectors.get('jetbrains')).toBe(before);
    expect((await fetch(`${it.url()}/healthz`)).status).toBe(200);
  });
});

describe('a bot', () => {
  it('is one of several in a process', async () => {
    await write(JETBRAINS);
    const first = await open();
    const other = await mkdtemp(join(tmpdir(), 'seatwarden-app-'));
    const second = await createBot({ setup: await readSetup({ env: { PORT: '0', LOG_LEVEL: 'silent' }, cwd: other }) });
    await Promise.all([first.start(), second.start()]);
    expect(first.url()).not.toBe(second.url());
    expect([first.world.connectors.all().length, second.world.connectors.all().length]).toEqual([1, 0]);
    await second.stop();
    expect((await fetch(`${first.url()}/readyz`)).status).toBe(200);
    await rm(other, { recursive: true });
  });

  it('counts the calls to a vendor that does not answer', async () => {
    await write(JETBRAINS);
    const it = await open();
    await it.start();
    await expect(it.world.connectors.get('jetbrains')?.lookup('a@example.com', AbortSignal.timeout(5_000))).rejects.toThrow();
    const text = await (await fetch(`${it.url()}/metrics`)).text();
    expect(text).toMatch(/seatwarden_vendor_calls_total\{integration="jetbrains",status="none"\} [1-9]/);
    expect(text).toContain(
      'seatwarden_vendor_operations_total{integration="jetbrains",operation="lookup",outcome="transport"} 1',
    );
    expect(text).toContain('seatwarden_lookups_total{integration="jetbrains"} 1');
  });

  it('stops as often as it is asked to, started or not', async () => {
    const it = await open();
    await Promise.all([it.stop(), it.stop()]);
    await it.stop();
  });

  it('waits for work in the background before it closes the store', async () => {
    const it = await open();
    let wrote = false;
    it.world.background.run('work', async () => {
      await sleep(50);
      await it.world.store.check();
      wrote = true;
    });
    await it.stop();
    expect(wrote).toBe(true);
  });
});
