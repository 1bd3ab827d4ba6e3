import type { ActionRequest } from '../domain/action-request.ts';
import { openStage } from '../domain/approval.ts';
import { ConflictError } from '../domain/errors.ts';
import type { Member } from '../domain/person.ts';
import type { ReminderLog } from '../domain/records.ts';
import { addMs, type Instant, toInstant } from '../domain/time.ts';
import { remindNow } from '../policies/reminders.ts';
import type { World } from '../ports/world.ts';
import { changeRequest, SYSTEM } from './change-request.ts';
import { deliver } from './deliver.ts';
import { askedDirectly, decidersOf } from './who-decides.ts';

/** Stands for the channel where people are told, in the log of reminders. */
const CHANNEL = 'channel';

/**
 * Reminds those whose turn it is, and calls in further people where the policy says so. A reminder that was sent is written
 * down first: rather one too few after a crash than the same one twice.
 */
export async function remindApprovers(world: World, signal?: AbortSignal): Promise<void> {
  for (const request of await world.store.list('requests', { states: ['pending'] })) {
    if (signal?.aborted === true) return;
    try {
      if (await escalated(world, request)) continue;
      await remind(world, request);
    } catch (cause) {
      world.log.warn('remind.failed', { request: request.id, cause });
    }
  }
}

async function escalated(world: World, request: ActionRequest): Promise<boolean> {
  const { escalate } = request.policy;
  if (escalate == null || request.escalatedTo !== undefined) return false;
  if (Date.parse(addMs(request.createdAt, escalate.afterMs)) > world.clock.now().getTime()) return false;
  try {
    await changeRequest(world, request, { kind: 'escalated', to: escalate.to }, SYSTEM);
  } catch (cause) {
    if (cause instanceof ConflictError) return true;
    throw cause;
  }
  world.background.run('deliver', () => deliver(world, request.id));
  return true;
}

async function remind(world: World, request: ActionRequest): Promise<void> {
  const card = await world.store.get('cards', request.id);
  if (card === null) return;
  const log = (await world.store.get('reminders', request.id)) ?? { id: request.id, version: 0, sent: {} };
  const now = toInstant(world.clock.now());
  const direct = await askedDirectly(world, request);
  const due = direct
    .filter((member) => isDue(world, request, log, member.userId, member.timezone, now))
    .map(({ userId }) => userId);
  // Nobody is asked by name, so the channel is reminded while somebody who could decide is at work.
  const inChannel = direct.length === 0 && (await channelIsDue(world, request, log, now));
  if (due.length === 0 && !inChannel) return;
  const stage = stageOf(request);
  const sent = Object.fromEntries(
    [...due, ...(inChannel ? [CHANNEL] : [])].map((whom) => [whom, { stage, count: countOf(log, whom, stage) + 1 }]),
  );
  const doc: ReminderLog = { ...log, version: log.version + 1, sent: { ...log.sent, ...sent } };
  try {
    await world.store.commit({ put: [{ collection: 'reminders', doc, expected: log.version === 0 ? null : log.version }] });
  } catch (cause) {
    if (cause instanceof ConflictError) return;
    throw cause;
  }
  await world.notifier.remind(request, card, inChannel ? null : due);
}

async function channelIsDue(world: World, request: ActionRequest, log: ReminderLog, now: Instant): Promise<boolean> {
  const candidates: readonly Pick<Member, 'timezone'>[] = (await decidersOf(world, request)) ?? [];
  return candidates.some((member) => isDue(world, request, log, CHANNEL, member.timezone, now));
}

function isDue(
  world: World,
  request: ActionRequest,
  log: ReminderLog,
  whom: string,
  timezone: string | null,
  now: Instant,
): boolean {
  const firstAfterMs = request.policy.remindAfterMs ?? world.settings().approvals.remindAfterMs;
  const stage = stageOf(request);
  return remindNow(now, { since: openSince(request), firstAfterMs, sent: countOf(log, whom, stage), timezone });
}

function stageOf(request: ActionRequest): number {
  return openStage(request.policy, request.decisions) ?? 0;
}

/** When the open stage was opened: with the last approval of the one before. */
function openSince(request: ActionRequest): Instant {
  const before = request.decisions.findLast((decision) => (decision.stage ?? 0) < stageOf(request));
  return before?.at ?? request.createdAt;
}

function countOf(log: ReminderLog, whom: string, stage: number): number {
  const sent = log.sent[whom];
  return sent === undefined || sent.stage !== stage ? 0 : sent.count;
}
