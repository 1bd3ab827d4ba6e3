import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { OpenFile } from '../../src/adapters/durable-file.ts';
import type { EmbeddedStore } from '../../src/adapters/lowdb-store.ts';
import { verifyAudit } from '../../src/adapters/verify-audit.ts';
import { DataFolders } from '../support/data-folder.ts';
import { listeningLog } from '../support/quiet-log.ts';
import { aDraft, putRequest } from '../support/store-builders.ts';

const folders = new DataFolders();
afterEach(() => folders.cleanUp());

interface Disk {
  /** What fails now, and with which error; null when all is well. */
  fails: 'write' | 'flush' | 'everything' | null;
  readonly openFile: OpenFile;
}

/** A disk that refuses on demand. A refused write leaves the first part of its data behind, as a full disk does. */
function aDisk(): Disk {
  const no = (code: string): Error => Object.assign(new Error(`${code}: refused`), { code });
  const disk: { fails: Disk['fails']; openFile: OpenFile } = {
    fails: null,
    openFile: async (path, flags, mode) => {
      if (disk.fails === 'everything' && flags === 'wx') throw no('ENOSPC');
      const handle = await open(path, flags, mode);
      return new Proxy(handle, {
        get(target, name) {
          const value = Reflect.get(target, name, target) as unknown;
          if (typeof value !== 'function') return value;
          return async (...args: unknown[]) => {
            const call = (...given: unknown[]) => (value as (...given: unknown[]) => unknown).apply(target, given);
            if (name === 'write' && disk.fails === 'write') {
              const [data, offset, length, position] = args as [Buffer, number, number, number];
              await call(data, offset, Math.floor(length / 2), position);
              throw no('ENOSPC');
            }
            if (disk.fails === 'flush' && name === 'datasync') throw no('EIO');
            if (disk.fails === 'everything' && name !== 'close') throw no('EIO');
            return call(...args);
          };
        },
      }) as FileHandle;
    },
  };
  return disk;
}

async function idsOf(store: EmbeddedStore): Promise<string[]> {
  return (await store.list('requests')).map((request) => request.id);
}

function add(store: EmbeddedStore, id: string): Promise<void> {
  return store.commit({ put: [putRequest(id)], audit: [aDraft('request.created', { requestId: id })] });
}

describe('the store on a disk that refuses (simulated at the file handle)', () => {
  it.each([
    ['a write that stops half way', 'write', 'no space is left on the disk'],
    ['a flush that fails', 'flush', 'the disk reports an error'],
    ['a disk on which nothing works, not even cutting off what was torn', 'everything', 'the disk reports an error'],
  ] as const)('changes nothing, says so plainly and works again afterwards: %s', async (_, fails, reason) => {
    const disk = aDisk();
    const log = listeningLog();
    const store = await folders.open(await folders.make(), { openFile: disk.openFile, log });
    await add(store, 'R1');
    const size = (await stat(join(store.dir, 'journal.jsonl'))).size;

    disk.fails = fails;
    await expect(add(store, 'R2')).rejects.toMatchObject({
      name: 'StoreError',
      code: 'store.write',
      message: `The disk did not take the change, so nothing was changed (${reason}).`,
      hint: expect.stringContaining('Free space'),
    });
    const several = await Promise.allSettled([add(store, 'R2'), add(store, 'R3'), add(store, 'R4')]);
    expect(several.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await idsOf(store)).toEqual(['R1']);
    expect((await store.audit.head()).seq).toBe(1);
    expect(log.lines.filter((line) => line.event === 'store.write-failed')).toHaveLength(2);

    disk.fails = null;
    await add(store, 'R2');
    if (fails === 'write') expect((await stat(join(store.dir, 'journal.jsonl'))).size).toBeLessThan(2.2 * size);
    await store.close();
    const again = await folders.open(store.dir);
    expect(await idsOf(again)).toEqual(['R1', 'R2']);
    expect(await verifyAudit(store.dir)).toMatchObject({ ok: true, events: 2 });
  });

  it('keeps the journal when the snapshot cannot be written, and folds later', async () => {
    const disk = aDisk();
    const store = await folders.open(await folders.make(), { openFile: disk.openFile });
    await add(store, 'R1');
    disk.fails = 'everything';
    await expect(store.fold()).rejects.toMatchObject({ code: 'store.write' });
    await expect(store.check()).rejects.toMatchObject({ code: 'store.write' });
    disk.fails = null;
    await add(store, 'R2');
    await store.check();
    await store.fold();
    expect((await readdir(store.dir)).filter((name) => !name.startsWith('.')).toSorted()).toEqual([
      'audit',
      'journal.jsonl',
      'lock',
      'store.json',
    ]);
    await store.close();
    expect(await idsOf(await folders.open(store.dir))).toEqual(['R1', 'R2']);
  });

  it('catches up the audit log when only that could not be written', async () => {
    const disk = aDisk();
    const log = listeningLog();
    const store = await folders.open(await folders.make(), { openFile: disk.openFile, log });
    await add(store, 'R1');
    disk.fails = 'everything';
    const seen: number[] = [];
    for await (const event of store.audit.read()) seen.push(event.seq);
    expect(seen).toEqual([1]);
    expect(log.lines).toContainEqual({
      level: 'error',
      event: 'store.audit-behind',
      detail: { problem: 'the disk reports an error' },
    });
    disk.fails = null;
    await store.close();
    expect(await verifyAudit(store.dir)).toMatchObject({ ok: true, events: 1 });
  });
});

function mountSmallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'seatwarden-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmdirSync(folder);
    return null;
  }
}

const small = process.getuid?.() === 0 ? mountSmallDisk() : null;
afterAll(() => {
  if (small === null) return;
  execFileSync('umount', [small]);
  rmdirSync(small);
});

/** Where a real full disk can be had (as root), the same once more on it. */
if (small !== null) {
  describe('the store on a full 1 MB tmpfs', () => {
    it('refuses when space is gone, keeps what it acknowledged, and goes on when space is back', {
      timeout: 20_000,
    }, async () => {
      const dir = join(small, 'data');
      const ballast = join(small, 'ballast');
      await mkdir(dir, { recursive: true });
      await writeFile(ballast, Buffer.alloc(600 * 1024));
      const store = await folders.open(dir);
      const kept: string[] = [];
      let refusal: unknown = null;
      for (let number = 1; refusal === null; number += 1) {
        try {
          await add(store, `R${number}`);
          kept.push(`R${number}`);
        } catch (error) {
          refusal = error;
        }
      }
      expect(refusal).toMatchObject({ code: 'store.write', message: expect.stringContaining('no space is left on the disk') });
      await expect(store.check()).rejects.toMatchObject({ code: 'store.write' });
      await expect(store.fold()).rejects.toMatchObject({ code: 'store.write' });
      expect(await idsOf(store)).toEqual(kept);
      expect((await readFile(join(dir, 'journal.jsonl'), 'utf8')).endsWith('\n')).toBe(true);

      await rm(ballast);
      await store.check();
      await add(store, 'Rlast');
      await store.close();
      const again = await folders.open(dir);
      expect(await idsOf(again)).toEqual([...kept, 'Rlast']);
      expect(await verifyAudit(dir)).toMatchObject({ ok: true, events: kept.length + 1 });
      await again.close();
    });
  });
}
