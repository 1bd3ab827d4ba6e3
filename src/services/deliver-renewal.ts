import { TransportError } from '../domain/errors.ts';
import { isBehind, type Renewal, shownOf } from '../domain/renewal.ts';
import { toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { SYSTEM } from './change-request.ts';
import { lockOf } from './keyed-lock.ts';

/** Whoever changes a renewal has it alone meanwhile. */
export function renewalLock<T>(world: World, id: string, work: () => Promise<T>): Promise<T> {
  return lockOf(world.store).run(`renewal:${id}`, work);
}

/**
 * Brings a renewal's thread and card up to what is stored. Each post is written down before it goes out and after; one whose
 * answer was lost is looked for in the channel, so that none comes twice. May be called at any time. Resolves with why Slack refused a post, else with null.
 * @throws TransportError when Slack cannot be reached; the next call goes on from there.
 */
export async function deliverRenewal(world: World, id: string): Promise<string | null> {
  return renewalLock(world, id, async () => {
    let renewal = await world.store.get('renewals', id);
    if (renewal === null) return null;
    for (const post of renewal.due) {
      if (post in renewal.posts) continue;
      renewal = await send(world, renewal, post);
      if (renewal.refused !== null) return renewal.refused;
    }
    if (renewal.root === null || renewal.shown === shownOf(renewal)) return null;
    if (!(await world.renewals.update(renewal))) world.log.warn('renewal.card-gone', { renewal: id });
    await keep(world, renewal, { shown: shownOf(renewal) });
    return null;
  });
}

/** Tries again what could not be posted or shown. Never throws. */
export async function deliverRenewals(world: World): Promise<void> {
  for (const renewal of await world.store.list('renewals')) {
    if (!isBehind(renewal)) continue;
    try {
      await deliverRenewal(world, renewal.id);
    } catch (cause) {
      world.log.warn('renewal.not-delivered', { renewal: renewal.id, cause });
    }
  }
}

async function send(world: World, owed: Renewal, post: string): Promise<Renewal> {
  let renewal = owed;
  const { sending } = renewal;
  const found = sending?.post === post ? await world.renewals.find(renewal, post, sending.at) : null;
  if (found === 'unknown') {
    // Twice is worse than a post that perhaps is missing: the next one tells the same and more.
    world.log.warn('renewal.in-doubt', { renewal: renewal.id, post });
    return keep(world, renewal, { posts: { ...renewal.posts, [post]: null }, sending: null });
  }
  let place = found;
  if (place === null) {
    if (sending?.post !== post) renewal = await keep(world, renewal, { sending: { post, at: toInstant(world.clock.now()) } });
    try {
      const sent = await world.renewals.post(renewal, post);
      if ('refused' in sent) return keep(world, renewal, { sending: null, refused: sent.refused });
      place = sent;
    } catch (cause) {
      if (cause instanceof TransportError && cause.neverSent) await keep(world, renewal, { sending: null });
      throw cause;
    }
  }
  const began = renewal.root === null;
  return keep(
    world,
    renewal,
    {
      posts: { ...renewal.posts, [post]: place },
      sending: null,
      refused: null,
      ...(began ? { root: place, shown: shownOf(renewal) } : {}),
    },
    post,
  );
}

async function keep(world: World, before: Renewal, change: Partial<Renewal>, posted: string | null = null): Promise<Renewal> {
  const doc: Renewal = { ...before, ...change, version: before.version + 1 };
  const audit =
    posted === null
      ? []
      : [
          {
            at: toInstant(world.clock.now()),
            actor: SYSTEM,
            verb: 'renewal.posted' as const,
            subject: `${before.integrationId}/renewal/${before.id}`,
            requestId: null,
            detail: { post: posted, product: before.facts.product, on: before.facts.on, channel: before.channel },
          },
        ];
  await world.store.commit({ put: [{ collection: 'renewals', doc, expected: before.version }], audit });
  return doc;
}
