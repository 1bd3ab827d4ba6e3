import type { Caller } from '../command.ts';
import { ConflictError, SeatwardenError, TransportError, UsageError, VendorError } from '../domain/errors.ts';
import { type PersonRef, samePerson } from '../domain/person.ts';
import type { Term } from '../domain/records.ts';
import { toInstant } from '../domain/time.ts';
import { remindedAlready } from '../policies/reminders.ts';
import type { World } from '../ports/world.ts';
import { actorOf, SYSTEM } from './change-request.ts';
import { frozen } from './freeze.ts';
import { requestAction } from './request-action.ts';
import { automatic } from './waiting-list.ts';

/**
 * Reminds of what was given until a day, and asks it back when the day has come, in the name of whoever asked for it. The
 * policies decide whether somebody has to agree (`trigger == 'timer'`).
 */
export async function endTerms(world: World, signal?: AbortSignal): Promise<void> {
  for (const term of await world.store.list('terms', { states: ['running'] })) {
    if (signal?.aborted === true) return;
    try {
      if ((await world.store.get('requests', term.id))?.state === 'undone')
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
  try {
    const asked = await requestAction(world, automatic(term.requester), {
      presetId: term.plan.presetId,
      target: term.plan.target,
      inputs: term.plan.inputs,
      reason: `It was given until ${term.until.slice(0, 10)} (request ${term.id})`,
      trigger: 'timer',
    });
    if (asked.ok) {
      await moveTerm(world, term, { ...term, state: 'ended', endedBy: asked.request.id }, 'term.ended');
      return;
    }
    world.log.warn('term.not-asked-back', { request: term.id, problems: asked.problems.map(({ message }) => message) });
  } catch (cause) {
    if (!(cause instanceof SeatwardenError) || cause instanceof VendorError || cause instanceof TransportError) throw cause;
    world.log.warn('term.not-asked-back', { request: term.id, cause });
    // Somebody asked for it already, or it is not there any more: nothing is left to be asked back.
    if (!(cause instanceof ConflictError || cause instanceof UsageError)) throw cause;
  }
  await moveTerm(world, term, { ...term, state: 'ended' }, 'term.ended');
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
