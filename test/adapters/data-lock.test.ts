import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { acquireDataLock, type DataLock, readDataLock } from '../../src/adapters/data-lock.ts';
import { DataFolders } from '../support/data-folder.ts';
import { putRequest } from '../support/store-builders.ts';

const folders = new DataFolders();
const held: DataLock[] = [];
afterEach(async () => {
  for (const lock of held.splice(0)) await lock.release();
  await folders.cleanUp();
});

const INFO = { startedAt: '2026-11-23T09:00:00.000Z', socketPath: '/run/seatwarden.sock' };
const UNUSED_PID = 4_194_000;

async function acquire(dir: string): Promise<DataLock> {
  const lock = await acquireDataLock(dir, INFO);
  held.push(lock);
  return lock;
}

/** A lock as somebody else left it: ours, with some fields changed, touched `agoMs` ago. */
async function leave(dir: string, change: Record<string, unknown>, agoMs = 0): Promise<void> {
  const lock = await acquireDataLock(dir, INFO);
  const mine = JSON.parse(await readFile(join(dir, 'lock'), 'utf8'));
  await lock.release();
  await writeFile(join(dir, 'lock'), JSON.stringify({ ...mine, token: 'feedfeedfeedfeed', ...change }));
  const at = new Date(Date.now() - agoMs);
  await utimes(join(dir, 'lock'), at, at);
}

describe('the lock of the data directory', () => {
  it('tells others who holds it and where to reach them', async () => {
    const dir = await folders.make();
    expect(await readDataLock(dir)).toBeNull();
    const lock = await acquire(dir);
    expect(await readDataLock(dir)).toEqual({ pid: process.pid, ...INFO });
    await lock.release();
    expect(await readDataLock(dir)).toBeNull();
    expect(await readdir(dir)).toEqual([]);
  });

  it('is refused while its holder lives, naming the process', async () => {
    const dir = await folders.make();
    await acquire(dir);
    await expect(acquireDataLock(dir, INFO)).rejects.toMatchObject({
      name: 'StoreError',
      code: 'store.locked',
      message: `The data directory is in use by process ${process.pid} since 2026-11-23 09:00 UTC.`,
    });
  });

  it('is refused to a second store on the same directory, and given once the first is closed', async () => {
    const dir = await folders.make();
    const first = await folders.open(dir);
    await expect(folders.open(dir)).rejects.toMatchObject({ code: 'store.locked' });
    await first.commit({ put: [putRequest('R1')] });
    await first.close();
    const second = await folders.open(dir);
    expect(await second.list('requests')).toHaveLength(1);
  });

  it('is taken over from a process that died', async () => {
    const dir = await folders.make();
    await leave(dir, { pid: UNUSED_PID });
    expect(await readDataLock(dir)).toBeNull();
    await acquire(dir);
    expect(await readDataLock(dir)).toMatchObject({ pid: process.pid });
    expect(await readdir(dir)).toEqual(['lock']);
  });

  it('is taken over when the pid belongs to another process now', async () => {
    const dir = await folders.make();
    await leave(dir, { pid: process.pid, process: 'an-earlier-boot/12345' });
    expect(await readDataLock(dir)).toBeNull();
    await acquire(dir);
  });

  it('is taken over when its writer died before it wrote anything', async () => {
    const dir = await folders.make();
    await writeFile(join(dir, 'lock'), '');
    const then = new Date(Date.now() - 10_000);
    await utimes(join(dir, 'lock'), then, then);
    await acquire(dir);
  });

  it('is taken over even when one process died in the middle of taking it over', async () => {
    const dir = await folders.make();
    await leave(dir, { pid: UNUSED_PID });
    const guard = JSON.parse(await readFile(join(dir, 'lock'), 'utf8'));
    await writeFile(join(dir, 'lock.feedfeedfeedfeed'), JSON.stringify({ ...guard, token: 'deaddeaddeaddead' }));
    await acquire(dir);
    expect(await readdir(dir)).toEqual(['lock']);
  });

  it('of a container that cannot be looked into is respected while it is touched', async () => {
    const dir = await folders.make();
    await leave(dir, { pid: UNUSED_PID, host: 'another-container', namespace: 'pid:[1]' });
    const trying = acquireDataLock(dir, INFO);
    setTimeout(() => void utimes(join(dir, 'lock'), new Date(), new Date()), 100);
    await expect(trying).rejects.toThrow(`The data directory is in use by process ${UNUSED_PID} on another-container`);
  });

  it('of a container that cannot be looked into is taken over after 15 s of silence', async () => {
    const dir = await folders.make();
    await leave(dir, { pid: process.pid, host: 'another-container', namespace: 'pid:[1]' }, 14_700);
    expect(await readDataLock(dir)).not.toBeNull();
    await acquire(dir);
    expect(await readDataLock(dir)).toMatchObject({ pid: process.pid });
  });

  it('goes to exactly one of many who want a dead one at the same moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const dir = await folders.make();
      await leave(dir, { pid: UNUSED_PID });
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => acquire(dir)));
      expect(tries.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    }
  });

  it('that was taken away stops the store from writing', async () => {
    const store = await folders.open(await folders.make());
    await store.commit({ put: [putRequest('R1')] });
    const lock = join(store.dir, 'lock');
    await writeFile(lock, (await readFile(lock, 'utf8')).replace(/"token":"\w+"/, '"token":"feedfeedfeedfeed"'));
    await expect(store.check()).rejects.toMatchObject({ code: 'store.lost' });
    await expect(store.commit({ put: [putRequest('R2')] })).rejects.toMatchObject({ code: 'store.lost' });
    await store.close();
    expect(await readFile(lock, 'utf8')).toContain('feedfeedfeedfeed');
  });
});
