import type { Caller } from '../command.ts';
import type { Cockpit } from '../domain/cockpit.ts';
import { REPORT_IDS } from '../domain/report-settings.ts';
import { toInstant } from '../domain/time.ts';
import type { Store } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { readReport } from '../services/build-report.ts';
import { chooseApp, cockpitFor, cockpitVersion } from '../services/cockpit.ts';
import { identifyCaller } from '../services/identify-caller.ts';
import { listRequests } from '../services/list-requests.ts';
import { lookupPerson } from '../services/lookup-person.ts';
import { storedSeats } from '../services/stored-seats.ts';
import { callSlack, FOR_A_PERSON } from './call-slack.ts';
import { explain } from './explain.ts';
import { openModal, updateModal } from './modal.ts';
import type { Room } from './room.ts';
import { loadingForm } from './views/action-form.ts';
import { type Block, type ModalView, plain } from './views/blocks.ts';
import { readApp } from './views/cockpit.ts';
import { type HomeContent, homeView } from './views/home.ts';
import { fitBlocks, LIMITS } from './views/limits.ts';
import { reportView } from './views/report.ts';
import { requestsView } from './views/requests.ts';
import { failedView } from './views/result.ts';
import type { Press } from './wire.ts';

/** The vendors may take so long before what the last sync brought is shown meanwhile. */
const PATIENCE_MS = 250;
/** Slack does not tell when somebody leaves their Home. */
const LOOKED_AT_MS = 30 * 60_000;
const HOMES_KEPT = 20;

/**
 * One's own seats and the open requests, and the cockpit for those who run it. It stands at once on what is stored; what the
 * vendors say and figures that have to be counted first come in when they are there.
 */
export async function publishHome(room: Room, userId: string): Promise<void> {
  const { world } = room;
  const opened = shownIn(world.store).get(userId)?.openedAt ?? world.clock.now();
  remember(world, userId, { openedAt: opened, version: await cockpitVersion(world) });
  const now = toInstant(room.world.clock.now());
  let caller: Caller;
  try {
    caller = await identifyCaller(room.world, userId);
  } catch (error) {
    return publish(room, userId, { lookup: problemOf(room, error), waiting: [], mine: [], now });
  }
  const [requests, cockpit] = await Promise.all([listRequests(room.world, caller), cockpitOf(room, caller)]);
  const content = { ...requests, now, cockpit: cockpit?.now ?? null };
  const fresh = freshSeats(room, caller);
  const soon = await Promise.race([fresh, pause(PATIENCE_MS)]);
  const first = soon ?? (await storedSeats(room.world, caller));
  await publish(room, userId, { ...content, lookup: first });
  if (soon !== null && cockpit?.later == null) return;
  const [lookup, later] = await Promise.all([fresh, cockpit?.later ?? content.cockpit]);
  await publish(room, userId, { ...content, lookup, cockpit: later });
}

/** Somebody came to their Home. */
export async function onHomeOpened(room: Room, userId: string): Promise<void> {
  shownIn(room.world.store).delete(userId);
  await publishHome(room, userId);
}

/** Makes the Homes anew that somebody opened lately, where what they show has changed since. */
export async function refreshHomes(room: Room): Promise<void> {
  const { world } = room;
  const shown = shownIn(world.store);
  if (shown.size === 0) return;
  const version = await cockpitVersion(world);
  const since = world.clock.now().getTime() - LOOKED_AT_MS;
  for (const [userId, home] of shown) {
    if (home.openedAt.getTime() < since) shown.delete(userId);
    else if (home.version !== version) await publishHome(room, userId);
  }
}

interface ShownHome {
  readonly openedAt: Date;
  readonly version: string;
}

/** Homes that somebody may still look at, by user, those opened last at the end. */
const homes = new WeakMap<Store, Map<string, ShownHome>>();

function shownIn(store: Store): Map<string, ShownHome> {
  const known = homes.get(store) ?? new Map<string, ShownHome>();
  homes.set(store, known);
  return known;
}

function remember({ store }: World, userId: string, home: ShownHome): void {
  const shown = shownIn(store);
  shown.set(userId, home);
  for (const first of shown.keys()) {
    if (shown.size <= HOMES_KEPT) return;
    shown.delete(first);
  }
}

/** A filter was chosen: it is kept, and the page made again. */
export async function onHomeApp(room: Room, press: Press): Promise<void> {
  await chooseApp(room.world, press.userId, readApp(press.value));
  await publishHome(room, press.userId);
}

/** A tile leads to its report, in a window above the Home. */
export function onOpenReport(room: Room, press: Press): Promise<void> {
  return inWindow(room, press, async (caller) => {
    const id = REPORT_IDS.find((one) => one === press.value);
    if (id === undefined) return null;
    const app = (await room.world.store.get('homes', press.userId))?.integrationId ?? null;
    const request = app === null ? {} : { integrationId: app };
    const report = await readReport(room.world, caller, id, request);
    // The window has its title.
    const blocks = reportView(report, request).blocks.filter(({ type }) => type !== 'header');
    return { title: report.title, blocks };
  });
}

export function onShowRequests(room: Room, press: Press): Promise<void> {
  return inWindow(room, press, async (caller) => {
    const { waiting, mine } = await listRequests(room.world, caller);
    return { title: 'Requests', blocks: requestsView(waiting, mine, toInstant(room.world.clock.now())).blocks };
  });
}

async function inWindow(
  room: Room,
  press: Press,
  read: (caller: Caller) => Promise<{ readonly title: string; readonly blocks: readonly Block[] } | null>,
): Promise<void> {
  const viewId = await openModal(room, press, loadingForm());
  if (viewId === null) return;
  let view: ModalView;
  try {
    const shown = await read(await identifyCaller(room.world, press.userId));
    view =
      shown === null
        ? failedView('This button is from an older version.', null)
        : {
            type: 'modal',
            title: plain(shown.title, LIMITS.viewTitle),
            close: plain('Close', 24),
            blocks: fitBlocks(shown.blocks.filter(fitsModal), LIMITS.viewBlocks),
          };
  } catch (error) {
    const { message, hint } = explain(room.world, 'home', error);
    view = failedView(message, hint);
  }
  await updateModal(room, viewId, view);
}

/** Charts are drawn in messages alone. */
function fitsModal(block: { readonly type: string }): boolean {
  return block.type !== 'data_visualization';
}

async function cockpitOf(room: Room, caller: Caller): Promise<{ now: Cockpit; later: Promise<Cockpit | null> | null } | null> {
  const giveUp = (cause: unknown): null => {
    room.log.error('home.no-cockpit', { cause });
    return null;
  };
  const cockpit = await cockpitFor(room.world, caller).catch(giveUp);
  return cockpit === null ? null : { ...cockpit, later: cockpit.later?.catch(giveUp) ?? null };
}

async function freshSeats(room: Room, caller: Caller): Promise<HomeContent['lookup']> {
  try {
    return await lookupPerson(room.world, caller, caller.person);
  } catch (error) {
    return problemOf(room, error);
  }
}

async function publish(room: Room, userId: string, content: HomeContent): Promise<void> {
  const view = homeView(content);
  await callSlack(() => room.client.views.publish({ user_id: userId, view }), FOR_A_PERSON);
}

function problemOf(room: Room, error: unknown): { readonly problem: string; readonly hint: string | null } {
  const { message, hint } = explain(room.world, 'home', error);
  return { problem: message, hint };
}

function pause(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms).unref());
}
