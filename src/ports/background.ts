/** Work that goes on after an answer was given. Errors are logged under `name`, never lost; stop waits for what runs. */
export interface Background {
  run(name: string, work: (signal: AbortSignal) => Promise<void>): void;
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>;
  /** Refuses new work, waits for what runs at most `graceMs`, then aborts it. */
  stop(graceMs: number): Promise<void>;
}
