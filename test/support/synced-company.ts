import { Limiters } from '../../src/connector/limiters.ts';
import { openIntegrations } from '../../src/integrations.ts';
import { createSandboxClock } from '../../src/sandbox/clock.ts';
import { fullName, OFFICE_TIMEZONES, PEOPLE } from '../../src/sandbox/company.ts';
import { startVendors } from '../../src/sandbox/start-vendors.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { load } from '../config/sources.ts';
import { quietLog } from './quiet-log.ts';
import { aMember, type TestWorld, testWorld } from './world.ts';

export interface SyncedCompany {
  readonly world: TestWorld;
  close(): Promise<void>;
}

/**
 * The sandbox's company at 2026-11-23 09:00 UTC, after one sync of each of its apps in this process. `config` is put over
 * the sandbox's own.
 */
export async function syncedCompany(config: Readonly<Record<string, unknown>> = {}): Promise<SyncedCompany> {
  const clock = createSandboxClock(() => new Date('2026-11-23T09:00:00.000Z'));
  const vendors = await startVendors(clock, 0);
  const loaded = await load({ file: { ...vendors.config, ...config }, env: vendors.environment });
  const network = { httpsProxy: null, httpProxy: null, noProxy: '', authorities: [] };
  const connectors = openIntegrations(loaded, { clock, log: quietLog, limiters: new Limiters(), network });
  const world = testWorld({ connectors });
  const members = PEOPLE.map((person) =>
    aMember(person.handle, {
      userId: person.id,
      email: person.email,
      name: fullName(person),
      active: person.role !== 'deactivated',
      isGuest: person.role === 'guest',
      isWorkspaceAdmin: person.role === 'owner' || person.role === 'admin',
      timezone: OFFICE_TIMEZONES[person.office],
    }),
  );
  world.members.splice(0, world.members.length, ...members);
  Object.assign(world, { settings: () => loaded.settings });
  for (const plan of loaded.settings.syncs) {
    const session = await runSync(world, { plan, trigger: 'person', by: null, test: false, limit: null });
    if (session.outcome !== 'succeeded') throw new Error(`${plan.name}: ${JSON.stringify(session.reasons)}`);
  }
  return {
    world,
    close: async () => {
      await Promise.all(connectors.map((connector) => connector.close()));
      await vendors.close();
    },
  };
}
