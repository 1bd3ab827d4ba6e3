import { SeatwardenError } from '../domain/errors.ts';
import type { Seat } from '../domain/seat.ts';
import type { World } from '../ports/world.ts';
import type { FreeSeatGroup } from '../reply.ts';
import { withDeadline } from './with-deadline.ts';

const POOL_DEADLINE_MS = 15_000;

/** Seats that can be assigned now, counted by product and team, and in words what could not be read. */
export async function listFreeSeats(
  world: World,
): Promise<{ readonly groups: readonly FreeSeatGroup[]; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const perConnector = await Promise.all(
    world.connectors.all().map(async (connector) => {
      try {
        return groupFree(
          connector.name,
          await withDeadline(connector.name, POOL_DEADLINE_MS, (signal) => connector.free(signal)),
        );
      } catch (cause) {
        world.log.warn('free.failed', { integration: connector.id, cause });
        problems.push(cause instanceof SeatwardenError ? cause.message : `${connector.name} could not be read.`);
        return [];
      }
    }),
  );
  return { groups: perConnector.flat(), problems };
}

export function groupFree(connectorName: string, seats: readonly Seat[]): readonly FreeSeatGroup[] {
  const groups = new Map<string, FreeSeatGroup>();
  for (const seat of seats) {
    const key = `${seat.product.code}\n${seat.team?.id ?? ''}`;
    const group = groups.get(key);
    groups.set(key, {
      integrationId: seat.integrationId,
      connectorName,
      product: seat.product,
      team: seat.team,
      free: (group?.free ?? 0) + 1,
    });
  }
  return [...groups.values()].toSorted(
    (a, b) => a.product.name.localeCompare(b.product.name, 'en') || (a.team?.name ?? '').localeCompare(b.team?.name ?? '', 'en'),
  );
}
