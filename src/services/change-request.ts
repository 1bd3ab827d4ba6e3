import { type ActionRequest, type RequestEvent, transition } from '../domain/action-request.ts';
import type { Decision } from '../domain/approval.ts';
import type { AuditActor, AuditDraft } from '../domain/audit.ts';
import { ConflictError } from '../domain/errors.ts';
import type { PersonRef } from '../domain/person.ts';
import { toInstant } from '../domain/time.ts';
import type { NoticeEvent, Put } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { getRequest } from './get-request.ts';
import { noticesFor } from './notices.ts';

export const SYSTEM: AuditActor = { kind: 'system', userId: null, email: null, name: 'Seatwarden', via: 'job' };

export function actorOf(person: PersonRef, via: 'slack' | 'cli' | 'job'): AuditActor {
  return { kind: 'person', userId: person.userId, email: person.email, name: person.name, via };
}

/** What an event is called in the audit log and which direct messages it owes. */
const EVENTS: Readonly<
  Record<Exclude<RequestEvent['kind'], 'decided'>, { verb: AuditDraft['verb']; notice: NoticeEvent | null }>
> = {
  withdrawn: { verb: 'request.withdrawn', notice: 'withdrawn' },
  expired: { verb: 'request.expired', notice: 'expired' },
  started: { verb: 'request.started', notice: null },
  succeeded: { verb: 'request.succeeded', notice: 'succeeded' },
  failed: { verb: 'request.failed', notice: 'failed' },
  unknown: { verb: 'request.outcome-unknown', notice: 'unknown' },
  looked: { verb: 'request.looked', notice: null },
  scheduled: { verb: 'request.scheduled', notice: 'scheduled' },
  task: { verb: 'request.task-given', notice: 'task' },
  'task-done': { verb: 'request.task-done', notice: null },
  undone: { verb: 'request.undone', notice: 'undone' },
  'undo-ended': { verb: 'request.undo-ended', notice: null },
  escalated: { verb: 'request.escalated', notice: 'escalated' },
  row: { verb: 'request.row-ended', notice: null },
  stopped: { verb: 'request.stopped', notice: null },
};

/**
 * Moves a request one step: new state, audit event and owed messages in one durable commit. Returns the request as
 * stored. @throws ConflictError when somebody else moved it first, in words that say who and when.
 */
export async function changeRequest(
  world: World,
  request: ActionRequest,
  event: RequestEvent,
  actor: AuditActor,
  also: readonly Put[] = [],
): Promise<ActionRequest> {
  const { next, puts, audit } = step(world, request, event, actor);
  try {
    await world.store.commit({ put: [...puts, ...also], audit: [audit] });
  } catch (cause) {
    if (!(cause instanceof ConflictError)) throw cause;
    // The transition throws the plain sentence for a state that has moved on; a mere version bump is tried again by the caller.
    transition(await getRequest(world, request.id), event, next.updatedAt);
    throw cause;
  }
  return next;
}

/** The parts of a step, for changes that move two requests in one commit. */
export function step(
  world: World,
  request: ActionRequest,
  event: RequestEvent,
  actor: AuditActor,
): { readonly next: ActionRequest; readonly puts: readonly Put[]; readonly audit: AuditDraft } {
  const now = toInstant(world.clock.now());
  const next = transition(request, event, now);
  const named = event.kind === 'decided' ? decided(event.decision, next) : EVENTS[event.kind];
  const by: PersonRef | null = actor.kind === 'person' ? actor : null;
  const notices = named.notice === null ? [] : noticesFor(next, named.notice, by, now, world.settings().approvals.tellAffected);
  return {
    next,
    puts: [{ collection: 'requests', doc: next, expected: request.version }, ...notices],
    audit: { at: now, actor, verb: named.verb, subject: subjectOf(next), requestId: next.id, detail: detailOf(next, event) },
  };
}

/** An approval that another stage follows is told; the last one is followed by what comes of it, which is told instead. */
function decided(decision: Decision, next: ActionRequest): { verb: AuditDraft['verb']; notice: NoticeEvent | null } {
  if (decision.breakGlass === true) return { verb: 'request.broke-glass', notice: null };
  if (decision.verdict === 'deny') return { verb: 'request.denied', notice: 'denied' };
  return { verb: 'request.approved', notice: next.state === 'pending' ? 'stage' : null };
}

export function subjectOf(request: Pick<ActionRequest, 'target'>): string {
  return `${request.target.integrationId}/${request.target.kind}/${request.target.id}`;
}

function detailOf(request: ActionRequest, event: RequestEvent): Record<string, unknown> {
  const base = { preset: `${request.connectorId}/${request.presetId}`, state: request.state };
  switch (event.kind) {
    case 'decided':
      return {
        ...base,
        reason: event.decision.reason,
        approvals: request.decisions.length,
        needed: request.policy.approvals,
        insteadOf: event.decision.insteadOf,
      };
    case 'started':
      return { ...base, inputs: request.inputs, sentence: request.sentence };
    case 'succeeded':
    case 'failed':
    case 'unknown':
    case 'looked':
    case 'scheduled':
      return { ...base, message: event.outcome.message, code: event.outcome.code, response: event.outcome.response };
    case 'task':
      return { ...base, steps: event.task.steps };
    case 'task-done':
      return { ...base, by: event.by.name };
    case 'undone':
      return { ...base, by: event.by };
    case 'escalated':
      return { ...base, to: event.to };
    case 'row':
      return { ...base, row: event.index + 1, ended: event.state, message: event.message };
    case 'stopped':
      return { ...base, by: event.by.name };
    case 'withdrawn':
    case 'expired':
    case 'undo-ended':
      return base;
  }
}
