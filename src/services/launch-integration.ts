import type { Caller } from '../command.ts';
import { ConflictError, UsageError } from '../domain/errors.ts';
import { launchGaps, type SyncPlan } from '../domain/sync-plan.ts';
import { toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { actorOf } from './change-request.ts';
import { memoryOf, remember } from './end-session.ts';
import { findSync } from './find-sync.ts';
import { requireRight } from './rights.ts';
import { withDeadline } from './with-deadline.ts';

const CHECK_DEADLINE_MS = 15_000;

/**
 * Lets a draft run on its schedule. @throws UsageError that says everything that is missing; ConflictError when it is live
 * already, or paused by the configuration.
 */
export async function launchIntegration(world: World, caller: Caller, integration: string): Promise<SyncPlan> {
  await requireRight(world, caller, 'admin');
  const plan = findSync(world, integration);
  const memory = await memoryOf(world, plan.integrationId);
  if (plan.state === 'paused')
    throw new ConflictError('conflict.paused', `${plan.name} is paused by the configuration.`, {
      hint: `Set integrations.${plan.integrationId}.state to "live" or "draft".`,
    });
  const connector = world.connectors.get(plan.integrationId);
  const credential =
    connector === null
      ? { ok: false, message: 'it is not connected.' }
      : await withDeadline(connector.name, CHECK_DEADLINE_MS, (signal) => connector.check(signal)).catch((cause: unknown) => ({
          ok: false,
          message: cause instanceof Error ? cause.message : 'it could not be checked.',
        }));
  const gaps = launchGaps(plan, credential);
  if (gaps.length > 0)
    throw new UsageError('usage.not-ready', `${plan.name} stays a draft. ${gaps.map((gap) => gap.message).join(' ')}`, {
      hint: `\`/licenses sync ${plan.integrationId} mapping\` proposes what to map; then launch it again.`,
    });
  if (plan.state === 'live' || memory.launchedAt !== null)
    throw new ConflictError('conflict.live', `${plan.name} is live already.`);
  const now = toInstant(world.clock.now());
  await world.store.commit({
    put: [remember(memory, { launchedAt: now, trouble: null })],
    audit: [
      {
        at: now,
        actor: actorOf(caller.person, caller.via),
        verb: 'sync.launched',
        subject: plan.integrationId,
        requestId: null,
        detail: { schedule: plan.schedule, fingerprint: plan.fingerprint },
      },
    ],
  });
  return plan;
}
