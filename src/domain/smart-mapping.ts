import { isEmail } from './person.ts';
import { PERSON_FIELDS } from './person-fields.ts';
import { parseInstant } from './time.ts';

export type Target = (typeof PERSON_FIELDS)[number];

/** A pair that might fit, for a person to take or leave; nothing is mapped by itself. */
export interface MappingProposal {
  readonly target: Target | 'customField';
  /** For a custom field: the name it could have. */
  readonly name: string;
  /** What to write into the configuration. */
  readonly value: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** Why, in a few words. */
  readonly because: string;
  readonly samples: readonly string[];
}

interface Meaning {
  /** What vendors call it, in small letters without separators; the first are the surest. */
  readonly names: readonly string[];
  /** Whether a value can be one; left out where any text can. */
  readonly fits?: (value: unknown) => boolean;
}

const text = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
const words = (value: unknown): boolean => text(value) && !isEmail(String(value)) && /\p{L}/u.test(String(value));

const MEANINGS: Readonly<Record<Target, Meaning>> = {
  email: {
    names: ['email', 'emailaddress', 'mail', 'primaryemail', 'workemail', 'userprincipalname', 'login'],
    fits: (v) => isEmail(String(v)),
  },
  username: { names: ['username', 'login', 'loginname', 'userprincipalname', 'handle', 'nickname', 'screenname'], fits: text },
  role: { names: ['role', 'userrole', 'rolename', 'usertype', 'licensetype', 'employmenttype'], fits: words },
  name: { names: ['name', 'fullname', 'displayname', 'realname', 'assigneename', 'username'], fits: words },
  firstName: { names: ['firstname', 'givenname', 'forename'], fits: words },
  lastName: { names: ['lastname', 'familyname', 'surname', 'sn'], fits: words },
  title: { names: ['jobtitle', 'title', 'position'], fits: words },
  department: { names: ['department', 'departmentname', 'division', 'costcenter', 'teamname'], fits: words },
  manager: { names: ['manager', 'manageremail', 'supervisor', 'reportsto'], fits: text },
  location: { names: ['location', 'office', 'officelocation', 'city', 'site', 'country'], fits: words },
  phone: {
    names: ['phone', 'phonenumber', 'mobile', 'mobilephone', 'telephone'],
    fits: (v) => /^[+()\d][\d\s().+/-]{4,}$/.test(String(v)),
  },
  employeeId: {
    names: ['employeeid', 'employeenumber', 'personnelnumber', 'staffid'],
    fits: (v) => text(v) || typeof v === 'number',
  },
  startDate: { names: ['startdate', 'hiredate', 'employmentstart', 'joineddate'], fits: (v) => parseInstant(v) !== null },
};

/** What people have and things have, too: a product’s name is nobody’s. */
const OF_PEOPLE: readonly Target[] = ['name', 'firstName', 'lastName', 'username', 'title'];
const OF_THINGS = /^(product|team|company|customer|organi[sz]ation|subscription|plan|app|workspace|license)s?\b.*\./i;

/** Below this a pair is more noise than help. */
const LEAST = 0.5;
const PROPOSED_PER_TARGET = 2;
const SAMPLES = 3;
const MOST_DEPTH = 4;

interface Column {
  readonly path: string;
  /** The last name of the path, and all of them together, in small letters without separators. */
  readonly leaf: string;
  readonly whole: string;
  readonly values: unknown[];
}

/** Pairs of a record's values and a person's fields that fit by name, meaning and form, the surest first. */
export function proposeMapping(records: readonly unknown[], connectorId: string): readonly MappingProposal[] {
  const columns = columnsOf(records);
  const proposals: MappingProposal[] = [];
  for (const target of PERSON_FIELDS) {
    const ranked = columns
      .map((column) => scored(target, column))
      .filter((one) => one.confidence >= LEAST)
      .toSorted((a, b) => b.confidence - a.confidence);
    proposals.push(...ranked.slice(0, PROPOSED_PER_TARGET));
  }
  const email = proposals.find((one) => one.target === 'email');
  const username = proposals.find((one) => one.target === 'username');
  if (email !== undefined && (username === undefined || username.confidence < email.confidence))
    proposals.push({
      ...email,
      target: 'username',
      name: 'username',
      confidence: round(email.confidence * 0.9),
      because: 'the e-mail is a username that is unique',
    });
  proposals.push(...uniqueIds(columns, records.length, connectorId));
  return proposals;
}

function scored(target: Target, column: Column): MappingProposal {
  const { names, fits } = MEANINGS[target];
  const at = names.indexOf(column.leaf);
  const named =
    at >= 0 ? 1 - at * 0.05 : names.includes(column.whole) ? 0.95 : names.some((name) => column.leaf.endsWith(name)) ? 0.7 : 0;
  const given = column.values.filter((value) => value !== null && value !== '');
  const fitting = fits === undefined ? given.length : given.filter(fits).length;
  const form = given.length === 0 ? 0 : fitting / given.length;
  const byForm = target === 'email' && form >= 0.9 && named === 0 ? 0.55 : 0;
  const confidence =
    form < 0.5
      ? 0
      : round(
          (OF_PEOPLE.includes(target) && OF_THINGS.test(column.path) ? 0.5 : 1) * Math.max(named * (0.6 + 0.4 * form), byForm),
        );
  const because =
    named > 0
      ? `the name fits, and ${fitting} of ${given.length} values do`
      : `${fitting} of ${given.length} values have its form`;
  return proposal(target, target, column, confidence, because);
}

/** Values that are there in every record and never twice: each could be a custom field that is unique. */
function uniqueIds(columns: readonly Column[], total: number, connectorId: string): readonly MappingProposal[] {
  return columns
    .filter(
      (column) =>
        total > 1 && /(^id|id$|uuid$|number$)/.test(column.leaf) && !/(team|product|customer|company)/.test(column.whole),
    )
    .filter((column) => column.values.length === total && new Set(column.values.map(String)).size === total)
    .slice(0, 1)
    .map((column) => {
      const name = `${connectorId.replaceAll(/[^a-z0-9]+/g, '_')}_${snake(column.path.split('.').at(-1) ?? 'id')}`;
      return proposal('customField', name, column, 0.8, `every one of ${total} records has it, and no two the same`);
    });
}

function proposal(
  target: MappingProposal['target'],
  name: string,
  column: Column,
  confidence: number,
  because: string,
): MappingProposal {
  const samples = [...new Set(column.values.filter((value) => value !== null && value !== '').map(String))].slice(0, SAMPLES);
  return {
    target,
    name,
    value: `{{ record.${column.path} }}`,
    confidence,
    because,
    samples: samples.map((sample) => sample.slice(0, 60)),
  };
}

function columnsOf(records: readonly unknown[]): readonly Column[] {
  const columns = new Map<string, Column>();
  for (const record of records) walk(record, '', 0, columns);
  return [...columns.values()];
}

function walk(value: unknown, path: string, depth: number, columns: Map<string, Column>): void {
  if (Array.isArray(value)) {
    if (value.length > 0 && depth < MOST_DEPTH) walk(value[0], `${path}[0]`, depth + 1, columns);
    return;
  }
  if (typeof value === 'object' && value !== null) {
    if (depth >= MOST_DEPTH) return;
    for (const [name, inner] of Object.entries(value)) {
      // A name CEL cannot write after a dot is out of reach of a plain path.
      if (/^[A-Za-z_]\w*$/.test(name)) walk(inner, path === '' ? name : `${path}.${name}`, depth + 1, columns);
    }
    return;
  }
  if (path === '') return;
  const known = columns.get(path);
  if (known !== undefined) known.values.push(value);
  else columns.set(path, { path, leaf: plainName(path.split('.').at(-1) ?? path), whole: plainName(path), values: [value] });
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function snake(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
