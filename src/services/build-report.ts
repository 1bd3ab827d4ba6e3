import { setImmediate as turn } from 'node:timers/promises';
import type { Caller } from '../command.ts';
import { UsageError } from '../domain/errors.ts';
import type { Inventory, SyncedHolding } from '../domain/inventory.ts';
import { normaliseEmail } from '../domain/person.ts';
import type { ReportId, ReportRequest } from '../domain/report-settings.ts';
import { inSlices } from '../domain/slices.ts';
import type { SyncPlan } from '../domain/sync-plan.ts';
import type { SyncSession } from '../domain/sync-session.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { pastQuestion } from '../reports/back-test.ts';
import type { DirectoryPerson, IntegrationFacts, ReportFacts } from '../reports/facts.ts';
import { REPORTS } from '../reports/index.ts';
import { PastUse } from '../reports/past-use.ts';
import type { Report, ReportDefinition } from '../reports/report.ts';
import { SeatTrend } from '../reports/trend.ts';
import { activeSnoozes } from './active-snoozes.ts';
import { memoryOf } from './end-session.ts';
import { isLive } from './find-sync.ts';
import { requireRight } from './rights.ts';

/** A report for somebody who asks. It is about other people, so it takes the right to look others up. */
export async function readReport(world: World, caller: Caller, id: ReportId, request: ReportRequest = {}): Promise<Report> {
  await requireRight(world, caller, 'view');
  return buildReport(world, id, request);
}

/** A report of what is stored; no vendor is asked. */
export async function buildReport(world: World, id: ReportId, request: ReportRequest = {}): Promise<Report> {
  const definition = REPORTS.get(id);
  if (definition === undefined) throw new Error(`there is no report ${id}`);
  const facts = await gatherFacts(world, definition.needs, request);
  const now = toInstant(world.clock.now());
  return inSlices(definition.build(facts, world.settings().reports, request, now), () => turn());
}

export async function gatherFacts(
  world: World,
  needs: ReportDefinition['needs'],
  request: ReportRequest = {},
): Promise<ReportFacts> {
  const settings = world.settings();
  const lastSessions = new Map<string, SyncSession>();
  for (const session of await world.store.list('sessions')) if (!session.test) lastSessions.set(session.integrationId, session);
  return {
    integrations: await Promise.all(
      settings.syncs.map((plan) => integrationFacts(world, plan, lastSessions.get(plan.integrationId) ?? null, needs, request)),
    ),
    directory: await directoryPeople(world),
    prices: settings.prices,
    protected: settings.safety.protected,
    maxAgeMs: settings.safety.maxDataAgeMs,
    offers: await world.store.list('offers'),
    snoozed: await activeSnoozes(world),
    renewals: new Map((await world.store.list('renewals')).map((renewal) => [renewal.key, renewal])),
    requests: needs.includes('requests') ? await world.store.list('requests') : [],
  };
}

async function integrationFacts(
  world: World,
  plan: SyncPlan,
  session: SyncSession | null,
  needs: ReportDefinition['needs'],
  request: ReportRequest,
): Promise<IntegrationFacts> {
  const id = plan.integrationId;
  const [inventory, memory] = [await world.inventories.get(id), await memoryOf(world, id)];
  const holdings = [...(inventory?.holdings.values() ?? [])];
  const now = toInstant(world.clock.now());
  const past = needs.includes('past') ? new PastUse(pastQuestion(world.settings().reports, request, now)) : null;
  if (past !== null) await world.inventories.replayHistory(id, past);
  let people = 0;
  for (const person of inventory?.people.values() ?? []) if (person.active) people += 1;
  return {
    id,
    connectorId: plan.connectorId,
    name: plan.name,
    app: plan.app,
    origin: inventory?.head.origin ?? [],
    state: isLive(plan, memory) ? 'live' : plan.state === 'paused' ? 'paused' : 'draft',
    schedule: plan.schedule,
    confirmedAt: memory.confirmedAt,
    trouble: memory.trouble,
    holdings,
    listsFree: world.connectors.get(id)?.listsFree === true,
    people,
    gone: world.settings().reports.directories.includes(id) ? goneOf(holdings) : [],
    lastSession:
      session === null
        ? null
        : { id: session.id, outcome: session.outcome, at: session.endedAt ?? session.startedAt, faults: session.failed },
    trend: needs.includes('trend') && inventory !== null ? await trendOf(world, inventory, now) : null,
    past,
  };
}

/** A history is long, and between two syncs it says the same all day. */
const trends = new WeakMap<Inventory, { readonly day: string; readonly trend: Promise<SeatTrend> }>();

function trendOf(world: World, inventory: Inventory, now: Instant): Promise<SeatTrend> {
  const day = now.slice(0, 10);
  const known = trends.get(inventory);
  if (known?.day === day) return known.trend;
  const trend = readTrend(world, inventory.head.integrationId, now);
  trends.set(inventory, { day, trend });
  trend.catch(() => trends.delete(inventory));
  return trend;
}

/**
 * Reads beforehand what reports show of the past: after a sync, and once a day. Where it cannot be read, whoever asks for such
 * a report hears of it.
 */
export async function readyTrends(world: World): Promise<void> {
  const now = toInstant(world.clock.now());
  for (const { integrationId } of world.settings().syncs) {
    const inventory = await world.inventories.get(integrationId);
    if (inventory !== null) await trendOf(world, inventory, now).catch(() => undefined);
  }
}

async function readTrend(world: World, integrationId: string, now: Instant): Promise<SeatTrend> {
  const trend = new SeatTrend(now);
  await world.inventories.replayHistory(integrationId, trend);
  return trend.finish();
}

/** Those none of whose users there is switched on. */
function goneOf(holdings: readonly SyncedHolding[]): IntegrationFacts['gone'] {
  const gone = new Map<string, IntegrationFacts['gone'][number]>();
  const here = new Set<string>();
  for (const { holding, active, changedAt } of holdings) {
    if (holding.kind !== 'account' || holding.email === null) continue;
    const email = normaliseEmail(holding.email);
    if (active && holding.enabled) here.add(email);
    else gone.set(email, { email, name: holding.name, since: changedAt });
  }
  return [...gone.values()].filter((one) => !here.has(one.email));
}

/** Null where the chat cannot be asked: reports say so, and are made all the same. */
async function directoryPeople(world: World): Promise<ReadonlyMap<string, DirectoryPerson> | null> {
  try {
    const everyone = await world.directory.everyone?.();
    if (everyone === undefined) return null;
    const people = new Map<string, DirectoryPerson>();
    for (const { email, userId, name, active, isGuest, isBot, status = null } of everyone) {
      if (email === null || isBot) continue;
      const key = normaliseEmail(email);
      // One address may belong to an old account and to a new one; whoever is active has not left.
      if (people.get(key)?.active !== true) people.set(key, { userId, name, active, isGuest, status });
    }
    return people;
  } catch (cause) {
    world.log.warn('report.directory-unreadable', { cause });
    return null;
  }
}

/** @throws UsageError naming the reports there are. */
export function findReport(text: string): ReportId {
  const wanted = text.trim().toLowerCase();
  const definition = [...REPORTS.values()].find(({ id, title }) => id === wanted || title.toLowerCase() === wanted);
  if (definition !== undefined) return definition.id;
  throw new UsageError('usage.unknown-report', wanted === '' ? 'Say which report.' : `There is no report “${text.trim()}”.`, {
    hint: `Reports: ${[...REPORTS.keys()].join(', ')}.`,
  });
}
