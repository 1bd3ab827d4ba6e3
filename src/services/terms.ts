import type { Caller } from '../command.ts';
import { FINAL_STATES } from '../domain/action-request.ts';
import { ConflictError, SeatwardenError, TransportError, VendorError } from '../domain/errors.ts';
import { normaliseEmail, type PersonRef, samePerson } from '../domain/person.ts';
import type { Term } from '../domain/records.ts';
import { holderEmail } from '../domain/seat.ts';
import { addMs, DAY_MS, toInstant } from '../domain/time.ts';
import { remindedAlready } from '../policies/reminders.ts';
import type { World } from '../ports/world.ts';
import { actorOf, SYSTEM } from './change-request.ts';
import { frozen } from './freeze.ts';
import { requestAction } from './request-action.ts';
import { automatic } from './waiting-list.ts';
import { withDeadline } from './with-deadline.ts';

const READ_DEADLINE_MS = 15_000;

/**
 * Reminds of what was given until a day, and asks it back when the day has come, in the name of whoever asked for it. The
 * policies decide whether somebody has to agree (`trigger == 'timer'`).
 */
export async function endTerms(world: World, signal?: AbortSignal): Promise<void> {
  for (const term of await world.store.list('terms', { states: ['running', 'ending'] })) {
    if (signal?.aborted === true) return;
    try {
      if (term.state === 'ending') await follow(world, term);
      else if ((await world.store.get('requests', term.id))?.state === 'undone')
        await moveTerm(world, term, { ...term, state: 'ended' }, 'term.ended');
      else if (Date.parse(term.until) <= world.clock.now().getTime()) await askBack(world, term);
      else await remind(world, term);
    } catch (cause) {
      if (cause instanceof ConflictError) continue;
      world.log.warn('term.failed', { request: term.id, cause });
    }
  }
}

async function remind(world: World, term: Term): Promise<void> {
  const due = remindedAlready(toInstant(world.clock.now()), term.until).filter((days) => !term.reminded.includes(days));
  if (due.length === 0) return;
  await moveTerm(world, term, { ...term, reminded: [...term.reminded, ...due] }, 'term.reminded');
  for (const person of peopleOf(term)) world.background.run('term', () => world.notifier.tellTerm(term, person, 'ends'));
}

async function askBack(world: World, term: Term): Promise<void> {
  // It is looked at again every time; what is frozen is asked for when it is not any more.
  if ((await frozen(world)) !== null) return;
  if (term.askAgain !== undefined && Date.parse(term.askAgain) > world.clock.now().getTime()) return;
  try {
    if (!(await isStillTheirs(world, term))) {
      await moveTerm(world, term, { ...term, state: 'ended' }, 'term.ended');
      return;
    }
    const asked = await requestAction(world, automatic(term.requester), {
      presetId: term.plan.presetId,
      target: term.plan.target,
      inputs: term.plan.inputs,
      reason: `It was given until ${term.until.slice(0, 10)} (request ${term.id})`,
      trigger: 'timer',
    });
    if (asked.ok) await moveTerm(world, term, { ...term, state: 'ending', endedBy: asked.request.id }, 'term.ending');
    else await later(world, term, asked.problems.map(({ message }) => message).join(' '));
  } catch (cause) {
    if (!(cause instanceof SeatwardenError) || cause instanceof VendorError || cause instanceof TransportError) throw cause;
    await later(world, term, cause.message);
  }
}

/** Somebody else may have the seat by now: what was given is gone then, and theirs is none of this. */
async function isStillTheirs(world: World, { plan, person, integrationId }: Term): Promise<boolean> {
  const connector = world.connectors.get(integrationId);
  if (connector === null || person === null || (plan.target.kind !== 'seat' && plan.target.kind !== 'account')) return true;
  const target = await withDeadline(connector.name, READ_DEADLINE_MS, (signal) => connector.target(plan.target, signal));
  const holding = target?.seat ?? target?.account ?? null;
  const email = holding === null ? null : holderEmail(holding);
  // A vendor that hides whose it is cannot be asked, and then the approver looks.
  if (email === null) return holding !== null && !(holding.kind === 'seat' && holding.holder === null);
  return person.email === null || normaliseEmail(email) === normaliseEmail(person.email);
}

/** Nothing that was given for a time stays for good because it could not be asked back once. */
async function later(world: World, term: Term, why: string): Promise<void> {
  const askAgain = addMs(toInstant(world.clock.now()), DAY_MS);
  world.log.warn('term.not-asked-back', { request: term.id, why });
  const next = await moveTerm(world, term, { ...term, askAgain, late: why }, 'term.not-asked-back');
  if (term.late === why) return;
  world.background.run('term', () => world.notifier.tellTerm(next, next.requester, 'late'));
}

/** What became of the request that takes it back: done, denied by somebody who wants it to stay, or to be asked again. */
async function follow(world: World, term: Term): Promise<void> {
  const request = term.endedBy === null ? null : await world.store.get('requests', term.endedBy);
  if (request !== null && !FINAL_STATES.includes(request.state)) return;
  const undecided = request?.state === 'expired' || (request?.state === 'failed' && request.outcome?.code !== 'already');
  if (!undecided) {
    await moveTerm(world, term, { ...term, state: 'ended' }, 'term.ended');
    return;
  }
  const askAgain = addMs(toInstant(world.clock.now()), DAY_MS);
  await moveTerm(world, term, { ...term, state: 'running', endedBy: null, askAgain }, 'term.not-ended');
}

/** Those a term concerns: who asked for it and who has it. */
export function peopleOf({ person, requester }: Term): readonly PersonRef[] {
  return person === null || samePerson(person, requester) ? [requester] : [requester, person];
}

/** Stores what became of a term, with its audit event. @throws ConflictError when somebody else moved it first. */
export async function moveTerm(
  world: World,
  before: Term,
  next: Term,
  verb: `term.${string}`,
  caller: Caller | null = null,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<Term> {
  const doc: Term = { ...next, version: before.version + 1 };
  await world.store.commit({
    put: [{ collection: 'terms', doc, expected: before.version }],
    audit: [
      {
        at: toInstant(world.clock.now()),
        actor: caller === null ? SYSTEM : actorOf(caller.person, caller.via),
        verb,
        subject: `term/${doc.id}`,
        requestId: doc.endedBy ?? doc.id,
        detail: {
          until: doc.until,
          sentence: doc.sentence,
          ...(doc.moreTime === undefined ? {} : { moreTime: doc.moreTime }),
          ...detail,
        },
      },
    ],
  });
  return doc;
}
