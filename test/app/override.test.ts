import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPinoLog } from '../../src/adapters/pino-log.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { type Bot, createBot } from '../../src/app.ts';
import { ConfigError } from '../../src/domain/errors.ts';
import { startVendorServer, type VendorServer } from '../../src/sandbox/vendors/vendor-server.ts';
import { checkSetup } from '../../src/services/check-setup.ts';
import { readSetup } from '../../src/setup.ts';

const SELECT = 'id,displayName,mail,userPrincipalName,accountEnabled,userType,createdDateTime';
const WITHOUT_SIGN_INS = { query: { $select: SELECT } };
const GOOD = {
  connector: { load: { request: WITHOUT_SIGN_INS } },
  presets: { 'find-user': { title: 'Look for somebody', request: WITHOUT_SIGN_INS }, 'get-user': { request: WITHOUT_SIGN_INS } },
};

let folder: string;
let vendor: VendorServer;
let selects: (string | null)[];
let bot: Bot | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seatwarden-override-'));
  selects = [];
  vendor = await startVendorServer({
    now: () => new Date(),
    listing: { read: () => null, write: (reply) => reply },
    answer: ({ path, query }) => {
      if (path === '/token') return { status: 200, json: { token_type: 'Bearer', expires_in: 3599, access_token: 't0ken' } };
      if (path !== '/users') return { status: 200, json: { value: [] } };
      const select = query.get('$select');
      selects.push(select);
      // As Graph does for a tenant without Entra ID P1.
      if (select?.includes('signInActivity') === true)
        return { status: 403, json: { error: { code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', message: 'no' } } };
      const mail = 'runa.solberg@alderyard.example';
      return { status: 200, json: { value: [{ id: 'u-1', mail, userPrincipalName: mail, accountEnabled: true }] } };
    },
  });
  const integration = {
    connector: 'microsoft365',
    credential: 'ms',
    baseUrl: vendor.url,
    tokenUrl: `${vendor.url}/token`,
    variables: { tenant: '11111111-2222-3333-4444-555555555555' },
  };
  const config = {
    credentials: { ms: { connector: 'microsoft365', clientId: 'app', clientSecret: 'env:KEY' } },
    integrations: { small: { ...integration, override: './small.override.json' }, large: integration },
  };
  await writeFile(join(folder, 'seatwarden.config.json'), JSON.stringify(config));
  await override(GOOD);
});
afterEach(async () => {
  await bot?.stop();
  bot = null;
  await vendor.close();
  await rm(folder, { recursive: true, force: true });
});

const override = (content: unknown) => writeFile(join(folder, 'small.override.json'), JSON.stringify(content));

async function start(): Promise<Bot> {
  const setup = await readSetup({ env: { PORT: '0', KEY: 'k3y-0f-somebody' }, cwd: folder });
  bot = await createBot({ setup, log: createPinoLog({ level: 'silent', clock: systemClock }), watchEveryMs: 20 });
  await bot.start();
  return bot;
}

async function refused(content: unknown): Promise<ConfigError> {
  await override(content);
  const error: unknown = await start().catch((thrown: unknown) => thrown);
  if (error instanceof ConfigError) return error;
  throw new Error('It was accepted.');
}

const titleIn = (of: Bot, id = 'small') => of.world.connectors.get(id)?.presets.get('find-user')?.title ?? null;

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 10_000) throw new Error('it did not happen in time');
    await sleep(20);
  }
}

describe('an override', () => {
  it('takes sign-ins out of what is asked of Microsoft 365, for its own integration alone', async () => {
    const it = await start();
    const ask = (id: string) => it.world.connectors.get(id)?.lookup('runa.solberg@alderyard.example', AbortSignal.timeout(5_000));
    const found = await ask('small');
    expect(found?.accounts).toMatchObject([{ externalId: 'u-1', lastActivity: { kind: 'unknown' } }]);
    expect(new Set(selects)).toEqual(new Set([SELECT]));
    await expect(ask('large')).rejects.toThrow();
    expect(titleIn(it)).toBe('Look for somebody');
    expect(titleIn(it, 'large')).toBe('Find user by email');
  });

  it('is shown where the set-up is shown', async () => {
    const it = await start();
    const names = (await checkSetup(it.world)).map(({ name }) => name);
    expect(names.filter((name) => name.endsWith('(overridden)'))).toHaveLength(1);
  });

  it('is read again when it changes, and a running bot keeps the last good one', async () => {
    const it = await start();
    await sleep(100);
    await override({ ...GOOD, presets: { 'find-user': { title: 'Another title' } } });
    await until(() => titleIn(it) === 'Another title');
    await override({ presets: { 'find-user': { effect: 'destroy' } } });
    expect(await it.reload()).toBe(false);
    expect(titleIn(it)).toBe('Another title');
  });

  it.each([
    ['a value that is not allowed', { presets: { 'find-user': { effect: 'destroy' } } }, 'presets.find-user.effect'],
    ['a misspelt key of the connector', { connector: { lod: {} } }, 'connector.lod'],
    ['a preset that is not there', { presets: { 'find-usr': {} } }, 'presets.find-usr'],
    ['a part that is not there', { preset: {} }, 'preset'],
    ['a credential of its own', { connector: { credential: null } }, 'connector.credential'],
    ['an expression over nothing', { presets: { 'find-user': { filter: 'recrod.id' } } }, 'presets.find-user.filter'],
  ])('with %s does not start, and the mistake says where', async (_what, content, path) => {
    const { mistakes } = await refused(content);
    expect(mistakes).toContainEqual(
      expect.objectContaining({ file: join(folder, 'small.override.json'), path: expect.stringContaining(path) }),
    );
  });

  it('that is not there does not let the bot start', async () => {
    await rm(join(folder, 'small.override.json'));
    await expect(start()).rejects.toMatchObject({ mistakes: [{ problem: 'cannot be read' }] });
  });
});
