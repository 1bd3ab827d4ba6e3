import { loadConnectors, loadOverride } from '../../src/adapters/file-presets.ts';
import { createSecrets } from '../../src/adapters/secrets.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { ConfigError } from '../../src/domain/errors.ts';
import type { LoadedConnector } from '../../src/preset/loaded.ts';

export const KEYS = { JETBRAINS_API_KEY: 'jb-key', AHA_API_KEY: 'aha-key' };

/** A configuration without mistakes; tests spoil one thing of it. */
export function goodConfig() {
  return {
    variables: { 'JetBrains.CompanyCode': '1234567', 'Aha.Subdomain': 'acme' } as Record<string, unknown>,
    credentials: {
      'jetbrains-main': { connector: 'jetbrains', apiKey: 'env:JETBRAINS_API_KEY' } as Record<string, unknown>,
      'aha-main': { connector: 'aha', apiKey: 'env:AHA_API_KEY' } as Record<string, unknown>,
    },
    integrations: {
      jetbrains: { connector: 'jetbrains', credential: 'jetbrains-main' } as Record<string, unknown>,
      aha: { connector: 'aha', credential: 'aha-main' } as Record<string, unknown>,
    },
  } as Good;
}

type Good = Record<string, Record<string, unknown>> & {
  integrations: Record<string, unknown> & { jetbrains: Record<string, unknown> };
};

export interface Given {
  readonly file?: unknown;
  readonly text?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly configPath?: string;
}

export async function load({ file, text, env = KEYS, configPath }: Given): Promise<Config<LoadedConnector>> {
  const content = text ?? (file === undefined ? null : JSON.stringify(file));
  return loadConfig({
    env,
    cwd: '/app',
    configPath: configPath ?? null,
    readFile: async (path) => (path === '/app/seatwarden.config.json' ? content : null),
    connectors: (further) => ({ ...loadConnectors(['presets', ...further]), dirs: ['presets', ...further] }),
    override: (connector, path) => loadOverride(connector.folder, path),
    secret: (reference, base) => createSecrets({ env, dir: '/nowhere', base }).resolve(reference),
  });
}

export async function mistakesOf(given: Given): Promise<ConfigError> {
  try {
    await load(given);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}
