import type { MergeRecord } from './merge-record.ts';
import { isEmail, normaliseEmail } from './person.ts';
import { asType, keyOf, type PersonFields } from './person-fields.ts';
import { type Holding, holderEmail, type Scalar } from './seat.ts';
import type { SyncFault } from './sync-change.ts';
import type { SyncPlan } from './sync-plan.ts';

/** The person of one record. */
export interface ReadPerson {
  readonly key: string;
  readonly fields: PersonFields;
  /** False where a field that must be unique has another's value. */
  readonly unique: boolean;
}

/** Reads the people of a load by its plan, each field as its type, and keeps what stood in the way. */
export class PersonReader {
  readonly faults: SyncFault[] = [];
  /** Records with at least one fault. */
  failed = 0;
  /** Seats and accounts that share a value that must be unique. */
  readonly clashes = new Set<string>();
  readonly #plan: SyncPlan;
  readonly #unique = new Map<string, Map<Scalar, string>>();
  #failedIndex = -1;

  constructor(plan: SyncPlan) {
    this.#plan = plan;
    for (const field of plan.customFields) if (field.unique) this.#unique.set(field.name, new Map());
  }

  /** Takes note of a record that the load itself could not read. */
  refuse({ index, faults }: MergeRecord): void {
    this.failed += 1;
    for (const { id, field, sample, reason } of faults) this.faults.push({ index, id, field, sample, reason });
  }

  /**
   * The person a record is about, `id` being its seat or account; null when it concerns nobody who can be named,
   * undefined when the mapping failed, so that the record stays what it was.
   */
  read(record: MergeRecord, id: string): ReadPerson | null | undefined {
    if (record.person === null) return null;
    const named = clean(record.person['email'] ?? null) !== null || record.seats.some(hasEmail) || record.accounts.some(hasEmail);
    if (!named && record.seen.length > 0) return null;
    const fields = this.#fields(record);
    if (fields === null) return undefined;
    const { syncKey } = this.#plan;
    const key = keyOf(fields, syncKey);
    if (key !== null) return { key, fields, unique: this.#isUnique(record, fields, id) };
    const vendorId = record.accounts[0]?.externalId ?? record.seats[0]?.externalId ?? null;
    this.#fail(record, vendorId, syncKey, `it has no ${syncKey}, which is the sync key`);
    return undefined;
  }

  /** Standard and custom fields as their types; null, with a fault for each, when one that is needed is missing or wrong. */
  #fields(record: MergeRecord): PersonFields | null {
    const plan = this.#plan;
    const fields: Record<string, Scalar> = {};
    for (const name in record.person) fields[name] = clean(record.person[name] ?? null);
    if (typeof fields['email'] === 'string') fields['email'] = normaliseEmail(fields['email']);
    fields['username'] ??= null;
    fields['role'] ??= plan.role;
    let whole = true;
    const email = fields['email'] ?? null;
    // Everybody without one may have the same "n/a", and would be one person.
    if (email !== null && !isEmail(String(email))) {
      whole = false;
      this.#fail(record, null, 'email', 'it is no e-mail', email);
    }
    for (const field of plan.customFields) {
      const value = record.custom[field.name] ?? null;
      const typed = asType(value, field.type);
      if (typed !== undefined) fields[field.name] = typed;
      else {
        whole = false;
        this.#fail(record, null, field.name, `“${field.label}” should be ${field.type}`, value);
      }
    }
    for (const target of NEEDED) {
      if (fields[target] !== null && fields[target] !== undefined) continue;
      // A draft may be tried before it says which role people get.
      if (target === 'role' && plan.mapping['role'] === undefined) continue;
      whole = false;
      this.#fail(record, null, target, `it has no ${target === 'email' ? 'e-mail' : target}`);
    }
    return whole ? fields : null;
  }

  #fail(record: MergeRecord, id: string | null, field: string, reason: string, value?: Scalar): void {
    // Several fields of one record are one record with errors.
    if (this.#failedIndex !== record.index) this.failed += 1;
    this.#failedIndex = record.index;
    const sample = value === undefined ? null : JSON.stringify(value).slice(0, 60);
    this.faults.push({ index: record.index, id: id ?? record.seen[0]?.id ?? null, field, sample, reason });
  }

  #isUnique(record: MergeRecord, fields: PersonFields, id: string): boolean {
    let unique = true;
    for (const [name, owners] of this.#unique) {
      const value = fields[name] ?? null;
      if (value === null) continue;
      const owner = owners.get(value);
      if (owner === undefined) owners.set(value, id);
      else if (owner !== id) {
        unique = false;
        this.clashes.add(owner).add(id);
        const label = this.#plan.customFields.find((field) => field.name === name)?.label ?? name;
        this.#fail(record, null, name, `“${label}” must be unique, and ${shown(owner)} and ${shown(id)} have the same`, value);
      }
    }
    return unique;
  }
}

const NEEDED = ['email', 'username', 'role'] as const;

function hasEmail(holding: Holding): boolean {
  return holderEmail(holding) !== null;
}

function clean(value: Scalar): Scalar {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  return text === '' ? null : text;
}

/** The vendor's id alone. */
export function shown(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}
