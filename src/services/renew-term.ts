import type { Caller } from '../command.ts';
import type { ActionRequest } from '../domain/action-request.ts';
import { type AppliedPolicy, approvalsMissing, type Decision } from '../domain/approval.ts';
import { ConflictError, UsageError } from '../domain/errors.ts';
import { type Member, samePerson } from '../domain/person.ts';
import type { MoreTime, Term } from '../domain/records.ts';
import { addMs, DAY_MS, type Instant, toInstant } from '../domain/time.ts';
import { deciders, mayDecide } from '../policies/may-decide.ts';
import { remindedAlready } from '../policies/reminders.ts';
import type { TermEvent } from '../ports/notifier.ts';
import type { World } from '../ports/world.ts';
import { count, plainDay } from '../words.ts';
import { refusalFor } from './decide-request.ts';
import { lockOf } from './keyed-lock.ts';
import { recordRefusal } from './refusal.ts';
import { requirePresent } from './rights.ts';
import { moveTerm, peopleOf } from './terms.ts';
import { askedIn, decisionGroups, everybody, principalsOf } from './who-decides.ts';

/** As many people as one renewal is worth disturbing. */
const ASKED_MAX = 20;

export type RenewResult =
  | { readonly kind: 'renewed'; readonly term: Term }
  /** The caller agreed, and others have to agree as well. */
  | { readonly kind: 'agreed'; readonly term: Term; readonly missing: number }
  /** The caller may not renew it, and those who may were asked. */
  | { readonly kind: 'asked'; readonly term: Term; readonly people: number };

/**
 * Gives more time, until a day or for as long as it was given. It is decided under the policy under which it was given and
 * by as many people; whoever asked for it or has it does not decide, and asks those who may.
 * @throws ForbiddenError, UsageError, ConflictError.
 */
export async function renewTerm(world: World, caller: Caller, requestId: string, until: Instant | null): Promise<RenewResult> {
  return lockOf(world.store).run(`renew:${requestId}`, async () => {
    const term = await world.store.get('terms', requestId);
    const gift = await world.store.get('requests', requestId);
    if (term === null || gift === null) throw new UsageError('usage.term', 'Nothing was given until a day by this request.');
    if (term.state !== 'running') throw new ConflictError('conflict.term', 'Its time is over; ask for it again.');
    const more = moreTimeOf(term, gift, until);
    if (Date.parse(more.until) <= Date.parse(term.until))
      throw new UsageError('usage.until', 'Name a day after the one it ends on now.');
    if (peopleOf(term).some((person) => samePerson(person, caller.person))) return ask(world, caller, term, gift, more);
    return agree(world, caller, term, gift, more);
  });
}

/** What came of it, in a sentence. */
export function renewalWords(result: RenewResult): string {
  const day = plainDay(
    addMs(result.kind === 'renewed' ? result.term.until : (result.term.moreTime?.until ?? result.term.until), -1),
  );
  switch (result.kind) {
    case 'renewed':
      return `Renewed. It ends on ${day} now.`;
    case 'agreed':
      return `You agreed to ${day}. ${count(result.missing, 'more approval is', 'more approvals are')} needed.`;
    case 'asked':
      return `You may not renew it yourself, so ${count(result.people, 'other person was', 'other people were')} asked to renew it until ${day}.`;
  }
}

/** The question that is open; another day makes it another question, to which nobody has agreed yet. */
function moreTimeOf(term: Term, gift: ActionRequest, until: Instant | null): MoreTime {
  const open = term.moreTime;
  if (open !== undefined && (until === null || until === open.until)) return open;
  const length = Math.max(DAY_MS, Date.parse(gift.until ?? term.until) - Date.parse(gift.createdAt));
  return { until: until ?? addMs(term.until, length), askedBy: null, decisions: [] };
}

async function ask(world: World, caller: Caller, term: Term, gift: ActionRequest, more: MoreTime): Promise<RenewResult> {
  await requirePresent(world, caller);
  if (more.askedBy !== null) throw new ConflictError('conflict.renewal', 'That is asked for already and waits for an answer.');
  const asked = { ...term, moreTime: { ...more, askedBy: caller.person } };
  const people = await whoMayRenew(world, question(gift, more));
  const next = await moveTerm(world, term, asked, 'term.renewal-asked', caller);
  for (const person of people) tell(world, next, person, 'asked');
  return { kind: 'asked', term: next, people: people.length };
}

async function agree(world: World, caller: Caller, term: Term, gift: ActionRequest, more: MoreTime): Promise<RenewResult> {
  const asked = question(gift, more);
  const facts = {
    access: world.settings().access,
    groups: await decisionGroups(world, asked),
    inPlaceOf: await principalsOf(world, caller.person),
  };
  const seat = caller.member === null ? null : mayDecide(asked, caller.member, 'approve', facts);
  if (seat?.ok !== true) {
    const error = await refusalFor(world, caller, seat);
    const about = { subject: `term/${term.id}`, requestId: term.id, detail: { verdict: 'renew' } };
    await recordRefusal(world, caller, 'decision.refused', about, error);
    throw error;
  }
  const now = toInstant(world.clock.now());
  const instead = seat.insteadOf === null ? {} : { insteadOf: seat.insteadOf };
  const decision: Decision = {
    by: caller.person,
    verdict: 'approve',
    at: now,
    reason: null,
    via: caller.via,
    stage: seat.stage,
    ...instead,
  };
  const decisions = [...more.decisions, decision];
  const missing = approvalsMissing(asked.policy, decisions);
  const { moreTime: _open, ...rest } = term;
  if (missing > 0) {
    const waiting = { ...rest, moreTime: { ...more, decisions } };
    return { kind: 'agreed', term: await moveTerm(world, term, waiting, 'term.renewal-approved', caller), missing };
  }
  const { askAgain: _again, late: _late, ...kept } = rest;
  const longer = { ...kept, until: more.until, reminded: remindedAlready(now, more.until) };
  const renewed = await moveTerm(world, term, longer, 'term.renewed', caller, { decisions });
  for (const person of peopleOf(renewed)) tell(world, renewed, person, 'renewed');
  return { kind: 'renewed', term: renewed };
}

/** The gift as it was decided on, put once more. What needed nobody needs one approver to go on. */
function question({ escalatedTo: _called, ...gift }: ActionRequest, more: MoreTime): ActionRequest {
  const one: AppliedPolicy = { name: 'renewal', approvals: 1, because: 'More time is for somebody else to give.' };
  const policy = gift.policy.approvals === 0 ? one : gift.policy;
  return { ...gift, state: 'pending', policy, decisions: more.decisions };
}

/** Those who agreed to the gift where they still may, else whoever would be asked for it now. */
async function whoMayRenew(world: World, asked: ActionRequest): Promise<readonly Member[]> {
  const members = await everybody(world);
  if (members === null) return [];
  const { access } = world.settings();
  const groups = await decisionGroups(world, asked);
  const gift = await world.store.get('requests', asked.id);
  const before = deciders(asked, members, access, groups).filter((member) =>
    gift?.decisions.some(({ by }) => samePerson(by, member)),
  );
  const people = before.length > 0 ? before : askedIn(asked, members, { access, groups, hasChannel: false });
  return people.slice(0, ASKED_MAX);
}

function tell(world: World, term: Term, person: Parameters<World['notifier']['tellTerm']>[1], what: TermEvent): void {
  world.background.run('term', () => world.notifier.tellTerm(term, person, what));
}
