import { type DestinationStream, destination, type Level, pino } from 'pino';
import type { Secret } from '../domain/secret.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { Redactor } from './redact.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface PinoLog extends Log {
  /** Hides a secret in every line from now on, wherever it turns up. */
  register(...secrets: readonly (Secret | string)[]): void;
}

/** Names of our own; a detail of the same name gets a `_` behind it. */
const TAKEN = new Set(['level', 'time', 'event']);

/** Writes one JSON object a line: `level`, `time`, `event` and the details. Standard error unless told otherwise. */
export function createPinoLog(options: {
  readonly level: LogLevel;
  readonly clock: Clock;
  readonly to?: 'stdout' | 'stderr' | DestinationStream;
}): PinoLog {
  const redactor = new Redactor();
  const { to = 'stderr' } = options;
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'event',
      timestamp: () => `,"time":"${options.clock.now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    typeof to === 'string' ? standardStream(to) : to,
  );

  const at =
    (level: Level) =>
    (event: string, detail: Readonly<Record<string, unknown>> = {}): void => {
      if (!logger.isLevelEnabled(level)) return;
      logger[level](readable(detail), redactor.text(event));
    };

  function readable(detail: Readonly<Record<string, unknown>>): Record<string, unknown> {
    try {
      const clean = redactor.value(detail) as Record<string, unknown>;
      return Object.fromEntries(Object.entries(clean).map(([name, value]) => [TAKEN.has(name) ? `${name}_` : name, value]));
    } catch {
      // A getter that throws, for example. Whoever logs is often busy with an error already and needs no second one.
      return { unreadable: Object.keys(detail) };
    }
  }

  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    register: (...secrets) => {
      for (const secret of secrets) redactor.register(secret);
    },
  };
}

function standardStream(to: 'stdout' | 'stderr'): DestinationStream {
  // Synchronous, so that the last lines before a crash are not lost.
  const stream = destination({ dest: to === 'stdout' ? 1 : 2, sync: true });
  // Nobody reads the log any more (a closed pipe); that must not stop the bot.
  stream.on('error', () => undefined);
  return stream;
}
