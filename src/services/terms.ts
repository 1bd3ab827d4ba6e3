import type { Caller } from '../command.ts';
import { ConflictError, ForbiddenError, SeatwardenError, TransportError, UsageError, VendorError } from '../domain/errors.ts';
import { samePerson } from '../domain/person.ts';
import type { Term } from '../domain/records.ts';
import { addMs, DAY_MS, type Instant, toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { actorOf, SYSTEM } from './change-request.ts';
import { frozen } from './freeze.ts';
import { requestAction } from './request-action.ts';
import { requireRight } from './rights.ts';
import { automatic } from './waiting-list.ts';

/** Days before the end at which the person and whoever asked for it are reminded. */
const REMIND_DAYS = [7, 1];

/**
 * Reminds of what was given until a day, and asks it back when the day has come, in the name of whoever asked for it. The
 * policies decide whether somebody has to agree (`trigger == 'timer'`).
 */
export async function endTerms(world: World, signal?: AbortSignal): Promise<void> {
  for (const term of await world.store.list('terms', { states: ['running'] })) {
    if (signal?.aborted === true) return;
    try {
      if (Date.parse(term.until) <= world.clock.now().getTime()) await askBack(world, term);
      else await remind(world, term);
    } catch (cause) {
      if (cause instanceof ConflictError) continue;
      world.log.warn('term.failed', { request: term.id, cause });
    }
  }
}

async function remind(world: World, term: Term): Promise<void> {
  const left = (Date.parse(term.until) - world.clock.now().getTime()) / DAY_MS;
  const due = REMIND_DAYS.filter((days) => left <= days && !term.reminded.includes(days));
  if (due.length === 0) return;
  await move(world, term, { reminded: [...term.reminded, ...due] }, 'term.reminded');
  const people = [term.requester, ...(term.person === null || samePerson(term.person, term.requester) ? [] : [term.person])];
  for (const person of people) world.background.run('term', () => world.notifier.tellTerm(term, person));
}

async function askBack(world: World, term: Term): Promise<void> {
  // It is looked at again every time; what is frozen is asked for when it is not any more.
  if ((await frozen(world)) !== null) return;
  try {
    const asked = await requestAction(world, automatic(term.requester), {
      presetId: term.plan.presetId,
      target: term.plan.target,
      inputs: term.plan.inputs,
      reason: `It was given until ${term.until.slice(0, 10)} (request ${term.id})`,
      trigger: 'timer',
    });
    if (asked.ok) {
      await move(world, term, { state: 'ended', endedBy: asked.request.id }, 'term.ended');
      return;
    }
    world.log.warn('term.not-asked-back', { request: term.id, problems: asked.problems.map(({ message }) => message) });
  } catch (cause) {
    if (!(cause instanceof SeatwardenError) || cause instanceof VendorError || cause instanceof TransportError) throw cause;
    world.log.warn('term.not-asked-back', { request: term.id, cause });
    // Somebody asked for it already, or it is not there any more: nothing is left to be asked back.
    if (!(cause instanceof ConflictError || cause instanceof UsageError)) throw cause;
  }
  await move(world, term, { state: 'ended' }, 'term.ended');
}

/**
 * Gives more time. It is a decision like the first: whoever approves may, but neither who asked for it nor who has it.
 * @throws ForbiddenError, UsageError, ConflictError.
 */
export async function renewTerm(world: World, caller: Caller, requestId: string, until: Instant | null): Promise<Term> {
  const term = await world.store.get('terms', requestId);
  if (term === null) throw new UsageError('usage.term', 'Nothing was given until a day by this request.');
  if (term.state !== 'running') throw new ConflictError('conflict.term', 'Its time is over; ask for it again.');
  await requireRight(world, caller, 'approve');
  if (samePerson(caller.person, term.requester) || samePerson(caller.person, term.person))
    throw new ForbiddenError('forbidden.own-request', 'You asked for it or have it yourself, so somebody else has to renew it.');
  const next = until ?? addMs(term.until, await lengthOf(world, term));
  if (Date.parse(next) <= Date.parse(term.until)) throw new UsageError('usage.until', 'Name a day after the one it ends on now.');
  return move(world, term, { until: next, reminded: [] }, 'term.renewed', caller);
}

/** As long as it was given for. */
async function lengthOf(world: World, term: Term): Promise<number> {
  const request = await world.store.get('requests', term.id);
  return Math.max(DAY_MS, Date.parse(term.until) - Date.parse(request?.createdAt ?? term.until));
}

async function move(
  world: World,
  term: Term,
  change: Partial<Pick<Term, 'state' | 'until' | 'reminded' | 'endedBy'>>,
  verb: `term.${string}`,
  caller: Caller | null = null,
): Promise<Term> {
  const doc: Term = { ...term, ...change, version: term.version + 1 };
  await world.store.commit({
    put: [{ collection: 'terms', doc, expected: term.version }],
    audit: [
      {
        at: toInstant(world.clock.now()),
        actor: caller === null ? SYSTEM : actorOf(caller.person, caller.via),
        verb,
        subject: `term/${term.id}`,
        requestId: doc.endedBy ?? term.id,
        detail: { until: doc.until, sentence: term.sentence },
      },
    ],
  });
  return doc;
}
