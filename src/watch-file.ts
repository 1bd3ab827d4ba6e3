import { unwatchFile, watchFile } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const EVERY_MS = 2_000;

/**
 * Calls `changed` after a file was written, replaced, made or removed; looks every two seconds, which works on every file
 * system (also with mounted configuration, which is replaced by a link). Returns how to stop.
 */
export function watchForChanges(path: string, changed: () => void, everyMs = EVERY_MS): () => void {
  const listener = (now: { mtimeMs: number; size: number; ino: number }, before: typeof now): void => {
    if (now.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino) changed();
  };
  watchFile(path, { interval: everyMs, persistent: false }, listener);
  return () => unwatchFile(path, listener);
}

/**
 * Calls `changed` after a JSON file of a connector's folder in one of the folders, or a file named itself, was written, made or removed; looks every
 * two seconds, and calls once the files have been still for one look, so that a folder is not read half copied.
 */
export function watchFolders(folders: () => readonly string[], changed: () => void, everyMs = EVERY_MS): () => void {
  let known: string | null = null;
  let before: string | null = null;
  let looking = false;
  const look = async (): Promise<void> => {
    const now = (await Promise.all(folders().map(fingerprint))).join('\n');
    const still = now === before;
    before = now;
    known ??= now;
    if (!still || now === known) return;
    known = now;
    changed();
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  }, everyMs).unref();
  return () => clearInterval(timer);
}

/** Name, size, time and inode of every file that counts; what cannot be read counts as not there. */
async function fingerprint(folder: string): Promise<string> {
  const own = await stat(folder).catch(() => null);
  if (own?.isFile() === true) return `${folder} ${own.size} ${own.mtimeMs} ${own.ino}`;
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names.map(async (name) => {
      const inner = await readdir(join(folder, name)).catch(() => []);
      return inner.filter((file) => file.endsWith('.json')).map((file) => join(folder, name, file));
    }),
  );
  const marks = files.flat().map(async (file) => {
    const found = await stat(file).catch(() => null);
    return found === null ? '' : `${file} ${found.size} ${found.mtimeMs} ${found.ino}`;
  });
  return (await Promise.all(marks)).toSorted().join('\n');
}
