import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadConnectors, loadOverride } from './adapters/file-presets.ts';
import { createSecrets, type Secrets } from './adapters/secrets.ts';
import type { Config } from './config/config.ts';
import { withDotEnv } from './config/dotenv.ts';
import { type Environment, type EnvironmentVariables, readEnvironment } from './config/environment.ts';
import { CONFIG_FILE, loadConfig } from './config/load-config.ts';
import type { Network } from './connector/network.ts';
import { ConfigError } from './domain/errors.ts';
import { PACKAGE_ROOT } from './package-root.ts';
import type { LoadedConnector } from './preset/loaded.ts';

export interface SetupSources {
  readonly env: EnvironmentVariables;
  readonly cwd: string;
  /** The content of a configuration file, in place of one on the disk. */
  readonly config?: unknown;
  /** In place of SEATWARDEN_DATA. */
  readonly dataDir?: string;
}

/** Where the bot is to run and with what, before anything is opened. */
export interface Setup {
  readonly environment: Environment;
  /** The process's variables and those of `.env`. */
  readonly variables: EnvironmentVariables;
  readonly dataDir: string;
  readonly presetsDir: string;
  /** The file that is watched, whether it exists or not; null when the configuration was handed in. */
  readonly configPath: string | null;
  readonly secrets: Secrets;
  /** How vendors are reached. */
  readonly network: Network;
  /** Reads the configuration anew. @throws ConfigError with every mistake. */
  readConfig(): Promise<Config<LoadedConnector>>;
}

/** Reads `.env` and the environment. @throws ConfigError with every mistake in them. */
export async function readSetup({ env, cwd, config, dataDir }: SetupSources): Promise<Setup> {
  const variables = withDotEnv(env, await readText(join(cwd, '.env')));
  const environment = readEnvironment(variables);
  const data = resolve(cwd, dataDir ?? environment.dataDir);
  const presetsDir = findPresets(cwd, environment);
  const lastGood = new Map<string, LoadedConnector>();
  const lastOverridden = new Map<string, LoadedConnector>();
  let unreadable: ReadonlySet<string> = new Set();
  const secretsFrom = (base: string): Secrets => createSecrets({ env: variables, dir: data, base });
  return {
    environment,
    variables,
    dataDir: data,
    presetsDir,
    configPath: config === undefined ? resolve(cwd, environment.configPath ?? CONFIG_FILE) : null,
    secrets: secretsFrom(cwd),
    network: await readNetwork(cwd, environment),
    readConfig: () =>
      loadConfig({
        env: variables,
        cwd,
        configPath: config === undefined ? environment.configPath : CONFIG_FILE,
        readFile: config === undefined ? readText : async () => JSON.stringify(config),
        connectors: (further) => {
          const { bad, ...found } = keepLastGood([presetsDir, ...further], lastGood);
          unreadable = bad;
          return found;
        },
        override: (connector, file) => {
          const before = lastOverridden.get(`${connector.folder} ${file}`);
          // The folder's own mistakes are told as such; the integration stays as it was with the others of its connector.
          if (before !== undefined && unreadable.has(connector.id)) return { connector: before, mistakes: [] };
          const made = loadOverride(connector.folder, file);
          if (made.connector !== null) lastOverridden.set(`${connector.folder} ${file}`, made.connector);
          return made;
        },
        secret: (reference, base) => secretsFrom(base).resolve(reference),
      }),
  };
}

/** Loads connectors; one whose folder has become bad stays as it was when it was last right. */
function keepLastGood(dirs: readonly string[], lastGood: Map<string, LoadedConnector>) {
  const { connectors, mistakes, leftOut } = loadConnectors(dirs);
  for (const [id, connector] of connectors) lastGood.set(id, connector);
  const missing = new Set<string>();
  for (const id of leftOut) {
    const before = lastGood.get(id);
    if (before === undefined) missing.add(id);
    else if (!connectors.has(id)) connectors.set(id, before);
  }
  return { connectors, mistakes, leftOut: missing, dirs, bad: leftOut };
}

async function readNetwork(cwd: string, { network: { caFiles, ...proxies } }: Environment): Promise<Network> {
  const authorities: string[] = [];
  for (const file of caFiles) {
    const path = resolve(cwd, file);
    const text = await readText(path);
    if (text?.includes('-----BEGIN CERTIFICATE-----') === true) authorities.push(text);
    else {
      const problem =
        text === null ? `names a file that does not exist: ${path}` : `names a file without a PEM certificate: ${path}`;
      throw new ConfigError(`SEATWARDEN_CA_FILE ${problem}.`, [{ file: 'environment', path: 'SEATWARDEN_CA_FILE', problem }]);
    }
  }
  return { ...proxies, authorities };
}

function findPresets(cwd: string, { presetsDir }: Environment): string {
  if (presetsDir !== null) return resolve(cwd, presetsDir);
  const here = join(cwd, 'presets');
  return existsSync(here) ? here : join(PACKAGE_ROOT, 'presets');
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return null;
    const problem = code === 'EISDIR' ? 'is a folder' : `cannot be read (${code ?? 'unknown error'})`;
    throw new ConfigError(`${path} ${problem}.`, [{ file: path, path: '', problem }], { cause });
  }
}
