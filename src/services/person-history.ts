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
    const key = index?.keyOfEmail(email) ?? email;
    const own: HistoryEntry[] = [];
    for await (const entry of world.inventories.history(integrationId, key))
      if (entry.person === key || entry.formerly === key) own.push(entry);
    entries.push(...own.map((entry) => ({ ...entry, integrationId })));
    if (at === null) continue;
    for (const state of stateAt(own, at).values())
      if (state.person === key && state.active && state.kind !== 'person') states.push({ ...state, integrationId });
  }
  return {
    entries: entries.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)),
    held: at === null ? null : { at, states },
  };
}
