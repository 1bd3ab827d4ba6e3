import { createHash } from 'node:crypto';
import { leadPost, type Renewal } from '../domain/renewal.ts';
import type { World } from '../ports/world.ts';
import { type RenewalDue, renewalsDue } from '../reports/renewals-due.ts';
import { buildReport } from './build-report.ts';
import { deliverRenewal, renewalLock } from './deliver-renewal.ts';
import { keepDigestTrouble } from './digest-trouble.ts';

/**
 * Begins a thread for each pack that has come within the first lead time of its renewal, and tells in it when a further one
 * is reached. Harmless when that was done already. One pack that cannot be told keeps none of the others.
 * @throws what kept the first of them from being told.
 */
export async function askRenewals(world: World, channel: string): Promise<void> {
  const failures: unknown[] = [];
  const refused = new Set<string>();
  for (const due of renewalsDue(await buildReport(world, 'renewals'))) {
    try {
      const id = renewalId(due.key);
      await renewalLock(world, id, () => note(world, id, channel, due));
      const why = await deliverRenewal(world, id);
      if (why !== null) refused.add(why);
    } catch (cause) {
      failures.push(cause);
    }
  }
  const why = [...refused].join(' And ');
  await keepDigestTrouble(
    world,
    'renewal-threads',
    why === '' ? null : `Threads about renewals could not be posted: ${why} They are tried again each morning.`,
  );
  if (failures.length > 0) throw failures[0];
}

/** Short, and fit for a button whatever the vendor calls its packs. */
export function renewalId(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 16);
}

/** Writes down that a pack has reached a lead time, once. */
async function note(world: World, id: string, channel: string, { key, integrationId, lead, facts }: RenewalDue): Promise<void> {
  const before = await world.store.get('renewals', id);
  const post = leadPost(lead);
  if (before?.due.includes(post) === true) return;
  const begun: Renewal = before ?? {
    id,
    version: 0,
    key,
    integrationId,
    channel,
    facts,
    root: null,
    due: [],
    posts: {},
    sending: null,
    refused: null,
    decisions: [],
    shown: '',
  };
  // A lead time that went by while nothing could be posted is not told any more; the one that is reached says enough.
  const due = begun.due.filter((one) => one in begun.posts || one === begun.sending?.post || !one.startsWith('lead-'));
  const doc: Renewal = {
    ...begun,
    version: begun.version + 1,
    channel: begun.root === null ? channel : begun.channel,
    facts,
    due: [...due, post],
  };
  await world.store.commit({ put: [{ collection: 'renewals', doc, expected: before?.version ?? null }] });
}
