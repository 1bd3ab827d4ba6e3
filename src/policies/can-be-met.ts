import { isGroupId } from '../domain/access.ts';
import type { PeopleList } from '../domain/approval.ts';
import { normaliseEmail } from '../domain/person.ts';
import { APP_OWNER, MANAGER } from '../domain/settings.ts';

export interface StageDemand {
  readonly approvals: number;
  /** Who could agree; null when there is no telling how many they are. */
  readonly candidates: readonly string[] | null;
}

/** The first stage that cannot get enough different people, counting each person once over all stages; null when all can. */
export function unmetStage(stages: readonly StageDemand[]): number | null {
  /** Who is given to which stage. */
  const given = new Map<string, number>();

  /** Finds a person for a stage, moving those already given to other stages where they can be spared. */
  const find = (at: number, tried: Set<string>): boolean =>
    (stages[at]?.candidates ?? []).some((person) => {
      if (tried.has(person)) return false;
      tried.add(person);
      const other = given.get(person);
      if (other !== undefined && !find(other, tried)) return false;
      given.set(person, at);
      return true;
    });

  for (const [at, stage] of stages.entries()) {
    if (stage.candidates === null) continue;
    for (let seat = 0; seat < stage.approvals; seat += 1) if (!find(at, new Set())) return at;
  }
  return null;
}

/** The people a list names one by one; null when it names groups, roles or everybody. */
export function countable(list: PeopleList | null): readonly string[] | null {
  if (list === null) return null;
  if (list.some((entry) => entry === '*' || entry === APP_OWNER || entry === MANAGER || isGroupId(entry))) return null;
  return [...new Set(list.map((entry) => (entry.includes('@') ? normaliseEmail(entry) : entry)))];
}
