import { fieldChanges, holdingChanges } from './compare-holdings.ts';
import type { SyncedHolding, SyncedPerson } from './inventory.ts';
import type { PersonFields } from './person-fields.ts';
import { type Holding, holderEmail, holdingName } from './seat.ts';
import { type ChangeKind, type DepartureReason, NO_COUNTS, type SyncChange, type SyncCounts } from './sync-change.ts';

type Counts = { -readonly [Name in keyof SyncCounts]: SyncCounts[Name] };

/** What a sync changes, one entry for each seat, account and person, and how many did not change. */
export class ChangeLog {
  readonly changes: SyncChange[] = [];
  readonly people: Counts = { ...NO_COUNTS };
  readonly holdings: Counts = { ...NO_COUNTS };

  /** `because` says why it is not in the load or does not count, where that was found. */
  holding(was: SyncedHolding | undefined, is: SyncedHolding, because?: DepartureReason): void {
    const { kind, externalId } = is.holding;
    const fields = was === undefined ? [] : holdingChanges(was.holding, is.holding);
    const change = changeOf(was, is, fields.length > 0 || was?.person !== is.person);
    if (change === null) {
      this.holdings.unchanged += 1;
      return;
    }
    this.holdings[change] += 1;
    const formerly = was === undefined || was.person === is.person ? null : was.person;
    this.changes.push({
      kind,
      id: externalId,
      change,
      person: is.person,
      formerly,
      title: titleOf(is.holding),
      fields,
      because: change === 'deactivated' ? (because ?? 'disabled') : null,
    });
  }

  person(was: SyncedPerson | undefined, is: SyncedPerson, because?: DepartureReason): void {
    const fields = was === undefined ? [] : fieldChanges(was.fields, is.fields);
    const change = changeOf(was, is, fields.length > 0);
    if (change === null) {
      this.people.unchanged += 1;
      return;
    }
    this.people[change] += 1;
    const formerly = was === undefined || was.key === is.key ? null : was.key;
    this.changes.push({
      kind: 'person',
      id: is.key,
      change,
      person: is.key,
      formerly,
      title: nameOf(is.fields, is.key),
      fields,
      because: change === 'deactivated' ? (because ?? 'disabled') : null,
    });
  }
}

function changeOf(
  was: { readonly active: boolean } | undefined,
  is: { readonly active: boolean },
  differs: boolean,
): ChangeKind | null {
  if (was === undefined) return 'created';
  if (was.active && !is.active) return 'deactivated';
  if (!was.active && is.active) return 'reactivated';
  return differs ? 'updated' : null;
}

/** The seat or account in words. */
export function titleOf(holding: Holding): string {
  const email = holderEmail(holding);
  return holding.kind === 'account' || email === null ? holdingName(holding) : `${holdingName(holding)} of ${email}`;
}

/** The person in words. */
export function nameOf(fields: PersonFields, key: string): string {
  const name = fields['name'];
  return typeof name === 'string' && name !== '' && name !== key ? `${name} (${key})` : key;
}
