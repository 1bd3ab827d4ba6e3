import type { Inventory } from '../domain/inventory.ts';
import type { Departure } from '../domain/sync-change.ts';
import type { SyncMerge } from '../domain/sync-merge.ts';
import type { Connector } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import { withDeadline } from './with-deadline.ts';

/** Direct reads cost the vendor's calls; of more than this, the next listing tells. */
const MOST_READS = 25;
const AT_ONCE = 4;
const READ_DEADLINE_MS = 15_000;

/**
 * Asks the vendor directly about what is missing for the first time. Gives those that are gone for certain, and takes out
 * of the merge what is there after all: a listing that hides something must not take it away.
 */
export async function confirmDepartures(
  world: World,
  connector: Connector,
  merge: SyncMerge,
  before: Inventory,
  departures: readonly Departure[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const readsOne = connector.readsOne ?? { seat: true, account: true };
  const missing = departures.filter((one) => one.kind !== 'person' && one.reason === 'missing' && !one.again);
  const gone = new Set<string>();
  if (missing.length === 0 || missing.length > MOST_READS) return gone;
  const there = new Set<string>();
  const queue = [...missing];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      // A vendor that cannot be asked about one of them knows nothing of it for all the wrong reasons.
      const found = next.kind !== 'person' && readsOne[next.kind] ? await isThere(world, connector, next, signal) : null;
      if (found === true) {
        merge.stays(next);
        there.add(`${next.kind}/${next.id}`);
      } else if (found === false) gone.add(`${next.kind}/${next.id}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  // A person is gone when everything they were known by is.
  const left = new Map<string, { gone: boolean; there: boolean }>();
  for (const one of missing) {
    const key = `${one.kind}/${one.id}`;
    const person = before.holdings.get(key)?.person ?? null;
    if (person === null) continue;
    const so = left.get(person) ?? { gone: true, there: false };
    left.set(person, { gone: so.gone && gone.has(key), there: so.there || there.has(key) });
  }
  for (const departure of departures) {
    const so = departure.kind === 'person' ? left.get(departure.id) : undefined;
    if (so === undefined) continue;
    if (so.there) merge.stays(departure);
    else if (so.gone) gone.add(`person/${departure.id}`);
  }
  return gone;
}

/** Null when it could not be found out. */
async function isThere(world: World, connector: Connector, one: Departure, signal: AbortSignal): Promise<boolean | null> {
  const ref = { integrationId: connector.id, kind: one.kind, id: one.id };
  try {
    const read = await withDeadline(connector.name, READ_DEADLINE_MS, (inner) => connector.target(ref, inner), signal);
    return read !== null;
  } catch (cause) {
    world.log.warn('sync.not-confirmed', { integration: connector.id, id: one.id, cause });
    return null;
  }
}
