import { holdingKey } from '../../src/domain/inventory.ts';
import { holderEmail, type Seat } from '../../src/domain/seat.ts';
import { toInstant } from '../../src/domain/time.ts';
import type { World } from '../../src/ports/world.ts';

/** Puts seats in force as the last sync of the integration `vendor` would have. */
export async function seatsSynced(world: World, seats: readonly Seat[], sessionId = 'S-1'): Promise<void> {
  const now = toInstant(world.clock.now());
  const kept = { active: true, absent: 0, since: now, changedAt: now };
  const held = seats.map((holding) => [holdingKey(holding), { holding, person: holderEmail(holding), ...kept }] as const);
  const emails = seats.flatMap((seat) => holderEmail(seat) ?? []);
  const people = emails.map((key) => [key, { key, fields: { email: key, name: key }, ...kept }] as const);
  const head = {
    integrationId: 'vendor',
    connectorId: 'vendor',
    app: 'Vendor',
    credential: 'vendor-main',
    fingerprint: 'plan-1',
    sessionId,
    writtenAt: now,
  };
  await world.inventories.replace({ head, holdings: new Map(held), people: new Map(people) }, []);
}
