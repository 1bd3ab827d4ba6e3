import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { exportedEvents } from '../../src/adapters/audit-export.ts';
import { openStore } from '../../src/adapters/lowdb-store.ts';
import { verifyAudit, verifyExport } from '../../src/adapters/verify-audit.ts';
import { type AuditDraft, headText, parseHead } from '../../src/domain/audit.ts';
import { DataFolders } from '../support/data-folder.ts';
import { quietLog } from '../support/quiet-log.ts';

const folders = new DataFolders();
afterAll(() => folders.cleanUp());

const SYSTEM = { kind: 'system', userId: null, email: null, name: 'Seatwarden', via: 'job' } as const;

function draft(day: string, nth: number): AuditDraft {
  return {
    at: `${day}T09:00:00.000Z`,
    actor: SYSTEM,
    verb: 'request.created',
    subject: `seat/${nth}`,
    requestId: null,
    detail: { nth, text: 'a "quoted" line,\nand another' },
  };
}

const DAYS = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-06-01'];

/** Three events on each of four days, in a store that was closed again; the first `packed` days are archives. */
async function written(packed: number): Promise<{ dir: string; lines: string[] }> {
  const dir = await folders.make();
  const store = await openStore({ dir, clock: { now: () => new Date('2026-06-01T10:00:00.000Z') }, log: quietLog });
  for (const day of DAYS) for (let nth = 0; nth < 3; nth += 1) await store.commit({ audit: [draft(day, nth)] });
  if (packed > 0) {
    const seals = await store.audit.archive?.(DAYS[packed] as string, (seal) =>
      store.commit({ audit: [{ ...draft('2026-06-01', 9), verb: 'audit.sealed', detail: { ...seal } }] }),
    );
    expect(seals).toHaveLength(packed);
  }
  const events = [];
  for await (const event of store.audit.read()) events.push(event.seq);
  expect(events).toEqual(Array.from({ length: 12 + packed }, (_, at) => at + 1));
  await store.close();
  const lines = [];
  for await (const { text } of exportedEvents(dir)) lines.push(text);
  return { dir, lines };
}

describe('days that are packed', () => {
  it('leave the chain whole, with their archives here or moved away', async () => {
    const { dir } = await written(3);
    expect(await readdir(join(dir, 'audit'))).toEqual(['archive', 'audit-2026-06-01.jsonl', 'seals.jsonl']);
    expect(await verifyAudit(dir)).toMatchObject({ ok: true, events: 15 });
    await rm(join(dir, 'audit/archive/audit-2026-01-02.jsonl.gz'));
    expect(await verifyAudit(dir)).toMatchObject({ ok: true, events: 15, movedAway: ['2026-01-02'] });
    const again = await openStore({ dir, clock: { now: () => new Date('2026-06-02T10:00:00.000Z') }, log: quietLog });
    await again.commit({ audit: [draft('2026-06-02', 1)] });
    await again.close();
    expect(await verifyAudit(dir)).toMatchObject({ ok: true, events: 16 });
  });

  it('are found out when they, or their seals, are changed', async () => {
    const { dir } = await written(3);
    const archive = join(dir, 'audit/archive/audit-2026-01-01.jsonl.gz');
    const whole = await readFile(archive);
    await writeFile(archive, gzipSync(gunzipSync(whole).toString().replace('"nth":1', '"nth":7')));
    expect(await verifyAudit(dir)).toMatchObject({ ok: false, file: 'audit/archive/audit-2026-01-01.jsonl.gz', line: 2 });
    await writeFile(archive, whole);
    const seals = join(dir, 'audit/seals.jsonl');
    const text = await readFile(seals, 'utf8');
    await writeFile(seals, text.split('\n').slice(1).join('\n'));
    expect(await verifyAudit(dir)).toMatchObject({ ok: false, file: 'audit/seals.jsonl' });
    await writeFile(seals, text.replace(/"sha256":"./, '"sha256":"x'));
    expect(await verifyAudit(dir)).toMatchObject({ ok: false });
    await writeFile(seals, text);
    expect(await verifyAudit(dir)).toMatchObject({ ok: true });
  });

  it('are there as a file or as an archive whenever the packing is cut short', async () => {
    const { dir } = await written(0);
    const store = await openStore({ dir, clock: { now: () => new Date('2026-06-01T10:00:00.000Z') }, log: quietLog });
    await expect(store.audit.archive?.('2026-01-03', async () => Promise.reject(new Error('killed')))).rejects.toThrow('killed');
    await store.close();
    expect(await verifyAudit(dir)).toMatchObject({ ok: true, events: 12 });
    const day = await readFile(join(dir, 'audit/audit-2026-01-01.jsonl'), 'utf8');
    const again = await openStore({ dir, clock: { now: () => new Date('2026-06-01T10:00:00.000Z') }, log: quietLog });
    await again.audit.archive?.('2026-01-02', (seal) =>
      again.commit({ audit: [{ ...draft('2026-06-01', 9), verb: 'audit.sealed', detail: { ...seal } }] }),
    );
    await again.close();
    // As it is when the process died between the seal and the removal.
    await writeFile(join(dir, 'audit/audit-2026-01-01.jsonl'), day);
    expect(await verifyAudit(dir)).toMatchObject({ ok: true, events: 13 });
    let count = 0;
    for await (const _event of exportedEvents(dir)) count += 1;
    expect(count).toBe(13);
  });
});

describe('an export', () => {
  it('is verified anywhere, whole or from a day on', async () => {
    const { lines } = await written(2);
    const folder = await folders.make();
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'export.jsonl');
    await writeFile(file, `${lines.join('\n')}\n`);
    const whole = await verifyExport(file, null);
    expect(whole).toMatchObject({ ok: true, events: 14, from: 1 });
    await writeFile(file, lines.slice(6).join('\n'));
    expect(await verifyExport(file, null)).toMatchObject({ ok: true, events: 8, from: 7 });
  });

  it('that was tampered with in any way is found out against the head that was posted', async () => {
    const { lines } = await written(0);
    const folder = await folders.make();
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'export.jsonl');
    const last = JSON.parse(lines.at(-1) ?? '') as { seq: number; hash: string };
    const posted = parseHead(headText(last));
    await writeFile(file, lines.join('\n'));
    expect(await verifyExport(file, posted)).toMatchObject({ ok: true });
    const at = fc.integer({ min: 0, max: lines.length - 1 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('edit', 'remove', 'repeat', 'swap', 'cut', 'blank'), at, at, async (how, one, other) => {
        const changed = [...lines];
        if (how === 'edit') changed[one] = (changed[one] ?? '').replace('seat/', 'seat/x');
        if (how === 'blank') changed[one] = (changed[one] ?? '').replace('"detail"', ' "detail"');
        // The first event of an export may be any; the head says how many there were.
        if (how === 'remove') changed.splice(Math.max(one, 1), 1);
        if (how === 'repeat') changed.splice(one, 0, changed[one] ?? '');
        if (how === 'swap') [changed[one], changed[other]] = [changed[other] ?? '', changed[one] ?? ''];
        if (how === 'cut') changed.length = one;
        await writeFile(file, changed.join('\n'));
        const finding = await verifyExport(file, posted);
        expect(finding.ok, `${how} ${one} ${other}`).toBe(how === 'swap' && one === other);
      }),
      { numRuns: 60 },
    );
  });

  it('and a chain that was computed anew are found out by the head', async () => {
    const { dir, lines } = await written(0);
    const event = JSON.parse(lines[5] ?? '') as { seq: number; hash: string };
    expect(await verifyAudit(dir, { seq: event.seq, hash: event.hash })).toMatchObject({ ok: true });
    expect(await verifyAudit(dir, { seq: event.seq, hash: 'f'.repeat(64) })).toMatchObject({ ok: false, seq: 6 });
    expect(await verifyAudit(dir, { seq: 99, hash: 'f'.repeat(64) })).toMatchObject({ ok: false, seq: 13 });
    expect(parseHead('12:abc')).toBeNull();
  });
});
