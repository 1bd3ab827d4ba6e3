import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPinoLog } from '../../src/adapters/pino-log.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { type Bot, createBot } from '../../src/app.ts';
import { runBot } from '../../src/cli/run-bot.ts';
import { connectorFiles } from '../../src/cli/samples/connector-files.ts';
import type { Host } from '../../src/cli/verb.ts';
import { checkSetup } from '../../src/services/check-setup.ts';
import { readSetup } from '../../src/setup.ts';

const ANSWERS = {
  name: 'Acme',
  docs: 'https://acme.example/api',
  'base-url': 'https://api.acme.example',
  auth: 'bearer',
  list: '/users',
  records: 'response.users',
  paging: 'none',
  id: 'id',
  email: 'email',
  'full-name': 'name',
  'last-use': 'last_active_at',
} as const;

let folder: string;
let bot: Bot | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seatwarden-presets-'));
  for (const [name, content] of connectorFiles('acme', ANSWERS, '.')) {
    const file = join(folder, 'mine/acme', name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const integration = (connector: string) => ({ connector, credential: connector, baseUrl: 'http://127.0.0.1:9' });
  const config = {
    presets: ['./mine'],
    variables: { 'Aha.Subdomain': 'alderyard' },
    credentials: { acme: { connector: 'acme', token: 'env:KEY' }, aha: { connector: 'aha', apiKey: 'env:KEY' } },
    integrations: { acme: integration('acme'), aha: integration('aha') },
  };
  await writeFile(join(folder, 'seatwarden.config.json'), JSON.stringify(config));
});
afterEach(async () => {
  await bot?.stop();
  bot = null;
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<Bot> {
  const setup = await readSetup({ env: { PORT: '0', KEY: 'k3y-0f-somebody' }, cwd: folder });
  bot = await createBot({ setup, log: createPinoLog({ level: 'silent', clock: systemClock }), watchEveryMs: 20 });
  await bot.start();
  return bot;
}

const preset = () => join(folder, 'mine/acme/find-user.json');
const titleIn = (of: Bot) => of.world.connectors.get('acme')?.presets.get('find-user')?.title ?? null;

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 10_000) throw new Error('it did not happen in time');
    await sleep(20);
  }
}

describe('a folder of connectors besides the usual one', () => {
  it('is read at the start, and again when a file in it changes', async () => {
    const it = await start();
    expect(titleIn(it)).toBe('Find user by email');
    await sleep(100);
    await writeFile(preset(), (await readFile(preset(), 'utf8')).replace('Find user by email', 'Look for somebody'));
    await until(() => titleIn(it) === 'Look for somebody');
  });

  it('with a mistake in it is left out and told, and the others work; mended it is back', async () => {
    const good = await readFile(preset(), 'utf8');
    await writeFile(preset(), good.replace('input.email', 'input.emial'));
    const it = await start();
    expect(it.world.connectors.all().map(({ id }) => id)).toEqual(['aha']);
    const report = await checkSetup(it.world);
    expect(report.find(({ id }) => id === 'acme')).toMatchObject({
      ok: false,
      message: expect.stringContaining('have mistakes'),
    });
    expect(it.config().presetMistakes).toMatchObject([{ file: preset(), path: 'filter' }]);
    await sleep(100);
    await writeFile(preset(), good);
    await until(() => titleIn(it) === 'Find user by email');
    expect((await checkSetup(it.world)).filter(({ message }) => message.includes('have mistakes'))).toEqual([]);
  });

  it('that goes bad while the bot runs stays as it was when it was last right', async () => {
    const it = await start();
    await sleep(100);
    await writeFile(preset(), '{ "title": ');
    await until(() => it.config().presetMistakes.length > 0);
    expect(titleIn(it)).toBe('Find user by email');
    expect(it.config().leftOut).toEqual([]);
  });

  it('is read again when the process is asked to (SIGHUP), without waiting for a look at the files', async () => {
    const setup = await readSetup({ env: { PORT: '0', KEY: 'k3y-0f-somebody' }, cwd: folder });
    const log = createPinoLog({ level: 'silent', clock: systemClock });
    const asked: (() => void)[] = [];
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const host = { onReload: (reload: () => void) => void asked.push(reload), untilStopped: () => stopped } as Partial<Host>;
    let ended: Promise<unknown> = Promise.resolve();
    const it = await new Promise<Bot>((resolve) => {
      ended = runBot(host as Host, { setup, log, watchEveryMs: 3_600_000 }, resolve);
    });
    const hangUp = (): void => {
      for (const reload of asked) reload();
    };
    const good = await readFile(preset(), 'utf8');
    await writeFile(preset(), good.replace('Find user by email', 'Look for somebody'));
    hangUp();
    await until(() => titleIn(it) === 'Look for somebody');
    await writeFile(preset(), good.replace('"effect"', '"efect"'));
    hangUp();
    await until(() => it.config().presetMistakes.length > 0);
    expect(it.config().presetMistakes).toMatchObject([{ file: preset(), path: 'effect', problem: 'is missing' }]);
    expect(titleIn(it)).toBe('Look for somebody');
    stop();
    expect(await ended).toMatchObject({ exitCode: 0 });
  });
});
