import type { Caller } from '../command.ts';
import { toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import type { LookupResult, LookupSection } from '../reply.ts';
import { holdingRow } from './lookup-person.ts';
import { regretsOf } from './regrets.ts';
import { syncedHoldings } from './synced-people.ts';

/** One's own seats as the last syncs brought them: no vendor is asked, so nothing is offered either. */
export async function storedSeats(world: World, { person }: Caller): Promise<LookupResult> {
  const about = { person, mayAsk: false, regretted: await regretsOf(world, person) };
  const sections = await Promise.all(
    world.connectors.all().map(async (connector): Promise<LookupSection> => {
      const head = { integrationId: connector.id, name: connector.name };
      const known = person.email === null ? null : await syncedHoldings(world, connector.id, person.email);
      if (known === null) return { ...head, ok: false, message: `${connector.name} is being read…`, hint: null };
      const rows = known.holdings.map((holding) => holdingRow(world, connector, holding, about));
      return { ...head, ok: true, rows, readAt: known.syncedAt, rejected: [] };
    }),
  );
  return { person, askedAt: toInstant(world.clock.now()), own: true, sections, personOffers: [] };
}
