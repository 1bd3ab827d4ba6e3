import type { EntryHead, HistoryEntry, HistoryReader } from '../domain/history.ts';
import type { Scalar } from '../domain/seat.ts';
import { DAY_MS, type Instant, toInstant } from '../domain/time.ts';
import { activityOf, bitsOf, change, IS, type Mutable, NOT_BOUGHT, sinceOf, type UseState } from './use-state.ts';

/** `back`: used again by the same person · `moved`: released or somebody else’s since · `idle`: never used again. */
export type After = 'back' | 'moved' | 'idle';

/** What a back-test asks about of a seat or an account. */
export interface PastState extends UseState {
  readonly id: string;
  readonly product: string;
  readonly person: string | null;
  /** Whose it was, as the vendor wrote it: an e-mail, or the name of a machine. Undefined where nothing told of it. */
  readonly holder: Scalar | undefined;
  readonly holderName: Scalar | undefined;
}

/** Asked about first or left alone whatever its use; nobody would have been hit by a threshold there. */
const SPECIAL = IS.suspended | IS.offline | IS.administrator;

export interface Hit {
  /** As it was on that day. */
  readonly state: PastState;
  readonly days: number;
  readonly after: After;
  readonly back: Instant | null;
}

export interface PastQuestion {
  readonly at: Instant;
  /** Idle days from which on a seat is hit. */
  readonly threshold: number;
  readonly newDays: number;
}

/** What was idle in one app on a past day, and what came of it, found while its history goes by, oldest entry first. */
export class PastUse implements HistoryReader {
  readonly #day: Instant;
  readonly #at: number;
  readonly #idleBefore: number;
  readonly #newAfter: number;
  readonly #states = { seat: new Map<string, PastState>(), account: new Map<string, PastState>() };
  readonly #words = new Map<string, string>();
  #hits: Readonly<Record<PastState['kind'], Map<string, Hit>>> | null = null;
  #begins: Instant | null = null;
  #held = 0;

  constructor({ at, threshold, newDays }: PastQuestion) {
    this.#day = at;
    this.#at = Date.parse(at);
    this.#idleBefore = this.#at - threshold * DAY_MS;
    this.#newAfter = this.#at - newDays * DAY_MS;
  }

  /** When the history begins; null when there is none. */
  get begins(): Instant | null {
    return this.#begins;
  }

  /** Seats and paid users that were somebody’s on that day. */
  get held(): number {
    this.#look();
    return this.#held;
  }

  get hits(): readonly Hit[] {
    const { seat, account } = this.#look();
    return [...seat.values(), ...account.values()];
  }

  /** After the day only what was hit on it matters. */
  skips({ at, kind, id }: EntryHead): boolean {
    this.#begins ??= at;
    if (kind === 'person') return true;
    return at > this.#day && this.#look()[kind].get(id)?.after !== 'idle';
  }

  take(entry: HistoryEntry): void {
    const { at, kind, id } = entry;
    this.#begins ??= at;
    if (kind === 'person') return;
    const hits = at > this.#day ? this.#look()[kind] : null;
    const hit = hits?.get(id);
    if (hits !== null && hit?.after !== 'idle') return;
    const states = this.#states[kind];
    const before = states.get(id);
    const state = entry.state === undefined ? changed(before, entry, kind) : this.#told(entry, entry.state, kind);
    states.set(id, state);
    if (hits === null || hit === undefined) return;
    // The address of an account may change, and it is still the same person's.
    const isMoved = kind === 'seat' && state.holder !== hit.state.holder;
    if (isMoved || !isHeld(state)) hits.set(id, { ...hit, after: 'moved' });
    else if (typeof state.lastActivity === 'number' && state.lastActivity > this.#at)
      hits.set(id, { ...hit, after: 'back', back: toInstant(new Date(state.lastActivity)) });
  }

  /** From an entry that says everything. */
  #told(entry: HistoryEntry, state: NonNullable<HistoryEntry['state']>, kind: PastState['kind']): PastState {
    const { id, person, title } = entry;
    const isSeat = kind === 'seat';
    const holder = isSeat ? state['holder'] : state['email'];
    return {
      kind,
      id,
      product: this.#shared(String((isSeat ? state['product'] : null) ?? title)),
      // Mostly the same text, which is then kept once.
      person: person === holder ? holder : person,
      holder,
      holderName: isSeat ? state['holderName'] : state['name'],
      since: sinceOf(kind, state),
      lastActivity: activityOf(state),
      is: bitsOf(entry, state),
    };
  }

  /** One text for the many that read the same. */
  #shared(text: string): string {
    const known = this.#words.get(text);
    if (known === undefined) this.#words.set(text, text);
    return known ?? text;
  }

  /** Once, when the day is over. */
  #look(): Readonly<Record<PastState['kind'], Map<string, Hit>>> {
    if (this.#hits !== null) return this.#hits;
    this.#hits = { seat: new Map(), account: new Map() };
    for (const states of [this.#states.seat, this.#states.account])
      for (const state of states.values()) {
        if (!isHeld(state)) continue;
        this.#held += 1;
        if ((state.is & SPECIAL) !== 0) continue;
        const { since, lastActivity } = state;
        // What was too new then says nothing, and neither does what nothing tells of.
        if (since !== null && since > this.#newAfter) continue;
        const from = lastActivity === 'never' ? since : lastActivity;
        if (from === null || from > this.#idleBefore) continue;
        const days = Math.floor((this.#at - from) / DAY_MS);
        this.#hits[state.kind].set(state.id, { state, days, after: 'idle', back: null });
      }
    return this.#hits;
  }
}

/** From an entry that says what changed, given the state before it. */
function changed(before: PastState | undefined, entry: HistoryEntry, kind: PastState['kind']): PastState {
  const { id, person, title } = entry;
  const state: Mutable<PastState> =
    before === undefined
      ? { kind, id, product: title, person, holder: undefined, holderName: undefined, since: null, lastActivity: null, is: 0 }
      : { ...before, person };
  change(state, entry);
  for (const [name, , value] of entry.fields) {
    if (name === 'holder' || name === 'email') state.holder = value;
    else if (name === 'holderName' || name === 'name') state.holderName = value;
    else if (name === 'product') state.product = String(value ?? title);
  }
  return state;
}

function isHeld({ kind, is, holder, person }: PastState): boolean {
  if ((is & NOT_BOUGHT) !== 0) return false;
  return kind === 'account' || (holder !== null && (person !== null || String(holder).includes('@')));
}
