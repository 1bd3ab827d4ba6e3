import { join } from 'node:path';
import { AUDIT_GENESIS, type AuditEvent, type AuditSeal } from '../domain/audit.ts';
import { StoreError } from '../domain/errors.ts';
import { archiveBefore, auditFiles, dayOf, writtenLines } from './audit-files.ts';
import { ensurePrivateDirectory, type OpenFile, syncDirectory } from './durable-file.ts';
import { FIRST_HEAD, type Head } from './journal.ts';
import { LineFile, readLines } from './line-file.ts';

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
    for await (const { text, ended } of writtenLines(this.#folder)) {
      if (!ended) continue;
      const event = JSON.parse(text) as AuditEvent;
      if (event.seq > last) return;
      // A file that was packed in this very moment is met twice.
      if (event.seq <= seq) continue;
      seq = event.seq;
      yield event;
    }
    for (const event of unwritten) if (event.seq > seq && event.seq <= last) yield structuredClone(event);
  }

  /** Packs the files of days before `day`, except the one in use. `sealed` is told of each before its file goes. */
  async archive(day: string, sealed: (seal: AuditSeal) => Promise<void>): Promise<readonly AuditSeal[]> {
    await this.flush();
    return archiveBefore(this.#folder, day < this.#day ? day : this.#day, sealed);
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
