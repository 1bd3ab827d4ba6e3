import { type CronSchedule, cronSchedule } from './adapters/cron-slots.ts';
import type { DigestRecord } from './domain/digest.ts';
import { SeatwardenError } from './domain/errors.ts';
import { type LocalTime, localTime } from './domain/local-time.ts';
import type { DigestPlan } from './domain/report-settings.ts';
import { type Instant, toInstant } from './domain/time.ts';
import type { Jobs } from './ports/jobs.ts';
import type { World } from './ports/world.ts';
import { REPORTS } from './reports/index.ts';
import { askRenewals } from './services/ask-renewals.ts';
import { readyTrends } from './services/build-report.ts';
import { deliverRenewals } from './services/deliver-renewal.ts';
import { keepDigestTrouble, tellDigestTroubles } from './services/digest-trouble.ts';
import { publishReport } from './services/publish-report.ts';
import { plainMoment } from './words.ts';

const LONGEST_MS = 15 * 60_000;
/** What passes sooner is not worth telling. */
const TROUBLE_MS = 15 * 60_000;
/** As many free days on end as are looked past for the last working day. */
const MOST_FREE_SLOTS = 400;
/** Before that in the morning nothing is posted that was due on a day before. */
const LATE_FROM_HOUR = 6;
/** From then on in the morning of a working day, renewals that have reached a lead time are told. */
const RENEWALS_HOUR = 9;

/** The jobs that post digests, by the configuration in force, and one that makes up for what could not be posted in time. */
export class ReportJobs {
  readonly #world: World;
  readonly #jobs: Jobs;
  readonly #added = new Map<string, string>();
  /** The day and channel renewals were last told for. */
  #renewalsTold = '';

  constructor(world: World, jobs: Jobs) {
    this.#world = world;
    this.#jobs = jobs;
    const everyMinute = { cron: '* * * * *', timezone: 'UTC', timeoutMs: LONGEST_MS };
    jobs.add({ ...everyMinute, id: 'publish-watch', run: () => this.#watch() });
    jobs.add({ ...everyMinute, id: 'ready-trends', run: () => readyTrends(world) });
  }

  follow(plans: readonly DigestPlan[]): void {
    const wanted = new Map(plans.map((plan) => [jobId(plan), plan]));
    for (const id of this.#added.keys()) {
      if (wanted.has(id)) continue;
      this.#jobs.remove(id);
      this.#added.delete(id);
    }
    for (const [id, plan] of wanted) {
      const { cron, timezone } = plan.schedule;
      if (this.#added.get(id) === `${cron} ${timezone}`) continue;
      this.#jobs.remove(id);
      this.#jobs.add({ id, cron, timezone, timeoutMs: LONGEST_MS, run: () => this.#publish(plan.reportId) });
      this.#added.set(id, `${cron} ${timezone}`);
    }
  }

  /** A slot of the schedule has come, perhaps on a day on which nothing is posted. */
  async #publish(reportId: DigestPlan['reportId']): Promise<void> {
    const plan = this.#world.settings().reports.digests.find((one) => one.reportId === reportId);
    if (plan === undefined) return;
    const record = await this.#world.store.get('digests', reportId);
    const now = this.#world.clock.now();
    // Before the first digest nothing is owed but the slot that made the job run.
    const after = record?.period ?? toInstant(new Date((latest(plan, now) ?? now).getTime() - 1));
    const due = lastDue(plan, now, after);
    if (due === null || isHeld(plan, now, due, record)) return;
    try {
      await publishReport(this.#world, reportId, due);
    } catch (cause) {
      // Of a first digest nothing is written down that the watch could go on from.
      if ((await this.#world.store.get('digests', reportId)) === null)
        await this.#tellTrouble(reportId, due, cause, 'It is tried again at its next time.');
      throw cause;
    }
  }

  async #watch(): Promise<void> {
    await this.#tellRenewals();
    for (const plan of this.#world.settings().reports.digests) {
      const record = await this.#world.store.get('digests', plan.reportId);
      if (record === null) continue;
      const due = lastDue(plan, this.#world.clock.now(), record.period);
      if (due === null && record.state === 'posted') continue;
      if (isHeld(plan, this.#world.clock.now(), due ?? record.period, record)) continue;
      try {
        await publishReport(this.#world, plan.reportId, due ?? record.period);
      } catch (cause) {
        this.#world.log.warn('digest.failed', { report: plan.reportId, cause });
        const since = due ?? record.period;
        if (this.#world.clock.now().getTime() - Date.parse(since) >= TROUBLE_MS)
          await this.#tellTrouble(plan.reportId, since, cause, 'It is tried again every minute.');
      }
    }
    await tellDigestTroubles(this.#world);
  }

  async #tellTrouble(reportId: DigestPlan['reportId'], due: Instant, cause: unknown, next: string): Promise<void> {
    const why = cause instanceof SeatwardenError ? cause.message : 'because of a fault in Seatwarden; the log has the details.';
    const title = REPORTS.get(reportId)?.title ?? reportId;
    await keepDigestTrouble(this.#world, reportId, `The digest “${title}” of ${plainMoment(due)} is not posted: ${why} ${next}`);
  }

  /** Once a working day, whatever the day of the digest is: a lead time must not wait for next month. */
  async #tellRenewals(): Promise<void> {
    try {
      const plan = this.#world.settings().reports.digests.find(({ reportId }) => reportId === 'renewals');
      if (plan?.channel == null) return;
      const local = localTime(toInstant(this.#world.clock.now()), plan.schedule.timezone);
      const today = `${local.date} ${plan.channel}`;
      if (local.hour >= RENEWALS_HOUR && this.#renewalsTold !== today && isWorkingDay(plan, local)) {
        await askRenewals(this.#world, plan.channel);
        this.#renewalsTold = today;
      }
      await deliverRenewals(this.#world);
    } catch (cause) {
      this.#world.log.warn('renewals.failed', { cause });
    }
  }
}

function isWorkingDay({ workingDays, holidays }: DigestPlan, { weekday, date }: LocalTime): boolean {
  return workingDays.some((day) => day === weekday) && !holidays.includes(date);
}

/**
 * Whether a digest of a day before has to wait: nobody is told on a free day or at night what is late anyway. One that is
 * half posted, or perhaps, is finished.
 */
function isHeld(plan: DigestPlan, now: Date, due: Instant, record: DigestRecord | null): boolean {
  const [today, then] = [toInstant(now), due].map((at) => localTime(at, plan.schedule.timezone)) as [LocalTime, LocalTime];
  if (today.date === then.date) return false;
  const begun = record?.period === due && (record.sending !== null || Object.keys(record.placed).length > 0);
  return !begun && (today.hour < LATE_FROM_HOUR || !isWorkingDay(plan, today));
}

function jobId(plan: DigestPlan): string {
  return `publish-report:${plan.reportId}`;
}

const schedules = new Map<string, CronSchedule>();

/** Reading an expression and its time zone takes longer than all the looking that is done with it. */
function latest({ schedule: { cron, timezone } }: DigestPlan, at: Date): Date | null {
  const key = `${cron} ${timezone}`;
  const schedule = schedules.get(key) ?? cronSchedule(cron, timezone);
  schedules.set(key, schedule);
  return schedule.latest(at);
}

/** The last time after `after` at which the digest was to be posted; null when there was none. */
export function lastDue(plan: DigestPlan, now: Date, after: Instant): Instant | null {
  let slot = latest(plan, now);
  for (let looked = 0; slot !== null && looked < MOST_FREE_SLOTS; looked += 1) {
    const instant = toInstant(slot);
    if (instant <= after) return null;
    if (isWorkingDay(plan, localTime(instant, plan.schedule.timezone))) return instant;
    slot = latest(plan, new Date(slot.getTime() - 1));
  }
  return null;
}
