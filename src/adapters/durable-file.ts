import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StoreError } from '../domain/errors.ts';

/** How files are opened. Handed in so that a test can put a full or failing disk underneath. */
export type OpenFile = typeof open;

/**
 * How much text is put together before it is written. A string of more than 128 KB has pages of memory of its own in V8, and
 * asking for those takes longer than filling them.
 */
export const PIECE_CHARACTERS = 96 * 1024;

const TEMPORARY = /^\..+\.[0-9a-f]{12}\.tmp$/;

/**
 * Puts new content in the place of a file in one step: written beside it, flushed, renamed over it, directory flushed.
 * Whenever the power goes, the file is the old one or the new one. Mode 0600; a link is followed, not replaced.
 * Each chunk is its own turn of the event loop.
 */
export async function writeDurably(path: string, chunks: Iterable<string>, openFile: OpenFile = open): Promise<number> {
  const target = await realpath(path).catch(() => path);
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  let bytes = 0;
  try {
    const handle = await openFile(temporary, 'wx', 0o600);
    try {
      for (const chunk of chunks) {
        await handle.writeFile(chunk);
        bytes += Buffer.byteLength(chunk);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (cause) {
    // A half-written file left behind would keep the very space that was missing.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cause;
  }
  await syncDirectory(folder);
  return bytes;
}

/** Makes names in a directory (created, renamed, removed files) survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a directory for our eyes only (0700) and gives its real path, so that a link to it keeps being one. */
export async function ensurePrivateDirectory(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const real = await realpath(path);
    // A mounted volume may belong to somebody else and refuse this; the files in it are 0600 all the same.
    if (((await stat(real)).mode & 0o077) !== 0) await chmod(real, 0o700).catch(() => undefined);
    return real;
  } catch (cause) {
    throw new StoreError('store.write', `The directory ${path} cannot be used (${reason(cause)}).`, {
      hint: 'Create it and give it to the user the bot runs as, or name another one in SEATWARDEN_DATA.',
      cause,
    });
  }
}

/** Removes what `writeDurably` left behind when a process was killed in the middle. Only for the owner of the directory. */
export async function removeOrphans(folder: string): Promise<readonly string[]> {
  const orphans = (await readdir(folder)).filter((name) => TEMPORARY.test(name));
  for (const name of orphans) await rm(join(folder, name), { force: true });
  return orphans;
}

/** `ENOSPC: no space left on device` and the like, for a sentence; never a path or a stack. */
export function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason';
  const code = (cause as NodeJS.ErrnoException).code;
  const known = code === undefined ? undefined : WORDS[code];
  return known ?? code ?? cause.message;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  EIO: 'the disk reports an error',
  EMFILE: 'too many files are open',
  ENOTDIR: 'part of the path is not a directory',
  EEXIST: 'a file is in its place',
};
