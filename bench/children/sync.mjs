/*
 * One sync of many licences with the bot's own parts, or, as its baseline, undici.request and JSON.parse of the same pages.
 * Tells what it took as one line of JSON.
 */
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

const [mode, url, count, presets, dataDir] = process.argv.slice(2);
const total = Number(count);
const PAGE = 1_000;

function tell(result) {
  process.stdout.write(`${JSON.stringify({ ...result, rssMb: process.resourceUsage().maxRSS / 1_024 })}\n`);
}

async function bare() {
  const { Pool } = await import('undici');
  const pool = new Pool(url, { connections: 1 });
  const once = async (records) => {
    let found = 0;
    for (let page = 1; found < records; page += 1) {
      const { body } = await pool.request({ path: `/${total}/customer/licenses?page=${page}&perPage=${PAGE}`, method: 'GET' });
      found += JSON.parse(await body.text()).length;
    }
  };
  await once(Math.min(total, 10 * PAGE));
  const cpu = process.cpuUsage();
  const start = performance.now();
  await once(total);
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  await pool.close();
  tell({ ms, cpuMs: (user + system) / 1_000 });
}

/**
 * The same pages read ahead, and of each record the same objects as a sync keeps, made by code written for this one vendor that
 * checks nothing: what the engine of this machine needs for it at least.
 */
async function byHand() {
  const { Pool } = await import('undici');
  const pool = new Pool(url, { connections: 4 });
  const read = async (page) => {
    const { body } = await pool.request({ path: `/${total}/customer/licenses?page=${page}&perPage=${PAGE}`, method: 'GET' });
    return body.text();
  };
  const now = new Date().toISOString();
  const dates = new Map();
  const dateOf = (text) => {
    if (text === null || text === undefined) return null;
    if (!dates.has(text)) dates.set(text, new Date(text).toISOString());
    return dates.get(text);
  };
  const holdings = new Map();
  const people = new Map();
  const tags = new Map();
  const take = ({ licenseId, product, assignee, lastSeen, subscription, team, isTrial, isSuspended, ...flags }) => {
    const email = assignee === null ? null : assignee.email.toLowerCase();
    const used = dateOf(lastSeen?.lastSeenDate);
    const assignedAt = dateOf(lastSeen?.lastAssignmentDate);
    const validUntil = dateOf(subscription.validUntilDate);
    const tag = `${product.code}-${licenseId}`;
    const id = `seat/${licenseId}`;
    const holding = {
      kind: 'seat',
      integrationId: 'jetbrains',
      connectorId: 'jetbrains',
      externalId: licenseId,
      product: { code: product.code, name: product.name },
      team: { id: String(team.id), name: team.name },
      status: subscription.isOutdated ? 'expired' : isSuspended ? 'suspended' : assignee === null ? 'free' : 'active',
      holder: assignee === null ? null : { kind: 'person', email, name: assignee.name },
      role: subscription.isOutdated ? 'Expired Subscription' : product.name,
      lastActivity: used === null ? { kind: 'never' } : { kind: 'at', at: used },
      assignedAt,
      validUntil,
      trial: isTrial,
      autoRenews: subscription.isAutomaticallyRenewed,
      offlineCode: lastSeen?.isOfflineCodeGenerated === true,
      fields: {
        'Assignee Name': assignee === null ? null : assignee.name,
        'Assignee Type': assignee === null ? null : assignee.type,
        'Connect: Credentials': 'jetbrains',
        'Connect: JetBrains Company Code': '1234567',
        'Connector Sync Time': now,
        Email: assignee === null ? null : assignee.email,
        'Is Available To Assign': flags.isAvailableToAssign,
        'Is Subscription Is Automatically Renewed': subscription.isAutomaticallyRenewed,
        'Is Subscription Is Outdated': subscription.isOutdated,
        'Is Suspended': isSuspended,
        'Is Transferable Between Teams': flags.isTransferableBetweenTeams,
        'Is Trial': isTrial,
        'Last Seen Is Offline Code Generated': lastSeen === null ? null : lastSeen.isOfflineCodeGenerated,
        'Last Seen Last Assignment Date': assignedAt,
        'Last Seen Last Seen Date': used,
        'License Id': licenseId,
        'Product Code': product.code,
        'Product Name': product.name,
        'Subscription Pack Ref': subscription.subscriptionPackRef,
        'Subscription Valid Until Date': validUntil,
        'Team Id': String(team.id),
        'Team Name': team.name,
        'Asset Tag': tag,
      },
      readAt: now,
    };
    tags.set(tag, id);
    holdings.set(id, { holding, person: email, active: true, absent: 0, since: now, changedAt: now });
    if (email === null) return;
    const fields = { email, username: email, name: assignee.name, role: 'Employee', tag };
    people.set(email, { key: email, fields, active: true, absent: 0, since: now, changedAt: now });
  };
  const once = async (records) => {
    const pages = Math.ceil(records / PAGE);
    const ahead = [];
    for (let page = 1; page <= pages; page += 1) {
      while (ahead.length < 4 && page + ahead.length <= pages) ahead.push(read(page + ahead.length));
      for (const record of JSON.parse(await ahead.shift())) take(record);
    }
  };
  await once(Math.min(total, 10 * PAGE));
  for (const map of [holdings, people, tags]) map.clear();
  const start = performance.now();
  await once(total);
  const ms = performance.now() - start;
  if (holdings.size !== total) throw new Error('records are missing');
  await pool.close();
  tell({ ms });
}

async function sync() {
  const dist = join(import.meta.dirname, '../../dist/src');
  const from = (path) => import(join(dist, path));
  const [{ loadConnector }, { createConnector }, { openStore }, { openInventories }, { runSync }, { Secret }] = await Promise.all(
    [
      from('adapters/file-presets.js'),
      from('connector/create-connector.js'),
      from('adapters/lowdb-store.js'),
      from('adapters/inventory-store.js'),
      from('services/run-sync.js'),
      from('domain/secret.js'),
    ],
  );
  const [{ createBackground }, { runOf }, { compileLoadSettings }] = await Promise.all([
    from('adapters/background.js'),
    from('services/sync-runs.js'),
    from('preset/load-settings.js'),
  ]);
  const quiet = {
    debug() {},
    info() {},
    warn() {},
    error(event, detail) {
      process.stderr.write(`${event} ${String(detail?.cause)}\n`);
    },
  };
  const clock = { now: () => new Date() };
  const { connector } = loadConnector(join(presets, 'jetbrains'));
  const mapping = {
    email: '{{ record.assignee.email }}',
    username: '{{ record.assignee.email }}',
    name: '{{ record.assignee.name }}',
  };
  const custom = { tag: { label: 'Asset Tag', value: '{{ record.product.code }}-{{ record.licenseId }}' } };
  const filter = "record.team.name != 'Sandbox'";
  const open = (records) =>
    createConnector({
      id: 'jetbrains',
      connector,
      credential: { apiKey: new Secret('bench-jetbrains-key') },
      variables: { companyCode: '1234567' },
      baseUrl: `${url}/${records}`,
      loading: compileLoadSettings({ filter, mapping, customFields: custom }),
      clock,
      log: quiet,
    });
  const store = await openStore({ dir: dataDir, clock, log: quiet });
  const inventories = await openInventories({ dir: dataDir, log: quiet });
  const plan = {
    integrationId: 'jetbrains',
    connectorId: 'jetbrains',
    name: 'JetBrains',
    app: 'JetBrains',
    credential: 'jetbrains',
    state: 'live',
    load: 'users-and-saas-users',
    mode: 'create-and-update',
    schedule: { cron: '0 3 * * *', timezone: 'UTC' },
    filter,
    mapping,
    customFields: [{ name: 'tag', label: 'Asset Tag', value: '', unique: true, type: 'text' }],
    syncKey: 'email',
    role: 'Employee',
    deactivate: { enabled: true, maxShare: 0.2, maxCount: 50 },
    contacts: [],
    fingerprint: 'bench',
  };
  let ids = 0;
  let live = open(total);
  let wroteAt = 0;
  let cpuAt = null;
  const world = {
    clock,
    store,
    log: quiet,
    inventories: {
      ...bound(inventories),
      replace: (next, changes) => {
        wroteAt = performance.now();
        cpuAt = process.cpuUsage();
        return inventories.replace(next, changes);
      },
    },
    connectors: { all: () => [live], get: () => live },
    settings: () => ({ syncs: [plan], approvals: { channel: null }, people: { precedence: [], fields: {} } }),
    background: createBackground(quiet),
    sessionNotifier: { post: async () => null, update: async () => true, tell: async () => true },
    mailer: () => null,
    newId: () => {
      ids += 1;
      return `S${ids}`;
    },
  };
  const run = async (which = plan, test = false) => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    wroteAt = 0;
    cpuAt = null;
    const cpu = process.cpuUsage();
    const start = performance.now();
    const session = await runSync(world, { plan: which, trigger: 'cli', by: null, test, limit: null });
    const end = performance.now();
    const cpuEnd = cpuAt ?? process.cpuUsage();
    delay.disable();
    if (session.outcome !== 'succeeded') throw new Error(JSON.stringify(session.reasons));
    return {
      cpuMs: (cpuEnd.user + cpuEnd.system - cpu.user - cpu.system) / 1_000,
      ms: (wroteAt === 0 ? end : wroteAt) - start,
      writeMs: wroteAt === 0 ? 0 : end - wroteAt,
      wrote: wroteAt !== 0,
      blockMs: delay.max / 1e6,
      session,
    };
  };
  // The first records warm up and do not count, as for the baseline.
  live = open(Math.min(total, 10 * PAGE));
  await run(plan, true);
  await live.close();
  live = open(total);
  const fresh = await run();
  const again = await run();
  if (again.session.people.unchanged === 0 || runOf(store, 'jetbrains') !== null) throw new Error('nothing was compared');
  const index = await inventories.index('jetbrains');
  const people = [...(await inventories.get('jetbrains')).people.keys()];
  const lookups = timed(1_000, (at) => index.holdingsOf(index.keyOfEmail(people[(at * 7_919) % people.length])));
  const searches = timed(50, (at) => index.findPeople(`number ${at * 31}`, 40));
  await live.close();
  tell({
    freshMs: fresh.ms,
    freshCpuMs: fresh.cpuMs,
    againCpuMs: again.cpuMs,
    heapMb: process.memoryUsage().heapUsed / 2 ** 20,
    writeMs: fresh.writeMs,
    againMs: again.ms,
    wrote: again.wrote,
    blockMs: Math.max(fresh.blockMs, again.blockMs),
    lookupMs: worst(lookups),
    searchMs: worst(searches),
    people: people.length,
  });
  await world.background.idle();
  await store.close();
}

function bound(inventories) {
  const names = [
    'list',
    'get',
    'index',
    'hold',
    'takeHeld',
    'dropHeld',
    'history',
    'thinHistory',
    'writeDetails',
    'details',
    'dropDetails',
  ];
  return Object.fromEntries(names.map((name) => [name, inventories[name].bind(inventories)]));
}

function timed(times, work) {
  return Array.from({ length: times }, (_, at) => {
    const start = performance.now();
    work(at);
    return performance.now() - start;
  });
}

/** All but the slowest hundredth, which is the machine's. */
function worst(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99) - 1] ?? 0;
}

await { bare, hand: byHand, sync }[mode]();
