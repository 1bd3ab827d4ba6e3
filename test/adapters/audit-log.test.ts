import { appendFile, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedStore } from '../../src/adapters/lowdb-store.ts';
import { verifyAudit } from '../../src/adapters/verify-audit.ts';
import { AUDIT_GENESIS, type AuditEvent, chainEvent } from '../../src/domain/audit.ts';
import { DataFolders } from '../support/data-folder.ts';
import { listeningLog } from '../support/quiet-log.ts';
import { aDraft } from '../support/store-builders.ts';

const folders = new DataFolders();
afterEach(() => folders.cleanUp());

const MONDAY = 'audit/audit-2026-11-23.jsonl';
const TUESDAY = 'audit/audit-2026-11-24.jsonl';

async function record(store: EmbeddedStore, ...instants: string[]): Promise<void> {
  for (const at of instants) await store.commit({ audit: [aDraft('seat.revoked', { at, detail: { at } })] });
}

async function seqs(store: EmbeddedStore): Promise<number[]> {
  const found: number[] = [];
  for await (const event of store.audit.read()) found.push(event.seq);
  return found;
}

/** Three events on Monday and two on Tuesday, in a directory nobody has open. */
async function aClosedLog(): Promise<string> {
  const store = await folders.open(await folders.make());
  await record(store, '2026-11-23T09:00:00.000Z', '2026-11-23T12:00:00.000Z', '2026-11-23T23:59:59.999Z');
  await record(store, '2026-11-24T00:00:00.000Z', '2026-11-24T08:00:00.000Z');
  await store.close();
  return store.dir;
}

async function edit(dir: string, file: string, change: (lines: string[]) => string[]): Promise<void> {
  const lines = (await readFile(join(dir, file), 'utf8')).trimEnd().split('\n');
  await writeFile(
    join(dir, file),
    change(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

describe('the audit log', () => {
  it('has one file for each UTC day', async () => {
    const dir = await aClosedLog();
    expect((await readdir(join(dir, 'audit'))).toSorted()).toEqual(['audit-2026-11-23.jsonl', 'audit-2026-11-24.jsonl']);
    expect((await readFile(join(dir, MONDAY), 'utf8')).split('\n')).toHaveLength(4);
    expect(await verifyAudit(dir)).toMatchObject({ ok: true, events: 5, head: { seq: 5 } });
  });

  it('stays in order when the clock is set back over midnight', async () => {
    const store = await folders.open(await folders.make());
    await record(
      store,
      '2026-11-24T00:00:01.000Z',
      '2026-11-23T23:59:00.000Z',
      '2026-11-24T00:00:02.000Z',
      '2026-11-22T00:00:00.000Z',
    );
    await store.close();
    const again = await folders.open(store.dir);
    await record(again, '2026-11-23T23:59:30.000Z', '2026-11-25T00:00:00.000Z');
    expect(await seqs(again)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await readdir(join(store.dir, 'audit'))).toEqual(['audit-2026-11-24.jsonl', 'audit-2026-11-25.jsonl']);
    expect(await verifyAudit(store.dir)).toMatchObject({ ok: true, events: 6 });
  });

  it('shows an event as soon as its commit is acknowledged', async () => {
    const store = await folders.open(await folders.make());
    for (let seq = 1; seq <= 5; seq += 1) {
      await record(store, '2026-11-23T09:00:00.000Z');
      expect((await seqs(store)).at(-1)).toBe(seq);
    }
  });

  it('gets what it lacks from the journal at the start', async () => {
    const store = await folders.open(await folders.make());
    await record(store, '2026-11-23T09:00:00.000Z', '2026-11-23T10:00:00.000Z', '2026-11-24T10:00:00.000Z');
    await seqs(store);
    const whole = await readFile(join(store.dir, MONDAY), 'utf8');
    const cases: Record<string, (dir: string) => Promise<void>> = {
      nothing: async () => undefined,
      'the whole log': (dir) => rm(join(dir, 'audit'), { recursive: true }),
      'the last file': (dir) => rm(join(dir, TUESDAY)),
      'the end of a line': (dir) => rm(join(dir, TUESDAY)).then(() => writeFile(join(dir, MONDAY), whole.slice(0, -20))),
      'the content of a file just made': (dir) => writeFile(join(dir, TUESDAY), ''),
    };
    for (const [lacks, damage] of Object.entries(cases)) {
      const dir = await folders.make();
      await cp(store.dir, dir, { recursive: true });
      await rm(join(dir, 'lock'));
      await damage(dir);
      expect(await verifyAudit(dir), lacks).toMatchObject({ ok: true, events: 3 });
      const again = await folders.open(dir);
      expect(await seqs(again), lacks).toEqual([1, 2, 3]);
      await again.close();
      expect(await verifyAudit(dir), lacks).toMatchObject({ ok: true, events: 3 });
      expect(await readFile(join(dir, MONDAY), 'utf8'), lacks).toBe(whole);
    }
  });

  it('refuses an event without a proper time', async () => {
    const store = await folders.open(await folders.make());
    await expect(record(store, '../../../etc/passwd')).rejects.toThrow(TypeError);
    expect((await store.audit.head()).seq).toBe(0);
  });

  it('is read in parts that are in order while more is written', async () => {
    const store = await folders.open(await folders.make());
    await record(store, '2026-11-23T09:00:00.000Z', '2026-11-23T09:00:01.000Z');
    const seen: number[] = [];
    for await (const event of store.audit.read()) {
      seen.push(event.seq);
      await record(store, '2026-11-24T09:00:00.000Z');
    }
    expect(seen).toEqual([1, 2]);
    expect(await seqs(store)).toEqual([1, 2, 3, 4]);
  });
});

describe('verifyAudit', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await aClosedLog();
  });

  it.each<[string, string, (lines: string[]) => string[], { file: string; line: number; seq: number | null }]>([
    [
      'an edited event',
      MONDAY,
      (lines) => lines.with(1, lines[1]?.replace('12:00', '13:00') ?? ''),
      { file: MONDAY, line: 2, seq: 2 },
    ],
    [
      'an edited last event',
      TUESDAY,
      (lines) => lines.with(1, lines[1]?.replace('08:00', '09:00') ?? ''),
      { file: TUESDAY, line: 2, seq: 5 },
    ],
    ['a removed event', MONDAY, (lines) => lines.toSpliced(1, 1), { file: MONDAY, line: 2, seq: 3 }],
    ['a removed first event', MONDAY, (lines) => lines.slice(1), { file: MONDAY, line: 1, seq: 2 }],
    ['a removed event at the seam of two days', MONDAY, (lines) => lines.slice(0, 2), { file: TUESDAY, line: 1, seq: 4 }],
    ['two events in the wrong order', TUESDAY, (lines) => lines.toReversed(), { file: TUESDAY, line: 1, seq: 5 }],
    ['a repeated event', TUESDAY, (lines) => [...lines.slice(0, 1), ...lines], { file: TUESDAY, line: 2, seq: 4 }],
    ['a line that is not JSON', TUESDAY, (lines) => lines.with(0, 'gone'), { file: TUESDAY, line: 1, seq: null }],
    ['an end that was cut off', TUESDAY, (lines) => lines.slice(0, 1), { file: TUESDAY, line: 2, seq: 5 }],
  ])('finds %s and says where', async (_, file, change, finding) => {
    await edit(dir, file, change);
    expect(await verifyAudit(dir)).toMatchObject({ ok: false, ...finding, problem: expect.any(String) });
  });

  it('finds a last day that was removed', async () => {
    await rm(join(dir, TUESDAY));
    expect(await verifyAudit(dir)).toMatchObject({
      ok: false,
      file: MONDAY,
      line: 4,
      problem: 'the log ends after event 3, but 5 were written: its end was cut off',
    });
  });

  it('finds a log that was removed altogether', async () => {
    await rm(join(dir, 'audit'), { recursive: true });
    expect(await verifyAudit(dir)).toMatchObject({ ok: false, seq: 1 });
  });

  it('finds a chain that was computed anew after an edit', async () => {
    let head = { seq: 0, hash: AUDIT_GENESIS };
    for (const file of [MONDAY, TUESDAY]) {
      await edit(dir, file, (lines) =>
        lines.map((line) => {
          const { seq: _seq, prev: _prev, hash: _hash, ...draft } = JSON.parse(line) as AuditEvent;
          const event = chainEvent({ ...draft, subject: 'jetbrains/seat/FORGED' }, head);
          head = event;
          return JSON.stringify(event);
        }),
      );
    }
    expect(await verifyAudit(dir)).toMatchObject({
      ok: false,
      file: TUESDAY,
      line: 2,
      seq: 5,
      problem: 'it is not the event that was stored under this number',
    });
  });

  it('does not need a store beside the log, nor a log', async () => {
    await rm(join(dir, 'store.json'));
    await rm(join(dir, 'journal.jsonl'));
    expect(await verifyAudit(dir)).toMatchObject({ ok: true, events: 5 });
    expect(await verifyAudit(await folders.make())).toMatchObject({ ok: true, events: 0 });
  });

  it('works beside a running bot and never takes its work for damage', async () => {
    const store = await folders.open(dir, { foldBytes: 2_048 });
    let writing = true;
    const writer = (async () => {
      for (let index = 0; index < 300; index += 1) await record(store, '2026-11-24T10:00:00.000Z');
      writing = false;
    })();
    let checks = 0;
    while (writing) {
      expect(await verifyAudit(dir)).toMatchObject({ ok: true });
      checks += 1;
    }
    await writer;
    expect(checks).toBeGreaterThan(1);
    expect(await verifyAudit(dir)).toMatchObject({ ok: true, events: 305 });
  });

  it('keeps a store from starting on a log whose end was cut off, but not on an older edit, which it reports', async () => {
    await edit(dir, MONDAY, (lines) => lines.with(0, lines[0]?.replace('09:00', '07:00') ?? ''));
    const store = await folders.open(dir);
    await store.close();
    await edit(dir, TUESDAY, (lines) => lines.slice(0, 1));
    const log = listeningLog();
    await expect(folders.open(dir, { log })).rejects.toThrow(
      'The audit log ends with event 4, which does not fit the store, whose last event is 5.',
    );
    await appendFile(join(dir, TUESDAY), 'not JSON\n');
    await expect(folders.open(dir, { log })).rejects.toMatchObject({ code: 'store.corrupt' });
  });
});
