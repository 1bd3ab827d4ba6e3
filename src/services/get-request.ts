import type { ActionRequest } from '../domain/action-request.ts';
import { UsageError } from '../domain/errors.ts';
import type { World } from '../ports/world.ts';

/** @throws UsageError for an id that is forged, mistyped or unknown. */
export async function getRequest(world: World, requestId: string): Promise<ActionRequest> {
  const request = /^[A-Za-z0-9_-]{1,40}$/.test(requestId) ? await world.store.get('requests', requestId) : null;
  if (request === null) {
    throw new UsageError('usage.unknown-request', 'There is no such request, so nothing was done.', {
      hint: 'See the open ones with `/licenses requests`.',
    });
  }
  return request;
}
