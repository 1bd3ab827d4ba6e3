import { UsageError } from '../domain/errors.ts';
import { type LaunchGap, launchGaps, type SyncPlan } from '../domain/sync-plan.ts';
import type { SyncMemory } from '../domain/sync-trouble.ts';
import type { World } from '../ports/world.ts';

/** The plan of the integration somebody named; the only one there is when they named none. */
export function findSync(world: World, text: string): SyncPlan {
  const wanted = text.trim().toLowerCase();
  const { syncs } = world.settings();
  const ids = syncs.map((plan) => plan.integrationId);
  const named = syncs.filter((plan) => plan.integrationId === wanted);
  const alike =
    named.length > 0 ? named : syncs.filter((plan) => plan.connectorId === wanted || plan.name.toLowerCase() === wanted);
  const fitting = wanted === '' ? syncs : alike;
  const [only] = fitting;
  if (fitting.length === 1 && only !== undefined) return only;
  const hint = ids.length === 0 ? 'No app is connected yet.' : `Integrations: ${ids.join(', ')}.`;
  if (fitting.length > 1)
    throw new UsageError(
      'usage.integration',
      wanted === '' ? 'Say which integration to sync.' : `“${text}” fits several integrations.`,
      { hint },
    );
  throw new UsageError('usage.unknown-integration', `There is no integration “${text.trim()}”.`, { hint });
}

/** Whether the schedule runs it: live by its file, or launched by somebody. */
export function isLive(plan: SyncPlan, memory: Pick<SyncMemory, 'launchedAt'>): boolean {
  return plan.state === 'live' || (plan.state === 'draft' && memory.launchedAt !== null);
}

/** What is missing that can be seen without asking the vendor. */
export function mappingGaps(plan: SyncPlan): readonly LaunchGap[] {
  return launchGaps(plan, { ok: true, message: '' });
}

/** @throws UsageError listing everything that is missing before people can be written. */
export function requireMapping(plan: SyncPlan): void {
  const gaps = mappingGaps(plan);
  if (gaps.length === 0) return;
  throw new UsageError('usage.not-ready', `${plan.name} cannot be synced yet. ${gaps.map((gap) => gap.message).join(' ')}`, {
    hint: `\`/licenses sync ${plan.integrationId} mapping\` proposes what to map.`,
  });
}
