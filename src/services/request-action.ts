import type { Caller } from '../command.ts';
import { isProtected } from '../domain/access.ts';
import { type ActionRequest, OPEN_STATES, type TargetRef } from '../domain/action-request.ts';
import { ConflictError } from '../domain/errors.ts';
import { samePerson } from '../domain/person.ts';
import type { Scalar } from '../domain/seat.ts';
import { addMs, toInstant } from '../domain/time.ts';
import { approvalsNeeded } from '../policies/approvals-needed.ts';
import type { ActionPlan } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import { actorOf, subjectOf } from './change-request.ts';
import { deliver } from './deliver.ts';
import { executeRequest } from './execute-request.ts';
import { lockOf } from './keyed-lock.ts';
import { connectorFor, policyScope, presetFor, readTarget, refuseUnavailable } from './prepare-form.ts';
import { requireRight } from './rights.ts';
import { startedInLastDay } from './started-in-last-day.ts';
import { withDeadline } from './with-deadline.ts';

export interface ActionAsk {
  readonly presetId: string;
  readonly target: TargetRef;
  readonly inputs: Readonly<Record<string, Scalar>>;
  readonly reason: string | null;
  /** The request this one takes back. */
  readonly undoOf?: string;
}

/** What is wrong with an ask, by input; `reason` is an input too, null is about the whole. */
export interface AskProblem {
  readonly input: string | null;
  readonly message: string;
}

export type RequestResult =
  | { readonly ok: true; readonly request: ActionRequest }
  | { readonly ok: false; readonly problems: readonly AskProblem[] };

const PLAN_DEADLINE_MS = 20_000;
const REASON_MAX = 1_000;

/**
 * Asks for an action: reads the target afresh, keeps what was seen as evidence, finds how many must agree, and stores the
 * request. The card, and the action itself where nobody has to agree, follow in the background.
 * @throws UsageError, ForbiddenError, ConflictError (somebody asked for the same already), VendorError, TransportError.
 */
export async function requestAction(world: World, caller: Caller, ask: ActionAsk): Promise<RequestResult> {
  const connector = connectorFor(world, ask.target.integrationId);
  const preset = presetFor(connector, ask.presetId);
  const reason = ask.reason?.trim() ?? '';
  const problems = reasonProblems(reason, preset.effect === 'destructive');
  const { target, planned } = await withDeadline(connector.name, PLAN_DEADLINE_MS, async (signal) => {
    const read = await readTarget(world, connector, ask.target, signal);
    if (!samePerson(read.person, caller.person)) await requireRight(world, caller, 'request');
    refuseUnavailable(connector, preset, read, world.clock.now());
    return { target: read, planned: await connector.plan(preset.id, read, ask.inputs, signal) };
  });
  if (!planned.ok) return { ok: false, problems: [...planned.problems, ...problems] };
  if (problems.length > 0) return { ok: false, problems };
  const { plan } = planned;
  const rule = approvalsNeeded(policyScope(connector, preset, target, caller.person, plan.inputs), world.settings(), {
    effect: preset.effect,
    startedToday: await startedInLastDay(world),
  });
  const now = toInstant(world.clock.now());
  const request: ActionRequest = {
    id: world.newId(),
    version: 1,
    state: rule.approvals === 0 ? 'approved' : 'pending',
    integrationId: connector.id,
    connectorId: connector.connectorId,
    connectorName: connector.name,
    presetId: preset.id,
    presetTitle: preset.title,
    effect: preset.effect,
    target: plan.target,
    inputs: plan.inputs,
    sentence: plan.sentence,
    affected: plan.affected ?? target.person,
    requester: caller.person,
    requestedVia: caller.via,
    reason: reason === '' ? null : reason,
    evidence: evidenceWithWarnings(world, plan, target.person),
    policy: rule,
    decisions: [],
    createdAt: now,
    expiresAt: addMs(now, world.settings().approvals.expireAfterMs),
    updatedAt: now,
    startedAt: null,
    looks: 0,
    outcome: null,
    undo: null,
    undoOf: ask.undoOf ?? null,
    undoneBy: null,
  };
  await lockOf(world.store).run(`ask:${subjectOf(request)}:${preset.id}`, () => storeRequest(world, caller, request));
  world.background.run('deliver', () => deliver(world, request.id));
  if (request.state === 'approved') world.background.run('execute', (signal) => executeRequest(world, request.id, signal));
  return { ok: true, request };
}

function reasonProblems(reason: string, required: boolean): readonly AskProblem[] {
  if (required && reason === '')
    return [{ input: 'reason', message: 'Say why: the approver and the person concerned will read it.' }];
  if (reason.length > REASON_MAX)
    return [{ input: 'reason', message: `Keep the reason below ${REASON_MAX} characters; it has ${reason.length}.` }];
  return [];
}

function evidenceWithWarnings(world: World, plan: ActionPlan, person: ActionRequest['affected']): ActionRequest['evidence'] {
  if (!isProtected(plan.affected ?? person, world.settings().safety.protected)) return plan.evidence;
  const who = (plan.affected ?? person)?.name ?? 'This person';
  return { ...plan.evidence, warnings: [`${who} is on the list of protected people.`, ...plan.evidence.warnings] };
}

/** Two people, or one finger twice, asking for the same thing make one request. */
async function storeRequest(world: World, caller: Caller, request: ActionRequest): Promise<void> {
  const open = await world.store.list('requests', { states: OPEN_STATES });
  const same = open.find(
    (other) => other.presetId === request.presetId && subjectOf(other) === subjectOf(request) && sameInputs(other, request),
  );
  if (same !== undefined) {
    throw new ConflictError(
      'conflict.already-asked',
      `${same.requester.name} has already asked for this: request ${same.id} is still open.`,
      {
        hint: '`/licenses requests` shows where it stands.',
      },
    );
  }
  await world.store.commit({
    put: [{ collection: 'requests', doc: request, expected: null }],
    audit: [
      {
        at: request.createdAt,
        actor: actorOf(caller.person, caller.via),
        verb: 'request.created',
        subject: subjectOf(request),
        requestId: request.id,
        detail: {
          preset: `${request.connectorId}/${request.presetId}`,
          state: request.state,
          inputs: request.inputs,
          sentence: request.sentence,
          affected: request.affected,
          reason: request.reason,
          policy: request.policy,
          seen: request.evidence.pinned,
          undoOf: request.undoOf,
        },
      },
    ],
  });
}

/** A person can be given several things at once, so an ask about a person is the same only with the same inputs. */
function sameInputs(a: ActionRequest, b: ActionRequest): boolean {
  return (
    a.target.kind !== 'person' ||
    JSON.stringify(Object.entries(a.inputs).sort()) === JSON.stringify(Object.entries(b.inputs).sort())
  );
}
