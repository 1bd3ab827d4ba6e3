import { isEmail, normaliseEmail } from '../domain/person.ts';
import { addMs, DAY_MS, daysBetween, parseInstant } from '../domain/time.ts';

/** A function preset expressions may call. The table is the documentation: a test runs each example and compares the result. */
export interface PresetFunction {
  readonly name: string;
  /** How it is called, for people. */
  readonly signature: string;
  readonly what: string;
  /** A CEL expression without variables. */
  readonly example: string;
  /** What the example gives, as JSON. */
  readonly gives: string;
  /** One implementation for each number of arguments, except for the macro `coalesce`. */
  readonly overloads: readonly ((...args: never[]) => unknown)[];
}

type Row = Readonly<Record<string, unknown>>;

const MAX_NAME_LENGTH = 60;
const MAX_RANGE = 5_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const PRESET_FUNCTIONS: readonly PresetFunction[] = [
  {
    name: 'coalesce',
    signature: 'coalesce(a, b, …)',
    what: 'The first argument that is there and not null; else null. A path that does not exist counts as not there, so `coalesce(a) == null` is true for null and for absence.',
    example: "coalesce({'a': 1}.b, null, 'c')",
    gives: '"c"',
    overloads: [],
  },
  {
    name: 'text',
    signature: 'text(value)',
    what: 'The value as text, so that an id never turns into a number.',
    example: 'text(1904)',
    gives: '"1904"',
    overloads: [(value: unknown) => asText(value)],
  },
  {
    name: 'lower',
    signature: 'lower(text)',
    what: 'In small letters.',
    example: "lower('Nora')",
    gives: '"nora"',
    overloads: [(value: unknown) => asText(value)?.toLowerCase() ?? null],
  },
  {
    name: 'upper',
    signature: 'upper(text)',
    what: 'In capital letters.',
    example: "upper('Nora')",
    gives: '"NORA"',
    overloads: [(value: unknown) => asText(value)?.toUpperCase() ?? null],
  },
  {
    name: 'replace',
    signature: 'replace(text, part, with)',
    what: 'The text with every such part replaced.',
    example: "replace('a_b_c', '_', '-')",
    gives: '"a-b-c"',
    overloads: [replaced],
  },
  {
    name: 'split',
    signature: 'split(text, between)',
    what: 'The parts of a text as a list; an empty list for null.',
    example: "split('u1:sku2', ':')",
    gives: '["u1","sku2"]',
    overloads: [(value: unknown, between: unknown) => asText(value)?.split(asText(between) ?? '') ?? []],
  },
  {
    name: 'number',
    signature: 'number(value)',
    what: 'The value as a number; null when it is none. Never for ids: they stay text.',
    example: "number(' 12.5 ')",
    gives: '12.5',
    overloads: [asNumber],
  },
  {
    name: 'trim',
    signature: 'trim(text)',
    what: 'Without space at both ends; null when nothing is left.',
    example: "trim(' Nora ')",
    gives: '"Nora"',
    overloads: [(value: unknown) => emptyToNull(asText(value)?.trim())],
  },
  {
    name: 'same',
    signature: 'same(a, b)',
    what: 'True when both are the same text without regard to letter case and surrounding space; never true for null.',
    example: "same('Nora@Oak.example', 'nora@oak.example ')",
    gives: 'true',
    overloads: [(a: unknown, b: unknown) => same(a, b)],
  },
  {
    name: 'contains',
    signature: 'contains(textOrList, part)',
    what: 'True when the text has the part in it (letter case ignored), or the list has the item; false for null.',
    example: "contains('Nora Lind', 'lind')",
    gives: 'true',
    overloads: [contains],
  },
  {
    name: 'first',
    signature: 'first(list)',
    what: 'The first item; null for an empty list or null.',
    example: "first(['a', 'b'])",
    gives: '"a"',
    overloads: [(list: unknown) => asList(list)[0] ?? null],
  },
  {
    name: 'last',
    signature: 'last(list)',
    what: 'The last item; null for an empty list or null.',
    example: "last(['a', 'b'])",
    gives: '"b"',
    overloads: [(list: unknown) => asList(list).at(-1) ?? null],
  },
  {
    name: 'range',
    signature: 'range(count)',
    what: `The whole numbers from 1 to the count, for lists that a vendor only counts; ${MAX_RANGE.toLocaleString('en-US')} at most.`,
    example: 'range(3)',
    gives: '[1,2,3]',
    overloads: [range],
  },
  {
    name: 'contains_email',
    signature: 'contains_email(list, email)',
    what: 'True when the list has the e-mail, as a text or as `email`, `value` or `mail` of an item, letter case ignored; false for null.',
    example: "contains_email([{'value': 'Nora@Oak.example'}], 'nora@oak.example')",
    gives: 'true',
    overloads: [containsEmail],
  },
  {
    name: 'join',
    signature: 'join(list, between)',
    what: 'The items as one text, nulls left out.',
    example: "join(['a', null, 'b'], ', ')",
    gives: '"a, b"',
    overloads: [(list: unknown, between: unknown) => joined(asList(list), asText(between) ?? '')],
  },
  {
    name: 'concat',
    signature: 'concat(list, list)',
    what: 'Both lists one after the other; null counts as an empty list.',
    example: "concat(['a'], null)",
    gives: '["a"]',
    overloads: [(a: unknown, b: unknown) => [...asList(a), ...asList(b)]],
  },
  {
    name: 'count',
    signature: 'count(list)',
    what: 'How many items; 0 for null.',
    example: "count(['a', 'b'])",
    gives: '2',
    overloads: [(list: unknown) => asList(list).length],
  },
  {
    name: 'date',
    signature: 'date(text)',
    what: 'An ISO 8601 date or time as an instant in UTC; null when it is none.',
    example: "date('2027-03-31T00:00:00.000+03:00')",
    gives: '"2027-03-30T21:00:00.000Z"',
    overloads: [(value: unknown) => parseInstant(value)],
  },
  {
    name: 'from_epoch',
    signature: 'from_epoch(value)',
    what: 'Seconds or milliseconds since 1970 as an instant; null for null, for zero and for what is no number.',
    example: 'from_epoch(1795219200)',
    gives: '"2026-11-21T00:00:00.000Z"',
    overloads: [fromEpoch],
  },
  {
    name: 'days_since',
    signature: 'days_since(instant, now)',
    what: 'Whole days from the instant to now; null when there is no instant.',
    example: "days_since('2026-11-11T13:20:00Z', '2026-11-23T09:00:00Z')",
    gives: '11',
    overloads: [(from: unknown, to: unknown) => withInstants([from, to], ([a, b]) => daysBetween(a ?? '', b ?? ''))],
  },
  {
    name: 'plus_days',
    signature: 'plus_days(instant, days)',
    what: 'The instant so many days later.',
    example: "plus_days('2026-11-11T13:20:00Z', 30)",
    gives: '"2026-12-11T13:20:00.000Z"',
    overloads: [(from: unknown, days: unknown) => withInstants([from], ([a]) => addMs(a ?? '', Number(days) * DAY_MS))],
  },
  {
    name: 'day',
    signature: 'day(instant) or day(instant, now)',
    what: 'A day for people, in UTC. With now, the year is left out when it is the same.',
    example: "day('2026-12-09T08:00:00Z', '2026-11-23T09:00:00Z')",
    gives: '"9 Dec"',
    overloads: [(at: unknown) => day(at, null), day],
  },
  {
    name: 'activity',
    signature: 'activity(lastActivity, now)',
    what: 'When something was last used, for people.',
    example: "activity({'kind': 'at', 'at': '2026-11-20T16:42:11Z'}, '2026-11-23T09:00:00Z')",
    gives: '"20 Nov (2 days ago)"',
    overloads: [activity],
  },
  {
    name: 'yes_no',
    signature: 'yes_no(value)',
    what: '`yes`, `no`, or null for anything else.',
    example: 'yes_no(true)',
    gives: '"yes"',
    overloads: [(value: unknown) => (value === true ? 'yes' : value === false ? 'no' : null)],
  },
  {
    name: 'split_name',
    signature: 'split_name(name)',
    what: 'A full name in two: `first` is the first word, `last` the rest. An e-mail is read as its words; `last` is null for one word.',
    example: "split_name('Ana Maria Lopes')",
    gives: '{"first":"Ana","last":"Maria Lopes"}',
    overloads: [splitName],
  },
  {
    name: 'clean_name',
    signature: 'clean_name(name)',
    what: `A name of letters, digits, blanks, dots, hyphens and apostrophes alone, at most ${MAX_NAME_LENGTH} characters; null when nothing is left.`,
    example: "clean_name('🚀 Nora <Lind>')",
    gives: '"Nora Lind"',
    overloads: [cleanName],
  },
  {
    name: 'unmasked',
    signature: 'unmasked(name)',
    what: 'The name, or null when the vendor hid letters behind asterisks.',
    example: "unmasked('No** Li**')",
    gives: 'null',
    overloads: [(name: unknown) => (asText(name)?.includes('*') ? null : emptyToNull(asText(name)?.trim()))],
  },
  {
    name: 'group_roles',
    signature: 'group_roles(list, nameKey, scopeKey, otherScopeKey)',
    what: 'One role for each name, with the things it is held on beneath; keys may be dotted, the other scope key stands in for a null.',
    example: "group_roles([{'r': 'Owner', 'p': 'Shop', 'i': '1'}, {'r': 'Owner', 'p': null, 'i': '2'}], 'r', 'p', 'i')",
    gives: '[{"name":"Owner","scopes":["Shop","2"]}]',
    overloads: [groupRoles],
  },
  {
    name: 'held_by',
    signature: 'held_by(seats, email)',
    what: 'The seats that person holds.',
    example: "held_by([{'holder': {'kind': 'person', 'email': 'n@oak.example'}}, {'holder': null}], 'N@oak.example').size()",
    gives: '1',
    overloads: [heldBy],
  },
  {
    name: 'with_id',
    signature: 'with_id(holdings, id)',
    what: 'The seat or account of that vendor id; null when it is not among them.',
    example: "with_id([{'externalId': 'A1', 'role': 'x'}], 'A1').role",
    gives: '"x"',
    overloads: [(list: unknown, id: unknown) => asRows(list).find((row) => row['externalId'] === asText(id)) ?? null],
  },
  {
    name: 'without',
    signature: 'without(holdings, others)',
    what: 'The seats or accounts that are not among the others, by vendor id.',
    example: "ids(without([{'externalId': 'A1'}, {'externalId': 'B2'}], [{'externalId': 'A1'}]))",
    gives: '"B2"',
    overloads: [without],
  },
  {
    name: 'ids',
    signature: 'ids(holdings)',
    what: 'Their vendor ids in order of the alphabet, as one text; `none` when there are none.',
    example: "ids([{'externalId': 'B2'}, {'externalId': 'A1'}])",
    gives: '"A1, B2"',
    overloads: [
      (list: unknown) =>
        asRows(list)
          .map((row) => asText(row['externalId']))
          .toSorted()
          .join(', ') || 'none',
    ],
  },
];

function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return null;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asRows(value: unknown): readonly Row[] {
  return asList(value).filter((item): item is Row => typeof item === 'object' && item !== null);
}

function asNumber(value: unknown): number | null {
  const text = asText(value)?.trim() ?? '';
  const number = text === '' || typeof value === 'boolean' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

function replaced(value: unknown, part: unknown, by: unknown): string | null {
  const text = asText(value);
  const piece = asText(part) ?? '';
  return text === null || piece === '' ? text : text.replaceAll(piece, () => asText(by) ?? '');
}

function range(count: unknown): readonly number[] {
  const length = Math.min(MAX_RANGE, Math.max(0, Math.trunc(asNumber(count) ?? 0)));
  return Array.from({ length }, (_, index) => index + 1);
}

/** The year 5138 in seconds, and 1973 in milliseconds: smaller numbers are seconds. */
const EPOCH_MS_FROM = 1e11;
const LATEST_MS = 8.64e15;

function fromEpoch(value: unknown): string | null {
  const number = asNumber(value);
  if (number === null || number <= 0) return null;
  const ms = number < EPOCH_MS_FROM ? number * 1_000 : number;
  return ms > LATEST_MS ? null : new Date(ms).toISOString();
}

function containsEmail(list: unknown, email: unknown): boolean {
  return asList(list).some((item) => {
    const row = typeof item === 'object' && item !== null ? (item as Row) : null;
    const texts = row === null ? [item] : [row['email'], row['value'], row['mail']];
    return texts.some((text) => same(text, email));
  });
}

function emptyToNull(text: string | null | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function same(a: unknown, b: unknown): boolean {
  const left = sameKey(a);
  return left !== null && left === sameKey(b);
}

/** Two values are the same to `same` when their keys are equal; null for one that is the same as nothing. */
export function sameKey(value: unknown): string | null {
  return asText(value)?.trim().toLowerCase() ?? null;
}

function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(whole)) return whole.some((item) => item === part || (typeof part === 'bigint' && item === Number(part)));
  const [text, piece] = [asText(whole), asText(part)];
  return text !== null && piece !== null && text.toLowerCase().includes(piece.toLowerCase());
}

function joined(list: readonly unknown[], between: string): string {
  return list
    .map(asText)
    .filter((text) => text !== null)
    .join(between);
}

function withInstants<Result>(values: readonly unknown[], use: (instants: readonly string[]) => Result): Result | null {
  const instants = values.map(parseInstant);
  return instants.some((instant) => instant === null) ? null : use(instants as readonly string[]);
}

function day(at: unknown, now: unknown): string | null {
  const instant = parseInstant(at);
  if (instant === null) return null;
  const date = new Date(instant);
  const short = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  return parseInstant(now)?.slice(0, 4) === instant.slice(0, 4) ? short : `${short} ${date.getUTCFullYear()}`;
}

function activity(last: unknown, now: unknown): string {
  const { kind, at } = (typeof last === 'object' && last !== null ? last : {}) as { kind?: unknown; at?: unknown };
  if (kind === 'never') return 'never';
  const days = kind === 'at' ? withInstants([at, now], ([a, b]) => daysBetween(a ?? '', b ?? '')) : null;
  if (days === null) return 'unknown';
  return `${day(at, now)} (${days <= 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`})`;
}

function splitName(name: unknown): { first: string | null; last: string | null } {
  const text = asText(name)?.trim() ?? '';
  const words = isEmail(text)
    ? (normaliseEmail(text).split('@')[0] ?? '')
        .split(/[._+-]+/)
        .filter((word) => word !== '')
        .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    : text.split(/\s+/);
  const [first = '', ...rest] = words;
  return { first: emptyToNull(first), last: emptyToNull(rest.join(' ')) };
}

function cleanName(name: unknown): string | null {
  const text = (asText(name) ?? '')
    .normalize('NFC')
    .replace(/[’‘`´]/g, "'")
    .replace(/[^\p{L}\p{M}\p{Nd}\s.'-]/gu, ' ')
    // A combining mark that lost its letter, such as the variation selector of a removed emoji.
    .replace(/(?<![\p{L}\p{M}])\p{M}+/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  return emptyToNull([...text].slice(0, MAX_NAME_LENGTH).join('').trim());
}

function at(row: Row, path: string): unknown {
  let value: unknown = row;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as Row)[key];
  }
  return value;
}

function groupRoles(list: unknown, nameKey: unknown, scopeKey: unknown, otherKey: unknown): unknown {
  const roles = new Map<string, string[]>();
  for (const row of asRows(list)) {
    const name = asText(at(row, String(nameKey)));
    if (name === null) continue;
    const scopes = roles.get(name) ?? [];
    const scope = asText(at(row, String(scopeKey))) ?? asText(at(row, String(otherKey)));
    if (scope !== null && !scopes.includes(scope)) scopes.push(scope);
    roles.set(name, scopes);
  }
  return [...roles].map(([name, scopes]) => ({ name, scopes }));
}

function heldBy(seats: unknown, email: unknown): readonly Row[] {
  return asRows(seats).filter((seat) => {
    const holder = seat['holder'] as Row | null | undefined;
    return holder?.['kind'] === 'person' && same(holder['email'], email);
  });
}

function without(list: unknown, others: unknown): readonly Row[] {
  const known = new Set(asRows(others).map((row) => row['externalId']));
  return asRows(list).filter((row) => !known.has(row['externalId']));
}
