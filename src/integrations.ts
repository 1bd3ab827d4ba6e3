import type { Config } from './config/config.ts';
import { createConnector } from './connector/create-connector.ts';
import type { Limiters } from './connector/limiters.ts';
import type { Network } from './connector/network.ts';
import { ConfigError, type ConfigMistake } from './domain/errors.ts';
import { VERSION } from './package-root.ts';
import type { Clock } from './ports/clock.ts';
import type { Connector } from './ports/connector.ts';
import type { Log } from './ports/log.ts';
import { compileLoadSettings } from './preset/load-settings.ts';
import type { LoadedConnector } from './preset/loaded.ts';

export type OpenConnector = Connector & { close(): Promise<void> };

export interface IntegrationParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Kept over changes of the configuration. */
  readonly limiters: Limiters;
  readonly network: Network;
}

/** Makes a connector of every integration. @throws ConfigError with the mistakes of all of them. */
export function openIntegrations(
  config: Config<LoadedConnector>,
  { clock, log, limiters, network }: IntegrationParts,
): readonly OpenConnector[] {
  const opened: OpenConnector[] = [];
  const mistakes: ConfigMistake[] = [];
  for (const integration of config.integrations) {
    const { id, name, connectorId, baseUrl, tokenUrl, allowHttp, variables, credential } = integration;
    const connector = config.connectors.get(connectorId);
    // The configuration was refused if it named a connector that is not there.
    if (connector === undefined) continue;
    const file = config.content.integrations[id];
    const credentialName = file?.credential ?? id;
    try {
      const loading = compileLoadSettings(file ?? {});
      const address = { ...(baseUrl === null ? {} : { baseUrl }), ...(tokenUrl === null ? {} : { tokenUrl }), allowHttp };
      const tenant = { id, name, connector, credential, credentialName, variables, loading, ...address };
      opened.push(createConnector({ ...tenant, clock, log, limiters, network, version: VERSION }));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const file = config.file ?? 'environment';
      mistakes.push(...error.mistakes.map((mistake) => ({ ...mistake, file })));
    }
  }
  if (mistakes.length === 0) return opened;
  for (const connector of opened) void connector.close();
  const where = config.file ?? 'The environment';
  const [first] = mistakes;
  throw new ConfigError(
    mistakes.length === 1 && first !== undefined
      ? `${where}: ${first.path} ${first.problem}.`
      : `${where} has ${mistakes.length} mistakes.`,
    mistakes,
  );
}
