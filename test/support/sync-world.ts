import type { SyncPlan } from '../../src/domain/sync-plan.ts';
import type { LoadedRecord } from '../../src/ports/load.ts';
import { runSync, type SyncOrder } from '../../src/services/run-sync.ts';
import { anAccount, aPlan, recordOf, type ScriptedLoad, scriptedLoad } from './sync-builders.ts';
import { fakeVendor, type TestWorld, testWorld } from './world.ts';

export interface SyncWorld {
  readonly world: TestWorld;
  /** What the vendor gives from now on. */
  gives(load: ScriptedLoad | readonly LoadedRecord[]): void;
  /** The configuration from now on. */
  plan(over: Partial<SyncPlan>): void;
  run(over?: Partial<SyncOrder>): ReturnType<typeof runSync>;
  people(): Promise<Readonly<Record<string, boolean>>>;
  /** Vendor ids that a direct read finds though no listing has them. */
  readonly hidden: Set<string>;
}

/** One integration whose vendor gives what a test says, and everything a sync has to do with. */
export function syncWorld(over: Partial<SyncPlan> = {}): SyncWorld {
  const hidden = new Set<string>();
  let script: ScriptedLoad = { pages: [] };
  let current = aPlan(over);
  const vendor = Object.assign(fakeVendor([]), {
    load: ((_options, onPage, signal) => scriptedLoad(script, onPage, signal)) as TestWorld['vendor']['load'],
    target: (async (ref) =>
      hidden.has(ref.id) ? { ref, seat: null, account: null, person: null, readAt: '' } : null) as TestWorld['vendor']['target'],
  });
  const world = testWorld({ vendor });
  const settings = world.settings();
  Object.assign(world, { settings: () => ({ ...settings, syncs: [current] }) });
  return {
    world,
    hidden,
    gives(load) {
      script = 'pages' in load ? load : { pages: [load], total: load.length };
    },
    plan(change) {
      current = { ...current, ...change };
    },
    run: (order = {}) => runSync(world, { plan: current, trigger: 'schedule', by: null, test: false, limit: null, ...order }),
    async people() {
      const inventory = await world.inventories.get('vendor');
      return Object.fromEntries([...(inventory?.people.values() ?? [])].map((one) => [one.key, one.active]));
    },
  };
}

/** The accounts of so many people, `p0@example.com` and on. */
export function staff(count: number, from = 0): readonly LoadedRecord[] {
  return Array.from({ length: count }, (_, at) => recordOf(anAccount(`p${at + from}@example.com`)));
}
