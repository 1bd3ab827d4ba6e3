import type { Caller } from '../command.ts';
import { type ActionRequest, OPEN_STATES, type TargetRef, type Trigger } from '../domain/action-request.ts';
import type { AppliedPolicy } from '../domain/approval.ts';
import { ConflictError, ForbiddenError, UsageError } from '../domain/errors.ts';
import type { PersonRef } from '../domain/person.ts';
import type { Scalar } from '../domain/seat.ts';
import type { ReasonRule } from '../domain/settings.ts';
import { addMs, type Instant, toInstant } from '../domain/time.ts';
import { underCaps } from '../policies/approvals-needed.ts';
import type { Put } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { throughCapGate } from './cap-gate.ts';
import { actorOf, subjectOf } from './change-request.ts';
import { deliver } from './deliver.ts';
import { executeRequest } from './execute-request.ts';
import { refuseFrozen } from './freeze.ts';
import { lockOf } from './keyed-lock.ts';
import { noticesFor } from './notices.ts';
import { type AskProblem, planAsk } from './plan-ask.ts';
import { connectorFor, presetFor } from './prepare-form.ts';
import { recordRefusal } from './refusal.ts';
import { startedInLastDay } from './started-in-last-day.ts';
import { stageNobodyMeets } from './who-decides.ts';

export type { AskProblem } from './plan-ask.ts';

export interface ActionAsk {
  readonly presetId: string;
  readonly target: TargetRef;
  readonly inputs: Readonly<Record<string, Scalar>>;
  readonly reason: string | null;
  /** The request this one takes back. */
  readonly undoOf?: string;
  /** What made it; a person when left out. Anything else asks without a right of its own and never touches protected people alone. */
  readonly trigger?: Trigger;
  /** When what is given is to be taken back. */
  readonly until?: Instant;
  /** In place of the rule that would be found: for a step of a hand-over that a person has decided on already. */
  readonly policy?: AppliedPolicy;
  /** Whom it concerns where the action itself names nobody: the person of what is taken back. */
  readonly concerns?: PersonRef | null;
}

export type RequestResult =
  | { readonly ok: true; readonly request: ActionRequest }
  | { readonly ok: false; readonly problems: readonly AskProblem[] };

const REASON_MAX = 1_000;

/**
 * Asks for an action: reads the target afresh, keeps what was seen as evidence, finds who must agree, and stores the
 * request. The card, and the action itself where nobody has to agree, follow in the background.
 * @throws UsageError, ForbiddenError, ConflictError (somebody asked for the same already), VendorError, TransportError.
 */
export async function requestAction(world: World, caller: Caller, ask: ActionAsk): Promise<RequestResult> {
  await refuseFrozen(world);
  const connector = connectorFor(world, ask.target.integrationId);
  const preset = presetFor(connector, ask.presetId);
  const reason = ask.reason?.trim() ?? '';
  const trigger = ask.trigger ?? 'person';
  if (ask.until !== undefined) refuseUntil(world, ask.until, preset.verb);
  const problems = reasonProblems(reason, preset.effect === 'destructive');
  const answer = await planAsk(world, caller, { connector, preset, target: ask.target, inputs: ask.inputs, trigger });
  if (!answer.ok) return { ok: false, problems: [...answer.problems, ...problems] };
  const { plan, evidence, ruling } = answer.planned;
  const affected = answer.planned.affected ?? ask.concerns ?? null;
  const all = [...problems, ...patternProblems(reason, ruling.reason, ruling.policy.name, trigger)];
  if (all.length > 0) return { ok: false, problems: all };
  const now = toInstant(world.clock.now());
  const draft = (policy: AppliedPolicy): ActionRequest => ({
    id: world.newId(),
    version: 1,
    state: policy.approvals === 0 ? 'approved' : 'pending',
    integrationId: connector.id,
    connectorId: connector.connectorId,
    connectorName: connector.name,
    presetId: preset.id,
    presetTitle: preset.title,
    effect: preset.effect,
    target: plan.target,
    inputs: plan.inputs,
    sentence: plan.sentence,
    affected,
    requester: caller.person,
    requestedVia: caller.via,
    reason: reason === '' ? null : reason,
    evidence,
    policy,
    decisions: [],
    createdAt: now,
    expiresAt: addMs(now, ruling.expireAfterMs),
    updatedAt: now,
    startedAt: null,
    looks: 0,
    outcome: null,
    undo: null,
    undoOf: ask.undoOf ?? null,
    undoneBy: null,
    ...(trigger === 'person' ? {} : { trigger }),
    ...(ask.until === undefined ? {} : { until: ask.until }),
  });
  const request = await throughCapGate(world, preset.effect, async (gate) => {
    // The cap may have been reached while the vendor was read.
    const facts = { effect: preset.effect, startedToday: await startedInLastDay(world) };
    const made = draft(underCaps(ask.policy ?? ruling.policy, world.settings(), facts));
    await refuseUndecidable(world, caller, made);
    const asked = `ask:${subjectOf(made)}:${preset.id}`;
    await lockOf(world.store).run(asked, () => storeRequest(world, caller, made, made.state === 'approved' ? gate : []));
    return made;
  });
  world.background.run('deliver', () => deliver(world, request.id));
  if (request.state === 'approved') world.background.run('execute', (signal) => executeRequest(world, request.id, signal));
  return { ok: true, request };
}

export function reasonProblems(reason: string, required: boolean): readonly AskProblem[] {
  if (required && reason === '')
    return [{ input: 'reason', message: 'Say why: the approver and the person concerned will read it.' }];
  if (reason.length > REASON_MAX)
    return [{ input: 'reason', message: `Keep the reason below ${REASON_MAX} characters; it has ${reason.length}.` }];
  return [];
}

/** What people write follows the policy's pattern; what the bot writes by itself has none to follow. */
export function patternProblems(
  reason: string,
  rule: ReasonRule | null,
  policy: string,
  trigger: Trigger,
): readonly AskProblem[] {
  if (rule === null || (trigger !== 'person' && trigger !== 'bulk') || rule.matches(reason)) return [];
  const like = rule.example === null ? `must match ${rule.pattern}` : `must hold something like ${rule.example}`;
  return [{ input: 'reason', message: `The policy “${policy}” applies: the reason ${like}.` }];
}

function refuseUntil(world: World, until: Instant, verb: string): void {
  if (verb !== 'assign')
    throw new UsageError('usage.until', 'Only what is given can have an end.', { hint: 'Leave out the day.' });
  if (Date.parse(until) <= world.clock.now().getTime())
    throw new UsageError('usage.until', 'The day it should end is past.', { hint: 'Name a day to come.' });
}

/** Never a success for what nobody could ever approve. @throws ForbiddenError saying who is missing. */
export async function refuseUndecidable(world: World, caller: Caller, request: ActionRequest): Promise<void> {
  if (request.state !== 'pending') return;
  const unmet = await stageNobodyMeets(world, request);
  if (unmet === null) return;
  const { stage, candidates } = unmet;
  const who = stage.name === null ? '' : ` in “${stage.name}”`;
  const error = new ForbiddenError(
    'forbidden.nobody',
    `Nobody could approve this: ${stage.approvals} must agree${who}, and apart from you and whom it concerns ${candidates === 0 ? 'nobody can' : `only ${candidates} can`}.`,
    { hint: 'A Seatwarden admin has to name more approvers.' },
  );
  const detail = { policy: request.policy.name };
  await recordRefusal(world, caller, 'request.refused', { subject: subjectOf(request), requestId: null, detail }, error);
  throw error;
}

/** Two people, or one finger twice, asking for the same thing make one request. */
async function storeRequest(world: World, caller: Caller, request: ActionRequest, also: readonly Put[]): Promise<void> {
  const open = await world.store.list('requests', { states: OPEN_STATES });
  const same = open.find((other) => isSameAsk(other, request)) ?? open.find((other) => holdsAsRow(other, request));
  if (same !== undefined) {
    throw new ConflictError(
      'conflict.already-asked',
      `${same.requester.name} has already asked for this: request ${same.id} is still open.`,
      {
        hint: '`/licenses requests` shows where it stands.',
      },
    );
  }
  const asked = request.state === 'pending' ? 'asked' : null;
  const { tellAffected } = world.settings().approvals;
  const notices = asked === null ? [] : noticesFor(request, asked, request.requester, request.createdAt, tellAffected);
  await world.store.commit({
    put: [{ collection: 'requests', doc: request, expected: null }, ...notices, ...also],
    audit: [createdEvent(caller, request)],
  });
}

/** The audit event of a request that was made. */
export function createdEvent(caller: Caller, request: ActionRequest) {
  return {
    at: request.createdAt,
    actor: actorOf(caller.person, caller.via),
    verb: 'request.created' as const,
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
      trigger: request.trigger ?? 'person',
      ...(request.until === undefined ? {} : { until: request.until }),
      ...(request.bulk === undefined ? {} : { rows: request.bulk.rows.map((row) => subjectOf(row)) }),
    },
  };
}

function isSameAsk(other: ActionRequest, request: ActionRequest): boolean {
  return (
    other.bulk === undefined &&
    other.presetId === request.presetId &&
    subjectOf(other) === subjectOf(request) &&
    sameInputs(other, request)
  );
}

/** A row of an open bulk request that is still to come. */
function holdsAsRow(other: ActionRequest, request: ActionRequest): boolean {
  if (other.presetId !== request.presetId || request.partOf === other.id) return false;
  return other.bulk?.rows.some((row) => row.state === 'waiting' && subjectOf(row) === subjectOf(request)) ?? false;
}

/** A person can be given several things at once, so an ask about a person is the same only with the same inputs. */
function sameInputs(a: ActionRequest, b: ActionRequest): boolean {
  return (
    a.target.kind !== 'person' ||
    JSON.stringify(Object.entries(a.inputs).sort()) === JSON.stringify(Object.entries(b.inputs).sort())
  );
}
