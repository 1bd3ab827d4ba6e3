import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openInventories } from '../src/adapters/inventory-store.ts';
import { toReportSettings } from '../src/config/report-settings.ts';
import { holdingKey, type Inventory, type SyncedHolding } from '../src/domain/inventory.ts';
import type { Seat } from '../src/domain/seat.ts';
import type { SyncChange } from '../src/domain/sync-change.ts';
import { addMs, DAY_MS } from '../src/domain/time.ts';
import type { World } from '../src/ports/world.ts';
import { REPORTS } from '../src/reports/index.ts';
import { buildReport } from '../src/services/build-report.ts';
import { cockpitFor } from '../src/services/cockpit.ts';
import { storedSeats } from '../src/services/stored-seats.ts';
import { homeView } from '../src/slack/views/home.ts';
import { absoluteFigure, type Figure, median } from './figure.ts';
import type { Scale } from './scale.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const NOW = '2026-11-23T09:00:00.000Z';
const APPS = 4;
const ago = (days: number): string => addMs(NOW, -days * DAY_MS);

/** How long each report takes over many seats and a history of half a year, read from the disk where it is. */
export async function benchReporting(scale: Scale): Promise<readonly Figure[]> {
  const dir = await mkdtemp(join(tmpdir(), 'seatwarden-bench-'));
  try {
    const world = await worldOf(dir, scale.synced);
    const times = new Map<string, number>();
    const blocks: number[] = [];
    const first: number[] = [];
    for (const id of REPORTS.keys()) {
      const rounds: number[] = [];
      for (let round = 0; round < scale.syncRounds + 1; round += 1) {
        // So that none pays for what the one before it left.
        collectGarbage();
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        await turn();
        const start = performance.now();
        const report = await buildReport(world, id);
        const ms = performance.now() - start;
        await turn();
        delay.disable();
        if (report.sources.length !== APPS) throw new Error(`${id} is not of all apps`);
        // The first one reads the inventories and warms up; the first with a trend reads the history for all others, too.
        if (round === 0) {
          if (times.size > 0) first.push(ms);
          continue;
        }
        rounds.push(ms);
        blocks.push(delay.max / 1e6);
      }
      times.set(id, median(rounds));
    }
    const told = [...times].map(([id, ms]) => `${id} ${Math.round(ms)}`).join(', ');
    const seats = `${scale.synced.toLocaleString('en-US')} seats in ${APPS} apps`;
    return [
      absoluteFigure({
        id: 'report-slowest',
        title: 'The slowest report',
        unit: 'ms',
        ours: Math.max(...times.values()),
        limit: { atMost: 1_000 },
        note: `${seats}, a third of them idle, and a history of them with as many changes again, read anew from its files. Medians in ms: ${told}. The first with a trend after a sync took ${Math.round(Math.max(...first))} ms, since it reads the history for all others.`,
      }),
      absoluteFigure({
        id: 'report-block',
        title: 'Longest stop of the event loop by a report',
        unit: 'ms',
        ours: median(blocks),
        note: 'The longest of each run, median of all runs; told, without a limit.',
      }),
      await homeFigure(world, scale, seats),
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** An admin's Home while nothing was counted yet, as after a sync: how long until there is a page to publish. */
async function homeFigure(world: World, scale: Scale, seats: string): Promise<Figure> {
  const person = { userId: 'U1', email: 'p1@example.com', name: 'Person 1' };
  const member = {
    ...person,
    active: true,
    isBot: false,
    isGuest: false,
    isExternal: false,
    isWorkspaceAdmin: true,
    timezone: null,
  };
  const caller = { person, member, via: 'slack' } as const;
  const first: number[] = [];
  const counted: number[] = [];
  for (let round = 0; round < scale.syncRounds + 1; round += 1) {
    // What was counted is kept beside the store.
    const fresh: World = { ...world, store: { ...world.store } };
    const start = performance.now();
    const [cockpit, lookup] = [await cockpitFor(fresh, caller), await storedSeats(fresh, caller)];
    const view = homeView({ lookup, waiting: [], mine: [], now: NOW, cockpit: cockpit?.now ?? null });
    const ms = performance.now() - start;
    if (view.blocks.length === 0 || cockpit === null) throw new Error('the Home is empty');
    const whole = cockpit.later === null ? cockpit.now : await cockpit.later;
    if (whole.tiles.length !== 6) throw new Error('tiles are missing');
    if (round === 0) continue;
    first.push(ms);
    counted.push(performance.now() - start);
  }
  return absoluteFigure({
    id: 'home-open',
    title: 'An admin’s Home after a sync',
    unit: 'ms',
    ours: median(first),
    limit: { atMost: 500 },
    note: `${seats}, before any figure was counted, without Slack's own time. The page stands then on what is known; every figure was there after ${Math.round(median(counted))} ms.`,
  });
}

async function worldOf(dir: string, seats: number): Promise<World> {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const inventories = await openInventories({ dir, log });
  const syncs: { integrationId: string; connectorId: string; name: string; app: string; state: string; schedule: object }[] = [];
  for (let app = 0; app < APPS; app += 1) {
    const id = `app${app}`;
    syncs.push({
      integrationId: id,
      connectorId: 'vendor',
      name: id,
      app: id,
      state: 'live',
      schedule: { cron: '0 3 * * *', timezone: 'UTC' },
    });
    const count = seats / APPS;
    const held = (writtenAt: string): Inventory => {
      const holdings = new Map(Array.from({ length: count }, (_, index) => synced(seatOf(id, index))));
      const head = {
        integrationId: id,
        connectorId: 'vendor',
        app: id,
        credential: 'c',
        fingerprint: 'f',
        sessionId: writtenAt,
        writtenAt,
      };
      return { head, holdings, people: new Map() };
    };
    const change = (index: number, what: 'created' | 'updated'): SyncChange => ({
      kind: 'seat',
      id: `S${index}`,
      change: what,
      person: `p${index}@example.com`,
      formerly: null,
      title: 'WebStorm',
      fields: what === 'created' ? [] : [['lastActivity', ago(120), ago(1)]],
      because: null,
    });
    await inventories.replace(
      held(ago(180)),
      Array.from({ length: count }, (_, index) => change(index, 'created')),
    );
    await inventories.replace(
      held(ago(20)),
      Array.from({ length: count }, (_, index) => change(index, 'updated')),
    );
  }
  const memory = (id: string) => ({
    id,
    version: 1,
    launchedAt: null,
    confirmedAt: ago(0),
    lastSessionId: null,
    lastStartedAt: null,
    trouble: null,
  });
  const people = Array.from({ length: seats / APPS }, (_, index) => ({
    userId: `U${index}`,
    email: `p${index}@example.com`,
    name: `Person ${index}`,
    active: index % 50 !== 0,
    isBot: false,
    isGuest: false,
  }));
  const settings = {
    syncs,
    prices: { 'vendor/WS': { amount: 240, currency: 'EUR', per: 'year' } },
    safety: { protected: [], maxDataAgeMs: DAY_MS },
    access: { admins: null, approvers: null, requesters: null, viewers: null, auditors: null, breakGlass: [] },
    inactiveDays: 90,
    reports: toReportSettings({}),
  };
  return {
    log,
    inventories,
    clock: { now: () => new Date(NOW) },
    connectors: {
      get: () => ({ listsFree: true }),
      all: () => syncs.map(({ integrationId, name }) => ({ id: integrationId, name })),
    },
    directory: { everyone: async () => people },
    store: { list: async () => [], get: async (_collection: string, id: string) => memory(id) },
    settings: () => settings,
  } as unknown as World;
}

function synced(holding: Seat): [string, SyncedHolding] {
  const person = holding.holder?.kind === 'person' ? holding.holder.email : null;
  return [holdingKey(holding), { holding, person, active: true, absent: 0, since: ago(180), changedAt: ago(20) }];
}

function seatOf(integrationId: string, index: number): Seat {
  const free = index % 20 === 19;
  return {
    kind: 'seat',
    integrationId,
    connectorId: 'vendor',
    externalId: `S${index}`,
    product: { code: index % 2 === 0 ? 'WS' : `P${index % 40}`, name: 'WebStorm' },
    team: { id: String(index % 30), name: `Team ${index % 30}` },
    status: free ? 'free' : index % 97 === 0 ? 'expired' : 'active',
    holder: free ? null : { kind: 'person', email: `p${index}@example.com`, name: `Person ${index}` },
    role: 'WebStorm',
    lastActivity: free ? { kind: 'unknown' } : { kind: 'at', at: ago(index % 3 === 0 ? 100 + (index % 200) : index % 60) },
    assignedAt: ago(300),
    validUntil: addMs(NOW, (index % 300) * DAY_MS),
    trial: false,
    autoRenews: index % 4 !== 0,
    offlineCode: false,
    fields: { 'Subscription Pack Ref': `PACK/${index % 25}`, 'License Id': `S${index}` },
    readAt: ago(0),
  };
}
