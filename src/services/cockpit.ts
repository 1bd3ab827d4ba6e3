import type { Caller } from '../command.ts';
import { FINAL_STATES, OPEN_STATES } from '../domain/action-request.ts';
import type { Activity, Cockpit, Tile } from '../domain/cockpit.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { Store } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { moneyWords } from '../reports/parts.ts';
import type { Report } from '../reports/report.ts';
import { count } from '../words.ts';
import { buildReport } from './build-report.ts';
import { callerHas } from './rights.ts';

/** Somebody looks at an empty page meanwhile; after that they see the figures of before, or none yet. */
const PATIENCE_MS = 250;
const ACTIVITY_SHOWN = 5;

interface Counted {
  /** What the figures were counted from; when that has changed they are counted again. */
  readonly from: string;
  readonly at: Instant;
  readonly tiles: readonly Tile[];
}

/** Figures by filter, beside the store they come from. */
const counted = new WeakMap<Store, { readonly known: Map<string, Counted>; readonly underWay: Map<string, Promise<Counted>> }>();

/**
 * The cockpit for those who run it or decide; null for everybody else. Figures are counted when what they are from has
 * changed; while that takes long, those of before are shown with their time, and `later` gives the new ones.
 */
export async function cockpitFor(
  world: World,
  caller: Caller,
): Promise<{ readonly now: Cockpit; readonly later: Promise<Cockpit> | null } | null> {
  if (!(await callerHas(world, caller, 'admin')) && !(await callerHas(world, caller, 'approve'))) return null;
  const filter = await filterOf(world, caller);
  const [open, activity] = [await requestsTile(world, filter.chosen), await recentActivity(world, filter.chosen)];
  const show = (figures: Counted | null): Cockpit => {
    const [seats = [], others = []] = [figures?.tiles.slice(0, 3), figures?.tiles.slice(3)];
    return { tiles: [...seats, open, ...others], asOf: figures?.at ?? null, filter, activity };
  };
  const figures = figuresOf(world, filter.chosen);
  const fresh = await Promise.race([figures.next, pause(PATIENCE_MS)]);
  if (fresh !== null) return { now: show(fresh), later: null };
  return { now: show(figures.known), later: figures.next.then(show) };
}

/** What the figures on somebody's Home depend on, in a word that changes with it. */
export async function cockpitVersion(world: World): Promise<string> {
  const { reports, prices, safety } = world.settings();
  const parts: string[] = [toInstant(world.clock.now()).slice(0, 10), JSON.stringify([reports, prices, safety.protected])];
  for (const id of await world.inventories.list()) parts.push((await world.inventories.get(id))?.head.sessionId ?? '');
  for (const memory of await world.store.list('syncs')) parts.push(`${memory.id}:${memory.version}`);
  for (const request of await world.store.list('requests')) parts.push(`${request.id}:${request.version}`);
  for (const offer of await world.store.list('offers')) parts.push(`${offer.id}:${offer.version}`);
  for (const snooze of await world.store.list('snoozes')) parts.push(`${snooze.id}:${snooze.version}`);
  return parts.join(' ');
}

/** Keeps the choice of an app for the next time; null for all. */
export async function chooseApp(world: World, userId: string, integrationId: string | null): Promise<void> {
  const before = await world.store.get('homes', userId);
  const known = world.settings().syncs.some((plan) => plan.integrationId === integrationId);
  const doc = { id: userId, version: (before?.version ?? 0) + 1, integrationId: known ? integrationId : null };
  await world.store.commit({ put: [{ collection: 'homes', doc, expected: before?.version ?? null }] });
}

async function filterOf(world: World, { person }: Caller): Promise<Cockpit['filter']> {
  const apps = world.settings().syncs.map(({ integrationId, name }) => ({ id: integrationId, name }));
  const choice = person.userId === null ? null : await world.store.get('homes', person.userId);
  const chosen = apps.find(({ id }) => id === choice?.integrationId)?.id ?? null;
  return { chosen, apps };
}

function figuresOf(world: World, chosen: string | null): { readonly known: Counted | null; readonly next: Promise<Counted> } {
  let all = counted.get(world.store);
  if (all === undefined) {
    all = { known: new Map(), underWay: new Map() };
    counted.set(world.store, all);
  }
  const { known, underWay } = all;
  const key = chosen ?? '';
  const work = underWay.get(key) ?? countAfresh(world, chosen, known.get(key) ?? null);
  underWay.set(key, work);
  const next = work
    .then((figures) => {
      known.set(key, figures);
      return figures;
    })
    .finally(() => {
      if (underWay.get(key) === work) underWay.delete(key);
    });
  return { known: known.get(key) ?? null, next };
}

async function countAfresh(world: World, chosen: string | null, before: Counted | null): Promise<Counted> {
  const from = await cockpitVersion(world);
  if (before?.from === from) return before;
  const request = chosen === null ? {} : { integrationId: chosen };
  const seats = await buildReport(world, 'seats', request);
  const idle = await buildReport(world, 'inactive-users', request);
  const expired = await buildReport(world, 'expired-subscriptions', request);
  const health = await buildReport(world, 'sync-health', request);
  const savings = await buildReport(world, 'savings', request);
  const tiles = [seatsTile(seats), idleTile(idle), expiringTile(expired), healthTile(health), savedTile(savings)];
  return { from, at: toInstant(world.clock.now()), tiles };
}

/** Figures with what they count; those that are zero are not worth a word, but one is. */
function told(...figures: readonly (readonly [number, string])[]): string {
  const some = figures.filter(([value]) => value > 0);
  return (some.length === 0 ? figures.slice(-1) : some).map(([value, what]) => `${value} ${what}`).join(', ');
}

function numberIn(report: Report): (key: string) => number {
  return (key) => report.counts.find((one) => one.key === key)?.value ?? 0;
}

function seatsTile(report: Report): Tile {
  const of = numberIn(report);
  const low = of('low');
  return {
    key: 'seats',
    title: 'Seats',
    value: `${of('used')} of ${of('bought')} used`,
    detail: told(
      [of('free'), 'free'],
      [of('pooled'), 'with servers and keys'],
      [low, low === 1 ? 'product runs low' : 'products run low'],
    ),
    tone: low > 0 ? 'warn' : 'plain',
    reportId: 'seats',
  };
}

function idleTile(report: Report): Tile {
  const of = numberIn(report);
  const sure = of('certain') + of('probable');
  return {
    key: 'idle',
    title: 'Idle',
    value: `${count(sure, 'seat')} can go`,
    detail: told([of('ask-first'), 'to ask about first'], [of('excluded'), 'left alone']),
    tone: sure > 0 ? 'warn' : 'good',
    reportId: 'inactive-users',
  };
}

function expiringTile(report: Report): Tile {
  const of = numberIn(report);
  const over = of('expired') + of('overdue');
  return {
    key: 'expiring',
    title: 'Expiring',
    value: `${over} expired`,
    detail: told([of('ending'), 'about to end'], [of('renewing'), 'about to renew']),
    tone: over > 0 ? 'wrong' : of('ending') > 0 ? 'warn' : 'good',
    reportId: 'expired-subscriptions',
  };
}

function healthTile(report: Report): Tile {
  const of = numberIn(report);
  const sick = of('trouble');
  return {
    key: 'health',
    title: 'Apps',
    value: sick === 0 ? `${count(of('apps'), 'app')}, none in trouble` : `${sick} of ${count(of('apps'), 'app')} in trouble`,
    detail: told([of('old'), 'with old facts'], [of('never'), 'never synced']),
    tone: sick > 0 ? 'wrong' : of('old') > 0 ? 'warn' : 'good',
    reportId: 'sync-health',
  };
}

function savedTile(report: Report): Tile {
  const of = numberIn(report);
  const realised = report.money.find(({ key }) => key === 'realised');
  const priced = realised !== undefined && realised.perYear.length > 0;
  return {
    key: 'saved',
    title: 'Saved',
    value: priced ? `${moneyWords(realised.perYear)} a year` : `${count(of('realised'), 'seat')} taken back`,
    detail: told(
      [priced ? of('realised') : 0, of('realised') === 1 ? 'seat taken back' : 'seats taken back'],
      [of('regret'), 'given back again'],
      [of('idle'), 'more could be freed'],
    ),
    tone: 'plain',
    reportId: 'savings',
  };
}

async function requestsTile(world: World, chosen: string | null): Promise<Tile> {
  const all = await world.store.list('requests', { states: OPEN_STATES });
  const open = all.filter(({ integrationId }) => chosen === null || integrationId === chosen);
  const pending = open.filter(({ state }) => state === 'pending').length;
  return {
    key: 'requests',
    title: 'Requests',
    value: pending === 0 ? 'none waits for a decision' : `${pending} ${pending === 1 ? 'waits' : 'wait'} for a decision`,
    detail: told([open.length - pending, 'under way']),
    tone: pending > 0 ? 'warn' : 'good',
    reportId: null,
  };
}

async function recentActivity(world: World, chosen: string | null): Promise<readonly Activity[]> {
  const requests = await world.store.list('requests', { states: FINAL_STATES });
  // One a night for each app would leave no room for anything else.
  const lastOf = new Map((await world.store.list('sessions')).map((session) => [session.integrationId, session]));
  const sessions = [...lastOf.values()];
  const here = (integrationId: string): boolean => chosen === null || chosen === integrationId;
  return [
    ...requests.filter((one) => here(one.integrationId)).map((request) => ({ at: request.updatedAt, request })),
    ...sessions
      .filter((one) => here(one.integrationId))
      .map((session) => ({ at: session.endedAt ?? session.startedAt, session })),
  ]
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, ACTIVITY_SHOWN);
}

function pause(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms).unref());
}
