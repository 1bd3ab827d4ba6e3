import type { Effect } from '../domain/action-request.ts';
import { ConflictError } from '../domain/errors.ts';
import type { Put } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { lockOf } from './keyed-lock.ts';

const TRIES = 5;

/**
 * Looks at the daily cap and lets something through in one go. `work` gets a change that belongs into its commit: of two who
 * looked at the same time, also in two processes, one is refused and looks again.
 */
export async function throughCapGate<T>(world: World, effect: Effect, work: (gate: readonly Put[]) => Promise<T>): Promise<T> {
  if (effect !== 'destructive') return work([]);
  return lockOf(world.store).run('gate:destructive', async () => {
    for (let attempt = 1; ; attempt += 1) {
      const gate = await world.store.get('gates', 'destructive');
      const doc = { id: 'destructive', version: (gate?.version ?? 0) + 1 };
      try {
        return await work([{ collection: 'gates', doc, expected: gate?.version ?? null }]);
      } catch (cause) {
        if (!(cause instanceof ConflictError) || cause.code !== 'conflict.version' || attempt >= TRIES) throw cause;
      }
    }
  });
}
