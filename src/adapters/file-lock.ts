import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import { reason } from './durable-file.ts';

/** Who holds something. */
export interface LockInfo {
  readonly pid: number;
  readonly startedAt: Instant;
  /** Where the holder listens for the command line; null when it does not. */
  readonly socketPath: string | null;
}

/** What is written into the file. */
export interface LockFile extends LockInfo {
  readonly token: string;
  readonly host: string;
  /** The pid namespace: another container has its own, and its pids mean nothing here. */
  readonly namespace: string | null;
  /** Boot and start time of the process, so that a pid that was given anew is not taken for its predecessor. */
  readonly process: string | null;
}

const SILENT_MS = 15_000;
const UNWRITTEN_MS = 2_000;
const PATIENCE_MS = 5_000;
const namespaceHere = await readlink('/proc/self/ns/pid').catch(() => null);

/**
 * Makes the file for this process, and takes it over from one that died. Of several that try at once exactly one wins.
 * @throws StoreError (`store.locked`) saying that `what` is in use, and by which process.
 */
export async function acquireFileLock(path: string, info: Omit<LockInfo, 'pid'>, what: string): Promise<LockFile> {
  const mine: LockFile = {
    pid: process.pid,
    ...info,
    token: newToken(),
    host: hostname(),
    namespace: namespaceHere,
    process: await processStart(process.pid),
  };
  await take(path, mine, what);
  const name = basename(path);
  for (const other of await readdir(dirname(path))) {
    // Guards of take-overs that are over: nobody acts on one whose lock is gone.
    if (other.startsWith(name) && /^(\.([0-9a-f]{16}|unwritten))+$/.test(other.slice(name.length))) {
      await rm(join(dirname(path), other), { force: true });
    }
  }
  return mine;
}

/** The holder, when there is one and it lives; else null. */
export async function readFileLock(path: string): Promise<LockFile | null> {
  const found = await readLock(path);
  return found !== null && (await isAlive(found)) ? found.lock : null;
}

export async function holdsFileLock(path: string, mine: LockFile): Promise<boolean> {
  return (await readLock(path))?.lock?.token === mine.token;
}

export async function releaseFileLock(path: string, mine: LockFile): Promise<void> {
  if (await holdsFileLock(path, mine)) await rm(path, { force: true });
}

/** Does a short piece of work under a lock, waiting some seconds for whoever does the same. */
export async function withFileLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const mine = await acquirePatiently(path);
  try {
    return await work();
  } finally {
    await releaseFileLock(path, mine);
  }
}

async function acquirePatiently(path: string): Promise<LockFile> {
  const startedAt = new Date();
  for (;;) {
    try {
      return await acquireFileLock(path, { startedAt: startedAt.toISOString(), socketPath: null }, basename(path));
    } catch (error) {
      const locked = error instanceof StoreError && error.code === 'store.locked';
      if (!locked || Date.now() - startedAt.getTime() > PATIENCE_MS) throw error;
      await sleep(20);
    }
  }
}

interface Found {
  /** Null while it is not written yet, or when its writer died before that. */
  readonly lock: LockFile | null;
  readonly touchedMs: number;
}

async function take(path: string, mine: LockFile, what: string): Promise<void> {
  let watched: Found | null = null;
  while (!(await create(path, mine))) {
    const found = await readLock(path);
    if (found === null) continue;
    if (await isAlive(found)) {
      // One that cannot be looked at is watched: a touch proves it alive, silence proves it dead.
      const proven = isNeighbour(found) || (watched !== null && watched.touchedMs !== found.touchedMs);
      if (found.lock !== null && proven) throw locked(found.lock, what);
      watched ??= found;
      await sleep(found.lock === null ? 20 : 200);
      continue;
    }
    if (await takeOver(path, found, mine, what)) return;
  }
}

/**
 * Removing a dead lock and creating one are two steps. A guard named after the dead lock's token lets one process at a
 * time do them, so none removes what another has just created.
 */
async function takeOver(path: string, dead: Found, mine: LockFile, what: string): Promise<boolean> {
  const guard = `${path}.${dead.lock?.token ?? 'unwritten'}`;
  try {
    await take(guard, { ...mine, token: newToken() }, what);
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

function newToken(): string {
  return randomBytes(8).toString('hex');
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
    throw new StoreError('store.write', `The lock ${path} cannot be written (${reason(cause)}).`, {
      hint: 'Make the directory writable for the user the bot runs as, and free space on its disk.',
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

function locked(holder: LockFile, what: string): StoreError {
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`;
  return new StoreError(
    'store.locked',
    `${what} is in use by process ${holder.pid}${where} since ${holder.startedAt.slice(0, 16).replace('T', ' ')} UTC.`,
    { hint: 'Stop that process first, or give this one its own data directory in SEATWARDEN_DATA.' },
  );
}
