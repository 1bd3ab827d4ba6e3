import type { Caller } from '../command.ts';
import { ConflictError } from '../domain/errors.ts';
import type { SyncSession } from '../domain/sync-session.ts';
import type { World } from '../ports/world.ts';
import { findSync, requireMapping } from './find-sync.ts';
import { requireRight } from './rights.ts';
import { runSync } from './run-sync.ts';
import { runOf } from './sync-runs.ts';

export interface SyncWish {
  readonly integration: string;
  readonly test: boolean;
  /** For a test: the first so many records; null for all. */
  readonly limit: number | null;
}

export interface StartedSync {
  readonly sessionId: string;
  readonly name: string;
  readonly integrationId: string;
  /** The session as it ended. */
  readonly ended: Promise<SyncSession>;
}

/**
 * Starts a sync for somebody; it goes on by itself. A test needs no complete mapping to be tried out, a real run does.
 * @throws ForbiddenError, UsageError (what is missing), ConflictError (it runs already).
 */
export async function startSync(world: World, caller: Caller, wish: SyncWish): Promise<StartedSync> {
  await requireRight(world, caller, 'admin');
  const plan = findSync(world, wish.integration);
  if (!wish.test) requireMapping(plan);
  const running = runOf(world.store, plan.integrationId);
  if (running !== null)
    throw new ConflictError('conflict.sync', `${plan.name} is being synced already (session ${running.sessionId}).`, {
      hint: `\`/licenses sessions ${running.sessionId}\` shows how far it is.`,
    });
  const sessionId = world.newId();
  const trigger = caller.via === 'cli' ? 'cli' : 'person';
  let settle: { resolve(session: SyncSession): void; reject(cause: unknown): void } | null = null;
  const ended = new Promise<SyncSession>((resolve, reject) => {
    settle = { resolve, reject };
  });
  ended.catch(() => undefined);
  const order = { plan, trigger, by: caller.person, test: wish.test, limit: wish.limit, sessionId } as const;
  world.background.run(`sync:${plan.integrationId}`, async (signal) => {
    try {
      settle?.resolve(await runSync(world, order, signal));
    } catch (cause) {
      settle?.reject(cause);
    }
  });
  return { sessionId, name: plan.name, integrationId: plan.integrationId, ended };
}
