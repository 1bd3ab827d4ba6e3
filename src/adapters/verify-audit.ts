import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AUDIT_GENESIS, type AuditEvent, type AuditSeal, type ChainCheck, type ChainHead, ChainWalker } from '../domain/audit.ts';
import { afterSeals, auditFiles, dayOf, packedLines, readSeals } from './audit-files.ts';
import { journalledEvents } from './journal.ts';
import { readLines } from './line-file.ts';
import { readSnapshotHead } from './snapshot-file.ts';

export type AuditCheck = ChainCheck & {
  readonly file?: string;
  /** Days whose packed events are not here any more; their seals are whole. */
  readonly movedAway?: readonly string[];
  /** Number of the first event that was looked at. */
  readonly from?: number;
};

/**
 * Checks the whole chain, also beside a running bot and without its lock. Besides edits, gaps and reorders it finds an
 * end that was cut off and a chain that was computed anew, by what `store.json` and the journal know of it and by a head
 * that was posted. `file` (relative to the data directory) and `line` name the first broken event.
 */
export async function verifyAudit(dataFolder: string, posted: ChainHead | null = null): Promise<AuditCheck> {
  // Read before the files: these only grow, so what was known then must be in them.
  const anchor = await readSnapshotHead(join(dataFolder, 'store.json'));
  const events = await journalledEvents(dataFolder);
  const journalled = new Map(events.map((event) => [event.seq, event]));
  const folder = join(dataFolder, 'audit');
  const seals = await readSeals(folder).catch(() => null);
  if (seals === null) return { ok: false, file: 'audit/seals.jsonl', line: 1, seq: null, problem: 'the seals cannot be read' };
  const packed = await checkPacked(folder, seals, posted);
  if (packed.broken !== null) return packed.broken;
  const walker = new ChainWalker(afterSeals(seals));
  const told = new Map<string, AuditSeal>();
  let at: { file: string; line: number } = { file: 'audit', line: 0 };
  const broken = (seq: number | null, problem: string): AuditCheck => ({ ok: false, ...at, seq, problem });
  const names = (await auditFiles(folder)).filter((name) => !seals.some((seal) => seal.day === dayOf(name)));
  for (const [index, name] of names.entries()) {
    at = { file: `audit/${name}`, line: 0 };
    for await (const lines of readLines(join(folder, name))) {
      for (const line of lines) {
        // A line being written, or torn by a crash: the next start completes it from the journal.
        if (!line.ended && index === names.length - 1) continue;
        at = { ...at, line: at.line + 1 };
        const finding = walker.take(line.text);
        if (finding?.ok === false) return broken(finding.seq, finding.problem);
        const { seq, hash } = walker.head();
        const known = anchor?.seq === seq ? anchor.hash : journalled.get(seq)?.hash;
        if (known !== undefined && known !== hash) return broken(seq, 'it is not the event that was stored under this number');
        if (posted?.seq === seq && posted.hash !== hash) return broken(seq, NOT_POSTED);
        keepSeal(told, line.text);
      }
    }
  }
  for (let next = journalled.get(walker.head().seq + 1); next !== undefined; next = journalled.get(next.seq + 1)) {
    const text = JSON.stringify(next);
    const finding = walker.take(text);
    at = { ...at, line: at.line + 1 };
    if (finding?.ok === false) return broken(finding.seq, finding.problem);
    if (posted?.seq === next.seq && posted.hash !== next.hash) return broken(next.seq, NOT_POSTED);
    keepSeal(told, text);
  }
  const head = walker.head();
  const known = Math.max(anchor?.seq ?? 0, events.at(-1)?.seq ?? 0, posted?.seq ?? 0);
  if (head.seq < known) {
    at = { ...at, line: at.line + 1 };
    return broken(head.seq + 1, `the log ends after event ${head.seq}, but ${known} were written: its end was cut off`);
  }
  for (const seal of packed.told.values()) told.set(seal.day, seal);
  const untold = seals.find((seal) => JSON.stringify(told.get(seal.day) ?? null) !== JSON.stringify(seal));
  // What sealed an old day may itself be in a day that was moved away since.
  if (untold !== undefined && packed.movedAway.length === 0)
    return {
      ok: false,
      file: 'audit/seals.jsonl',
      line: 1,
      seq: untold.from,
      problem: `the seal of ${untold.day} is not the one in the log`,
    };
  return { ok: true, events: head.seq, head, ...(packed.movedAway.length === 0 ? {} : { movedAway: packed.movedAway }) };
}

const NOT_POSTED = 'it is not the event whose hash was posted';

/** The seals follow each other, and what they stand for is as it was, where it is still here. */
async function checkPacked(
  folder: string,
  seals: readonly AuditSeal[],
  posted: ChainHead | null,
): Promise<{
  readonly broken: AuditCheck | null;
  readonly movedAway: readonly string[];
  readonly told: ReadonlyMap<string, AuditSeal>;
}> {
  const movedAway: string[] = [];
  const told = new Map<string, AuditSeal>();
  let before: ChainHead = { seq: 0, hash: AUDIT_GENESIS };
  for (const [index, seal] of seals.entries()) {
    const bad = (problem: string, file = 'audit/seals.jsonl', line = index + 1): AuditCheck => ({
      ok: false,
      file,
      line,
      seq: seal.from,
      problem,
    });
    if (seal.from !== before.seq + 1 || seal.prev !== before.hash || seal.to < seal.from)
      return { broken: bad(`the seal of ${seal.day} does not continue the one before it`), movedAway, told };
    if (posted?.seq === seal.to && posted.hash !== seal.hash) return { broken: bad(NOT_POSTED), movedAway, told };
    const walker = new ChainWalker(before);
    const hash = createHash('sha256');
    let line = 0;
    let file = '';
    for await (const written of packedLines(folder, seal)) {
      line += 1;
      file = written.file;
      hash.update(`${written.text}\n`);
      const finding = walker.take(written.text);
      if (finding?.ok === false) return { broken: { ...finding, file, line }, movedAway, told };
      const head = walker.head();
      if (posted?.seq === head.seq && posted.hash !== head.hash) return { broken: bad(NOT_POSTED, file, line), movedAway, told };
      keepSeal(told, written.text);
    }
    before = { seq: seal.to, hash: seal.hash };
    if (line === 0) movedAway.push(seal.day);
    else if (walker.head().hash !== seal.hash || hash.digest('hex') !== seal.sha256)
      return { broken: bad(`the packed day ${seal.day} is not what was sealed`, file, line), movedAway, told };
  }
  return { broken: null, movedAway, told };
}

function keepSeal(told: Map<string, AuditSeal>, text: string): void {
  if (!text.includes('"audit.sealed"')) return;
  const event = JSON.parse(text) as AuditEvent;
  if (event.verb === 'audit.sealed') told.set(String(event.detail['day']), event.detail as unknown as AuditSeal);
}

/** Checks an export, offline: all it needs is the file, and a head that was posted to find an end that was cut off. */
export async function verifyExport(path: string, posted: ChainHead | null): Promise<AuditCheck> {
  let walker: ChainWalker | null = null;
  let from = 1;
  let line = 0;
  for await (const lines of readLines(path)) {
    for (const { text } of lines) {
      if (text.trim() === '') continue;
      line += 1;
      if (walker === null) {
        const first = firstOf(text);
        from = first.seq + 1;
        walker = new ChainWalker(first);
      }
      const finding = walker.take(text.replace(/\r$/, ''));
      if (finding?.ok === false) return { ...finding, line };
      const head = walker.head();
      if (posted?.seq === head.seq && posted.hash !== head.hash) return { ok: false, line, seq: head.seq, problem: NOT_POSTED };
    }
  }
  const head = walker?.head() ?? { seq: 0, hash: AUDIT_GENESIS };
  if (posted !== null && head.seq < posted.seq)
    return {
      ok: false,
      line: line + 1,
      seq: head.seq + 1,
      problem: `the export ends after event ${head.seq}, but ${posted.seq} were written when the head was posted`,
    };
  return { ok: true, events: line, head, from };
}

/** An export may begin anywhere; its first event says where. */
function firstOf(text: string): ChainHead {
  try {
    const event = JSON.parse(text) as AuditEvent;
    if (Number.isSafeInteger(event.seq) && typeof event.prev === 'string') return { seq: event.seq - 1, hash: event.prev };
  } catch {
    // The walker says what is wrong with the line.
  }
  return { seq: 0, hash: AUDIT_GENESIS };
}
