import { dirname } from 'node:path';
import type { Config, IntegrationConfig } from './config/config.ts';
import { createConnector } from './connector/create-connector.ts';
import type { Exchange } from './connector/http.ts';
import { fixedIdentities, type Identities, identitiesFrom } from './connector/identities.ts';
import type { Limiters } from './connector/limiters.ts';
import type { Network } from './connector/network.ts';
import { ConfigError, type ConfigMistake } from './domain/errors.ts';
import type { Member } from './domain/person.ts';
import { VERSION } from './package-root.ts';
import type { Clock } from './ports/clock.ts';
import type { Connector } from './ports/connector.ts';
import type { Log } from './ports/log.ts';
import { compileExpression } from './preset/expression.ts';
import { compileLoadSettings } from './preset/load-settings.ts';
import type { LoadedConnector } from './preset/loaded.ts';
import { LOGIN_PLACE } from './preset/places.ts';

export type OpenConnector = Connector & { close(): Promise<void> };

export interface IntegrationParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Kept over changes of the configuration. */
  readonly limiters: Limiters;
  readonly network: Network;
  /** The people of the Slack workspace, for connectors that read them; left out where there is no workspace. */
  readonly everyone?: (fresh: boolean) => Promise<readonly Member[]>;
  /** Told of every call of every integration, secrets included; for somebody who looks at one call. */
  readonly trace?: (exchange: Exchange) => void;
}

/** Makes a connector of every integration. @throws ConfigError with the mistakes of all of them. */
export function openIntegrations(
  config: Config<LoadedConnector>,
  { clock, log, limiters, network, everyone, trace }: IntegrationParts,
): readonly OpenConnector[] {
  const opened: OpenConnector[] = [];
  const mistakes: ConfigMistake[] = [];
  for (const integration of config.integrations) {
    const { id, name, connectorId, baseUrl, tokenUrl, allowHttp, variables, credential } = integration;
    const own = config.overrides.get(id)?.connector;
    const connector = own ?? config.connectors.get(connectorId);
    // The configuration was refused if it named a connector that is not there.
    if (connector === undefined) continue;
    const file = config.content.integrations[id];
    const credentialName = file?.credential ?? id;
    try {
      const loading = compileLoadSettings(file ?? {}, connector);
      const address = { ...(baseUrl === null ? {} : { baseUrl }), ...(tokenUrl === null ? {} : { tokenUrl }), allowHttp };
      const folder = config.file === null ? '.' : dirname(config.file);
      const identities = identitiesOf(integration, config, clock, (other) => opened.find((one) => one.id === other) ?? null);
      const beside = {
        loading,
        identities,
        folder,
        overridden: own !== undefined,
        ...(everyone === undefined ? {} : { everyone }),
        ...(trace === undefined ? {} : { trace }),
      };
      const tenant = { id, name, connector, credential, credentialName, variables, ...beside, ...address };
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

/** Whose e-mail a login stands for: the integration's own table, or another integration's accounts. */
function identitiesOf(
  { id, identities }: IntegrationConfig,
  config: Config<LoadedConnector>,
  clock: Clock,
  find: (id: string) => Connector | null,
): Identities {
  const own = config.content.integrations[id]?.identities;
  if (own?.integration === undefined || own.login === undefined) return fixedIdentities(identities);
  const other = own.integration;
  return identitiesFrom(() => find(other), other, compileExpression(own.login, LOGIN_PLACE), identities, clock);
}
