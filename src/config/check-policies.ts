import type { ConfigMistake } from '../domain/errors.ts';
import { countable, unmetStage } from '../policies/can-be-met.ts';
import { itemsOf, memberOf } from './raw.ts';
import { formatPath } from './zod-mistakes.ts';

/**
 * Finds approval policies that nobody can satisfy, and names that stand twice. Lists that hold groups, roles or `*` are
 * counted when somebody asks, since the file does not say who is in them. `raw` may be wrong in other ways too.
 */
export function checkPolicies(file: string, raw: unknown): ConfigMistake[] {
  const mistakes: ConfigMistake[] = [];
  const names = new Set<string>();
  const everyApprover = listAt(memberOf(memberOf(raw, 'access'), 'approvers'));
  const policies = itemsOf(memberOf(memberOf(raw, 'approvals'), 'policies'));
  const alwaysRuled = policies.some((policy) => memberOf(policy, 'when') === 'true');
  if (everyApprover?.length === 0 && !alwaysRuled)
    mistakes.push({
      file,
      path: 'access.approvers',
      problem: 'names nobody, so what no policy speaks of could never be approved; name somebody, or leave it out for the admins',
    });
  policies.forEach((policy, index) => {
    const path = ['approvals', 'policies', index];
    const add = (at: readonly PropertyKey[], problem: string): void => {
      mistakes.push({ file, path: formatPath([...path, ...at]), problem });
    };
    const name = memberOf(policy, 'name');
    if (typeof name === 'string') {
      if (names.has(name)) add(['name'], `is the name of another policy, too: “${name}”`);
      names.add(name);
    }
    const staged = memberOf(policy, 'stages') !== undefined;
    const stages = staged ? itemsOf(memberOf(policy, 'stages')) : [policy];
    const demands = stages.map((stage) => ({
      approvals: numberOf(memberOf(stage, 'approvals'), staged ? 1 : 0),
      candidates: countable(listAt(memberOf(stage, 'approvers')) ?? everyApprover),
    }));
    const at = unmetStage(demands);
    const demand = at === null ? undefined : demands[at];
    if (at !== null && demand !== undefined) {
      const people = demand.candidates?.length ?? 0;
      const others = at === 0 ? '' : ' who are not needed before';
      const who = `${people} ${people === 1 ? 'person' : 'people'}`;
      add(
        staged ? ['stages', at] : ['approvals'],
        `can never be satisfied: ${demand.approvals} must approve, and only ${who} may${others}; each counts once`,
      );
    }
  });
  return mistakes;
}

/** The texts of a list; null when there is none. */
function listAt(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : null;
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
