import type { Caller } from '../command.ts';
import { affectedBy } from '../domain/action-request.ts';
import type { AuditEvent } from '../domain/audit.ts';
import { normaliseEmail, type PersonRef, samePerson } from '../domain/person.ts';
import type { World } from '../ports/world.ts';
import { requireRight } from './rights.ts';

const SHOWN = 40;

/** The last events that somebody caused or that concerned them, oldest first, and how many came before. For auditors. */
export async function auditOfPerson(
  world: World,
  caller: Caller,
  person: PersonRef,
): Promise<{ readonly events: readonly AuditEvent[]; readonly earlier: number }> {
  await requireRight(world, caller, 'audit');
  const requests = await world.store.list('requests');
  const concerned = new Set(
    requests
      .filter((request) => [request.requester, ...affectedBy(request)].some((one) => samePerson(one, person)))
      .map((request) => request.id),
  );
  const found: AuditEvent[] = [];
  let earlier = 0;
  for await (const event of world.store.audit.read()) {
    if (!isAbout(event, person, concerned)) continue;
    found.push(event);
    if (found.length <= SHOWN) continue;
    found.shift();
    earlier += 1;
  }
  return { events: found, earlier };
}

function isAbout(event: AuditEvent, person: PersonRef, concerned: ReadonlySet<string>): boolean {
  if (event.requestId !== null && concerned.has(event.requestId)) return true;
  if (event.actor.kind === 'person' && samePerson(event.actor, person)) return true;
  return person.email !== null && event.subject.toLowerCase().includes(normaliseEmail(person.email));
}
