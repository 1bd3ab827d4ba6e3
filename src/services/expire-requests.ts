import { ConflictError } from '../domain/errors.ts';
import type { World } from '../ports/world.ts';
import { changeRequest, SYSTEM } from './change-request.ts';
import { deliver } from './deliver.ts';

/** Ends pending requests whose time is over; one that is decided at the same moment keeps its decision. */
export async function expireRequests(world: World): Promise<void> {
  const now = world.clock.now().getTime();
  const pending = await world.store.list('requests', { states: ['pending'] });
  for (const request of pending) {
    if (Date.parse(request.expiresAt) > now) continue;
    try {
      await changeRequest(world, request, { kind: 'expired' }, SYSTEM);
    } catch (cause) {
      if (cause instanceof ConflictError) continue;
      throw cause;
    }
    world.background.run('deliver', () => deliver(world, request.id));
  }
}
