import { createHash } from 'node:crypto';
import type { Instant } from './time.ts';

/** Who caused an event. `system` is the bot itself (expiry, reconciliation). */
export interface AuditActor {
  readonly kind: 'person' | 'system';
  readonly userId: string | null;
  readonly email: string | null;
  readonly name: string;
  readonly via: 'slack' | 'cli' | 'job';
}

/** What is known before the event has its place in the chain. `verb` is `noun.past`, for example `request.approved`. */
export interface AuditDraft {
  readonly at: Instant;
  readonly actor: AuditActor;
  readonly verb: `${string}.${string}`;
  /** What it happened to, for example `jetbrains/seat/K7Q2MZ41XA`. */
  readonly subject: string;
  readonly requestId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditEvent extends AuditDraft {
  /** 1 for the first event, then without gaps. */
  readonly seq: number;
  /** Hash of the event before; 64 zeros for the first. */
  readonly prev: string;
  /** SHA-256 over the canonical JSON of the event without `hash`, in hex. */
  readonly hash: string;
}

export const AUDIT_GENESIS = '0'.repeat(64);

/** JSON with sorted keys and no blanks, so that equal values have equal text (after RFC 8785, for the types we store). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** Gives a draft its place after the event with `seq` and `hash`. */
export function chainEvent(draft: AuditDraft, after: { readonly seq: number; readonly hash: string }): AuditEvent {
  const body = { ...draft, seq: after.seq + 1, prev: after.hash };
  return { ...body, hash: hashEvent(body) };
}

export function hashEvent(event: Omit<AuditEvent, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(event)).digest('hex');
}

export type ChainCheck =
  | { readonly ok: true; readonly events: number; readonly head: { readonly seq: number; readonly hash: string } }
  | { readonly ok: false; readonly line: number; readonly seq: number | null; readonly problem: string };

/** Stands for a daily file that was packed, and perhaps moved away: the chain goes on from `to` and `hash`. */
export interface AuditSeal {
  readonly day: string;
  /** Number of the first and the last event in it. */
  readonly from: number;
  readonly to: number;
  /** Hash of the event before the first, and of the last. */
  readonly prev: string;
  readonly hash: string;
  /** SHA-256 of the file as it was, in hex. */
  readonly sha256: string;
}

export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** Reads a head as it is posted: `1234:` and the hash in hex. Null when it is none. */
export function parseHead(text: string): ChainHead | null {
  const match = /^(\d{1,12}):([0-9a-f]{64})$/.exec(text.trim().toLowerCase());
  return match === null ? null : { seq: Number(match[1]), hash: match[2] ?? '' };
}

export function headText({ seq, hash }: ChainHead): string {
  return `${seq}:${hash}`;
}

/** Walks a chain one event at a time; says which event is the first that does not follow from the one before. */
export class ChainWalker {
  #seq: number;
  #hash: string;
  #line = 0;

  /** Starts after an event, or at the beginning. */
  constructor(after: ChainHead = { seq: 0, hash: AUDIT_GENESIS }) {
    this.#seq = after.seq;
    this.#hash = after.hash;
  }

  /** Takes one raw line of the log. Returns the finding for the first broken line, else null. */
  take(line: string): ChainCheck | null {
    this.#line += 1;
    let event: AuditEvent;
    try {
      event = JSON.parse(line) as AuditEvent;
    } catch {
      return this.#broken(null, 'the line is not JSON');
    }
    if (event === null || typeof event !== 'object' || typeof event.seq !== 'number')
      return this.#broken(null, 'the line is not an audit event');
    if (event.seq !== this.#seq + 1) {
      return this.#broken(event.seq, `event ${this.#seq + 1} was expected here: an event was removed, inserted or moved`);
    }
    if (event.prev !== this.#hash) return this.#broken(event.seq, 'it does not continue the event before it');
    const { hash, ...body } = event;
    if (hashEvent(body) !== hash) return this.#broken(event.seq, 'its content was changed after it was written');
    // A name that stands twice, or blanks, would show a reader something else than what was hashed.
    if (JSON.stringify(event) !== line) return this.#broken(event.seq, 'its text was changed after it was written');
    this.#seq = event.seq;
    this.#hash = hash;
    return null;
  }

  head(): { readonly seq: number; readonly hash: string } {
    return { seq: this.#seq, hash: this.#hash };
  }

  #broken(seq: number | null, problem: string): ChainCheck {
    return { ok: false, line: this.#line, seq, problem };
  }
}
