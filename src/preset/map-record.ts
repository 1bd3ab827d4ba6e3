import { normaliseEmail } from '../domain/person.ts';
import type { Account, Activity, Holder, Holding, Role, Scalar, Seat, SeatStatus } from '../domain/seat.ts';
import { type Instant, parseDay, parseInstant } from '../domain/time.ts';
import { EvaluationFault, type Scope } from './expression.ts';
import { generate, quoted } from './generate.ts';
import type { AccountMapping, HoldingKind, LoadedActivity, SeatMapping, StandardField } from './loaded.ts';
import type { Template } from './template.ts';

/** A value that cannot be read: which one, how it begins, and why. */
class ValueProblem extends Error {
  readonly field: string | null;
  readonly sample: string | null;

  constructor(reason: string, field: string | null = null, value: unknown = undefined) {
    super(reason);
    this.field = field;
    this.sample = value === undefined ? null : sample(value);
  }
}

/** A record that cannot be read, in one sentence for people. */
export class RecordProblem extends Error {
  /** The vendor's id; null when even that cannot be read. */
  readonly id: string | null;
  readonly as: HoldingKind;
  readonly field: string | null;
  /** How the value found begins. */
  readonly sample: string | null;
  /** Without what and which: `"Team Id" should be text and is {…}`. */
  readonly reason: string;

  constructor(vendor: string, id: string | null, as: HoldingKind, cause: Error) {
    const what = id === null ? `A ${vendor} record without an id` : `${vendor} record ${id}`;
    super(`${what} cannot be read: ${cause.message}.`);
    this.id = id;
    this.as = as;
    this.field = cause instanceof ValueProblem ? cause.field : null;
    this.sample = cause instanceof ValueProblem ? cause.sample : null;
    this.reason = cause.message;
  }
}

/** How records become holdings, and what their standard fields are. */
export interface RecordMapping {
  /** The SaaS, for messages. */
  readonly name: string;
  readonly seat: SeatMapping | null;
  readonly account: AccountMapping | null;
  readonly fields: readonly StandardField[];
}

export interface MappingContext {
  readonly integrationId: string;
  readonly connectorId: string;
  readonly readAt: Instant;
  /** `variables`, `integration`, `now` and, for the record at hand, `joined`. */
  readonly scope: Scope;
  /** The e-mail of a vendor login; null for one nobody told. */
  readonly emailOf?: (login: string) => string | null;
}

/**
 * Makes seats or an account of a vendor's record: none where the mapping leaves it out, several where it has a seat for
 * each item of a list.
 * @throws RecordProblem when a value that cannot be missing is, or one has another type than the mapping expects.
 */
export function mapRecord(record: unknown, as: HoldingKind, mapping: RecordMapping, context: MappingContext): readonly Holding[] {
  return mapInScope({ ...context.scope, record }, as, mapping, context);
}

/** Like {@link mapRecord} with the record in a scope that has everything, for who maps many. */
export function mapInScope(scope: Scope, as: HoldingKind, mapping: RecordMapping, context: MappingContext): readonly Holding[] {
  let id: string | null = null;
  try {
    if (as === 'account') {
      const { account } = mapping;
      if (account === null) throw new ValueProblem(`${mapping.name} has no accounts`);
      if (account.when?.holds(scope) === false) return [];
      id = text(account.id, scope, 'id');
      return [toAccount(account, id, mapping.fields, scope, context)];
    }
    const { seat } = mapping;
    if (seat === null) throw new ValueProblem(`${mapping.name} has no seats`);
    if (seat.when?.holds(scope) === false) return [];
    if (seat.each === null) {
      id = text(seat.id, scope, 'id');
      return [toSeat(seat, id, mapping.fields, scope, context)];
    }
    return itemsOf(seat, scope).map((item) => {
      const inner = { ...scope, item };
      id = text(seat.id, inner, 'id');
      return toSeat(seat, id, mapping.fields, inner, context);
    });
  } catch (error) {
    if (!(error instanceof ValueProblem) && !(error instanceof EvaluationFault)) throw error;
    throw new RecordProblem(mapping.name, id, as, error);
  }
}

/** The ids a record has whatever else is in it; null when they cannot be read. */
export function idsOf(
  record: unknown,
  as: HoldingKind,
  mapping: RecordMapping,
  context: MappingContext,
): readonly string[] | null {
  const scope = { ...context.scope, record };
  try {
    const of = mapping[as];
    if (of === null || of.when?.holds(scope) === false) return [];
    const items = as === 'seat' ? itemsOf(of as SeatMapping, scope) : [null];
    return items.map((item) => needed(text(of.id, { ...scope, item }, 'id'), 'id'));
  } catch (error) {
    if (!(error instanceof ValueProblem) && !(error instanceof EvaluationFault)) throw error;
    return null;
  }
}

function itemsOf({ each }: SeatMapping, scope: Scope): readonly unknown[] {
  if (each === null) return [null];
  const items = each.evaluate(scope);
  if (items === null) return [];
  if (!Array.isArray(items)) throw new ValueProblem(`"each" should be a list and is ${sample(items)}`, 'each', items);
  return items;
}

function toSeat(
  mapping: SeatMapping,
  id: string | null,
  fields: readonly StandardField[],
  scope: Scope,
  context: MappingContext,
): Seat {
  const code = needed(text(mapping.product.code, scope, 'product.code'), 'product code');
  const teamId = mapping.team === null ? null : text(mapping.team.id, scope, 'team.id');
  const status = mapping.status.find((row) => row.when === null || row.when.holds(scope));
  return {
    kind: 'seat',
    integrationId: context.integrationId,
    connectorId: context.connectorId,
    externalId: needed(id, 'id'),
    product: { code, name: text(mapping.product.name, scope, 'product.name') ?? code },
    team:
      mapping.team === null || teamId === null
        ? null
        : { id: teamId, name: text(mapping.team.name, scope, 'team.name') ?? teamId },
    status: needed(status?.is, 'status') as SeatStatus,
    holder: toHolder(mapping, scope, context),
    role: maybeText(mapping.role, scope, 'role'),
    lastActivity: toActivity(mapping.lastActivity, scope),
    assignedAt: instant(mapping.assignedAt, scope, 'assignedAt', 'assigned'),
    validUntil: instant(mapping.validUntil, scope, 'validUntil', 'valid until', parseDay),
    trial: mapping.trial?.holds(scope) ?? false,
    autoRenews: flag(mapping.autoRenews, scope, 'autoRenews', 'renews automatically'),
    offlineCode: mapping.offlineCode?.holds(scope) ?? false,
    fields: toFields(fields, scope),
    readAt: context.readAt,
  };
}

function toHolder(mapping: SeatMapping, scope: Scope, context: MappingContext): Holder | null {
  const row = mapping.holder.find((candidate) => candidate.when.holds(scope));
  if (row === undefined) return null;
  if (row.kind !== 'person') return { kind: row.kind, label: text(row.label, scope, 'holder') ?? row.kind };
  const login = maybeText(row.login, scope, 'holder.login');
  const email = maybeText(row.email, scope, 'holder.email') ?? emailOf(login, context);
  if (email !== null) return { kind: 'person', email: normaliseEmail(email), name: maybeText(row.name, scope, 'holder.name') };
  return { kind: 'login', label: needed(login, row.login === null ? "holder's e-mail" : "holder's login") };
}

function emailOf(login: string | null, { emailOf: find }: MappingContext): string | null {
  return login === null || find === undefined ? null : find(login);
}

function toAccount(
  mapping: AccountMapping,
  id: string | null,
  fields: readonly StandardField[],
  scope: Scope,
  context: MappingContext,
): Account {
  const login = maybeText(mapping.login, scope, 'login');
  const email = maybeText(mapping.email, scope, 'email') ?? emailOf(login, context);
  return {
    kind: 'account',
    integrationId: context.integrationId,
    connectorId: context.connectorId,
    externalId: needed(id, 'id'),
    email: email === null ? null : normaliseEmail(email),
    name: text(mapping.name, scope, 'name') ?? login ?? email ?? needed(id, 'id'),
    enabled: needed(flag(mapping.enabled, scope, 'enabled', 'enabled'), 'value for "enabled"'),
    administrator: mapping.administrator.holds(scope),
    paidSeat: flag(mapping.paidSeat, scope, 'paidSeat', 'paid seat'),
    roles: toRoles(mapping.roles?.render(scope) ?? []),
    lastActivity: toActivity(mapping.lastActivity, scope),
    createdAt: instant(mapping.createdAt, scope, 'createdAt', 'created'),
    fields: toFields(fields, scope),
    readAt: context.readAt,
  };
}

function toRoles(value: unknown): readonly Role[] {
  if (!Array.isArray(value)) throw new ValueProblem('its roles are not a list', 'roles', value);
  return value.map((item: unknown) => {
    const { name, scopes } = (typeof item === 'object' && item !== null ? item : {}) as Partial<Role>;
    if (typeof name !== 'string' || !Array.isArray(scopes))
      throw new ValueProblem('a role has no name or no scopes', 'roles', item);
    return { name, scopes: scopes.map(String) };
  });
}

function toActivity(mapping: LoadedActivity, scope: Scope): Activity {
  if (mapping.unknown?.holds(scope) === true) return { kind: 'unknown' };
  if (mapping.never.holds(scope)) return { kind: 'never' };
  const at = instant(mapping.at, scope, 'lastActivity', 'last used');
  return at === null ? { kind: 'unknown' } : { kind: 'at', at };
}

type ReadFields = (scope: Scope) => Readonly<Record<string, Scalar>>;

const fieldReaders = new WeakMap<readonly StandardField[], ReadFields>();

function toFields(fields: readonly StandardField[], scope: Scope): Readonly<Record<string, Scalar>> {
  let read = fieldReaders.get(fields);
  if (read === undefined) {
    read = readFields(fields);
    fieldReaders.set(fields, read);
  }
  return read(scope);
}

/** Written out as one object, all fields have their place from the start; added one by one they are moved again and again. */
function readFields(fields: readonly StandardField[]): ReadFields {
  const readers = fields.map((field) => (scope: Scope) => toField(field, scope));
  const entries = fields.map(({ label }, index) => `${keyOf(label)}: read${index}(scope)`);
  const constants = Object.fromEntries(readers.map((read, index) => [`read${index}`, read]));
  return (
    generate<ReadFields>(constants, `return (scope) => ({ ${entries.join(', ')} });`) ??
    ((scope) => Object.fromEntries(fields.map((field) => [field.label, toField(field, scope)])))
  );
}

/** A key of an object literal; the one name that means something else there is computed. */
function keyOf(label: string): string {
  return label === '__proto__' ? `[${quoted(label)}]` : quoted(label);
}

function toField({ label, type, value: template }: StandardField, scope: Scope): Scalar {
  const value = template.render(scope);
  if (value === null || value === '') return null;
  if (type === 'text' && typeof value !== 'object') return typeof value === 'string' ? value : String(value);
  if (type === 'number' && typeof value === 'number') return value;
  if (type === 'boolean' && typeof value === 'boolean') return value;
  if (type === 'date') {
    const at = parseDay(value);
    if (at !== null) return at;
  }
  throw new ValueProblem(`"${label}" should be ${type} and is ${sample(value)}`, `fields.${label}`, value);
}

function text(template: Template, scope: Scope, field: string): string | null {
  const value = template.render(scope);
  if (typeof value === 'string') return value === '' ? null : value;
  if (value === null) return null;
  if (typeof value === 'object') throw new ValueProblem(`${sample(value)} stands where a text is expected`, field, value);
  return String(value);
}

function maybeText(template: Template | null, scope: Scope, field: string): string | null {
  return template === null ? null : text(template, scope, field);
}

function instant(
  template: Template | null,
  scope: Scope,
  field: string,
  what: string,
  read: (value: unknown) => Instant | null = parseInstant,
): Instant | null {
  const value = template?.render(scope) ?? null;
  if (value === null || value === '') return null;
  const at = read(value);
  if (at === null) throw new ValueProblem(`"${what}" should be a date and is ${sample(value)}`, field, value);
  return at;
}

function flag(template: Template | null, scope: Scope, field: string, what: string): boolean | null {
  const value = template?.render(scope) ?? null;
  if (value === null || typeof value === 'boolean') return value;
  throw new ValueProblem(`"${what}" should be true or false and is ${sample(value)}`, field, value);
}

function needed<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) throw new ValueProblem(`it has no ${what}`);
  return value;
}

/** A short look at an unexpected value, so that the sentence can be acted on. */
function sample(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 40 ? `${json.slice(0, 40)}…` : json;
}
