/** The only source of time for everything but the adapters. */
export interface Clock {
  now(): Date;
  /**
   * Calls back after time was moved by hand, and returns how to stop that. Only the sandbox moves time; a clock without this
   * just runs. Whoever waits for a time looks again then instead of sleeping on.
   */
  onJump?(listener: () => void): () => void;
}
