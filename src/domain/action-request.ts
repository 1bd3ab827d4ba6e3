import { type AppliedPolicy, type Decision, openStage, type PeopleList } from './approval.ts';
import { ConflictError } from './errors.ts';
import { type PersonRef, samePerson } from './person.ts';
import type { Account, Scalar, Seat } from './seat.ts';
import type { Instant } from './time.ts';

export type Effect = 'read' | 'write' | 'destructive';
export type TargetKind = 'seat' | 'account' | 'person' | 'none';

/** Names one thing at a vendor; everything else about it is read again when needed. */
export interface TargetRef {
  readonly integrationId: string;
  readonly kind: TargetKind;
  /** Vendor id of the seat or account; lower-case e-mail of a person; empty for `none`. */
  readonly id: string;
}

export type InputValues = Readonly<Record<string, Scalar>>;

/** One line of evidence as it was when read. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  /** Where it comes from at the vendor, for example `lastSeenDate`; missing where the preset does not say. */
  readonly source?: string;
}

/** What was asked before about the same thing, and how it ended. */
export interface EarlierAsk {
  readonly id: string;
  readonly at: Instant;
  readonly sentence: string;
  readonly state: RequestState;
  readonly by: string;
  /** Who denied it, and why. */
  readonly why?: string;
}

/** What the holder said when asked whether they can spare the seat. */
export interface EarlierAnswer {
  readonly at: Instant;
  readonly by: string;
  readonly answer: 'kept' | 'released';
  /** How idle the seat was then, in words. */
  readonly asked: string;
}

/** How sure it is that a seat is not needed, with the reason in words; only the first two are ever offered in bulk unasked. */
export interface Confidence {
  readonly tier: 'certain' | 'probable' | 'ask-first' | 'excluded';
  readonly because: string;
}

/** What was true at the vendor when somebody looked. The approver decides on this; it is compared again before acting. */
export interface Evidence {
  readonly readAt: Instant;
  readonly holdings: readonly (Seat | Account)[];
  readonly facts: readonly Fact[];
  /** Values that must still be the same right before acting, by the name the preset gives them. */
  readonly pinned: Readonly<Record<string, Scalar>>;
  readonly warnings: readonly string[];
  readonly earlier?: readonly EarlierAsk[];
  readonly answers?: readonly EarlierAnswer[];
  /** What the seat costs, in words. */
  readonly price?: string;
  readonly confidence?: Confidence;
}

/** How an execution ended, in words for people; `code` is the vendor's or ours. */
export interface Outcome {
  readonly at: Instant;
  readonly message: string;
  readonly code: string | null;
  /** Values the preset's response mapping kept, for example the licence id that was given. */
  readonly response: Readonly<Record<string, unknown>>;
  /** When what was taken on for later takes effect, if the vendor tells. */
  readonly until?: Instant;
}

/** What somebody does at the vendor, which has no call for it. */
export interface Task {
  readonly steps: readonly string[];
  /** Where they do it. */
  readonly link: string | null;
  /** Who says that it is done, and when. */
  readonly done?: { readonly by: PersonRef; readonly at: Instant };
}

/** The inverse of what was done, with all it needs. */
export interface UndoPlan {
  readonly presetId: string;
  readonly target: TargetRef;
  readonly inputs: InputValues;
  readonly sentence: string;
}

export type RequestState =
  | 'pending'
  | 'approved'
  | 'executing'
  /** A person has to do it at the vendor and say so. */
  | 'by-hand'
  /** The vendor has taken it on for later. */
  | 'scheduled'
  | 'succeeded'
  | 'failed'
  | 'unknown'
  | 'denied'
  | 'expired'
  | 'withdrawn'
  | 'undone';

/** What made the request: a person, a row of a bulk request, a time that ran out, a workflow, or a step of a hand-over. */
export type Trigger = 'person' | 'bulk' | 'timer' | 'workflow' | 'saga';

/** One thing of a bulk request. `state` is that of its own request, `waiting` before there is one. */
export interface BulkRow {
  readonly target: TargetRef;
  readonly inputs: InputValues;
  readonly sentence: string;
  readonly affected: PersonRef | null;
  readonly evidence: Evidence;
  readonly state: 'waiting' | 'excluded' | RequestState;
  /** How it ended, or why it is left out. */
  readonly message: string | null;
}

export interface Bulk {
  readonly rows: readonly BulkRow[];
  /** Who stopped it between two rows. */
  readonly stoppedBy: PersonRef | null;
  /** The largest share of a product's seats that it takes away, from 0 to 1; missing where nobody has counted them. */
  readonly share?: number;
}

/** Somebody asks to run a write preset on a target. Stored whole; `version` guards every change. */
export interface ActionRequest {
  readonly id: string;
  readonly version: number;
  readonly state: RequestState;
  readonly integrationId: string;
  readonly connectorId: string;
  readonly connectorName: string;
  readonly presetId: string;
  readonly presetTitle: string;
  readonly effect: Effect;
  readonly target: TargetRef;
  readonly inputs: InputValues;
  /** What will happen, in exact words. */
  readonly sentence: string;
  /** Whom it affects; null when nobody. */
  readonly affected: PersonRef | null;
  readonly requester: PersonRef;
  readonly requestedVia: 'slack' | 'cli' | 'job';
  readonly reason: string | null;
  readonly evidence: Evidence;
  /** The rule that decided how many must agree, and why. */
  readonly policy: AppliedPolicy;
  readonly decisions: readonly Decision[];
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly updatedAt: Instant;
  /** When the call to the vendor may have left; null before. */
  readonly startedAt: Instant | null;
  /** How often an unknown outcome was looked into. */
  readonly looks: number;
  readonly outcome: Outcome | null;
  readonly undo: UndoPlan | null;
  readonly undoOf: string | null;
  readonly undoneBy: string | null;
  /** What made it; missing means a person. */
  readonly trigger?: Trigger;
  /** Present in a request for many things at once; its rows become requests of their own. */
  readonly bulk?: Bulk;
  /** The bulk request this is a row of. */
  readonly partOf?: string;
  /** What was given is to be taken back then. */
  readonly until?: Instant;
  /** Present once it is somebody's to do by hand. */
  readonly task?: Task;
  /** Until when it can be undone from its card; missing where it has no inverse, and in documents of versions before. */
  readonly undoUntil?: Instant;
  /** That time is over. */
  readonly undoEnded?: true;
  /** People who were called in because nobody decided. */
  readonly escalatedTo?: PeopleList;
}

export type RequestEvent =
  | { readonly kind: 'decided'; readonly decision: Decision }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'started' }
  | { readonly kind: 'succeeded'; readonly outcome: Outcome; readonly undo: UndoPlan | null; readonly undoUntil?: Instant }
  | { readonly kind: 'failed'; readonly outcome: Outcome }
  | { readonly kind: 'unknown'; readonly outcome: Outcome }
  | { readonly kind: 'looked'; readonly outcome: Outcome }
  | { readonly kind: 'scheduled'; readonly outcome: Outcome }
  | { readonly kind: 'task'; readonly task: Task }
  | { readonly kind: 'task-done'; readonly by: PersonRef }
  | { readonly kind: 'undone'; readonly by: string }
  | { readonly kind: 'undo-ended' }
  | { readonly kind: 'escalated'; readonly to: PeopleList }
  | { readonly kind: 'row'; readonly index: number; readonly state: BulkRow['state']; readonly message: string | null }
  | { readonly kind: 'stopped'; readonly by: PersonRef };

/** The states from which each event may happen. Whatever is not here is a late or impossible step. */
const FROM: Readonly<Record<RequestEvent['kind'], readonly RequestState[]>> = {
  decided: ['pending'],
  withdrawn: ['pending'],
  expired: ['pending'],
  started: ['approved'],
  succeeded: ['executing', 'unknown', 'scheduled'],
  // An approved request fails without having started when the seat changed, or may no longer be touched.
  failed: ['approved', 'executing', 'by-hand', 'scheduled', 'unknown'],
  unknown: ['executing'],
  looked: ['unknown', 'scheduled'],
  scheduled: ['executing', 'unknown'],
  task: ['approved'],
  'task-done': ['by-hand'],
  undone: ['succeeded'],
  'undo-ended': ['succeeded'],
  escalated: ['pending'],
  row: ['executing'],
  stopped: ['approved', 'executing'],
};

export const OPEN_STATES: readonly RequestState[] = ['pending', 'approved', 'executing', 'by-hand', 'scheduled', 'unknown'];
export const FINAL_STATES: readonly RequestState[] = ['succeeded', 'failed', 'denied', 'expired', 'withdrawn', 'undone'];

export function isOpen(request: ActionRequest): boolean {
  return OPEN_STATES.includes(request.state);
}

/**
 * The request after an event, one version on. Separation of duties is the policies' business; this only keeps the order
 * of things. Throws ConflictError when the step is not possible any more, in words that say who or what was first.
 */
export function transition(request: ActionRequest, event: RequestEvent, now: Instant): ActionRequest {
  if (!FROM[event.kind].includes(request.state)) throw new ConflictError('conflict.state', describeState(request));
  const next = { ...request, version: request.version + 1, updatedAt: now };
  switch (event.kind) {
    case 'decided': {
      const decisions = [...request.decisions, event.decision];
      if (event.decision.verdict === 'deny') return { ...next, decisions, state: 'denied' };
      const enough = event.decision.breakGlass === true || openStage(request.policy, decisions) === null;
      return { ...next, decisions, state: enough ? 'approved' : 'pending' };
    }
    case 'withdrawn':
      return { ...next, state: 'withdrawn' };
    case 'expired':
      return { ...next, state: 'expired' };
    case 'started':
      return { ...next, state: 'executing', startedAt: now };
    case 'succeeded':
      return {
        ...next,
        state: 'succeeded',
        outcome: event.outcome,
        undo: event.undo,
        ...(event.undo === null || event.undoUntil === undefined ? {} : { undoUntil: event.undoUntil }),
      };
    case 'failed':
      return { ...next, state: 'failed', outcome: event.outcome };
    case 'unknown':
      return { ...next, state: 'unknown', outcome: event.outcome };
    case 'scheduled':
      return { ...next, state: 'scheduled', outcome: event.outcome };
    case 'task':
      return { ...next, state: 'by-hand', task: event.task };
    case 'task-done':
      return { ...next, state: 'executing', startedAt: now, task: { ...taskOf(request), done: { by: event.by, at: now } } };
    case 'looked':
      return { ...next, looks: request.looks + 1, outcome: event.outcome };
    case 'undone':
      return { ...next, state: 'undone', undoneBy: event.by };
    case 'undo-ended':
      return { ...next, undoEnded: true };
    case 'escalated':
      return { ...next, escalatedTo: event.to };
    case 'row':
      return { ...next, bulk: withRow(bulkOf(request), event.index, { state: event.state, message: event.message }) };
    case 'stopped':
      return { ...next, bulk: { ...bulkOf(request), stoppedBy: event.by } };
  }
}

function taskOf(request: ActionRequest): Task {
  return request.task ?? { steps: [], link: null };
}

function bulkOf(request: ActionRequest): Bulk {
  if (request.bulk === undefined) throw new ConflictError('conflict.state', `Request ${request.id} is about one thing alone.`);
  return request.bulk;
}

function withRow(bulk: Bulk, index: number, change: Pick<BulkRow, 'state' | 'message'>): Bulk {
  return { ...bulk, rows: bulk.rows.map((row, at) => (at === index ? { ...row, ...change } : row)) };
}

/** Everybody a request would do something to. */
export function affectedBy(request: Pick<ActionRequest, 'affected' | 'bulk'>): readonly PersonRef[] {
  const all = [request.affected, ...(request.bulk?.rows ?? []).map((row) => (row.state === 'excluded' ? null : row.affected))];
  return all
    .filter((person) => person !== null)
    .filter((person, index, people) => people.findIndex((other) => samePerson(other, person)) === index);
}

/** One sentence for somebody who came too late: what the request's state is, who made it so and when. */
export function describeState(request: ActionRequest): string {
  const last = request.decisions.at(-1);
  const at = (instant: Instant): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;
  switch (request.state) {
    case 'pending':
      return `Request ${request.id} is still waiting for a decision.`;
    case 'approved':
      return `Request ${request.id} was already approved by ${last?.by.name ?? 'policy'} at ${at(last?.at ?? request.updatedAt)}; it is about to run.`;
    case 'executing':
      return `Request ${request.id} was already approved by ${last?.by.name ?? 'policy'} and is running now.`;
    case 'by-hand':
      return `Request ${request.id} is approved and waits for somebody to do it at ${request.connectorName}.`;
    case 'scheduled':
      return `Request ${request.id} was taken on by ${request.connectorName} and takes effect ${request.outcome?.until === undefined ? 'later' : `on ${request.outcome.until.slice(0, 10)}`}.`;
    case 'succeeded':
      return `Request ${request.id} is already done since ${at(request.updatedAt)}${last === undefined ? '' : `; ${last.by.name} approved it`}.`;
    case 'failed':
      return `Request ${request.id} already ended without effect at ${at(request.updatedAt)}.`;
    case 'unknown':
      return `Request ${request.id} was sent; the bot is finding out whether it took effect.`;
    case 'denied':
      return `Request ${request.id} was already denied by ${last?.by.name ?? 'an approver'} at ${at(last?.at ?? request.updatedAt)}.`;
    case 'expired':
      return `Request ${request.id} expired at ${at(request.expiresAt)}; nothing was done.`;
    case 'withdrawn':
      return `Request ${request.id} was withdrawn by ${request.requester.name} at ${at(request.updatedAt)}.`;
    case 'undone':
      return `Request ${request.id} was done and then undone${request.undoneBy === null ? '' : ` by request ${request.undoneBy}`}.`;
  }
}
