import type { Adapter } from 'lowdb';
import { StoreError } from '../domain/errors.ts';
import { holdingKey, type Inventory, type InventoryHead, type SyncedHolding, type SyncedPerson } from '../domain/inventory.ts';
import type { Holding, Scalar } from '../domain/seat.ts';
import { type OpenFile, PIECE_CHARACTERS, reason, writeDurably } from './durable-file.ts';
import { readLines } from './line-file.ts';

/** Where the history ended when the inventory was written: what comes after it belongs to a run that was not finished. */
export interface HistoryMark {
  /** `2026-11`; empty when there was none. */
  readonly month: string;
  readonly bytes: number;
}

export interface StoredInventory {
  readonly inventory: Inventory;
  readonly history: HistoryMark;
}

const SLICE_RECORDS = 200;
const RESTORE =
  'Restore the data directory from a backup, or remove this file: the next sync brings everything anew, and only who was marked as inactive is lost.';

/**
 * The lowdb adapter for one inventory: one JSON document with a record on each line, written and read in slices and replaced
 * in one durable step. Names of fields are kept once for all records.
 */
export class InventoryFile implements Adapter<StoredInventory> {
  readonly #path: string;
  readonly #name: string;
  readonly #openFile: OpenFile | undefined;

  constructor(path: string, name: string, openFile?: OpenFile) {
    this.#path = path;
    this.#name = name;
    this.#openFile = openFile;
  }

  /** Null when there is no file yet. @throws StoreError (`store.corrupt`) when it is not what `write` writes. */
  async read(): Promise<StoredInventory | null> {
    const reader = new Reader();
    let number = 0;
    try {
      for await (const lines of readLines(this.#path)) {
        for (const { text } of lines) {
          number += 1;
          reader.take(text);
        }
      }
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw this.#broken(
        cause instanceof SyntaxError ? `line ${number} cannot be read (${cause.message})` : reason(cause),
        cause,
      );
    }
    const stored = reader.done();
    if (typeof stored === 'string') throw this.#broken(stored);
    return stored;
  }

  async write(stored: StoredInventory): Promise<void> {
    await writeDurably(this.#path, slices(stored), this.#openFile);
  }

  #broken(problem: string, cause?: unknown): StoreError {
    return new StoreError('store.corrupt', `The inventory ${this.#name} cannot be used: ${problem}.`, { hint: RESTORE, cause });
  }
}

interface Header {
  readonly format: 1;
  readonly head: InventoryHead;
  readonly history: HistoryMark;
  readonly labels: readonly string[];
}

function* slices({ inventory, history }: StoredInventory): Generator<string> {
  const [first] = inventory.holdings.values();
  const labels = Object.keys(first?.holding.fields ?? {});
  const header: Header = { format: 1, head: inventory.head, history, labels };
  let text = `${JSON.stringify(header).slice(0, -1)},"holdings":[\n`;
  let held = 0;
  const last = { holdings: inventory.holdings.size, people: inventory.people.size };
  let left = last.holdings;
  for (const item of inventory.holdings.values()) {
    left -= 1;
    text += `${packHolding(item, labels)}${left === 0 ? '' : ','}\n`;
    held += 1;
    if (held === SLICE_RECORDS || text.length > PIECE_CHARACTERS) {
      yield text;
      text = '';
      held = 0;
    }
  }
  text += '],"people":[\n';
  left = last.people;
  for (const item of inventory.people.values()) {
    left -= 1;
    text += `${JSON.stringify(item)}${left === 0 ? '' : ','}\n`;
    held += 1;
    if (held === SLICE_RECORDS || text.length > PIECE_CHARACTERS) {
      yield text;
      text = '';
      held = 0;
    }
  }
  yield `${text}],"counts":${JSON.stringify([last.holdings, last.people])}}\n`;
}

function packHolding(item: SyncedHolding, labels: readonly string[]): string {
  const { integrationId: _id, connectorId: _connector, readAt: _read, fields, ...rest } = item.holding;
  return JSON.stringify({ ...item, holding: { ...rest, fields: packFields(fields, labels) } });
}

/** The values alone where a record has just the usual fields. */
function packFields(fields: Readonly<Record<string, Scalar>>, labels: readonly string[]): unknown {
  const names = Object.keys(fields);
  return names.length === labels.length && labels.every((label, at) => names[at] === label) ? Object.values(fields) : fields;
}

class Reader {
  #header: Header | null = null;
  #part: 'holdings' | 'people' | 'over' = 'holdings';
  #counts: readonly number[] = [];
  readonly #holdings = new Map<string, SyncedHolding>();
  readonly #people = new Map<string, SyncedPerson>();
  /** Products and teams are few; each is kept once. */
  readonly #shared = new Map<string, object>();

  take(line: string): void {
    if (this.#header === null) {
      this.#header = readHeader(line);
      return;
    }
    if (this.#part === 'over') throw new SyntaxError('there is more after its end');
    if (line.startsWith(']')) {
      if (this.#part === 'holdings') this.#part = 'people';
      else {
        this.#part = 'over';
        this.#counts = (JSON.parse(`{"x":[${line}`) as { counts: number[] }).counts;
      }
      return;
    }
    const text = line.endsWith(',') ? line.slice(0, -1) : line;
    if (this.#part === 'people') {
      const person = JSON.parse(text) as SyncedPerson;
      if (typeof person?.key !== 'string') throw new SyntaxError('not a person');
      this.#people.set(person.key, person);
      return;
    }
    const item = JSON.parse(text) as SyncedHolding;
    const holding = this.#unpack(item.holding);
    this.#holdings.set(holdingKey(holding), { ...item, holding });
  }

  #unpack(packed: Holding): Holding {
    const header = this.#header as Header;
    const { integrationId, connectorId } = header.head;
    if (typeof packed?.externalId !== 'string') throw new SyntaxError('not a seat or account');
    const fields = Array.isArray(packed.fields) ? unpackFields(packed.fields as Scalar[], header.labels) : packed.fields;
    const holding = { ...packed, integrationId, connectorId, fields, readAt: header.head.writtenAt } as Holding;
    return holding.kind === 'account'
      ? holding
      : { ...holding, product: this.#share(holding.product), team: this.#share(holding.team) };
  }

  #share<Value extends object | null>(value: Value): Value {
    if (value === null) return value;
    const text = JSON.stringify(value);
    const known = this.#shared.get(text);
    if (known !== undefined) return known as Value;
    this.#shared.set(text, value);
    return value;
  }

  done(): StoredInventory | string {
    if (this.#header === null) return 'it is empty';
    if (this.#part !== 'over') return 'its end is missing';
    if (this.#counts[0] !== this.#holdings.size || this.#counts[1] !== this.#people.size)
      return `it holds ${this.#holdings.size} records and ${this.#people.size} people where it says ${this.#counts.join(' and ')}`;
    const { head, history } = this.#header;
    return { inventory: { head, holdings: this.#holdings, people: this.#people }, history };
  }
}

function readHeader(line: string): Header {
  const header = JSON.parse(`${line}]}`) as Header;
  if (header.format !== 1) throw new SyntaxError(`it has format ${String(header.format)}, and this version reads format 1`);
  if (
    typeof header.head?.integrationId !== 'string' ||
    typeof header.history?.bytes !== 'number' ||
    !Array.isArray(header.labels)
  )
    throw new SyntaxError('its head is incomplete');
  return header;
}

function unpackFields(values: readonly Scalar[], labels: readonly string[]): Readonly<Record<string, Scalar>> {
  const fields: Record<string, Scalar> = {};
  for (let at = 0; at < labels.length; at += 1) fields[labels[at] ?? ''] = values[at] ?? null;
  return fields;
}
