import type { ActionRequest } from '../domain/action-request.ts';
import { type PersonRef, samePerson } from '../domain/person.ts';
import type { Instant } from '../domain/time.ts';
import type { OwedNotice, Put } from '../ports/store.ts';

/**
 * The direct messages a change of state owes: the requester hears every end, the affected person hears when something
 * really happened to them, or when nobody can tell yet. Nobody is told what they just did themselves. Written in the
 * same commit as the change, so that a crash can delay a message but not lose it.
 */
export function noticesFor(
  request: ActionRequest,
  event: OwedNotice['event'],
  by: PersonRef | null,
  now: Instant,
): readonly Put[] {
  const puts: Put[] = [];
  const owe = (to: PersonRef, as: OwedNotice['as']): void => {
    if (samePerson(to, by) || (to.userId === null && to.email === null)) return;
    const id = `${request.id}:${request.version}:${as}`;
    const doc: OwedNotice = { id, version: 1, requestId: request.id, to, as, event, owedSince: now, attempts: 0 };
    puts.push({ collection: 'notices', doc, expected: null });
  };
  if (REQUESTER_HEARS.includes(event)) owe(request.requester, 'requester');
  if (request.affected !== null && AFFECTED_HEARS.includes(event) && !samePerson(request.affected, request.requester))
    owe(request.affected, 'affected');
  return puts;
}

const REQUESTER_HEARS: readonly OwedNotice['event'][] = ['denied', 'expired', 'succeeded', 'failed', 'unknown', 'undone'];
const AFFECTED_HEARS: readonly OwedNotice['event'][] = ['succeeded', 'undone'];
