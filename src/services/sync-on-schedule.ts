import { ConflictError } from '../domain/errors.ts';
import type { SyncPlan } from '../domain/sync-plan.ts';
import type { SyncTrigger } from '../domain/sync-session.ts';
import { isNews, isRetryDue, mayStart, type SyncMemory, type TroubleKind, troubleAfter } from '../domain/sync-trouble.ts';
import { addMs, DAY_MS, toInstant } from '../domain/time.ts';
import type { Store } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { memoryOf, noticesTo, remember } from './end-session.ts';
import { isLive, mappingGaps } from './find-sync.ts';
import { runSync } from './run-sync.ts';
import { runOf } from './sync-runs.ts';

/** A slot that nobody took for so long did not start. */
const NOT_STARTED_MS = 30 * 60_000;

/** The integration's time has come. What is a draft, paused, sick or running already is left alone. */
export async function syncOnSchedule(
  world: World,
  integrationId: string,
  trigger: SyncTrigger,
  signal: AbortSignal,
): Promise<void> {
  const plan = planOf(world, integrationId);
  if (plan === null) return;
  const memory = await memoryOf(world, integrationId);
  if (!isLive(plan, memory) || runOf(world.store, integrationId) !== null) return;
  if (!mayStart(memory.trouble, toInstant(world.clock.now())) && !(await isMended(world, plan, memory))) return;
  const gaps = mappingGaps(plan);
  if (gaps.length > 0) {
    const message = `${plan.name} is live, and cannot be synced: ${gaps.map((gap) => gap.message).join(' ')}`;
    return getIntoTrouble(world, plan, 'not-ready', message, `\`/licenses sync ${integrationId} mapping\` proposes what to map.`);
  }
  try {
    await runSync(world, { plan, trigger, by: null, test: false, limit: null }, signal);
  } catch (cause) {
    // Somebody was faster; what they bring is what the schedule wanted.
    if (!(cause instanceof ConflictError)) throw cause;
  }
}

/**
 * What was missing may have been added since, the credential replaced, or what a session holds made worthless by another
 * configuration; everything else waits for its time or for people.
 */
async function isMended(world: World, plan: SyncPlan, { trouble, lastSessionId }: SyncMemory): Promise<boolean> {
  if (trouble?.kind === 'not-ready') return mappingGaps(plan).length === 0;
  if ((trouble?.kind !== 'credential' && trouble?.kind !== 'held') || lastSessionId === null) return false;
  const last = await world.store.get('sessions', lastSessionId);
  return last !== null && last.fingerprint !== plan.fingerprint;
}

/**
 * Tries sick integrations again when their time has come, and lets the contacts know of runs that do not end and of slots
 * that nobody took. `due` gives the last slot of an integration's schedule.
 */
export async function watchSyncs(world: World, due: (plan: SyncPlan) => Date | null): Promise<void> {
  const now = toInstant(world.clock.now());
  for (const plan of world.settings().syncs) {
    const memory = await memoryOf(world, plan.integrationId);
    if (!isLive(plan, memory)) continue;
    const run = runOf(world.store, plan.integrationId);
    if (run !== null) {
      const session = await world.store.get('sessions', run.sessionId);
      if (session !== null && addMs(session.startedAt, DAY_MS) <= now)
        await getIntoTrouble(
          world,
          plan,
          'unfinished',
          `Session ${session.id} of ${plan.name} has been running for more than 24 hours.`,
          `Look at it with \`/licenses sessions ${session.id}\`; it can be cancelled there.`,
        );
      continue;
    }
    if (memory.trouble !== null && isRetryDue(memory.trouble, now)) {
      world.background.run(`sync:${plan.integrationId}`, (signal) => syncOnSchedule(world, plan.integrationId, 'retry', signal));
      continue;
    }
    if (memory.trouble !== null) continue;
    const slot = due(plan);
    const done = await world.store.get('slots', syncJobId(plan.integrationId));
    const isOpen = slot !== null && done !== null && new Date(done.lastSlot) < slot;
    if (openForMs(world, plan.integrationId, isOpen ? slot : null) >= NOT_STARTED_MS && slot !== null)
      await getIntoTrouble(
        world,
        plan,
        'not-started',
        `The sync of ${plan.name} that was due at ${slot.toISOString().slice(0, 16).replace('T', ' ')} UTC did not start.`,
        'Look at `/readyz` and the log, or run it now.',
      );
  }
}

/** Since when each integration was seen with a slot that nobody took. */
const openSlots = new WeakMap<Store, Map<string, { readonly slot: number; readonly seenAt: number }>>();

/**
 * For how long a slot has been seen open, in milliseconds: one that lies hours back at the first look, after a start or a
 * sleep, is made up for in this very moment.
 */
function openForMs(world: World, integrationId: string, slot: Date | null): number {
  const seen = openSlots.get(world.store) ?? new Map();
  openSlots.set(world.store, seen);
  if (slot === null) {
    seen.delete(integrationId);
    return 0;
  }
  const now = world.clock.now().getTime();
  if (seen.get(integrationId)?.slot !== slot.getTime()) seen.set(integrationId, { slot: slot.getTime(), seenAt: now });
  return now - (seen.get(integrationId)?.seenAt ?? now);
}

export function syncJobId(integrationId: string): string {
  return `sync:${integrationId}`;
}

async function getIntoTrouble(world: World, plan: SyncPlan, kind: TroubleKind, message: string, hint: string): Promise<void> {
  const memory = await memoryOf(world, plan.integrationId);
  const now = toInstant(world.clock.now());
  const trouble = troubleAfter(memory.trouble, { kind, message, hint }, now);
  if (!isNews(memory.trouble, trouble)) return;
  const about = { integrationId: plan.integrationId, name: plan.name, id: memory.lastSessionId };
  await world.store.commit({ put: [remember(memory, { trouble }), ...noticesTo(world, about, 'trouble', trouble, now)] });
}

function planOf(world: World, integrationId: string): SyncPlan | null {
  return world.settings().syncs.find((plan) => plan.integrationId === integrationId) ?? null;
}
