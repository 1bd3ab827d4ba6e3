import { cronSchedule } from './adapters/cron-slots.ts';
import type { SyncPlan } from './domain/sync-plan.ts';
import type { SyncTrigger } from './domain/sync-session.ts';
import { addMs, DAY_MS, toInstant } from './domain/time.ts';
import type { Jobs } from './ports/jobs.ts';
import type { World } from './ports/world.ts';
import { syncJobId, syncOnSchedule, watchSyncs } from './services/sync-on-schedule.ts';

/** A run has a day before its contacts hear that it does not end; then it is stopped. */
const LONGEST_MS = 26 * 3_600_000;
/** Ten minutes after its time a run makes up for one that did not happen. */
const LATE_MS = 10 * 60_000;
const THIN_EVERY = { cron: '20 4 * * 0', timezone: 'UTC' };

/** The jobs that sync: one for each integration, by the configuration in force, and those that look after them. */
export class SyncJobs {
  readonly #world: World;
  readonly #jobs: Jobs;
  /** What each integration's job was made of. */
  readonly #added = new Map<string, string>();

  constructor(world: World, jobs: Jobs) {
    this.#world = world;
    this.#jobs = jobs;
    const watch = { cron: '* * * * *', timezone: 'UTC', timeoutMs: 60_000 };
    jobs.add({ ...watch, id: 'sync-watch', run: () => watchSyncs(world, latestSlot(world)) });
    jobs.add({ ...THIN_EVERY, timeoutMs: 3_600_000, id: 'thin-history', run: (signal) => this.#thin(signal) });
  }

  /** Adds, changes and removes jobs so that they are those of the configuration. */
  follow(plans: readonly SyncPlan[]): void {
    const wanted = new Map(plans.map((plan) => [syncJobId(plan.integrationId), plan]));
    for (const id of this.#added.keys()) {
      if (wanted.has(id)) continue;
      this.#jobs.remove(id);
      this.#added.delete(id);
    }
    for (const [id, { integrationId, schedule }] of wanted) {
      const made = `${schedule.cron} ${schedule.timezone}`;
      if (this.#added.get(id) === made) continue;
      this.#jobs.remove(id);
      this.#jobs.add({
        id,
        ...schedule,
        timeoutMs: LONGEST_MS,
        run: (signal, slot) => syncOnSchedule(this.#world, integrationId, this.#triggerOf(slot), signal),
      });
      this.#added.set(id, made);
    }
  }

  /** A run whose time has passed says so. */
  #triggerOf(slot: Date | undefined): SyncTrigger {
    const lateMs = slot === undefined ? 0 : this.#world.clock.now().getTime() - slot.getTime();
    return lateMs > LATE_MS ? 'catch-up' : 'schedule';
  }

  async #thin(signal: AbortSignal): Promise<void> {
    const { clock, inventories, log, settings } = this.#world;
    const before = addMs(toInstant(clock.now()), -Math.max(settings().historyKeepMs, DAY_MS));
    for (const integration of await inventories.list()) {
      if (signal.aborted) return;
      const gone = await inventories.thinHistory(integration, before);
      if (gone > 0) log.info('history.thinned', { integration, entries: gone });
    }
  }
}

function latestSlot(world: World): (plan: SyncPlan) => Date | null {
  return ({ schedule }) => cronSchedule(schedule.cron, schedule.timezone).latest(world.clock.now());
}
