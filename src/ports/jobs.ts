export interface Job {
  readonly id: string;
  /** Five-field cron expression. */
  readonly cron: string;
  /** IANA time zone the expression is read in. */
  readonly timezone: string;
  readonly timeoutMs: number;
  /** `slot` is the time it runs for, which lies back when it makes up for one; left out when it was triggered by hand. */
  run(signal: AbortSignal, slot?: Date): Promise<void>;
}

/** When a job is due next. */
export interface UpcomingRun {
  readonly id: string;
  readonly at: Date;
  /** The slot after that one; null when there is none. */
  readonly following: Date | null;
}

/** Runs jobs at their times, once per slot, late when it must, never two of one id at a time. */
export interface Jobs {
  add(job: Job): void;
  /** Forgets a job; a run that is under way goes on. Harmless when there is none. */
  remove(id: string): void;
  /** Runs now, under the same lock as the schedule. */
  trigger(id: string): Promise<void>;
  start(): Promise<void>;
  /** The next run of each job, soonest first. One that is due already and has not run yet lies in the past. */
  upcoming(): readonly UpcomingRun[];
  /** Resolves when nothing runs and no look for due jobs is under way. */
  idle(): Promise<void>;
  /** Waits for running jobs, at most `graceMs`, then aborts them. */
  stop(graceMs: number): Promise<void>;
  /** Null when healthy, else what is wrong. */
  problem(): string | null;
}
