import type { ActionRequest, RequestState } from './domain/action-request.ts';
import { approvalsMissing, stagesOf } from './domain/approval.ts';
import type { Member, PersonRef } from './domain/person.ts';
import type { Problem } from './domain/problems.ts';
import { decisionWords, type RenewalDecision } from './domain/renewal.ts';
import type { Activity, Holding, OriginField } from './domain/seat.ts';
import type { TroubleKind } from './domain/sync-trouble.ts';
import { daysBetween, daysUntil, type Instant } from './domain/time.ts';
import type { PolicyExplanation } from './reply.ts';

/** How an instant is written where the words are shown: Slack shows the reader's own time zone, a terminal UTC. */
export interface DateWords {
  day(instant: Instant): string;
  moment(instant: Instant): string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

export const plainDates: DateWords = { day: plainDay, moment: plainMoment };

/** `9 Dec 2026`, in UTC. */
export function plainDay(instant: Instant): string {
  const date = new Date(instant);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
}

/** `9 Dec 2026 14:02 UTC`. */
export function plainMoment(instant: Instant): string {
  return `${plainDay(instant)} ${instant.slice(11, 16)} UTC`;
}

export function count(amount: number, one: string, many = `${one}s`): string {
  // Grouping by thousands asks the tables of the language, which small numbers need not.
  const digits = amount < 1_000 ? String(amount) : amount.toLocaleString('en-US');
  return `${digits} ${amount === 1 ? one : many}`;
}

/** `today`, `yesterday`, `94 days ago`, `tomorrow`, `in 12 days`. */
function relativeDays(instant: Instant, now: Instant): string {
  const ahead = daysUntil(now, instant);
  if (ahead > 0) return ahead === 1 ? 'tomorrow' : `in ${count(ahead, 'day')}`;
  const days = daysBetween(instant, now);
  if (days === 0) return 'today';
  return days === 1 ? 'yesterday' : `${count(days, 'day')} ago`;
}

/** `just now`, `4 minutes ago`, `3 hours ago`, then days. */
export function ageOf(instant: Instant, now: Instant): string {
  const seconds = Math.floor((Date.parse(now) - Date.parse(instant)) / 1000);
  if (seconds < 60) return 'just now';
  if (seconds < 3_600) return `${count(Math.floor(seconds / 60), 'minute')} ago`;
  if (seconds < 86_400) return `${count(Math.floor(seconds / 3_600), 'hour')} ago`;
  return `${count(Math.floor(seconds / 86_400), 'day')} ago`;
}

/** When it was last used, in words that never let unknown look like unused. */
export function activityWords(activity: Activity, offlineCode: boolean, now: Instant): string {
  const newer = offlineCode ? ' (an offline code was issued, so the last use may be newer)' : '';
  switch (activity.kind) {
    case 'at':
      return `Last used ${relativeDays(activity.at, now)}${newer}`;
    case 'never':
      return offlineCode ? 'No online use seen (an offline code was issued, so it may be in use)' : 'Never used';
    case 'unknown':
      return `Activity unknown${newer}`;
  }
}

export function problemWords(problem: Problem, dates: DateWords): string {
  switch (problem.kind) {
    case 'expired':
      return problem.since === null ? 'Expired' : `Expired on ${dates.day(problem.since)}`;
    case 'expiring':
      return problem.days === 0
        ? `Expires today, ${dates.day(problem.on)}`
        : `Expires in ${count(problem.days, 'day')}, on ${dates.day(problem.on)}`;
    case 'idle':
      return `Idle for ${count(problem.days, 'day')}`;
    case 'never-used':
      return problem.days === null ? 'Never used' : `Never used in the ${count(problem.days, 'day')} since it was given`;
    case 'activity-unknown':
      return 'The vendor does not say when it was last used, so it does not count as idle';
    case 'offline-code':
      return 'Offline code issued: it keeps working after a revoke until it runs out';
    case 'suspended':
      return 'Suspended at the vendor';
    case 'trial':
      return 'Trial';
    case 'too-new':
      return `Given ${problem.days <= 0 ? 'today' : `${count(problem.days, 'day')} ago`}: too new to judge its use`;
    case 'disabled':
      return 'The account is switched off';
    case 'administrator':
      return 'Administrator';
    case 'pooled':
      return `Not held by a person but by ${problem.label}`;
    case 'protected':
      return 'Protected person: no automation touches this';
    case 'regretted':
      return `Taken away on ${dates.day(problem.on)} and given back (request ${problem.requestId}): it may be missed again`;
  }
}

/** `valid until 9 Dec 2026 (in 12 days)`, or `renews on …` where it goes on by itself; null when the vendor does not say. */
/** `Connect: Credentials main, Connect: Subdomain acme`; empty where nothing is told. */
export function originWords(origin: readonly OriginField[] | undefined): string {
  return (origin ?? []).map(([label, value]) => `${label} ${value}`).join(', ');
}

export function validityWords(holding: Holding, now: Instant, dates: DateWords): string | null {
  if (holding.kind === 'account' || holding.validUntil === null) return null;
  const ended = holding.status === 'expired' || daysUntil(now, holding.validUntil) < 0;
  const until = ended ? 'was valid until' : holding.autoRenews === true ? 'renews on' : 'valid until';
  return `${until} ${dates.day(holding.validUntil)} (${relativeDays(holding.validUntil, now)})`;
}

const STATE_WORDS: Readonly<Record<RequestState, string>> = {
  pending: 'Waiting for approval',
  approved: 'Approved, about to run',
  executing: 'Running',
  'by-hand': 'To be done by hand',
  scheduled: 'Scheduled at the vendor',
  succeeded: 'Done',
  failed: 'Not done',
  unknown: 'Outcome not known yet',
  denied: 'Denied',
  expired: 'Expired',
  withdrawn: 'Withdrawn',
  undone: 'Done and undone',
};

export function stateWords(state: RequestState): string {
  return STATE_WORDS[state];
}

/** Approvals a request still needs. */
export function approvalsLeft(request: ActionRequest): number {
  return approvalsMissing(request.policy, request.decisions);
}

/** `Dan Novak` or, where the name is only the e-mail, that. */
export function personWords(person: PersonRef): string {
  return person.email === null || person.email === person.name ? person.name : `${person.name} (${person.email})`;
}

/** The person a request is about, or null where its sentence names them already. */
export function unnamedPerson(person: PersonRef | null, sentence: string | null): PersonRef | null {
  return person?.email != null && sentence?.includes(person.email) === true ? null : person;
}

export function joinWords(words: readonly string[], last = 'and'): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

const NAMED = 7;

/** What `policy explain` says about one thing, line by line. */
export function explanationLines({ about, ruling, mayApprove, notified }: PolicyExplanation): readonly string[] {
  const steps = ruling.steps.map((step) => `  ${step.fits ? 'fits' : 'does not fit'}: “${step.name}” when ${step.when}`);
  const head = [about, ...steps];
  if (ruling.kind === 'denied') return [...head, `  Denied. ${ruling.because}`];
  const { policy, reason } = ruling;
  if (policy.approvals === 0) return [...head, `  ${policy.because}`, '  Nobody has to agree.'];
  return [
    ...head,
    `  ${policy.because}`,
    ...stagesOf(policy).map((stage, at) => {
      const who = stage.approvers === null ? 'any approver' : stage.approvers.join(', ');
      return `  Stage ${at + 1}: ${count(stage.approvals, 'approval')} by ${who}`;
    }),
    `  May approve first: ${mayApprove === null ? 'nobody can tell without the chat' : peopleWords(mayApprove)}`,
    `  This will notify ${count(notified.length, 'person', 'people')}${notified.length === 0 ? ' directly' : `: ${peopleWords(notified)}`}`,
    ...(reason === null ? [] : [`  The reason must hold something like ${reason.example ?? reason.pattern}`]),
  ];
}

export function peopleWords(people: readonly Member[]): string {
  if (people.length === 0) return 'nobody';
  const names = people.slice(0, NAMED).map((person) => person.name);
  const left = people.length - names.length;
  return joinWords([...names, ...(left > 0 ? [`${left} more`] : [])]);
}

const TROUBLE_WORDS: Readonly<Record<TroubleKind, string>> = {
  credential: 'the credential is refused, so syncs are stopped',
  failed: 'the sync failed',
  incomplete: 'the sync was incomplete',
  held: 'the sync is held until two people decide',
  unfinished: 'the sync has not finished in 24 hours',
  'not-started': 'the sync did not start',
  'not-ready': 'the sync cannot run yet',
};

export function syncTroubleWords(kind: TroubleKind): string {
  return TROUBLE_WORDS[kind];
}

/** `Dan Novak decided on 12 Nov 2026: Renew 4 of 10. Reason: …` */
export function decidedWords(decision: RenewalDecision): string {
  return `${decision.by.name} decided on ${plainDay(decision.at)}: ${decisionWords(decision)}. Reason: ${decision.reason}`;
}
