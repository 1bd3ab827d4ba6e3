import type { Caller } from '../command.ts';
import { mayBreakGlass } from '../domain/access.ts';
import { type ActionRequest, affectedBy, describeState } from '../domain/action-request.ts';
import { ConflictError, ForbiddenError, UsageError } from '../domain/errors.ts';
import { samePerson } from '../domain/person.ts';
import { toInstant } from '../domain/time.ts';
import { capPassed } from '../policies/approvals-needed.ts';
import type { World } from '../ports/world.ts';
import { throughCapGate } from './cap-gate.ts';
import { actorOf, changeRequest, subjectOf } from './change-request.ts';
import { freshRequest } from './decide-request.ts';
import { deliver } from './deliver.ts';
import { executeRequest } from './execute-request.ts';
import { refuseFrozen } from './freeze.ts';
import { lockOf } from './keyed-lock.ts';
import { owe } from './notices.ts';
import { recordRefusal } from './refusal.ts';
import { accessGroups, requireRight } from './rights.ts';
import { capFactsOf } from './started-in-last-day.ts';
import { decidersOf } from './who-decides.ts';

/** As many people as one emergency is worth disturbing; the card in the channel tells the others. */
const WATCHERS_TOLD = 20;

/**
 * Lets somebody named for emergencies run a request at once, without waiting for others. It is said loudly: an audit event
 * of its own, the card, and a message to everybody who would have decided. It beats neither a freeze nor a cap, and never
 * helps against a denial. @throws ForbiddenError, ConflictError, UsageError.
 */
export async function breakGlass(world: World, caller: Caller, requestId: string, reason: string | null): Promise<ActionRequest> {
  const said = reason?.trim() ?? '';
  if (said === '') throw new UsageError('usage.reason', 'Say what the emergency is: everybody who approves will read it.');
  const broken = await lockOf(world.store).run(`decide:${requestId}`, async () => {
    const request = await freshRequest(world, requestId);
    if (request.state !== 'pending') throw new ConflictError('conflict.state', describeState(request));
    await refuseOthers(world, caller, request);
    await refuseFrozen(world);
    return throughCapGate(world, request.effect, async (gate) => {
      await refuseOverCap(world, caller, request);
      const at = toInstant(world.clock.now());
      const watchers = ((await decidersOf(world, request)) ?? []).slice(0, WATCHERS_TOLD);
      const next = { ...request, version: request.version + 1 };
      const told = [request.requester, ...affectedBy(request), ...watchers]
        .filter((person, index, all) => all.findIndex((other) => samePerson(other, person)) === index)
        .filter((person) => !samePerson(person, caller.person))
        .map((person) => owe(next, 'broke-glass', person, 'watcher', at))
        .filter((put) => put !== null);
      const decision = { by: caller.person, verdict: 'approve', at, reason: said, via: caller.via, breakGlass: true } as const;
      return changeRequest(world, request, { kind: 'decided', decision }, actorOf(caller.person, caller.via), [...gate, ...told]);
    });
  });
  world.log.warn('request.broke-glass', { request: requestId, by: caller.person.userId ?? caller.person.email });
  world.background.run('deliver', () => deliver(world, requestId));
  world.background.run('execute', (signal) => executeRequest(world, requestId, signal));
  return broken;
}

async function refuseOthers(world: World, caller: Caller, request: ActionRequest): Promise<void> {
  const { access } = world.settings();
  const groups = await accessGroups(world);
  if (caller.member !== null && mayBreakGlass(caller.member, access, groups)) return;
  // Who may not use the bot at all is told so first.
  await requireRight(world, caller, 'view');
  const error = new ForbiddenError('forbidden.break-glass', 'You are not named for emergencies, so others have to decide this.', {
    hint: 'The list is access.breakGlass in the configuration.',
  });
  const about = { subject: subjectOf(request), requestId: request.id, detail: {} };
  await recordRefusal(world, caller, 'break-glass.refused', about, error);
  throw error;
}

async function refuseOverCap(world: World, caller: Caller, request: ActionRequest): Promise<void> {
  const cap = capPassed(world.settings(), await capFactsOf(world, request));
  if (cap === null) return;
  const error = new ForbiddenError('forbidden.cap', `${cap.because}. An emergency does not lift it.`, {
    hint: 'Two people can agree to it as usual.',
  });
  const about = { subject: subjectOf(request), requestId: request.id, detail: {} };
  await recordRefusal(world, caller, 'break-glass.refused', about, error);
  throw error;
}
