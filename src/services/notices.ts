import { type ActionRequest, affectedBy } from '../domain/action-request.ts';
import { type PersonRef, samePerson } from '../domain/person.ts';
import type { ApprovalSettings } from '../domain/settings.ts';
import type { Instant } from '../domain/time.ts';
import type { NoticeEvent, OwedNotice, Put } from '../ports/store.ts';

/**
 * The direct messages a change of state owes: the requester hears every change, the person concerned as `tellAffected`
 * says. Nobody is told what they just did themselves, and the rows of a bulk request tell the requester nothing by
 * themselves. Written in the same commit as the change, so that a crash can delay a message but not lose it.
 */
export function noticesFor(
  request: ActionRequest,
  event: NoticeEvent,
  by: PersonRef | null,
  now: Instant,
  tellAffected: ApprovalSettings['tellAffected'],
): readonly Put[] {
  const owed: { readonly to: PersonRef; readonly as: OwedNotice['as'] }[] = [];
  if (REQUESTER_HEARS.includes(event) && request.partOf === undefined) owed.push({ to: request.requester, as: 'requester' });
  const hears = tellAffected === 'always' ? AFFECTED_HEARS : tellAffected === 'outcome' ? OUTCOMES : [];
  // What happens to the rows of a bulk request is told by their own requests.
  const begun = request.bulk === undefined || !OUTCOMES.includes(event);
  if (hears.includes(event) && begun) owed.push(...affectedBy(request).map((to) => ({ to, as: 'affected' as const })));
  return owed
    .filter(({ to, as }) => !samePerson(to, by) && (as !== 'affected' || !samePerson(to, request.requester)))
    .map(({ to, as }) => owe(request, event, to, as, now))
    .filter((put) => put !== null);
}

/** One message; null for somebody who cannot be named. */
export function owe(request: ActionRequest, event: NoticeEvent, to: PersonRef, as: OwedNotice['as'], now: Instant): Put | null {
  if (to.userId === null && to.email === null) return null;
  const whom = as === 'requester' ? as : `${as}:${to.userId ?? to.email ?? ''}`;
  const id = `${request.id}:${request.version}:${whom}`;
  const doc: OwedNotice = { id, version: 1, requestId: request.id, to, as, event, owedSince: now, attempts: 0 };
  return { collection: 'notices', doc, expected: null };
}

const REQUESTER_HEARS: readonly NoticeEvent[] = [
  'stage',
  'escalated',
  'denied',
  'expired',
  'withdrawn',
  'succeeded',
  'failed',
  'unknown',
  'undone',
  'scheduled',
  'task',
];
const OUTCOMES: readonly NoticeEvent[] = ['succeeded', 'undone'];
const AFFECTED_HEARS: readonly NoticeEvent[] = [
  ...OUTCOMES,
  'asked',
  'denied',
  'expired',
  'withdrawn',
  'failed',
  'unknown',
  'scheduled',
  'task',
];
