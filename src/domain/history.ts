import { meanings } from './compare-holdings.ts';
import { holdingKey, type Inventory } from './inventory.ts';
import type { Scalar } from './seat.ts';
import type { SyncChange } from './sync-change.ts';
import type { Instant } from './time.ts';

/** One change of one seat, account or person, as it is kept. */
export interface HistoryEntry extends Omit<SyncChange, 'because'> {
  readonly at: Instant;
  readonly sessionId: string;
  readonly because?: SyncChange['because'];
  /** Everything that was known after the change; only with `created`, `reactivated`, and where somebody else has it now. */
  readonly state?: Readonly<Record<string, Scalar>>;
  /** Beside `state`, where it was changed while it was switched off: whoever reads this entry alone could not tell. */
  readonly inactive?: true;
  /** Entries of a month that was thinned out: this is what was true at its end. */
  readonly monthEnd?: true;
}

/** What an entry begins with. */
export type EntryHead = Pick<HistoryEntry, 'at' | 'kind' | 'id'>;

/** Whoever goes through a history, oldest entry first. */
export interface HistoryReader {
  take(entry: HistoryEntry): void;
  /** Whether the entry says nothing to this reader, so that it need not be read whole. A long history is mostly that. */
  skips?(head: EntryHead): boolean;
}

/** The entry for a change, with the whole state where later entries have to build on it. */
export function toEntry(
  change: SyncChange,
  next: Pick<Inventory, 'holdings' | 'people'>,
  at: Instant,
  sessionId: string,
): HistoryEntry {
  const { because, ...told } = change;
  // Whoever gets a seat that was free has no entry before this one to build on.
  const given = change.person !== null && change.fields.some(([name]) => name === 'holder');
  const whole = change.change === 'created' || change.change === 'reactivated' || change.formerly !== null || given;
  const after = whole ? stateOf(change, next) : {};
  return { at, sessionId, ...told, ...(because === null ? {} : { because }), ...after };
}

function stateOf(
  { kind, id, change }: SyncChange,
  { people, holdings }: Pick<Inventory, 'holdings' | 'people'>,
): Pick<HistoryEntry, 'state' | 'inactive'> {
  const person = kind === 'person' ? people.get(id) : undefined;
  const held = kind === 'person' ? undefined : holdings.get(holdingKey({ kind, externalId: id }));
  const state = person?.fields ?? (held === undefined ? undefined : meanings(held.holding));
  if (state === undefined) return {};
  const active = (person ?? held)?.active !== false;
  return change === 'updated' && !active ? { state, inactive: true } : { state };
}

/** What was true of one seat, account or person from one change to the next. */
export interface HistoryState {
  readonly kind: HistoryEntry['kind'];
  readonly id: string;
  readonly title: string;
  readonly person: string | null;
  readonly active: boolean;
  readonly values: Readonly<Record<string, Scalar>>;
  readonly from: Instant;
}

/** The state after an entry, given the state before it (null where nothing is known). */
export function applyEntry(before: HistoryState | null, entry: HistoryEntry): HistoryState {
  // A whole state is taken as it is: a history is long, and most of it are first sights.
  let values = entry.state;
  if (values === undefined) {
    const changed: Record<string, Scalar> = { ...before?.values };
    for (const [name, , after] of entry.fields) changed[name] = after;
    values = changed;
  }
  const { kind, id, title, person, at: from } = entry;
  return { kind, id, title, person, active: activeAfter(before, entry), values, from };
}

/** Whether something is switched on after an entry, given what it was before it (null where nothing is known). */
export function activeAfter(before: Pick<HistoryState, 'active'> | null, { change, state, inactive }: HistoryEntry): boolean {
  if (change !== 'updated') return change !== 'deactivated';
  // A whole state says it; any other change leaves it as it was.
  return state === undefined ? (before?.active ?? true) : inactive !== true;
}

/**
 * Everything that was true at an instant, from entries in the order in which they were written. That is the order of time but
 * for what a clock wrote that was ahead; such an entry does not hide those after it.
 */
export function stateAt(entries: Iterable<HistoryEntry>, at: Instant): ReadonlyMap<string, HistoryState> {
  const states = new Map<string, HistoryState>();
  for (const entry of entries) {
    if (entry.at > at) continue;
    const id = `${entry.kind}/${entry.id}`;
    states.set(id, applyEntry(states.get(id) ?? null, entry));
  }
  return states;
}

/**
 * Thins out what is older than `before`: of each thing and month only the last state stays. Takes entries in the order of
 * time, and gives those to keep in the same order.
 */
export class Thinning {
  readonly #before: Instant;
  readonly #states = new Map<string, HistoryState>();
  readonly #touched = new Map<string, HistoryEntry>();
  /** Whose each thing was at the last month end that is kept of it. */
  readonly #holders = new Map<string, string | null>();
  #month = '';

  constructor(before: Instant) {
    this.#before = before;
  }

  take(entry: HistoryEntry): readonly HistoryEntry[] {
    const old = entry.at < this.#before;
    const month = entry.at.slice(0, 7);
    const closed = month !== this.#month || !old ? this.close() : [];
    this.#month = month;
    if (!old) return [...closed, entry];
    const id = `${entry.kind}/${entry.id}`;
    this.#states.set(id, applyEntry(this.#states.get(id) ?? null, entry));
    this.#touched.set(id, entry);
    return closed;
  }

  /** The states of the month that ends, once every entry of it was taken. */
  close(): readonly HistoryEntry[] {
    const kept = [...this.#touched].flatMap(([id, last]): HistoryEntry[] => {
      const state = this.#states.get(id);
      if (state === undefined) return [];
      // Whoever had it at the end of the month before learns from this entry alone that they have it no more.
      const had = this.#holders.get(id) ?? null;
      const formerly = had === state.person ? null : had;
      this.#holders.set(id, state.person);
      const change = state.active ? (last.change === 'created' ? 'created' : 'reactivated') : 'deactivated';
      const { inactive: _, ...told } = last;
      return [{ ...told, change, fields: [], person: state.person, formerly, state: state.values, monthEnd: true }];
    });
    this.#touched.clear();
    return kept;
  }
}
