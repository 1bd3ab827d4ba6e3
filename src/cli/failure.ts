import { randomBytes } from 'node:crypto';
import {
  ConfigError,
  type ConfigMistake,
  ForbiddenError,
  SeatwardenError,
  TransportError,
  UsageError,
  VendorError,
} from '../domain/errors.ts';
import type { Log } from '../ports/log.ts';
import { EXIT, type VerbError, type VerbResult } from './verb.ts';

/**
 * Turns what was thrown into a result: 2 for usage and configuration, 3 for a rule that says no, 4 for vendor and network,
 * 1 for everything else (somebody was faster, the disk, a bug).
 */
export function toFailure(error: unknown, log: Log | null = null): VerbResult {
  if (error instanceof SeatwardenError) {
    const mistakes = error instanceof ConfigError ? error.mistakes : [];
    return failure(exitCodeOf(error), { code: error.code, message: error.message, hint: error.hint, mistakes });
  }
  const incident = randomBytes(4).toString('hex');
  log?.error('cli.bug', { incident, cause: error });
  const about = log === null && error instanceof Error ? ` (${error.stack ?? error.message})` : '';
  return failure(EXIT.failed, {
    code: 'bug',
    message: `Something went wrong inside Seatwarden${about}.`,
    hint: log === null ? null : `The log has the details under incident ${incident}.`,
    mistakes: [],
  });
}

export function failure(exitCode: number, error: VerbError): VerbResult {
  return { exitCode, text: '', data: { error }, error };
}

/** Mistakes in files that were looked at: one is told at once, several as a list. */
export function mistakesFailure(mistakes: readonly ConfigMistake[]): VerbResult {
  const [first] = mistakes;
  const message =
    mistakes.length === 1 && first !== undefined
      ? `${[first.file, first.path].filter((part) => part !== '').join(': ')} ${first.problem}.`
      : `Found ${mistakes.length} mistakes.`;
  return toFailure(new ConfigError(message, mistakes));
}

/** Like a UsageError that was thrown. */
export function usageFailure(message: string, hint: string | null = null): VerbResult {
  return failure(EXIT.usage, { code: 'usage.cli', message, hint, mistakes: [] });
}

function exitCodeOf(error: SeatwardenError): number {
  if (error instanceof UsageError || error instanceof ConfigError) return EXIT.usage;
  if (error instanceof ForbiddenError) return EXIT.refused;
  if (error instanceof VendorError || error instanceof TransportError) return EXIT.vendor;
  return EXIT.failed;
}

export function formatError({ message, hint, mistakes }: VerbError): string {
  // A single mistake is the message already, unless what is allowed can be added.
  const list = mistakes.length === 1 && mistakes[0]?.allowed === undefined ? [] : mistakes.map(formatMistake);
  return [message, ...list, ...(hint === null ? [] : [hint])].join('\n');
}

function formatMistake({ file, path, problem, allowed }: ConfigMistake): string {
  const place = [file, path].filter((part) => part !== '').join(': ');
  const list = allowed === undefined || allowed.length === 0 ? '' : ` (allowed: ${allowed.join(', ')})`;
  return `  - ${place} ${problem}${list}`;
}
