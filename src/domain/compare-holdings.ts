import { type Account, type Activity, type Holder, type Holding, holderEmail, type Scalar, type Seat } from './seat.ts';

/** One field that is not what it was. */
export type FieldChange = readonly [field: string, before: Scalar, after: Scalar];

/**
 * Standard fields that tell of the run and not of the record, so that a run in which nothing happened changes nothing; the
 * second is the name of a custom field that is filled with the first.
 */
export const RUN_FIELDS: readonly string[] = ['Connector Sync Time', 'connector_sync_time'];

/** Whether two readings of one seat or account say the same, apart from when they were read. */
export function sameHolding(a: Holding, b: Holding): boolean {
  if (a.kind === 'seat') return b.kind === 'seat' && sameSeat(a, b) && sameFields(a.fields, b.fields);
  return b.kind === 'account' && sameAccount(a, b) && sameFields(a.fields, b.fields);
}

function sameSeat(a: Seat, b: Seat): boolean {
  return (
    a.status === b.status &&
    a.product.code === b.product.code &&
    a.product.name === b.product.name &&
    a.team?.id === b.team?.id &&
    a.team?.name === b.team?.name &&
    a.role === b.role &&
    a.assignedAt === b.assignedAt &&
    a.validUntil === b.validUntil &&
    a.trial === b.trial &&
    a.autoRenews === b.autoRenews &&
    a.offlineCode === b.offlineCode &&
    sameActivity(a.lastActivity, b.lastActivity) &&
    sameHolder(a.holder, b.holder)
  );
}

function sameAccount(a: Account, b: Account): boolean {
  return (
    a.email === b.email &&
    a.name === b.name &&
    a.enabled === b.enabled &&
    a.administrator === b.administrator &&
    a.paidSeat === b.paidSeat &&
    a.createdAt === b.createdAt &&
    sameActivity(a.lastActivity, b.lastActivity) &&
    (a.roles === b.roles || rolesText(a) === rolesText(b))
  );
}

function sameActivity(a: Activity, b: Activity): boolean {
  return a.kind === b.kind && (a.kind !== 'at' || b.kind !== 'at' || a.at === b.at);
}

function sameHolder(a: Holder | null, b: Holder | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.kind === 'person' || b.kind === 'person')
    return a.kind === 'person' && b.kind === 'person' && a.email === b.email && a.name === b.name;
  return a.kind === b.kind && a.label === b.label;
}

type Fields = Readonly<Record<string, Scalar>>;

/** Whether two sets of fields have the same names and values; fields that tell of the run do not count. */
export function sameFields(a: Fields, b: Fields): boolean {
  let left = 0;
  for (const name in a) {
    if (a[name] !== b[name] && !RUN_FIELDS.includes(name)) return false;
    left += 1;
  }
  for (const _ in b) left -= 1;
  return left === 0;
}

/** Every field in which two readings differ: first what we know by its meaning, then the vendor's own fields. */
export function holdingChanges(before: Holding, after: Holding): readonly FieldChange[] {
  const [a, b] = [meanings(before), meanings(after)];
  const changes: FieldChange[] = [];
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) add(changes, name, a[name] ?? null, b[name] ?? null);
  const told = new Set(changes.map(([, was, is]) => JSON.stringify([was, is])));
  for (const [name, was, is] of fieldChanges(before.fields, after.fields)) {
    // The same fact under the vendor's name for it is not told twice.
    if (!told.has(JSON.stringify([was, is]))) changes.push([name, was, is]);
  }
  return changes;
}

export function fieldChanges(before: Fields, after: Fields): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
    if (!RUN_FIELDS.includes(name)) add(changes, name, before[name] ?? null, after[name] ?? null);
  return changes;
}

function add(changes: FieldChange[], name: string, was: Scalar, is: Scalar): void {
  if (was !== is) changes.push([name, was, is]);
}

/** What a seat or account says, one value a name. The history keeps these, so the names are for good. */
export function meanings(holding: Holding): Readonly<Record<string, Scalar>> {
  const activity = holding.lastActivity.kind === 'at' ? holding.lastActivity.at : holding.lastActivity.kind;
  if (holding.kind === 'account')
    return {
      email: holding.email,
      name: holding.name,
      enabled: holding.enabled,
      administrator: holding.administrator,
      paidSeat: holding.paidSeat,
      roles: rolesText(holding),
      lastActivity: activity,
      createdAt: holding.createdAt,
    };
  const { holder } = holding;
  return {
    holder: holderEmail(holding) ?? (holder === null || holder.kind === 'person' ? null : holder.label),
    holderName: holder?.kind === 'person' ? holder.name : null,
    product: holding.product.name,
    productCode: holding.product.code,
    team: holding.team?.name ?? null,
    teamId: holding.team?.id ?? null,
    status: holding.status,
    role: holding.role,
    lastActivity: activity,
    assignedAt: holding.assignedAt,
    validUntil: holding.validUntil,
    trial: holding.trial,
    autoRenews: holding.autoRenews,
    offlineCode: holding.offlineCode,
  };
}

function rolesText(account: Account): string {
  return account.roles
    .map((role) => (role.scopes.length === 0 ? role.name : `${role.name} (${role.scopes.join(', ')})`))
    .join('; ');
}
