import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { AUDIT_GENESIS, type AuditEvent } from '../domain/audit.ts';
import { StoreError } from '../domain/errors.ts';
import type { Change } from './documents.ts';
import { type OpenFile, syncDirectory, writeDurably } from './durable-file.ts';
import { LineFile, readLines } from './line-file.ts';

/** Where a chain of audit events stands. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export const FIRST_HEAD: Head = { seq: 0, hash: AUDIT_GENESIS };

/** One commit: its changes and its audit events, on one line, so that the disk has both or neither. */
export interface JournalEntry extends Change {
  readonly audit: readonly AuditEvent[];
}

interface Found {
  readonly path: string;
  readonly name: string;
  readonly generation: number;
}

const CURRENT = 'journal.jsonl';
/** A name `removeOrphans` knows. */
const NEXT = '.journal.jsonl.000000000000.tmp';
const ROTATED = /^journal\.(\d+)\.jsonl$/;
const RESTORE =
  'Restore the data directory as a whole from a backup, or move this file away and accept the loss of what it holds.';

/**
 * The journal is a row of files with rising generations. The snapshot of generation N holds everything of the files below
 * N; the start replays N and above and never the ones below. So an old file is not played over a newer snapshot, whatever
 * moment the process died at.
 */
export class Journal {
  readonly #folder: string;
  readonly #openFile: OpenFile | undefined;
  #file: LineFile;
  #path: string;
  #generation: number;
  #number: number;

  private constructor(
    folder: string,
    openFile: OpenFile | undefined,
    at: { file: LineFile; path: string; generation: number; number: number },
  ) {
    this.#folder = folder;
    this.#openFile = openFile;
    this.#file = at.file;
    this.#path = at.path;
    this.#generation = at.generation;
    this.#number = at.number;
  }

  /**
   * Replays what is newer than the snapshot into `take`, cuts a torn last line and opens the journal for more.
   * @throws StoreError (`store.corrupt`) when a file or line is missing, changed or cannot be read.
   */
  static async open(
    folder: string,
    snapshotGeneration: number,
    take: (entry: JournalEntry) => void,
    options: { readonly openFile?: OpenFile | undefined; readonly repaired?: (file: string, bytes: number) => void } = {},
  ): Promise<Journal> {
    const files = await journalFiles(folder);
    for (const old of files.filter((file) => file.generation < snapshotGeneration)) await rm(old.path, { force: true });
    const live = files.filter((file) => file.generation >= snapshotGeneration);
    const first = live[0];
    if (first !== undefined && first.generation !== snapshotGeneration) {
      throw corrupt(first.name, `starts at generation ${first.generation}, but store.json ends at ${snapshotGeneration}`);
    }
    let number = 0;
    let size = 0;
    for (const [index, file] of live.entries()) {
      if (file.generation !== snapshotGeneration + index) {
        throw corrupt(file.name, `does not follow generation ${snapshotGeneration + index - 1}`);
      }
      ({ number, size } = await replay(file, index === live.length - 1, take, options.repaired));
    }
    const last = live.at(-1);
    if (last === undefined) {
      const path = join(folder, CURRENT);
      const file = await create(path, snapshotGeneration, options.openFile);
      return new Journal(folder, options.openFile, { file, path, generation: snapshotGeneration, number: 0 });
    }
    const file = await LineFile.open(last.path, { size, ...(options.openFile && { openFile: options.openFile }) });
    return new Journal(folder, options.openFile, { file, path: last.path, generation: last.generation, number });
  }

  get bytes(): number {
    return this.#file.size;
  }

  /** Commits since the last rotation. */
  get commits(): number {
    return this.#number;
  }

  /** Appends commits (as `entryBody` wrote them) and resolves once all are on the disk. All of them or none. */
  async append(bodies: readonly string[]): Promise<void> {
    const lines = bodies.map((body, index) => `{"n":${this.#number + index + 1},"sum":"${checksum(body)}","commit":${body}}\n`);
    await this.#file.append(lines.join(''));
    this.#number += bodies.length;
  }

  /** Sets the file aside and starts the next generation, whose number it resolves to. No append may be under way. */
  async rotate(): Promise<number> {
    await this.#file.repair();
    const generation = this.#generation + 1;
    // Made whole under a passing name first, so that a full disk is met before anything is moved.
    const coming = join(this.#folder, NEXT);
    const next = await create(coming, generation, this.#openFile);
    const current = join(this.#folder, CURRENT);
    try {
      if (this.#path === current) {
        const aside = join(this.#folder, `journal.${this.#generation}.jsonl`);
        await rename(current, aside);
        this.#path = aside;
      }
      await rename(coming, current);
      await syncDirectory(this.#folder);
    } catch (cause) {
      await next.close();
      // The file set aside stays the newest, and must be seen as such by the next start.
      for (const path of [coming, current]) if (path !== this.#path) await rm(path, { force: true });
      throw cause;
    }
    await this.#file.close();
    this.#file = next;
    this.#path = current;
    this.#generation = generation;
    this.#number = 0;
    return generation;
  }

  /** Removes the files a snapshot of this generation made superfluous. */
  async drop(snapshotGeneration: number): Promise<void> {
    for (const file of await journalFiles(this.#folder)) {
      if (file.generation < snapshotGeneration) await rm(file.path, { force: true });
    }
    await syncDirectory(this.#folder);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Reads the audit events the journal files hold, without changing anything; what cannot be read is left out. */
export async function journalledEvents(folder: string): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = [];
  for (const file of await journalFiles(folder)) {
    await replay(file, true, (entry) => events.push(...entry.audit)).catch((error: NodeJS.ErrnoException) => {
      // A running bot folds its journal away at any moment; what was in it is in the audit files then.
      if (error.code !== 'ENOENT') throw error;
    });
  }
  return events;
}

async function create(path: string, generation: number, openFile?: OpenFile): Promise<LineFile> {
  await writeDurably(path, [`{"journal":1,"generation":${generation}}\n`], openFile);
  return LineFile.open(path, openFile && { openFile });
}

async function journalFiles(folder: string): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const name of await readdir(folder)) {
    if (name !== CURRENT && !ROTATED.test(name)) continue;
    const path = join(folder, name);
    const generation = await generationOf(path, name);
    if (generation !== null) found.push({ path, name, generation });
  }
  return found.sort((a, b) => a.generation - b.generation);
}

async function generationOf(path: string, name: string): Promise<number | null> {
  try {
    for await (const [line] of readLines(path)) {
      const header = parse(line?.text ?? '') as { journal?: unknown; generation?: unknown } | null;
      if (line?.ended !== true || header?.journal !== 1 || typeof header.generation !== 'number') break;
      return header.generation;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  throw corrupt(name, 'does not begin like a journal of this version');
}

async function replay(
  file: Found,
  isLast: boolean,
  take: (entry: JournalEntry) => void,
  repaired?: (name: string, bytes: number) => void,
): Promise<{ number: number; size: number }> {
  let number = -1;
  let size = 0;
  for await (const lines of readLines(file.path)) {
    for (const line of lines) {
      if (!line.ended || /^\0+$/.test(line.text)) {
        // Only the end of the newest file can be torn by a crash, and nobody was told that it was written.
        if (!isLast || line.ended) throw corrupt(file.name, `line ${number + 2} is incomplete`);
        repaired?.(file.name, Buffer.byteLength(line.text));
        return { number, size };
      }
      number += 1;
      size = line.offset + Buffer.byteLength(line.text) + 1;
      if (number > 0) take(readEntry(line.text, number, file.name));
    }
  }
  return { number: Math.max(number, 0), size };
}

function readEntry(text: string, number: number, name: string): JournalEntry {
  const line = parse(text) as { n?: unknown; sum?: unknown; commit?: JournalEntry } | null;
  const where = `line ${number + 1}`;
  if (line === null || typeof line !== 'object' || line.commit === undefined) throw corrupt(name, `${where} cannot be read`);
  if (line.n !== number) throw corrupt(name, `${where} is number ${String(line.n)} instead of ${number}`);
  const body = text.slice(text.indexOf('"commit":') + '"commit":'.length, -1);
  if (checksum(body) !== line.sum) throw corrupt(name, `${where} was changed after it was written`);
  return line.commit;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}

function corrupt(name: string, problem: string): StoreError {
  return new StoreError('store.corrupt', `The journal ${name} ${problem}.`, { hint: RESTORE });
}
