import { normaliseEmail } from '../domain/person.ts';
import type { Account, Activity, Holder, Role, Scalar, Seat, SeatStatus } from '../domain/seat.ts';
import { type Instant, parseInstant } from '../domain/time.ts';
import { EvaluationFault, type Scope } from './expression.ts';
import type { AccountMapping, LoadedActivity, LoadedConnector, SeatMapping, StandardField } from './loaded.ts';
import type { Template } from './template.ts';

/** A record that cannot be read, in one sentence for people. */
export class RecordProblem extends Error {}

export interface MappingContext {
  readonly integrationId: string;
  readonly connectorId: string;
  readonly readAt: Instant;
  /** `variables`, `integration` and `now` for expressions. */
  readonly scope: Scope;
}

/**
 * Makes a seat or an account of a vendor's record.
 * @throws RecordProblem when a value that cannot be missing is, or one has another type than the mapping expects.
 */
export function mapRecord(
  record: unknown,
  as: 'seat' | 'account',
  connector: Pick<LoadedConnector, 'seat' | 'account' | 'fields' | 'name'>,
  context: MappingContext,
): Seat | Account {
  const scope = { ...context.scope, record };
  let id: string | null = null;
  try {
    const mapping = connector[as];
    if (mapping === null) throw new RecordProblem(`${connector.name} has no ${as}s`);
    id = text(mapping.id, scope);
    if (as === 'seat') return toSeat(connector.seat as SeatMapping, connector.fields, scope, context);
    return toAccount(connector.account as AccountMapping, connector.fields, scope, context);
  } catch (error) {
    if (!(error instanceof RecordProblem) && !(error instanceof EvaluationFault)) throw error;
    const what = id === null ? `A ${connector.name} record without an id` : `${connector.name} record ${id}`;
    throw new RecordProblem(`${what} cannot be read: ${error.message}.`);
  }
}

function toSeat(mapping: SeatMapping, fields: readonly StandardField[], scope: Scope, context: MappingContext): Seat {
  const code = needed(text(mapping.product.code, scope), 'product code');
  const teamId = mapping.team === null ? null : text(mapping.team.id, scope);
  const status = mapping.status.find((row) => row.when === null || row.when.holds(scope));
  return {
    kind: 'seat',
    integrationId: context.integrationId,
    connectorId: context.connectorId,
    externalId: needed(text(mapping.id, scope), 'id'),
    product: { code, name: text(mapping.product.name, scope) ?? code },
    team: mapping.team === null || teamId === null ? null : { id: teamId, name: text(mapping.team.name, scope) ?? teamId },
    status: needed(status?.is, 'status') as SeatStatus,
    holder: toHolder(mapping, scope),
    role: maybeText(mapping.role, scope),
    lastActivity: toActivity(mapping.lastActivity, scope),
    assignedAt: instant(mapping.assignedAt, scope, 'assigned'),
    validUntil: instant(mapping.validUntil, scope, 'valid until'),
    trial: mapping.trial?.holds(scope) ?? false,
    autoRenews: flag(mapping.autoRenews, scope, 'renews automatically'),
    offlineCode: mapping.offlineCode?.holds(scope) ?? false,
    fields: toFields(fields, scope),
    readAt: context.readAt,
  };
}

function toHolder(mapping: SeatMapping, scope: Scope): Holder | null {
  const row = mapping.holder.find((candidate) => candidate.when.holds(scope));
  if (row === undefined) return null;
  if (row.kind !== 'person') return { kind: row.kind, label: text(row.label, scope) ?? row.kind };
  return {
    kind: 'person',
    email: normaliseEmail(needed(text(row.email, scope), "holder's e-mail")),
    name: text(row.name, scope),
  };
}

function toAccount(mapping: AccountMapping, fields: readonly StandardField[], scope: Scope, context: MappingContext): Account {
  const email = text(mapping.email, scope);
  return {
    kind: 'account',
    integrationId: context.integrationId,
    connectorId: context.connectorId,
    externalId: needed(text(mapping.id, scope), 'id'),
    email: email === null ? null : normaliseEmail(email),
    name: text(mapping.name, scope) ?? email ?? needed(text(mapping.id, scope), 'id'),
    enabled: needed(flag(mapping.enabled, scope, 'enabled'), 'value for "enabled"'),
    administrator: mapping.administrator.holds(scope),
    paidSeat: flag(mapping.paidSeat, scope, 'paid seat'),
    roles: toRoles(mapping.roles?.render(scope) ?? []),
    lastActivity: toActivity(mapping.lastActivity, scope),
    createdAt: instant(mapping.createdAt, scope, 'created'),
    fields: toFields(fields, scope),
    readAt: context.readAt,
  };
}

function toRoles(value: unknown): readonly Role[] {
  if (!Array.isArray(value)) throw new RecordProblem('its roles are not a list');
  return value.map((item: unknown) => {
    const { name, scopes } = (typeof item === 'object' && item !== null ? item : {}) as Partial<Role>;
    if (typeof name !== 'string' || !Array.isArray(scopes)) throw new RecordProblem('a role has no name or no scopes');
    return { name, scopes: scopes.map(String) };
  });
}

function toActivity(mapping: LoadedActivity, scope: Scope): Activity {
  if (mapping.never.holds(scope)) return { kind: 'never' };
  const at = instant(mapping.at, scope, 'last used');
  return at === null ? { kind: 'unknown' } : { kind: 'at', at };
}

function toFields(fields: readonly StandardField[], scope: Scope): Readonly<Record<string, Scalar>> {
  return Object.fromEntries(fields.map((field) => [field.label, toField(field, scope)]));
}

function toField({ label, type, value: template }: StandardField, scope: Scope): Scalar {
  const value = template.render(scope);
  if (value === null || value === '') return null;
  if (type === 'text' && typeof value !== 'object') return String(value);
  if (type === 'number' && typeof value === 'number') return value;
  if (type === 'boolean' && typeof value === 'boolean') return value;
  if (type === 'date') {
    const at = parseInstant(value);
    if (at !== null) return at;
  }
  throw new RecordProblem(`"${label}" should be ${type} and is ${sample(value)}`);
}

function text(template: Template, scope: Scope): string | null {
  const value = template.render(scope);
  if (value === null || value === '') return null;
  if (typeof value === 'object') throw new RecordProblem(`${sample(value)} stands where a text is expected`);
  return String(value);
}

function maybeText(template: Template | null, scope: Scope): string | null {
  return template === null ? null : text(template, scope);
}

function instant(template: Template | null, scope: Scope, what: string): Instant | null {
  const value = template?.render(scope) ?? null;
  if (value === null || value === '') return null;
  const at = parseInstant(value);
  if (at === null) throw new RecordProblem(`"${what}" should be a date and is ${sample(value)}`);
  return at;
}

function flag(template: Template | null, scope: Scope, what: string): boolean | null {
  const value = template?.render(scope) ?? null;
  if (value === null || typeof value === 'boolean') return value;
  throw new RecordProblem(`"${what}" should be true or false and is ${sample(value)}`);
}

function needed<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) throw new RecordProblem(`it has no ${what}`);
  return value;
}

/** A short look at an unexpected value, so that the sentence can be acted on. */
function sample(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 40 ? `${json.slice(0, 40)}…` : json;
}
