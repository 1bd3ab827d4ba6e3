import { writeSync } from 'node:fs';
import { loadConnector } from '../../../src/adapters/file-presets.ts';
import { openInventories } from '../../../src/adapters/inventory-store.ts';
import { openStore } from '../../../src/adapters/lowdb-store.ts';
import { createConnector } from '../../../src/connector/create-connector.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { recoverSessions } from '../../../src/services/recover-sessions.ts';
import { runSync } from '../../../src/services/run-sync.ts';
import { quietLog } from '../quiet-log.ts';
import { aPlan } from '../sync-builders.ts';
import { testWorld } from '../world.ts';

/** Opens a directory, ends what a life before left running, and syncs again and again until it is killed. */
const [dir = '', baseUrl = '', apiKey = '', companyCode = '', presets = ''] = process.argv.slice(2);
const clock = { now: () => new Date() };
const { connector: loaded } = loadConnector(`${presets}/jetbrains`);
if (loaded === null) throw new Error('presets/jetbrains does not load');
const connector = createConnector({
  id: 'jetbrains',
  connector: loaded,
  credential: { apiKey: new Secret(apiKey) },
  variables: { companyCode },
  baseUrl,
  clock,
  log: quietLog,
});
const store = await openStore({ dir, clock, log: quietLog, foldBytes: 32_768 });
const inventories = await openInventories({ dir, log: quietLog });
// Every life changes what many lives have: the guard is not what is tried here.
const plan = aPlan({
  integrationId: 'jetbrains',
  connectorId: 'jetbrains',
  deactivate: { enabled: true, maxShare: 1, maxCount: 1_000 },
});
const base = testWorld({ connectors: [connector] });
const settings = { ...base.settings(), syncs: [plan] };
let ids = Date.now();
const world = Object.assign(base, {
  clock,
  store,
  inventories,
  settings: () => settings,
  newId: () => {
    ids += 1;
    return `R${ids.toString(36)}`;
  },
});
await recoverSessions(world as never);
writeSync(1, 'ready\n');
for (;;) {
  const session = await runSync(world as never, { plan, trigger: 'schedule', by: null, test: false, limit: null });
  writeSync(1, `${session.outcome} ${session.applied ? 'applied' : ''}\n`);
}
