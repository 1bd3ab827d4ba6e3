import { normaliseEmail } from './person.ts';
import type { Scalar } from './seat.ts';
import { parseInstant } from './time.ts';

/** A person as one integration tells them: standard and custom fields by name. */
export type PersonFields = Readonly<Record<string, Scalar>>;

/** What a mapping can fill besides custom fields. */
export const PERSON_FIELDS = [
  'email',
  'username',
  'role',
  'name',
  'firstName',
  'lastName',
  'title',
  'department',
  'manager',
  'location',
  'phone',
  'employeeId',
  'startDate',
] as const;

export type FieldType = 'text' | 'number' | 'boolean' | 'date';

export interface CheckedField {
  readonly type: FieldType;
}

/** The value as its type, or undefined when it is another. */
export function asType(value: Scalar, type: FieldType): Scalar | undefined {
  if (value === null || value === '') return null;
  switch (type) {
    case 'text':
      return String(value);
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'date':
      return parseInstant(value) ?? undefined;
  }
}

/** The value that joins records to people; null when it is empty. E-mails join without regard to case. */
export function keyOf(fields: PersonFields, syncKey: string): string | null {
  const value = fields[syncKey];
  if (value === undefined || value === null) return null;
  const text = String(value).trim();
  if (text === '') return null;
  return syncKey === 'email' || syncKey === 'username' ? normaliseEmail(text) : text;
}
