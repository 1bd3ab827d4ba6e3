import type { Log } from '../../src/ports/log.ts';

export const quietLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export interface LoggedLine {
  readonly level: keyof Log;
  readonly event: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A log that remembers what it was told. */
export function listeningLog(): Log & { readonly lines: readonly LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const at =
    (level: keyof Log) =>
    (event: string, detail: Readonly<Record<string, unknown>> = {}): void => {
      lines.push({ level, event, detail });
    };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
