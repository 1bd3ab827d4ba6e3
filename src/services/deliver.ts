import type { ActionRequest } from '../domain/action-request.ts';
import { ConflictError } from '../domain/errors.ts';
import type { CardRecord, Store } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { lockOf } from './keyed-lock.ts';
import { askedDirectly } from './who-decides.ts';

/** As many people as one request is worth disturbing; more approvers belong into a channel. */
const COPIES_MAX = 20;

/** Requests whose last delivery failed, by store; the periodic job tries them again. */
const behind = new WeakMap<Store, Set<string>>();

function behindOf(store: Store): Set<string> {
  let ids = behind.get(store);
  if (ids === undefined) {
    ids = new Set();
    behind.set(store, ids);
  }
  return ids;
}

/**
 * Brings what people see up to what is stored: the request's card, then the direct messages that are owed. May be called
 * at any time and any number of times; calls for one request follow each other. Never throws: what cannot be shown now is
 * tried again by `deliverPending`, and the decision stands either way.
 */
export async function deliver(world: World, requestId: string): Promise<void> {
  await lockOf(world.store).run(`deliver:${requestId}`, async () => {
    // Each on its own: a card that cannot be shown keeps nobody from hearing of the decision.
    const done = await Promise.all([
      attempt(world, requestId, () => showCard(world, requestId)),
      attempt(world, requestId, () => sendNotices(world, requestId)),
    ]);
    if (done.every(Boolean)) behindOf(world.store).delete(requestId);
    else behindOf(world.store).add(requestId);
  });
}

/** Tries again what could not be shown, and shows what is open and lags behind; ends after the request at hand when aborted. */
export async function deliverPending(world: World, signal?: AbortSignal): Promise<void> {
  const notices = await world.store.list('notices');
  const ids = new Set([...behindOf(world.store), ...notices.map((notice) => notice.requestId)]);
  for (const id of ids) {
    if (signal?.aborted === true) return;
    await deliver(world, id);
  }
}

/** At start: every card that shows less than its request's state is rendered again, and what is owed is sent. */
export async function deliverAll(world: World, signal?: AbortSignal): Promise<void> {
  const requests = await world.store.list('requests');
  const cards = new Map((await world.store.list('cards')).map((card) => [card.id, card]));
  for (const request of requests) {
    if (wantsCard(request) && cards.get(request.id)?.shownVersion !== request.version) behindOf(world.store).add(request.id);
  }
  await deliverPending(world, signal);
}

/** A request that needs nobody's approval has no card: the requester hears of it directly, and nobody else is disturbed. */
function wantsCard(request: ActionRequest): boolean {
  return request.policy.approvals > 0;
}

async function attempt(world: World, requestId: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (cause) {
    world.log.warn('deliver.failed', { request: requestId, cause });
    return false;
  }
}

async function showCard(world: World, requestId: string): Promise<void> {
  let request = await world.store.get('requests', requestId);
  if (request === null || !wantsCard(request)) return;
  let card = await world.store.get('cards', requestId);
  if (card === null) {
    const { asked = [], ...place } = await world.notifier.postCard(request);
    card = { id: requestId, version: 1, ...place, shownVersion: 0, asked };
    await world.store.commit({ put: [{ collection: 'cards', doc: card, expected: null }] });
  }
  // The state may move while Slack is asked, so go on until what is shown is what is stored.
  while (card.shownVersion !== request.version) {
    card = await askFurther(world, request, card);
    const shown = await world.notifier.updateCard(request, card);
    if (!shown) world.log.warn('deliver.card-gone', { request: requestId, channel: card.channel });
    const next: CardRecord = { ...card, version: card.version + 1, shownVersion: request.version };
    await world.store.commit({ put: [{ collection: 'cards', doc: next, expected: card.version }] });
    card = next;
    request = (await world.store.get('requests', requestId)) ?? request;
  }
}

/** Copies of the card for those whose turn it is and who do not have it yet; they are kept up to date like the first. */
async function askFurther(world: World, request: ActionRequest, card: CardRecord): Promise<CardRecord> {
  const has = card.asked ?? [];
  const due = (await askedDirectly(world, request)).map((member) => member.userId).filter((userId) => !has.includes(userId));
  const missing = due.slice(0, Math.max(0, COPIES_MAX - has.length));
  if (missing.length === 0) return card;
  const places = await world.notifier.askAlso(request, missing);
  const next: CardRecord = {
    ...card,
    version: card.version + 1,
    channel: [card.channel, ...places.map((place) => place.channel)].join(','),
    ts: [card.ts, ...places.map((place) => place.ts)].join(','),
    asked: [...has, ...missing],
  };
  await world.store.commit({ put: [{ collection: 'cards', doc: next, expected: card.version }] });
  return next;
}

async function sendNotices(world: World, requestId: string): Promise<void> {
  const owed = (await world.store.list('notices')).filter((notice) => notice.requestId === requestId);
  if (owed.length === 0) return;
  const request = await world.store.get('requests', requestId);
  if (request === null) return;
  for (const notice of owed) {
    const reached = await world.notifier.tell(notice, request);
    if (!reached) world.log.warn('deliver.unreachable', { request: requestId, to: notice.to.userId });
    try {
      await world.store.commit({ remove: [{ collection: 'notices', id: notice.id }] });
    } catch (cause) {
      if (!(cause instanceof ConflictError)) throw cause;
    }
  }
}
