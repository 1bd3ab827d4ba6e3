import { loadConnectors } from '../../src/adapters/file-presets.ts';
import { type ConnectorOptions, createConnector } from '../../src/connector/create-connector.ts';
import type { Evidence, TargetRef } from '../../src/domain/action-request.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { ActionPlan, Connector, Target } from '../../src/ports/connector.ts';
import type { LoadedConnector } from '../../src/preset/loaded.ts';
import { quietLog } from './quiet-log.ts';

const { connectors } = loadConnectors(['presets']);

export function loaded(id: string): LoadedConnector {
  const connector = connectors.get(id);
  if (connector === undefined) throw new Error(`presets/${id} does not load`);
  return connector;
}

export const NOW = new Date('2026-11-23T00:00:00.000Z');
export const API_KEY = 'k3y-Th4t-must-never-show';

export type Opened = Connector & { close(): Promise<void> };

/** An integration against a loopback vendor; waits between attempts take no time. */
export function openConnector(id: string, baseUrl: string, options: Partial<ConnectorOptions> = {}): Opened {
  return createConnector({
    id,
    connector: options.connector ?? loaded(id),
    credential: { apiKey: new Secret(API_KEY) },
    variables: { companyCode: '7001234', subdomain: 'alderyard' },
    baseUrl,
    clock: { now: () => NOW },
    log: quietLog,
    sleep: async () => {},
    ...options,
  });
}

export const patience = (): AbortSignal => AbortSignal.timeout(5_000);

export async function readTarget(connector: Connector, ref: Omit<TargetRef, 'integrationId'>): Promise<Target> {
  const target = await connector.target({ integrationId: connector.id, ...ref }, patience());
  if (target === null) throw new Error(`${ref.id} is not there`);
  return target;
}

/** A plan that must succeed, with the call it stands for. */
export async function planned(
  connector: Connector,
  presetId: string,
  target: Target,
  inputs: Parameters<Connector['plan']>[2] = {},
): Promise<{ plan: ActionPlan; call: { presetId: string; target: TargetRef; inputs: ActionPlan['inputs'] }; seen: Evidence }> {
  const result = await connector.plan(presetId, target, inputs, patience());
  if (!result.ok) throw new Error(result.problems.map((problem) => problem.message).join(' '));
  const { plan } = result;
  return { plan, call: { presetId, target: plan.target, inputs: plan.inputs }, seen: plan.evidence };
}
