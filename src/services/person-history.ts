import { type HistoryEntry, type HistoryState, stateAt } from '../domain/history.ts';
import { normaliseEmail, type PersonRef } from '../domain/person.ts';
import type { Instant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import type { PersonHistory } from '../reply.ts';

/** What syncs saw of somebody over time; with `at`, also what they held then. */
export async function personHistory(world: World, person: PersonRef, at: Instant | null): Promise<PersonHistory> {
  const email = normaliseEmail(person.email ?? '');
  const entries: PersonHistory['entries'][number][] = [];
  const states: (HistoryState & { integrationId: string })[] = [];
  for (const integrationId of await world.inventories.list()) {
    const index = await world.inventories.index(integrationId);
    const { keys, own } = await ownHistory(world, integrationId, index?.keyOfEmail(email) ?? email);
    entries.push(...own.map((entry) => ({ ...entry, integrationId })));
    if (at === null) continue;
    for (const state of stateAt(own, at).values())
      if (state.person !== null && keys.has(state.person) && state.active && state.kind !== 'person')
        states.push({ ...state, integrationId });
  }
  return {
    entries: entries.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)),
    held: at === null ? null : { at, states },
  };
}

interface OwnHistory {
  /** Every sync key they had, the one they have now first. */
  readonly keys: ReadonlySet<string>;
  /** What concerns them under any of these, oldest first. */
  readonly own: readonly HistoryEntry[];
}

/** A key somebody had, and until when; null for the one they have now. */
interface Hop {
  readonly key: string;
  readonly until: Instant | null;
}

/** Follows somebody back over the changes of their key, as when their e-mail was changed at the vendor. */
async function ownHistory(world: World, integrationId: string, key: string): Promise<OwnHistory> {
  const keys = new Set([key]);
  const own = new Map<string, HistoryEntry>();
  const hops: Hop[] = [{ key, until: null }];
  // Grows while it is walked.
  for (const { key: current, until } of hops) {
    for await (const entry of world.inventories.history(integrationId, current)) {
      // Somebody else may have been given the e-mail since.
      if (until !== null && entry.at > until) continue;
      if (entry.person !== current && entry.formerly !== current) continue;
      own.set(`${entry.at}/${entry.kind}/${entry.id}`, entry);
      const had = entry.kind === 'person' && entry.person === current ? entry.formerly : null;
      if (had === null || keys.has(had)) continue;
      keys.add(had);
      hops.push({ key: had, until: entry.at });
    }
  }
  const entries = [...own.values()];
  return { keys, own: keys.size === 1 ? entries : entries.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)) };
}
