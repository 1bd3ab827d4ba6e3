import type { ActionRequest, Evidence, Outcome } from '../domain/action-request.ts';
import { SeatwardenError } from '../domain/errors.ts';
import { samePerson } from '../domain/person.ts';
import type { Term } from '../domain/records.ts';
import { addMs, toInstant } from '../domain/time.ts';
import { remindedAlready } from '../policies/reminders.ts';
import type { ActionCall, Connector, PerformResult, VerifyResult } from '../ports/connector.ts';
import type { Put } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { changeRequest, SYSTEM, step } from './change-request.ts';
import { deliver } from './deliver.ts';
import { frozen, SWITCH } from './freeze.ts';
import { getRequest } from './get-request.ts';
import { lockOf } from './keyed-lock.ts';
import { withDeadline } from './with-deadline.ts';

const READ_DEADLINE_MS = 20_000;
const WRITE_DEADLINE_MS = 30_000;

/** One execution per request at a time in this process; the stored state guards it across processes. */
export function executionKey(requestId: string): string {
  return `execute:${requestId}`;
}

/**
 * Runs an approved request about one thing, once: look, write down the intent, act, look again, write down the outcome. A
 * request that is not approved (any more) is left alone, so being called twice does nothing twice. What stays unclear is
 * `unknown`, and `reconcileRequests` settles it by looking.
 */
export async function executeOne(world: World, requestId: string, signal: AbortSignal): Promise<void> {
  await lockOf(world.store).run(executionKey(requestId), async () => {
    const request = await getRequest(world, requestId);
    if (request.state === 'approved') await execute(world, request, signal);
  });
  await deliver(world, requestId);
}

async function execute(world: World, request: ActionRequest, signal: AbortSignal): Promise<void> {
  if ((await frozen(world)) !== null) return waitForThaw(world, request);
  const connector = world.connectors.get(request.integrationId);
  if (connector === null) {
    return end(
      world,
      request,
      'failed',
      outcome(
        world,
        `The integration “${request.integrationId}” is not set up any more, so nothing was done.`,
        'config.integration',
      ),
    );
  }
  const call = callOf(request);
  const before = await lookBefore(world, connector, request, call, signal);
  if ('stop' in before) return end(world, request, 'failed', before.stop);
  const task = connector.task(call, before.evidence);
  if (task !== null) return void (await changeRequest(world, request, { kind: 'task', task }, SYSTEM));
  const started = await startUnlessFrozen(world, request);
  if (started === null) return waitForThaw(world, request);
  // The card says "running" while the vendor is asked; the buttons are gone before anything happens.
  world.background.run('deliver', () => deliver(world, request.id));
  const result = await performOnce(world, connector, call, before.evidence, signal);
  if (result.kind === 'refused' || result.kind === 'never-sent') {
    const response = result.kind === 'refused' ? result.response : {};
    const code = result.kind === 'refused' ? result.code : 'transport.never-sent';
    return end(world, started, 'failed', { ...outcome(world, result.message, code), response });
  }
  await settle(world, connector, started, before.evidence, result, signal);
}

/** Under the lock of the switch, so that what is not on its way when somebody freezes does not leave. */
async function startUnlessFrozen(world: World, request: ActionRequest): Promise<ActionRequest | null> {
  return lockOf(world.store).run(SWITCH, async () => {
    if ((await frozen(world)) !== null) return null;
    return changeRequest(world, request, { kind: 'started' }, SYSTEM);
  });
}

/** It stays approved; the next round after the freeze was lifted reads everything again and runs it. */
function waitForThaw(world: World, request: ActionRequest): void {
  world.log.info('execute.frozen', { request: request.id });
}

type Before = { readonly evidence: Evidence } | { readonly stop: Outcome };

async function lookBefore(
  world: World,
  connector: Connector,
  request: ActionRequest,
  call: ActionCall,
  signal: AbortSignal,
): Promise<Before> {
  try {
    const seen = await withDeadline(
      connector.name,
      READ_DEADLINE_MS,
      (inner) => connector.recheck(call, request.evidence, inner),
      signal,
    );
    switch (seen.kind) {
      case 'same':
        return { evidence: seen.before };
      case 'already':
        return { stop: outcome(world, seen.message, 'already') };
      case 'changed':
        return {
          stop: outcome(
            world,
            `Nothing was done, because it is not as it was when this was asked. ${seen.changes.map(asSentence).join(' ')}`,
            'changed',
          ),
        };
      case 'refused':
        return { stop: outcome(world, seen.message, 'refused') };
    }
  } catch (cause) {
    world.log.warn('execute.look-before-failed', { request: request.id, integration: connector.id, cause });
    const why = cause instanceof SeatwardenError ? cause.message : `${connector.name} could not be read.`;
    return { stop: outcome(world, `Nothing was done: ${why}`, cause instanceof SeatwardenError ? cause.code : 'look-before') };
  }
}

function asSentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

/** Whatever goes wrong from here on may have happened after the vendor acted, so it counts as unknown, never as failed. */
async function performOnce(
  world: World,
  connector: Connector,
  call: ActionCall,
  before: Evidence,
  signal: AbortSignal,
): Promise<PerformResult> {
  try {
    return await withDeadline(connector.name, WRITE_DEADLINE_MS, (inner) => connector.perform(call, before, inner), signal);
  } catch (cause) {
    world.log.error('execute.perform-threw', { integration: connector.id, preset: call.presetId, cause });
    return {
      kind: 'unknown',
      message: cause instanceof SeatwardenError ? cause.message : `${connector.name} gave no clear answer.`,
    };
  }
}

/** Looks whether it happened, and writes down what was found. Used right after acting and, after a crash, by reconciliation. */
export async function settle(
  world: World,
  connector: Connector,
  request: ActionRequest,
  before: Evidence,
  result: Extract<PerformResult, { kind: 'done' | 'unknown' }>,
  signal: AbortSignal,
): Promise<void> {
  const call = callOf(request);
  let seen: VerifyResult;
  try {
    seen = await withDeadline(connector.name, READ_DEADLINE_MS, (inner) => connector.verify(call, before, inner), signal);
  } catch (cause) {
    world.log.warn('execute.verify-failed', { request: request.id, integration: connector.id, cause });
    const why = cause instanceof SeatwardenError ? cause.message : `${connector.name} could not be read.`;
    return stillUnknown(world, request, `It is not known yet whether it took effect: ${why} Looking again shortly.`);
  }
  if (seen.kind === 'does-not-hold') {
    const said = result.kind === 'done' ? `${connector.name} accepted it, but ` : `${result.message} `;
    return stillUnknown(world, request, `${said}${seen.message} Looking again shortly.`);
  }
  if (seen.kind === 'scheduled') {
    const until = seen.until === null ? {} : { until: seen.until };
    const taken = { ...outcome(world, seen.message, 'scheduled'), ...until };
    // Looking again at what waits anyway would only swell the log.
    if (request.state !== 'scheduled') await changeRequest(world, request, { kind: 'scheduled', outcome: taken }, SYSTEM);
    return;
  }
  const response = { ...(result.kind === 'done' ? result.response : {}), ...seen.response };
  const undo = connector.inverse(call, before, seen.after, response);
  const message =
    request.until !== undefined && undo === null ? `${seen.message} It cannot be taken back from here.` : seen.message;
  const done = { ...outcome(world, message, null), response };
  const { puts, audit } = await undoneOriginal(world, request);
  const undoUntil = addMs(done.at, world.settings().approvals.undoForMs);
  const { next, puts: own, audit: event } = step(world, request, { kind: 'succeeded', outcome: done, undo, undoUntil }, SYSTEM);
  await world.store.commit({ put: [...own, ...puts, ...termOf(next)], audit: [event, ...audit] });
  world.log.info('request.succeeded', { request: next.id, preset: next.presetId, integration: next.integrationId });
  if (request.undoOf !== null) world.background.run('deliver', () => deliver(world, request.undoOf as string));
}

/** What was given until a day is remembered in the commit that says it was given. */
function termOf(request: ActionRequest): readonly Put[] {
  if (request.until === undefined || request.undo === null) return [];
  const doc: Term = {
    id: request.id,
    version: 1,
    state: 'running',
    integrationId: request.integrationId,
    plan: request.undo,
    sentence: request.sentence,
    person: request.affected,
    requester: request.requester,
    until: request.until,
    reminded: remindedAlready(request.updatedAt, request.until),
    endedBy: null,
  };
  return [{ collection: 'terms', doc, expected: null }];
}

/**
 * When an undo succeeds, what it took back becomes `undone` in the same commit. Its requester hears of that, unless they
 * asked for the undo themselves; the person concerned hears of the undo's own success.
 */
async function undoneOriginal(
  world: World,
  request: ActionRequest,
): Promise<{ puts: readonly Put[]; audit: Parameters<World['store']['commit']>[0]['audit'] & object }> {
  if (request.undoOf === null) return { puts: [], audit: [] };
  const original = await world.store.get('requests', request.undoOf);
  if (original === null || original.state !== 'succeeded') return { puts: [], audit: [] };
  const { puts, audit } = step(world, original, { kind: 'undone', by: request.id }, SYSTEM);
  const kept = puts.filter(
    (put) => put.collection !== 'notices' || (put.doc.as === 'requester' && !samePerson(put.doc.to, request.requester)),
  );
  return { puts: kept, audit: [audit] };
}

async function stillUnknown(world: World, request: ActionRequest, message: string): Promise<void> {
  const found = outcome(world, message, 'unknown');
  await changeRequest(
    world,
    request,
    request.state === 'unknown' ? { kind: 'looked', outcome: found } : { kind: 'unknown', outcome: found },
    SYSTEM,
  );
}

async function end(world: World, request: ActionRequest, kind: 'failed', found: Outcome): Promise<void> {
  await changeRequest(world, request, { kind, outcome: found }, SYSTEM);
  world.log.info('request.failed', { request: request.id, code: found.code });
}

export function callOf(request: ActionRequest): ActionCall {
  return { presetId: request.presetId, target: request.target, inputs: request.inputs };
}

export function outcome(world: World, message: string, code: string | null): Outcome {
  return { at: toInstant(world.clock.now()), message, code, response: {} };
}
