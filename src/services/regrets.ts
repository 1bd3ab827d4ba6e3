import { type ActionRequest, affectedBy } from '../domain/action-request.ts';
import { type PersonRef, samePerson } from '../domain/person.ts';
import type { Problem } from '../domain/problems.ts';
import type { Holding } from '../domain/seat.ts';
import { addMs, DAY_MS, toInstant } from '../domain/time.ts';
import { regretAbout, regretOf, takenAt } from '../policies/regret.ts';
import type { World } from '../ports/world.ts';

/** What was lately taken away from a person and given back. */
export async function regretsOf(world: World, person: PersonRef | null): Promise<readonly ActionRequest[]> {
  if (person === null) return [];
  const days = world.settings().reports.regretDays;
  const since = addMs(toInstant(world.clock.now()), -days * DAY_MS);
  const theirs = (await world.store.list('requests')).filter(
    (request) => request.bulk === undefined && affectedBy(request).some((affected) => samePerson(affected, person)),
  );
  return regretOf(theirs, since, days).regretted;
}

/** What is said at a seat or account that was taken away by mistake before. */
export function regretProblem(regretted: readonly ActionRequest[], holding: Holding): readonly Problem[] {
  const before = regretAbout(regretted, holding);
  return before === null ? [] : [{ kind: 'regretted', on: takenAt(before), requestId: before.id, tone: 'warn' }];
}
