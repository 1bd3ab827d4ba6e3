import { join } from 'node:path';
import { type LockInfo, readDataLock } from '../adapters/data-lock.ts';
import type { Setup } from '../setup.ts';

/** A sandbox keeps its invented company apart from real data. */
export function sandboxDir(dataDir: string): string {
  return join(dataDir, 'sandbox');
}

export interface RunningElsewhere {
  readonly socketPath: string;
  readonly pid: number;
  readonly sandbox: boolean;
}

/**
 * The running bot that this command line belongs to: the one that holds the data directory, or, without Slack tokens, the
 * sandbox that `start` would have opened. Null when none listens.
 */
export async function findRunningBot(setup: Setup): Promise<RunningElsewhere | null> {
  const real = listening(await readDataLock(setup.dataDir), false);
  if (real !== null || setup.environment.slack !== null) return real;
  return listening(await readDataLock(sandboxDir(setup.dataDir)), true);
}

function listening(lock: LockInfo | null, sandbox: boolean): RunningElsewhere | null {
  return lock === null || lock.socketPath === null ? null : { socketPath: lock.socketPath, pid: lock.pid, sandbox };
}
