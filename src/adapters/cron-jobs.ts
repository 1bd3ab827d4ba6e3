import { schedule } from 'node-cron';
import { ConflictError, TransportError, UsageError } from '../domain/errors.ts';
import { DAY_MS, toInstant } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Job, Jobs, UpcomingRun } from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { type CronSchedule, cronSchedule } from './cron-slots.ts';

/** What makes time pass. A test hands in its own. */
export interface Timer {
  /** Calls `tick` every 30 s, on the full and half minute; returns how to stop it. */
  everyHalfMinute(tick: () => void): () => void;
  /** Calls `act` once after `ms`; returns how to call it off. */
  after(ms: number, act: () => void): () => void;
}

/**
 * node-cron as a clock and nothing more: it gives no run for a time the clock skips, loses runs when the process was busy
 * or the machine asleep, and its overlap guard does not cover manual runs. A short beat finds out after any of these.
 */
export const cronTimer: Timer = {
  everyHalfMinute(tick) {
    const task = schedule('*/30 * * * * *', tick, {
      timezone: 'UTC',
      // A beat that comes late is as good as one in time.
      missedExecutionTolerance: 24 * 3_600_000,
      suppressMissedWarning: true,
    });
    return () => void task.destroy();
  },
  after(ms, act) {
    // setTimeout takes anything above 2^31 - 1 ms as 1 ms.
    const timer = setTimeout(act, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

const LATE_MS = 60_000;
const SILENT_MS = 120_000;
const UNWIND_MS = 2_000;

interface Known {
  readonly job: Job;
  readonly schedule: CronSchedule;
  /** The run that holds the job's lock. */
  running: { readonly ended: Promise<void>; readonly abort: AbortController; overdue: boolean } | null;
  /** Those who asked for a run while one was under way share the next. */
  queued: Promise<void> | null;
  /** Nothing is due before this instant. */
  nextAt: Date | null;
  /** A slot that was run and could not be stored as finished yet; it must not run again for that. */
  unsaved: Date | null;
}

/** Jobs whose finished slots are kept in the store, so that a run missed while the bot was down is made up for once. */
export function createCronJobs(world: {
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Log;
  readonly timer?: Timer;
}): Jobs {
  return new CronJobs(world.clock, world.store, world.log, world.timer ?? cronTimer);
}

class CronJobs implements Jobs {
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #log: Log;
  readonly #timer: Timer;
  readonly #jobs = new Map<string, Known>();
  #stopBeat: (() => void) | null = null;
  #stopJumps: (() => void) | null = null;
  #beating: Promise<void> | null = null;
  #jumped = false;
  #lastBeat: Date | null = null;
  #trouble: string | null = null;
  #stopped = false;
  readonly #stopping = new ConflictError('conflict.stopping', 'The bot is stopping.');

  constructor(clock: Clock, store: Store, log: Log, timer: Timer) {
    this.#clock = clock;
    this.#store = store;
    this.#log = log;
    this.#timer = timer;
  }

  add(job: Job): void {
    if (this.#jobs.has(job.id)) throw new ConflictError('conflict.job', `There is a job ${job.id} already.`);
    const schedule = cronSchedule(job.cron, job.timezone);
    this.#jobs.set(job.id, { job, schedule, running: null, queued: null, nextAt: null, unsaved: null });
  }

  remove(id: string): void {
    this.#jobs.delete(id);
  }

  /** Waits for a run that is under way and then makes one more, shared with whoever waits too; rejects as the job does. */
  async trigger(id: string): Promise<void> {
    const known = this.#jobs.get(id);
    if (known === undefined) throw new UsageError('usage.job', `There is no job ${id}.`);
    if (this.#stopped) throw new ConflictError('conflict.job', `The bot is stopping, so job ${id} was not started.`);
    if (known.running === null) return this.#hold(known, (abort) => this.#execute(known, abort));
    known.queued ??= known.running.ended
      .catch(() => undefined)
      .then(() => {
        known.queued = null;
        return this.trigger(id);
      });
    return known.queued;
  }

  async start(): Promise<void> {
    if (this.#stopBeat !== null) return;
    this.#stopped = false;
    this.#stopBeat = this.#timer.everyHalfMinute(() => void this.#beat());
    this.#stopJumps = this.#clock.onJump?.(() => this.#onJump()) ?? null;
    await this.#beat();
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    this.#stopBeat?.();
    this.#stopBeat = null;
    this.#stopJumps?.();
    this.#stopJumps = null;
    await this.#beating;
    const running = [...this.#jobs.values()].flatMap((known) =>
      known.running === null ? [] : [{ id: known.job.id, ...known.running }],
    );
    if (running.length === 0) return;
    const ended = Promise.allSettled(running.map((run) => run.ended));
    if (await this.#within(graceMs, ended)) return;
    for (const run of running) run.abort.abort(this.#stopping);
    if (await this.#within(UNWIND_MS, ended)) return;
    this.#log.warn('job.did-not-stop', { jobs: running.map((run) => run.id) });
  }

  upcoming(): readonly UpcomingRun[] {
    const now = this.#clock.now();
    const runs: UpcomingRun[] = [];
    for (const { job, schedule, nextAt } of this.#jobs.values()) {
      const at = nextAt ?? schedule.next(now);
      if (at !== null) runs.push({ id: job.id, at, following: schedule.next(at) });
    }
    return runs.sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  async idle(): Promise<void> {
    for (;;) {
      const work = [this.#beating, ...[...this.#jobs.values()].map((known) => known.running?.ended)].filter(
        (each) => each !== null && each !== undefined,
      );
      if (work.length === 0) return;
      await Promise.allSettled(work);
    }
  }

  problem(): string | null {
    if (this.#stopBeat === null || this.#lastBeat === null) return 'The job runner is not started.';
    const silentMs = this.#clock.now().getTime() - this.#lastBeat.getTime();
    if (silentMs > SILENT_MS) return `The job runner has not looked for due jobs for ${Math.round(silentMs / 1_000)} s.`;
    const stuck = [...this.#jobs.values()].find((known) => known.running?.overdue === true);
    if (stuck !== undefined) return `Job ${stuck.job.id} was told to stop after its time was up, and still runs.`;
    return this.#trouble;
  }

  #onJump(): void {
    // A beat that is under way may have looked at some jobs with the time of before.
    this.#jumped = true;
    void this.#beat();
  }

  async #beat(): Promise<void> {
    this.#beating ??= this.#lookAround();
    await this.#beating;
  }

  async #lookAround(): Promise<void> {
    try {
      do {
        this.#jumped = false;
        await this.#startDue();
      } while (this.#jumped && !this.#stopped);
    } finally {
      this.#beating = null;
    }
  }

  /** Starts whatever is due; does not wait for the jobs themselves. */
  async #startDue(): Promise<void> {
    const now = this.#clock.now();
    // What was computed from a clock that has been set back since is worth nothing.
    if (this.#lastBeat !== null && now < this.#lastBeat) for (const known of this.#jobs.values()) known.nextAt = null;
    this.#lastBeat = now;
    let trouble: string | null = null;
    for (const known of this.#jobs.values()) {
      try {
        await this.#startIfDue(known);
      } catch (error) {
        trouble = unscheduled(known.job);
        this.#log.error('job.schedule-failed', { job: known.job.id, error });
      }
    }
    this.#trouble = trouble;
  }

  async #startIfDue(known: Known): Promise<void> {
    const now = this.#clock.now();
    if (known.running !== null) return;
    if (known.unsaved !== null) await this.#finish(known, known.unsaved);
    if (known.nextAt !== null && known.nextAt > now) return;
    const stored = await this.#store.get('slots', known.job.id);
    const last = stored === null ? null : new Date(stored.lastSlot);
    if (last === null || last.getTime() > now.getTime() + DAY_MS) {
      // New: what came before is nobody's to run. Or finished in days to come, by a clock that was wrong: begin afresh.
      if (last !== null) this.#log.warn('job.clock-was-wrong', { job: known.job.id, lastSlot: toInstant(last) });
      await this.#finish(known, now);
      return;
    }
    const slot = known.schedule.latest(now);
    if (slot === null || slot <= last) {
      known.nextAt = known.schedule.next(new Date(Math.max(last.getTime(), now.getTime())));
      return;
    }
    if (known.running !== null || this.#stopped) return;
    const lateMs = now.getTime() - slot.getTime();
    if (lateMs >= LATE_MS) this.#log.warn('job.late', { job: known.job.id, slot: toInstant(slot), lateMs });
    this.#hold(known, (abort) => this.#runSlot(known, slot, abort)).catch((error) => {
      this.#trouble = unscheduled(known.job);
      this.#log.error('job.schedule-failed', { job: known.job.id, error });
    });
  }

  async #runSlot(known: Known, slot: Date, abort: AbortController): Promise<void> {
    try {
      await this.#execute(known, abort, slot);
    } catch (error) {
      this.#log.error('job.failed', { job: known.job.id, slot: toInstant(slot), error });
    }
    // What was broken off by the stop is not finished: the next start runs it.
    if (abort.signal.reason !== this.#stopping) await this.#finish(known, slot);
  }

  async #finish(known: Known, slot: Date): Promise<void> {
    const { id } = known.job;
    known.unsaved = slot;
    const stored = await this.#store.get('slots', id);
    const expected = stored?.version ?? null;
    const doc = { id, version: (expected ?? 0) + 1, lastSlot: toInstant(slot) };
    await this.#store.commit({ put: [{ collection: 'slots', doc, expected }] });
    known.unsaved = null;
    known.nextAt = known.schedule.next(slot);
  }

  /** Works under the job's lock, which is free when the work has ended, and not when its time is up. */
  #hold(known: Known, work: (abort: AbortController) => Promise<void>): Promise<void> {
    const abort = new AbortController();
    // A turn later, so that the lock is taken before the job can ask for it.
    const ended = Promise.resolve()
      .then(() => work(abort))
      .finally(() => {
        known.running = null;
      });
    known.running = { ended, abort, overdue: false };
    return ended;
  }

  async #execute(known: Known, abort: AbortController, slot?: Date): Promise<void> {
    const { job } = known;
    const started = this.#clock.now().getTime();
    const tooLong = timeout(job);
    const callOff = this.#timer.after(job.timeoutMs, () => {
      abort.abort(tooLong);
      if (known.running !== null) known.running.overdue = true;
      this.#log.error('job.timed-out', { job: job.id, timeoutMs: job.timeoutMs });
    });
    this.#log.debug('job.started', { job: job.id });
    try {
      await job.run(abort.signal, slot);
    } finally {
      callOff();
      this.#log.info('job.ended', { job: job.id, ms: this.#clock.now().getTime() - started, aborted: abort.signal.aborted });
    }
    if (abort.signal.reason === tooLong) throw tooLong;
  }

  async #within(ms: number, ended: Promise<unknown>): Promise<boolean> {
    let callOff = (): void => {};
    const patience = new Promise<false>((resolve) => {
      callOff = this.#timer.after(ms, () => resolve(false));
    });
    try {
      return await Promise.race([ended.then(() => true as const), patience]);
    } finally {
      callOff();
    }
  }
}

function unscheduled(job: Job): string {
  return `The schedule of job ${job.id} cannot be read or written.`;
}

function timeout(job: Job): TransportError {
  return new TransportError(
    'transport.timeout',
    false,
    `Job ${job.id} did not end within ${Math.round(job.timeoutMs / 1_000)} s.`,
    {
      hint: 'Look at the log to see what it was waiting for.',
    },
  );
}
