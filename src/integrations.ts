import type { Config } from './config/config.ts';
import { createConnector } from './connector/create-connector.ts';
import { ConfigError, type ConfigMistake } from './domain/errors.ts';
import { VERSION } from './package-root.ts';
import type { Clock } from './ports/clock.ts';
import type { Connector } from './ports/connector.ts';
import type { Log } from './ports/log.ts';
import { compileLoadSettings } from './preset/load-settings.ts';
import type { LoadedConnector } from './preset/loaded.ts';

export type OpenConnector = Connector & { close(): Promise<void> };

/** Makes a connector of every integration. @throws ConfigError with the mistakes of all of them. */
export function openIntegrations(
  config: Config<LoadedConnector>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): readonly OpenConnector[] {
  const opened: OpenConnector[] = [];
  const mistakes: ConfigMistake[] = [];
  for (const { id, name, connectorId, baseUrl, variables, credential } of config.integrations) {
    const connector = config.connectors.get(connectorId);
    // The configuration was refused if it named a connector that is not there.
    if (connector === undefined) continue;
    const file = config.content.integrations[id];
    const credentialName = file?.credential ?? id;
    try {
      const loading = compileLoadSettings(file ?? {});
      const address = baseUrl === null ? {} : { baseUrl };
      opened.push(
        createConnector({
          id,
          name,
          connector,
          credential,
          credentialName,
          variables,
          loading,
          ...address,
          clock,
          log,
          version: VERSION,
        }),
      );
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
