import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../domain/errors.ts';
import { acquireFileLock, holdsFileLock, type LockFile, type LockInfo, readFileLock, releaseFileLock } from './file-lock.ts';

export type { LockInfo } from './file-lock.ts';

export interface DataLock {
  readonly info: LockInfo;
  /** True once another process was seen to have taken the directory over; looked at every 3 s and by `confirm`. */
  readonly lost: boolean;
  /** Looks now. @throws StoreError (`store.lost`). */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

const BEAT_MS = 3_000;

/**
 * Takes `<dir>/lock` for this process, and takes it over from one that died. A holder in another container cannot be seen;
 * it counts as dead when it has not touched the file for 15 s, which is waited for.
 * @throws StoreError (`store.locked`) naming the process that holds it.
 */
export async function acquireDataLock(dir: string, info: Omit<LockInfo, 'pid'>): Promise<DataLock> {
  const path = join(dir, 'lock');
  return new HeldLock(path, await acquireFileLock(path, info, 'The data directory'));
}

/** The process that holds the directory now, and where to reach it; null when none does. */
export async function readDataLock(dir: string): Promise<LockInfo | null> {
  const lock = await readFileLock(join(dir, 'lock'));
  return lock === null ? null : { pid: lock.pid, startedAt: lock.startedAt, socketPath: lock.socketPath };
}

class HeldLock implements DataLock {
  readonly info: LockInfo;
  readonly #path: string;
  readonly #mine: LockFile;
  readonly #beat: NodeJS.Timeout;
  #lost = false;

  constructor(path: string, mine: LockFile) {
    this.info = { pid: mine.pid, startedAt: mine.startedAt, socketPath: mine.socketPath };
    this.#path = path;
    this.#mine = mine;
    this.#beat = setInterval(() => void this.#touch(), BEAT_MS).unref();
  }

  async confirm(): Promise<void> {
    if (!this.#lost) this.#lost = !(await holdsFileLock(this.#path, this.#mine));
    if (this.#lost) {
      throw new StoreError('store.lost', 'Another process has taken over the data directory, so this one writes no more.', {
        hint: 'Stop this process; two bots must not share one data directory.',
      });
    }
  }

  get lost(): boolean {
    return this.#lost;
  }

  async release(): Promise<void> {
    clearInterval(this.#beat);
    await releaseFileLock(this.#path, this.#mine);
  }

  async #touch(): Promise<void> {
    try {
      await this.confirm();
      const now = new Date();
      await utimes(this.#path, now, now);
    } catch {
      // Either it is lost, which the next commit is told, or the disk is failing, which the next commit finds out itself.
    }
  }
}
