/** Structured log; `detail` never holds secrets, and the adapter redacts known ones all the same. */
export interface Log {
  debug(event: string, detail?: Readonly<Record<string, unknown>>): void;
  info(event: string, detail?: Readonly<Record<string, unknown>>): void;
  warn(event: string, detail?: Readonly<Record<string, unknown>>): void;
  error(event: string, detail?: Readonly<Record<string, unknown>>): void;
}
