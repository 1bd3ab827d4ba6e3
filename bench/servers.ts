import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalWorld } from './local-world.ts';
import { child, MeasuredProcess } from './measured-process.ts';
import { SIGNING_SECRET } from './slash-commands.ts';

const ROOT = join(import.meta.dirname, '..');

export type BareMode = 'ack' | 'answer' | 'lookup' | 'lookup-undici';

/** Bolt alone. */
export function startBareBolt(world: LocalWorld, mode: BareMode): Promise<MeasuredProcess> {
  return MeasuredProcess.start({
    script: child('bare-bolt.mjs'),
    env: { BENCH_MODE: mode, BENCH_WORLD: world.url, BENCH_SECRET: SIGNING_SECRET },
    ready: { path: '/nothing', status: 404 },
  });
}

export interface BotOptions {
  /** Whether the Aha! list is kept for a minute, as shipped, or read for every look-up. */
  readonly keepList?: boolean;
  /** A data directory that is there already; an empty one otherwise. */
  readonly dataDir?: string;
  readonly nodeOptions?: readonly string[];
  /** The address of many licences, for an integration `many` that can be synced. */
  readonly many?: string;
}

export interface MeasuredBot {
  readonly process: MeasuredProcess;
  readonly dataDir: string;
  stop(): Promise<void>;
}

/**
 * The bot as it is built, in a folder of its own. Its presets are the shipped ones without the limits they keep towards
 * the vendors: those would be what is measured.
 */
export async function startBot(world: LocalWorld, options: BotOptions = {}): Promise<MeasuredBot> {
  const { keepList = true, dataDir, nodeOptions = [], many } = options;
  const folder = await mkdtemp(join(tmpdir(), 'seatwarden-bench-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  const data = dataDir ?? join(folder, 'data');
  try {
    await preparePresets(join(folder, 'presets'), keepList, many !== undefined);
    await writeFile(join(folder, 'seatwarden.config.json'), JSON.stringify(config(world, many)));
    const bot = await MeasuredProcess.start({
      script: join(ROOT, 'dist/src/main.js'),
      args: ['start'],
      cwd: folder,
      env: {
        SLACK_BOT_TOKEN: 'xoxb-bench',
        SLACK_SIGNING_SECRET: SIGNING_SECRET,
        SLACK_API_URL: `${world.url}/slack/`,
        JETBRAINS_API_KEY: 'bench-jetbrains-key',
        AHA_API_KEY: 'bench-aha-key',
        SEATWARDEN_DATA: data,
      },
      ready: { path: '/readyz', status: 200 },
      nodeOptions,
    });
    const stop = async (): Promise<void> => {
      await bot.stop();
      await remove();
    };
    return { process: bot, dataDir: data, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function preparePresets(folder: string, keepList: boolean, largePages: boolean): Promise<void> {
  await cp(join(ROOT, 'presets'), folder, { recursive: true });
  for (const connector of ['jetbrains', 'aha']) {
    const file = join(folder, connector, 'connector.json');
    const shipped = JSON.parse(await readFile(file, 'utf8')) as { load: { pagination: object } };
    const { pagination } = shipped.load;
    const load = {
      ...shipped.load,
      ...(keepList ? {} : { cacheSeconds: 0 }),
      ...(largePages && connector === 'jetbrains' ? { pagination: { ...pagination, size: 1_000 } } : {}),
    };
    await writeFile(file, JSON.stringify({ ...shipped, limits: { concurrency: 64 }, load }));
  }
}

const PERSON = {
  email: '{{ record.assignee.email }}',
  username: '{{ record.assignee.email }}',
  name: '{{ record.assignee.name }}',
};

function config({ url, people }: LocalWorld, many: string | undefined) {
  const jetbrains = { connector: 'jetbrains', credential: 'jetbrains', state: 'live' };
  return {
    variables: { 'JetBrains.CompanyCode': '1234567', 'Aha.Subdomain': 'bench' },
    credentials: {
      jetbrains: { connector: 'jetbrains', apiKey: 'env:JETBRAINS_API_KEY' },
      aha: { connector: 'aha', apiKey: 'env:AHA_API_KEY' },
    },
    integrations: {
      jetbrains: { ...jetbrains, baseUrl: `${url}/jetbrains` },
      aha: { connector: 'aha', credential: 'aha', baseUrl: `${url}/aha`, state: 'live' },
      ...(many === undefined
        ? {}
        : { many: { ...jetbrains, baseUrl: many, load: 'users-and-saas-users', mapping: PERSON, role: 'Employee' } }),
    },
    ...(many === undefined ? {} : { access: { admins: [people[0]?.userId] } }),
  };
}
