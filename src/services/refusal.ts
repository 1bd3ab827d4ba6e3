import type { Caller } from '../command.ts';
import type { SeatwardenError } from '../domain/errors.ts';
import { toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { actorOf } from './change-request.ts';

/** Refusals are part of the record: somebody tried what the rules forbid. */
export async function recordRefusal(
  world: World,
  caller: Caller,
  verb: 'request.refused' | 'decision.refused' | 'break-glass.refused',
  about: { readonly subject: string; readonly requestId: string | null; readonly detail: Readonly<Record<string, unknown>> },
  error: SeatwardenError,
): Promise<void> {
  await world.store.commit({
    audit: [
      {
        at: toInstant(world.clock.now()),
        actor: actorOf(caller.person, caller.via),
        verb,
        subject: about.subject,
        requestId: about.requestId,
        detail: { ...about.detail, code: error.code, because: error.message },
      },
    ],
  });
}
