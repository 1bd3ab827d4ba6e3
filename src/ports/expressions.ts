/** Expressions somebody types while the bot runs. */
export interface Expressions {
  /** A filter over `record`. @throws UsageError in plain words when it cannot be used. */
  filter(source: string): { passes(record: unknown): boolean };
}
