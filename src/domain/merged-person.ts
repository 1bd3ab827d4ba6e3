import { RUN_FIELDS } from './compare-holdings.ts';
import type { SyncedPerson } from './inventory.ts';
import type { Scalar } from './seat.ts';
import type { PeopleSettings } from './settings.ts';
import type { Instant } from './time.ts';

/** What one integration says about a person. */
export interface Contribution {
  readonly integrationId: string;
  readonly person: SyncedPerson;
  /** When the integration was last synced whole. */
  readonly confirmedAt: Instant | null;
}

/** A value with whom it came from. */
export interface SourcedValue {
  readonly value: Scalar;
  readonly source: string;
  readonly at: Instant | null;
}

export interface MergedPerson {
  readonly fields: Readonly<Record<string, SourcedValue>>;
  /** Active in at least one integration. */
  readonly active: boolean;
  readonly sources: readonly string[];
}

/**
 * One person of what several integrations say. Of each field the best integration that fills it has the word; one in which
 * the person is inactive speaks after all in which they are active, and none takes away what another says.
 */
export function mergePerson(
  contributions: readonly Contribution[],
  { precedence, fields: single }: PeopleSettings,
): MergedPerson {
  const names = new Set(contributions.flatMap((one) => Object.keys(one.person.fields)));
  const fields: Record<string, SourcedValue> = {};
  for (const name of names) {
    const order = [...(single[name] ?? []), ...precedence];
    const rank = (one: Contribution): number => {
      const at = order.indexOf(one.integrationId);
      return (one.person.active ? 0 : order.length + 1) + (at === -1 ? order.length : at);
    };
    const best = contributions
      .filter((one) => (one.person.fields[name] ?? null) !== null)
      .toSorted((a, b) => rank(a) - rank(b))[0];
    if (best === undefined) continue;
    const value = (RUN_FIELDS.includes(name) ? best.confirmedAt : null) ?? best.person.fields[name] ?? null;
    fields[name] = { value, source: best.integrationId, at: best.confirmedAt };
  }
  return {
    fields,
    active: contributions.some((one) => one.person.active),
    sources: contributions.map((one) => one.integrationId),
  };
}
