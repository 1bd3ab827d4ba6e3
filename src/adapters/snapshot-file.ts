import type { Adapter } from 'lowdb';
import { StoreError } from '../domain/errors.ts';
import type { CollectionName } from '../ports/store.ts';
import { type AnyDoc, COLLECTIONS } from './documents.ts';
import { type OpenFile, PIECE_CHARACTERS, reason, writeDurably } from './durable-file.ts';
import type { Head } from './journal.ts';
import { readLines } from './line-file.ts';

/** All that is remembered, as of the beginning of journal `generation`. */
export interface Snapshot {
  readonly generation: number;
  /** Where the audit chain stood. Kept here too, so that a shortened audit log is noticed. */
  readonly audit: Head;
  readonly documents: readonly (readonly [CollectionName, AnyDoc])[];
}

const SLICE_DOCUMENTS = 200;
const RESTORE = 'Restore the data directory as a whole from a backup; the bot does not start on a part of its memory.';

/**
 * The lowdb adapter for `store.json`: one JSON document with a record on each line. It is written and read in slices, so
 * that neither stops the event loop for long nor meets the longest string the engine allows (about 512 MB), and it is
 * replaced in one durable step.
 */
export class SnapshotFile implements Adapter<Snapshot> {
  readonly #path: string;
  readonly #openFile: OpenFile | undefined;
  /** Size of the file as last read or written. */
  bytes = 0;

  constructor(path: string, openFile?: OpenFile) {
    this.#path = path;
    this.#openFile = openFile;
  }

  /** Null when there is no file yet. @throws StoreError (`store.corrupt`) when it is not what `write` writes. */
  async read(): Promise<Snapshot | null> {
    let header: Omit<Snapshot, 'documents'> | null = null;
    let count: number | null = null;
    const documents: (readonly [CollectionName, AnyDoc])[] = [];
    let number = 0;
    try {
      for await (const lines of readLines(this.#path)) {
        for (const { text, offset } of lines) {
          number += 1;
          this.bytes = offset + text.length;
          if (header === null) header = readHeader(text);
          else if (count !== null) throw new SyntaxError('there is more after its end');
          else if (text.startsWith(']')) count = (JSON.parse(`{"x":[${text}`) as { count: number }).count;
          else documents.push(readDocument(text));
        }
      }
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw broken(cause instanceof SyntaxError ? `line ${number} cannot be read` : reason(cause), cause);
    }
    if (header === null) throw broken('it is empty');
    if (count === null) throw broken('its end is missing');
    if (count !== documents.length) throw broken(`it holds ${documents.length} records where it says ${count}`);
    return { ...header, documents };
  }

  async write(snapshot: Snapshot): Promise<void> {
    this.bytes = await writeDurably(this.#path, slices(snapshot), this.#openFile);
  }
}

/** The first line alone, for a check beside a running bot; null when there is no snapshot. */
export async function readSnapshotHead(path: string): Promise<Head | null> {
  try {
    for await (const [line] of readLines(path)) return readHeader(line?.text ?? '').audit;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw broken('its first line cannot be read', cause);
  }
  throw broken('it is empty');
}

function* slices({ documents, ...header }: Snapshot): Generator<string> {
  let text = `${JSON.stringify({ format: 1, ...header }).slice(0, -1)},"documents":[\n`;
  let held = 0;
  for (const [index, document] of documents.entries()) {
    text += `${JSON.stringify(document)}${index === documents.length - 1 ? '' : ','}\n`;
    held += 1;
    if (held === SLICE_DOCUMENTS || text.length > PIECE_CHARACTERS) {
      yield text;
      text = '';
      held = 0;
    }
  }
  yield `${text}],"count":${documents.length}}\n`;
}

function readHeader(line: string): Omit<Snapshot, 'documents'> {
  const { format, generation, audit } = JSON.parse(`${line}]}`) as { format?: unknown } & Snapshot;
  if (format !== 1) throw broken(`it has format ${String(format)}, and this version reads format 1`);
  if (!Number.isSafeInteger(generation) || !Number.isSafeInteger(audit?.seq) || typeof audit.hash !== 'string') {
    throw new SyntaxError('the head is incomplete');
  }
  return { generation, audit };
}

function readDocument(line: string): readonly [CollectionName, AnyDoc] {
  const pair = JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line) as readonly [CollectionName, AnyDoc];
  if (!Array.isArray(pair) || !COLLECTIONS.includes(pair[0]) || typeof pair[1]?.id !== 'string') {
    throw new SyntaxError('not a record');
  }
  return pair;
}

function broken(problem: string, cause?: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  return new StoreError('store.corrupt', `The file store.json cannot be used: ${problem}.`, { hint: RESTORE, cause });
}
