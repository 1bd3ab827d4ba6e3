import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../ports/log.ts';

/**
 * Bolt's logger, speaking to ours. Its debug lines hold whole payloads, so they are dropped whatever the level.
 */
export function slackLogger(log: Log): Logger {
  const line = (parts: readonly unknown[]): Readonly<Record<string, unknown>> => ({
    message: parts
      .map((part) => (part instanceof Error ? part.message : typeof part === 'string' ? part : typeof part))
      .join(' '),
  });
  return {
    debug: () => undefined,
    info: (...parts) => log.debug('slack.library', line(parts)),
    warn: (...parts) => log.warn('slack.library', line(parts)),
    error: (...parts) => log.warn('slack.library', line(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
