import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AUDIT_GENESIS, type AuditEvent, type ChainCheck, ChainWalker } from '../domain/audit.ts';
import { StoreError } from '../domain/errors.ts';
import { ensurePrivateDirectory, type OpenFile, syncDirectory } from './durable-file.ts';
import { FIRST_HEAD, type Head, journalledEvents } from './journal.ts';
import { LineFile, readLines } from './line-file.ts';
import { readSnapshotHead } from './snapshot-file.ts';

const FILE = /^audit-(\d{4}-\d{2}-\d{2})\.jsonl$/;
const LAG_MS = 25;
const RETRY_MS = 5_000;

/**
 * The audit events in one file a day. The journal has each event before anybody is told of it; this copy follows within
 * some milliseconds, many events to a flush, and the journal is only given up once it is complete.
 */
export class AuditLog {
  readonly #folder: string;
  readonly #openFile: OpenFile | undefined;
  readonly #failed: (cause: unknown) => void;
  #file: LineFile | null = null;
  #day: string;
  #pending: AuditEvent[] = [];
  #flushing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  private constructor(folder: string, day: string, openFile: OpenFile | undefined, failed: (cause: unknown) => void) {
    this.#folder = folder;
    this.#day = day;
    this.#openFile = openFile;
    this.#failed = failed;
  }

  /** Opens the log and cuts a torn last line. `head` is the last event that is in it. */
  static async open(
    dataFolder: string,
    options: {
      readonly openFile?: OpenFile | undefined;
      readonly failed: (cause: unknown) => void;
      readonly repaired?: (file: string, bytes: number) => void;
    },
  ): Promise<{ readonly log: AuditLog; readonly head: Head }> {
    const folder = await ensurePrivateDirectory(join(dataFolder, 'audit'));
    for (const name of (await auditFiles(folder)).reverse()) {
      const tail = await readTail(join(folder, name));
      if (tail.torn > 0) {
        await (
          await LineFile.open(join(folder, name), { size: tail.size, ...(options.openFile && { openFile: options.openFile }) })
        ).close();
        options.repaired?.(`audit/${name}`, tail.torn);
      }
      if (tail.head === null) continue;
      return { log: new AuditLog(folder, dayOf(name), options.openFile, options.failed), head: tail.head };
    }
    return { log: new AuditLog(folder, '', options.openFile, options.failed), head: FIRST_HEAD };
  }

  /** Takes events that are in the journal; they are written soon, or when somebody asks. */
  add(events: readonly AuditEvent[]): void {
    if (events.length === 0) return;
    this.#pending.push(...events);
    this.#flushIn(LAG_MS);
  }

  /** Resolves when every event taken so far is on the disk. */
  async flush(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing.catch(() => undefined);
    if (this.#pending.length === 0) return;
    this.#flushing = this.#write().finally(() => {
      this.#flushing = null;
    });
    await this.#flushing;
  }

  /** Events up to and including number `last`, oldest first. */
  async *read(last: number): AsyncGenerator<AuditEvent> {
    await this.flush().catch(this.#failed);
    const unwritten = [...this.#pending];
    let seq = 0;
    for (const name of await auditFiles(this.#folder)) {
      for await (const lines of readLines(join(this.#folder, name))) {
        for (const line of lines) {
          if (!line.ended) continue;
          const event = JSON.parse(line.text) as AuditEvent;
          if (event.seq > last) return;
          seq = event.seq;
          yield event;
        }
      }
    }
    for (const event of unwritten) if (event.seq > seq && event.seq <= last) yield structuredClone(event);
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    try {
      await this.flush();
    } finally {
      await this.#file?.close();
      this.#file = null;
    }
  }

  #flushIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.flush().catch((cause) => {
        this.#failed(cause);
        this.#flushIn(RETRY_MS);
      });
    }, ms).unref();
  }

  async #write(): Promise<void> {
    while (this.#pending[0] !== undefined) {
      const day = this.#dayFor(this.#pending[0]);
      const end = this.#pending.findIndex((event) => this.#dayFor(event) !== day);
      const batch = end === -1 ? this.#pending.slice() : this.#pending.slice(0, end);
      if (this.#file === null || day !== this.#day) {
        await this.#file?.close();
        this.#file = null;
        this.#day = day;
        this.#file = await LineFile.open(
          join(this.#folder, `audit-${day}.jsonl`),
          this.#openFile && { openFile: this.#openFile },
        );
        await syncDirectory(this.#folder);
      }
      await this.#file.append(batch.map((event) => `${JSON.stringify(event)}\n`).join(''));
      this.#pending.splice(0, batch.length);
    }
  }

  // A clock that was set back must not put an event into a file before the one its predecessor is in.
  #dayFor(event: AuditEvent): string {
    const days = [event.at.slice(0, 10), this.#day].sort();
    return days[1] ?? this.#day;
  }
}

export type AuditCheck = ChainCheck & { readonly file?: string };

/**
 * Checks the whole chain, also beside a running bot and without its lock. Besides edits, gaps and reorders it finds an
 * end that was cut off and a chain that was computed anew, by what `store.json` and the journal know of it.
 * `file` (relative to the data directory) and `line` name the first broken event.
 */
export async function verifyAudit(dataFolder: string): Promise<AuditCheck> {
  // Read before the files: these only grow, so what was known then must be in them.
  const anchor = await readSnapshotHead(join(dataFolder, 'store.json'));
  const events = await journalledEvents(dataFolder);
  const journalled = new Map(events.map((event) => [event.seq, event]));
  const walker = new ChainWalker();
  let at: { file: string; line: number } = { file: 'audit', line: 0 };
  const folder = join(dataFolder, 'audit');
  const names = await auditFiles(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const broken = (seq: number | null, problem: string): AuditCheck => ({ ok: false, ...at, seq, problem });
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
      }
    }
  }
  for (let next = journalled.get(walker.head().seq + 1); next !== undefined; next = journalled.get(next.seq + 1)) {
    const finding = walker.take(JSON.stringify(next));
    if (finding?.ok === false) {
      at = { ...at, line: at.line + 1 };
      return broken(finding.seq, finding.problem);
    }
  }
  const head = walker.head();
  const known = Math.max(anchor?.seq ?? 0, events.at(-1)?.seq ?? 0);
  if (head.seq < known) {
    at = { ...at, line: at.line + 1 };
    return broken(head.seq + 1, `the log ends after event ${head.seq}, but ${known} were written: its end was cut off`);
  }
  return { ok: true, events: head.seq, head };
}

async function auditFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => FILE.test(name)).sort();
}

function dayOf(name: string): string {
  return FILE.exec(name)?.[1] ?? '';
}

async function readTail(path: string): Promise<{ head: Head | null; size: number; torn: number }> {
  let last: string | null = null;
  let size = 0;
  let torn = 0;
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      const bytes = Buffer.byteLength(line.text);
      if (line.ended) {
        last = line.text;
        size = line.offset + bytes + 1;
      } else torn = bytes;
    }
  }
  if (last === null) return { head: null, size, torn };
  const finding = headOf(last);
  if (finding === null) {
    throw new StoreError('store.corrupt', `The last line of the audit log ${path} cannot be read.`, {
      hint: 'Run `seatwarden audit verify` to see what is broken, then restore the data directory from a backup.',
    });
  }
  return { head: finding, size, torn };
}

function headOf(line: string): Head | null {
  try {
    const { seq, hash } = JSON.parse(line) as AuditEvent;
    return Number.isSafeInteger(seq) && typeof hash === 'string' && hash.length === AUDIT_GENESIS.length ? { seq, hash } : null;
  } catch {
    return null;
  }
}
