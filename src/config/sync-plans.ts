import { createHash } from 'node:crypto';
import type { SyncPlan } from '../domain/sync-plan.ts';
import type { ConnectorShape } from './config.ts';
import type { ConfigFile, IntegrationFile } from './schema.ts';

const NO_DEACTIVATION = { enabled: false, maxShare: 0.2, maxCount: 50 };

/** How each integration is loaded. */
export function toSyncPlans(file: ConfigFile, connectors: ReadonlyMap<string, ConnectorShape>): readonly SyncPlan[] {
  return Object.entries(file.integrations).map(([id, integration]) => {
    const connector = connectors.get(integration.connector)?.name ?? integration.connector;
    const siblings = Object.values(file.integrations).filter((other) => other.connector === integration.connector);
    return {
      integrationId: id,
      connectorId: integration.connector,
      name: integration.name ?? (siblings.length > 1 ? `${connector} (${id})` : connector),
      app: integration.app ?? connector,
      credential: integration.credential ?? id,
      state: integration.state,
      load: integration.load,
      mode: integration.mode,
      schedule: { cron: integration.schedule ?? nightly(id), timezone: integration.timezone ?? 'UTC' },
      filter: integration.filter ?? null,
      mapping: integration.mapping,
      customFields: Object.entries(integration.customFields).map(([name, field]) => ({ name, ...field })),
      syncKey: integration.syncKey,
      role: integration.role ?? null,
      deactivate: integration.deactivate ?? NO_DEACTIVATION,
      contacts: integration.contacts,
      fingerprint: fingerprint(file, id, integration),
    };
  });
}

/** Once a day, at a minute of the small hours that the id decides, so that many integrations do not start at once. */
function nightly(id: string): string {
  const spread = createHash('sha256').update(id).digest().readUInt16BE(0) % 240;
  return `${spread % 60} ${1 + Math.floor(spread / 60)} * * *`;
}

/** Of all that shapes what a run writes; not of its schedule, contacts and state. */
function fingerprint(file: ConfigFile, id: string, integration: IntegrationFile): string {
  const { schedule: _schedule, timezone: _timezone, contacts: _contacts, state: _state, name: _name, ...shape } = integration;
  const text = JSON.stringify([id, shape, file.variables, file.credentials[integration.credential ?? '']]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
