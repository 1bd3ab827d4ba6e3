import { applyEntry, type EntryHead, type HistoryEntry, type HistoryReader, type HistoryState } from '../domain/history.ts';
import { addMs, DAY_MS, daysBetween, type Instant } from '../domain/time.ts';

/** `back`: used again by the same person · `moved`: released or somebody else’s since · `idle`: never used again. */
export type After = 'back' | 'moved' | 'idle';

export interface Hit {
  /** As it was on that day. */
  readonly state: HistoryState;
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
  readonly #question: PastQuestion;
  readonly #idleBefore: Instant;
  readonly #newAfter: Instant;
  readonly #states = new Map<string, HistoryState>();
  #hits: Map<string, Hit> | null = null;
  #begins: Instant | null = null;
  #held = 0;

  constructor(question: PastQuestion) {
    this.#question = question;
    this.#idleBefore = addMs(question.at, -question.threshold * DAY_MS);
    this.#newAfter = addMs(question.at, -question.newDays * DAY_MS);
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
    return [...this.#look().values()];
  }

  /** After the day only what was hit on it matters. */
  skips({ at, kind, id }: EntryHead): boolean {
    this.#begins ??= at;
    if (kind === 'person') return true;
    return at > this.#question.at && this.#look().get(`${kind}/${id}`)?.after !== 'idle';
  }

  take(entry: HistoryEntry): void {
    this.#begins ??= entry.at;
    if (entry.kind === 'person') return;
    const id = `${entry.kind}/${entry.id}`;
    const isAfter = entry.at > this.#question.at;
    const hits = isAfter ? this.#look() : null;
    const hit = hits?.get(id);
    if (isAfter && hit?.after !== 'idle') return;
    const is = applyEntry(this.#states.get(id) ?? null, entry);
    const state = entry.state === undefined ? is : { ...is, values: asked(is) };
    this.#states.set(id, state);
    if (hits === null || hit === undefined) return;
    if (!isHeld(state) || state.values['holder'] !== hit.state.values['holder']) hits.set(id, { ...hit, after: 'moved' });
    else if (usedAfter(state, this.#question.at))
      hits.set(id, { ...hit, after: 'back', back: String(state.values['lastActivity']) });
  }

  /** Once, when the day is over. */
  #look(): Map<string, Hit> {
    if (this.#hits !== null) return this.#hits;
    this.#hits = new Map();
    for (const [id, state] of this.#states) {
      if (!isHeld(state)) continue;
      this.#held += 1;
      if (isSpecial(state)) continue;
      const since = state.values[state.kind === 'seat' ? 'assignedAt' : 'createdAt'];
      // What was too new then says nothing, and neither does what nothing tells of.
      if (typeof since === 'string' && since > this.#newAfter) continue;
      const last = state.values['lastActivity'];
      const from = last === 'never' ? since : last;
      if (typeof from !== 'string' || from === 'unknown' || from > this.#idleBefore) continue;
      this.#hits.set(id, { state, days: daysBetween(from, this.#question.at), after: 'idle', back: null });
    }
    return this.#hits;
  }
}

/**
 * The values the question is about; the rest of a long history need not be kept. Written out, so that each kind has one shape of
 * object: there are a hundred thousand of them.
 */
function asked({ kind, values }: HistoryState): HistoryState['values'] {
  const about =
    kind === 'seat'
      ? {
          holder: values['holder'],
          holderName: values['holderName'],
          product: values['product'],
          status: values['status'],
          lastActivity: values['lastActivity'],
          assignedAt: values['assignedAt'],
          offlineCode: values['offlineCode'],
        }
      : {
          email: values['email'],
          name: values['name'],
          enabled: values['enabled'],
          paidSeat: values['paidSeat'],
          administrator: values['administrator'],
          lastActivity: values['lastActivity'],
          createdAt: values['createdAt'],
        };
  // A value that is not there reads as one that was never told.
  return about as HistoryState['values'];
}

function isHeld({ kind, active, values, person }: HistoryState): boolean {
  if (!active) return false;
  if (kind === 'account') return values['enabled'] !== false && values['paidSeat'] !== false;
  return (
    values['holder'] !== null && values['status'] !== 'expired' && (person !== null || String(values['holder']).includes('@'))
  );
}

/** What is asked about first or left alone whatever its use; nobody would have been hit by a threshold there. */
function isSpecial({ values }: HistoryState): boolean {
  return values['administrator'] === true || values['offlineCode'] === true || values['status'] === 'suspended';
}

function usedAfter({ values }: HistoryState, at: Instant): boolean {
  const last = values['lastActivity'];
  return typeof last === 'string' && last !== 'never' && last !== 'unknown' && last > at;
}
