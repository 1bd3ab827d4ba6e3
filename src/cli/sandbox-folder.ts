import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDataLock } from '../adapters/data-lock.ts';
import { StoreError } from '../domain/errors.ts';

const MARK = 'this-is-a-sandbox';

/**
 * Makes the folder that the sandbox's bot remembers things in, empty. It lies below the data directory, of which nothing
 * else is ever read or written. One that a running sandbox holds is left alone: that bot says so when it starts.
 * @throws StoreError (`store.not-a-sandbox`) for a folder with things in it that no sandbox made.
 */
export async function prepareSandboxFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readDataLock(folder)) !== null) return;
  await emptySandboxFolder(folder);
}

/** Removes what the bot remembered. Nobody may run in the folder. @throws StoreError as above. */
export async function emptySandboxFolder(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length > 0 && !names.includes(MARK)) {
    throw new StoreError('store.not-a-sandbox', `${folder} holds files that no sandbox made, so the sandbox leaves it alone.`, {
      hint: 'Move it away, or set SEATWARDEN_DATA to another directory.',
    });
  }
  // The mark goes last, so that a removal that was broken off can be taken up again.
  for (const name of names.filter((each) => each !== MARK)) await rm(join(folder, name), { recursive: true, force: true });
  await writeFile(join(folder, MARK), 'The sandbox empties this folder whenever it starts.\n', { mode: 0o600 });
}
