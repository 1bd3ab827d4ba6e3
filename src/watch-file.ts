import { unwatchFile, watchFile } from 'node:fs';

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
