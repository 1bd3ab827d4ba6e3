import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, readlink, rm, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import { reason } from './durable-file.ts';

/** Who holds the data directory. */
export interface LockInfo {
  readonly pid: number;
  readonly startedAt: Instant;
  /** Where the holder listens for the command line; null when it does not. */
  readonly socketPath: string | null;
}

export interface DataLock {
  readonly info: LockInfo;
  /** True once another process was seen to have taken the directory over; looked at every 3 s and by `confirm`. */
  readonly lost: boolean;
  /** Looks now. @throws StoreError (`store.lost`). */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

interface LockFile extends LockInfo {
  readonly token: string;
  readonly host: string;
  /** The pid namespace: another container has its own, and its pids mean nothing here. */
  readonly namespace: string | null;
  /** Boot and start time of the process, so that a pid that was given anew is not taken for its predecessor. */
  readonly process: string | null;
}

const BEAT_MS = 3_000;
const SILENT_MS = 15_000;
const UNWRITTEN_MS = 2_000;
const GUARD = /^lock(\.([0-9a-f]{16}|unwritten))+$/;

/**
 * Takes `<dir>/lock` for this process and takes it over from one that died. Of several that try at once exactly one wins.
 * A holder in another container cannot be seen; it counts as dead when it has not touched the file for 15 s, which is
 * waited for.
 * @throws StoreError (`store.locked`) naming the process that holds it.
 */
export async function acquireDataLock(dir: string, info: Omit<LockInfo, 'pid'> & { readonly pid?: number }): Promise<DataLock> {
  const path = join(dir, 'lock');
  const mine: LockFile = {
    pid: info.pid ?? process.pid,
    startedAt: info.startedAt,
    socketPath: info.socketPath,
    token: randomBytes(8).toString('hex'),
    host: hostname(),
    namespace: namespaceHere,
    process: await processStart(info.pid ?? process.pid),
  };
  await take(path, mine);
  for (const name of await readdir(dir)) {
    // Guards of take-overs that are over: nobody acts on one whose lock is gone.
    if (GUARD.test(name)) await rm(join(dir, name), { force: true });
  }
  return new HeldLock(path, mine);
}

/** The process that holds the directory now; null when none does. */
export async function readDataLock(dir: string): Promise<LockInfo | null> {
  const found = await readLock(join(dir, 'lock'));
  if (found === null || !(await isAlive(found))) return null;
  return { pid: found.lock?.pid ?? 0, startedAt: found.lock?.startedAt ?? '', socketPath: found.lock?.socketPath ?? null };
}

class HeldLock implements DataLock {
  readonly info: LockInfo;
  readonly #path: string;
  readonly #token: string;
  readonly #beat: NodeJS.Timeout;
  #lost = false;

  constructor(path: string, mine: LockFile) {
    this.info = { pid: mine.pid, startedAt: mine.startedAt, socketPath: mine.socketPath };
    this.#path = path;
    this.#token = mine.token;
    this.#beat = setInterval(() => void this.#touch(), BEAT_MS).unref();
  }

  async confirm(): Promise<void> {
    if (!this.#lost) this.#lost = (await readLock(this.#path))?.lock?.token !== this.#token;
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
    if ((await readLock(this.#path))?.lock?.token === this.#token) await rm(this.#path, { force: true });
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

interface Found {
  /** Null while it is not written yet, or when its writer died before that. */
  readonly lock: LockFile | null;
  readonly touchedMs: number;
}

async function take(path: string, mine: LockFile): Promise<void> {
  let watched: Found | null = null;
  while (!(await create(path, mine))) {
    const found = await readLock(path);
    if (found === null) continue;
    if (await isAlive(found)) {
      // One that cannot be looked at is watched: a touch proves it alive, silence proves it dead.
      const proven = isNeighbour(found) || (watched !== null && watched.touchedMs !== found.touchedMs);
      if (found.lock !== null && proven) throw locked(found.lock);
      watched ??= found;
      await sleep(found.lock === null ? 20 : 200);
      continue;
    }
    if (await takeOver(path, found, mine)) return;
  }
}

/**
 * Removing a dead lock and creating one are two steps. A guard named after the dead lock's token lets one process at a
 * time do them, so none removes what another has just created.
 */
async function takeOver(path: string, dead: Found, mine: LockFile): Promise<boolean> {
  const guard = `${path}.${dead.lock?.token ?? 'unwritten'}`;
  try {
    await take(guard, { ...mine, token: randomBytes(8).toString('hex') });
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'store.locked') throw error;
    await sleep(20);
    return false;
  }
  try {
    const now = await readLock(path);
    if (now !== null && now.lock?.token === dead.lock?.token && !(await isAlive(now))) await rm(path, { force: true });
    return await create(path, mine);
  } finally {
    await rm(guard, { force: true });
  }
}

async function create(path: string, mine: LockFile): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(mine)}\n`);
    } catch (cause) {
      await rm(path, { force: true });
      throw cause;
    } finally {
      await handle.close();
    }
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new StoreError('store.write', `The lock of the data directory cannot be written (${reason(cause)}).`, {
      hint: 'Make the data directory writable for the user the bot runs as, and free space on its disk.',
      cause,
    });
  }
}

async function readLock(path: string): Promise<Found | null> {
  try {
    const handle = await open(path, 'r');
    try {
      const { mtimeMs } = await handle.stat();
      return { lock: parse(await handle.readFile('utf8')), touchedMs: mtimeMs };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string): LockFile | null {
  try {
    const lock = JSON.parse(text) as LockFile;
    return Number.isSafeInteger(lock.pid) && typeof lock.token === 'string' ? lock : null;
  } catch {
    return null;
  }
}

const namespaceHere = await readlink('/proc/self/ns/pid').catch(() => null);

function isNeighbour({ lock }: Found): boolean {
  return lock !== null && lock.host === hostname() && lock.namespace === namespaceHere;
}

async function isAlive(found: Found): Promise<boolean> {
  const silentMs = Date.now() - found.touchedMs;
  if (found.lock === null) return silentMs < UNWRITTEN_MS;
  if (!isNeighbour(found)) return silentMs < SILENT_MS;
  try {
    process.kill(found.lock.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return found.lock.process === null || found.lock.process === (await processStart(found.lock.pid));
}

/** Boot id and start tick of a process on Linux; null where that cannot be told. */
async function processStart(pid: number): Promise<string | null> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const line = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The command name, in brackets, may hold blanks and brackets itself; the start time is field 22 of the line.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return `${boot}/${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}

function locked(holder: LockFile): StoreError {
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`;
  return new StoreError(
    'store.locked',
    `The data directory is in use by process ${holder.pid}${where} since ${holder.startedAt.slice(0, 16).replace('T', ' ')} UTC.`,
    { hint: 'Stop that process first, or give this one its own directory in SEATWARDEN_DATA.' },
  );
}
