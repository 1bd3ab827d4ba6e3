import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type EntryHead, type HistoryEntry, type HistoryReader, Thinning } from '../domain/history.ts';
import type { Instant } from '../domain/time.ts';
import { type OpenFile, PIECE_CHARACTERS, syncDirectory, writeDurably } from './durable-file.ts';
import type { HistoryMark } from './inventory-file.ts';
import { type Line, LineFile, readLines } from './line-file.ts';

const FILE = /^(\d{4}-\d{2})\.jsonl$/;
/** Every entry is written with these first; an id that needs escapes is left to JSON. */
const HEAD = /^\{"at":"([^"\\]*)","sessionId":"[^"\\]*","kind":"([a-z]+)","id":"([^"\\]*)"/;

export const NO_HISTORY: HistoryMark = { month: '', bytes: 0 };

/** The history of one integration: JSON Lines, one file a month, only ever appended to until a month is thinned out. */
export class HistoryFiles {
  readonly #folder: string;
  readonly #openFile: OpenFile | undefined;

  constructor(folder: string, openFile?: OpenFile) {
    this.#folder = folder;
    this.#openFile = openFile;
  }

  /** Appends a run's entries; they count once the returned mark is stored with the inventory they belong to. */
  async append(entries: Iterable<HistoryEntry>, at: Instant, after: HistoryMark): Promise<HistoryMark> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    // A clock that was set back must not put entries before those that are there.
    const [, month = ''] = [at.slice(0, 7), after.month].toSorted();
    const path = join(this.#folder, `${month}.jsonl`);
    const start = month === after.month ? after.bytes : 0;
    const file = await LineFile.open(path, {
      size: start,
      ...(this.#openFile === undefined ? {} : { openFile: this.#openFile }),
    });
    try {
      await file.appendAll(inChunks(entries));
      await syncDirectory(this.#folder);
      return { month, bytes: file.size };
    } finally {
      await file.close();
    }
  }

  /** Takes away what a run wrote that did not come to its end. */
  async cutAfter(mark: HistoryMark): Promise<void> {
    for (const month of await this.#months()) {
      const path = join(this.#folder, `${month}.jsonl`);
      if (month > mark.month) await rm(path, { force: true });
      else if (month === mark.month) await (await LineFile.open(path, { size: mark.bytes })).close();
    }
  }

  async *read(mark: HistoryMark, mentions?: string): AsyncGenerator<HistoryEntry> {
    // An e-mail or id stands in a line as a whole JSON text; any other line needs no parsing.
    const wanted = mentions === undefined ? null : JSON.stringify(mentions);
    for await (const lines of this.#lines(mark))
      for (const { text } of lines) if (wanted === null || text.includes(wanted)) yield JSON.parse(text) as HistoryEntry;
  }

  /** Hands over every entry, a chunk of the file at a time: a step for each would cost more than reading it. */
  async replay(mark: HistoryMark, reader: HistoryReader): Promise<void> {
    for await (const lines of this.#lines(mark))
      for (const { text } of lines) {
        const head = reader.skips === undefined ? null : headOf(text);
        if (head === null || reader.skips?.(head) !== true) reader.take(JSON.parse(text) as HistoryEntry);
      }
  }

  /** The lines that count, a chunk at a time. */
  async *#lines(mark: HistoryMark): AsyncGenerator<readonly Line[]> {
    for (const month of await this.#months()) {
      if (month > mark.month) return;
      for await (const lines of readLines(join(this.#folder, `${month}.jsonl`)))
        yield month === mark.month ? lines.filter(({ offset }) => offset < mark.bytes) : lines;
    }
  }

  /** Thins out whole months before that of `before`; the month in which is written is never touched. */
  async thin(before: Instant, mark: HistoryMark): Promise<number> {
    const limit = before.slice(0, 7);
    let gone = 0;
    const thinning = new Thinning(`${limit}-01T00:00:00.000Z`);
    for (const month of await this.#months()) {
      if (month >= limit || month >= mark.month) break;
      const path = join(this.#folder, `${month}.jsonl`);
      let read = 0;
      const kept: HistoryEntry[] = [];
      for await (const lines of readLines(path)) {
        for (const { text } of lines) {
          read += 1;
          kept.push(...thinning.take(JSON.parse(text) as HistoryEntry));
        }
      }
      kept.push(...thinning.close());
      if (kept.length === read) continue;
      await writeDurably(path, inChunks(kept), this.#openFile);
      gone += read - kept.length;
    }
    return gone;
  }

  async #months(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => [] as string[]);
    return names.flatMap((name) => FILE.exec(name)?.[1] ?? []).sort();
  }
}

/** Null where it has to be parsed to know. */
function headOf(text: string): EntryHead | null {
  const [, at, kind, id] = HEAD.exec(text) ?? [];
  return at === undefined || kind === undefined || id === undefined ? null : { at, kind: kind as EntryHead['kind'], id };
}

function* inChunks(entries: Iterable<HistoryEntry>): Generator<string> {
  let text = '';
  for (const entry of entries) {
    text += `${JSON.stringify(entry)}\n`;
    if (text.length < PIECE_CHARACTERS) continue;
    yield text;
    text = '';
  }
  yield text;
}
