import { ConflictError } from './errors.ts';
import type { PersonRef } from './person.ts';
import type { OriginField } from './seat.ts';
import { type Departure, NO_COUNTS, type SyncChange, type SyncCounts, type SyncFault } from './sync-change.ts';
import type { Instant } from './time.ts';

export type SyncOutcome = 'succeeded' | 'incomplete' | 'held' | 'failed' | 'cancelled';
export type SyncTrigger = 'schedule' | 'person' | 'cli' | 'catch-up' | 'retry';

/** Who decided what becomes of a held session. Accepting takes two different people, rejecting one. */
export interface SessionDecision {
  readonly by: PersonRef;
  readonly verdict: 'accept' | 'reject';
  readonly at: Instant;
  readonly via: 'slack' | 'cli' | 'job';
}

export const ACCEPTS_NEEDED = 2;

/** Where a session is shown and kept up to date; `version` is what was shown last. */
export interface SessionPlace {
  readonly channel: string;
  readonly ts: string;
  readonly version: number;
  /** The contact or channel a held session was brought to; none for whoever started it. */
  readonly to?: string;
}

export interface SessionReason {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** One run of one integration's load. Samples are kept here, everything in the session's details. */
export interface SyncSession {
  readonly id: string;
  readonly version: number;
  /** Which of the two lists it stands in: what may still change, and what is over. */
  readonly state: 'running' | 'held' | 'ended';
  readonly integrationId: string;
  /** What people call the integration. */
  readonly name: string;
  readonly trigger: SyncTrigger;
  /** Where what it loads comes from: credential name, company code, subdomain; none in sessions of before this was kept. */
  readonly origin?: readonly OriginField[];
  /** Writes nothing but itself. */
  readonly test: boolean;
  /** A test of the first so many records; null for all. */
  readonly limit: number | null;
  /** Who started it; null for a schedule. */
  readonly by: PersonRef | null;
  readonly fingerprint: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  /** Null while it runs. */
  readonly outcome: SyncOutcome | null;
  readonly reasons: readonly SessionReason[];
  readonly pages: number;
  readonly records: number;
  readonly total: number | null;
  readonly vendorCalls: number;
  readonly waitedMs: number;
  readonly people: SyncCounts;
  readonly holdings: SyncCounts;
  readonly filtered: number;
  readonly skipped: number;
  readonly failed: number;
  readonly repeated: number;
  readonly faults: readonly SyncFault[];
  readonly changes: readonly SyncChange[];
  /** Who and what would be deactivated; with `held`, what two people decide about. */
  readonly departures: readonly Departure[];
  readonly departuresTotal: number;
  /** Whether what came was put in force. */
  readonly applied: boolean;
  readonly decisions: readonly SessionDecision[];
  readonly places: readonly SessionPlace[];
}

export const SAMPLES = 50;

export interface SessionStart {
  readonly origin?: readonly OriginField[];
  readonly id: string;
  readonly integrationId: string;
  readonly name: string;
  readonly trigger: SyncTrigger;
  readonly test: boolean;
  readonly limit: number | null;
  readonly by: PersonRef | null;
  readonly fingerprint: string;
  readonly startedAt: Instant;
}

export function startedSession(start: SessionStart): SyncSession {
  return {
    ...start,
    version: 1,
    state: 'running',
    endedAt: null,
    outcome: null,
    reasons: [],
    pages: 0,
    records: 0,
    total: null,
    vendorCalls: 0,
    waitedMs: 0,
    people: NO_COUNTS,
    holdings: NO_COUNTS,
    filtered: 0,
    skipped: 0,
    failed: 0,
    repeated: 0,
    faults: [],
    changes: [],
    departures: [],
    departuresTotal: 0,
    applied: false,
    decisions: [],
    places: [],
  };
}

/** A held session after somebody decided. @throws ConflictError in words when it cannot be decided (by them) any more. */
export function decideSession(session: SyncSession, decision: SessionDecision): SyncSession {
  if (session.state !== 'held') throw new ConflictError('conflict.session', describeSession(session));
  const accepts = session.decisions.filter((one) => one.verdict === 'accept');
  const again = accepts.some((one) => samePersonAs(one.by, decision.by));
  if (decision.verdict === 'accept' && again)
    throw new ConflictError('conflict.session', `You have accepted session ${session.id} already; somebody else has to, too.`);
  const next = { ...session, version: session.version + 1, decisions: [...session.decisions, decision] };
  if (decision.verdict === 'reject') return { ...next, state: 'ended', outcome: 'cancelled' };
  return accepts.length + 1 < ACCEPTS_NEEDED ? next : { ...next, state: 'ended', outcome: 'succeeded', applied: true };
}

function samePersonAs(a: PersonRef, b: PersonRef): boolean {
  return (a.userId !== null && a.userId === b.userId) || (a.email !== null && a.email === b.email);
}

/** One sentence: where a session stands, and who made it so. */
export function describeSession(session: SyncSession): string {
  const last = session.decisions.at(-1);
  const what = `Session ${session.id}`;
  if (session.state === 'running') return `${what} of ${session.name} is running.`;
  if (session.state === 'held')
    return last === undefined
      ? `${what} of ${session.name} is held until two people accept it or one rejects it.`
      : `${what} of ${session.name} was accepted by ${last.by.name}; one more person has to.`;
  if (last?.verdict === 'reject') return `${what} was already rejected by ${last.by.name}; nothing of it was written.`;
  if (last?.verdict === 'accept')
    return `${what} was already accepted by ${session.decisions.map((one) => one.by.name).join(' and ')}.`;
  return `${what} of ${session.name} is over (${session.outcome ?? 'ended'}).`;
}

/** How far a running session is. Kept in memory only. */
export interface SyncProgress {
  readonly sessionId: string;
  readonly pages: number;
  readonly records: number;
  readonly total: number | null;
  readonly perSecond: number;
  /** Milliseconds spent waiting for the vendor's limits so far. */
  readonly waitedMs: number;
  /** Milliseconds to go at this rate; null when the vendor does not say how many there are. */
  readonly leftMs: number | null;
  readonly step: 'loading' | 'comparing' | 'confirming' | 'writing';
  /** Milliseconds since anything was told, where that is long: the vendor is slow, or its limit is being waited out. */
  readonly quietMs?: number;
}
