/** An invented company. Everything is deterministic; dates elsewhere are counted back from a given `now`. */

export type WorkspaceRole = 'owner' | 'admin' | 'member' | 'guest' | 'deactivated';

export interface CompanyPerson {
  /** Slack user id. */
  readonly id: string;
  /** What the tests and the page call the person. */
  readonly handle: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly title: string;
  readonly office: Office;
  readonly role: WorkspaceRole;
}

export interface CompanyChannel {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly isPrivate: boolean;
  /** Handles; `everyone` means each active member who is no guest. */
  readonly members: 'everyone' | readonly string[];
  readonly hasBot: boolean;
}

export interface CompanyGroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly members: readonly string[];
}

export type Office = 'Rotterdam' | 'Porto';

export const OFFICE_TIMEZONES: Readonly<Record<Office, string>> = { Rotterdam: 'Europe/Amsterdam', Porto: 'Europe/Lisbon' };

export const COMPANY_NAME = 'Larkspur Labs';

/** The people a visitor acts as. */
const MAIN_CAST: readonly CompanyPerson[] = [
  cast('ada', 'Ada', 'Visser', 'IT administrator', 'Rotterdam', 'owner'),
  cast('dan', 'Dan', 'Moreira', 'Head of IT', 'Porto', 'admin'),
  cast('bob', 'Bob', 'Hendriks', 'Backend developer', 'Rotterdam', 'member'),
  cast('cara', 'Cara', 'Nunes', 'Frontend developer', 'Porto', 'member'),
  cast('eve', 'Eve', 'Strand', 'Contractor', 'Rotterdam', 'guest'),
  cast('finn', 'Finn', 'de Wit', 'Left the company', 'Rotterdam', 'deactivated'),
];

/** Handle, first name, last name, title, office. Two Sam Taylors on purpose; Rita's name holds characters that Slack's markup uses. */
const COLLEAGUES: readonly (readonly [string, string, string, string, Office])[] = [
  ['sam.taylor', 'Sam', 'Taylor', 'Product manager', 'Rotterdam'],
  ['s.taylor', 'Sam', 'Taylor', 'Data engineer', 'Porto'],
  ['rita', 'Rita <R&D>', 'Amaral', 'Research lead', 'Porto'],
  ['zofie', 'Žofie', 'Řeháková', 'Embedded developer', 'Rotterdam'],
  ['ingrid', 'Ingrid', 'Sæther', 'Backend developer', 'Rotterdam'],
  ['haruto', 'Haruto', 'Mizushima', 'Mobile developer', 'Porto'],
  ['seun', 'Oluwaseun', 'Daramola', 'Go developer', 'Rotterdam'],
  ['bruno', 'Bruno', 'Castellane', 'Portfolio analyst', 'Porto'],
  ['neo', "O'Neil", "D'Árcy", 'Mobile developer', 'Porto'],
  ['nadia', 'Nadia', 'Okonkwo', 'Platform engineer', 'Rotterdam'],
  ['mira', 'Mira', 'Qadir', 'Junior developer', 'Porto'],
  ['olena', 'Olena', 'Kovalenko', 'Chief executive', 'Rotterdam'],
  ['tomas', 'Tomás', 'Figueiredo', 'Security engineer', 'Porto'],
  ['wouter', 'Wouter', 'Bakker', 'Site reliability engineer', 'Rotterdam'],
  ['priya', 'Priya', 'Raman', 'Machine learning engineer', 'Porto'],
  ['jonas', 'Jonas', 'Lindqvist', 'Backend developer', 'Rotterdam'],
  ['leonor', 'Leonor', 'Pacheco', 'Frontend developer', 'Porto'],
  ['daan', 'Daan', 'Jansen', 'Frontend developer', 'Rotterdam'],
  ['aiko', 'Aiko', 'Tanabe', 'Designer', 'Porto'],
  ['marta', 'Marta', 'Wiśniewska', 'Product manager', 'Rotterdam'],
  ['hugo', 'Hugo', 'Marchetti', 'Backend developer', 'Porto'],
  ['lotte', 'Lotte', 'van Dam', 'Data scientist', 'Rotterdam'],
  ['ivo', 'Ivo', 'Carvalho', 'Quality engineer', 'Porto'],
  ['nora', 'Nora', 'Bekkers', 'Technical writer', 'Rotterdam'],
  ['selim', 'Selim', 'Aydın', 'Platform engineer', 'Rotterdam'],
  ['beatriz', 'Beatriz', 'Lobo', 'Engineering manager', 'Porto'],
  ['karel', 'Karel', 'Smit', 'Database engineer', 'Rotterdam'],
  ['yara', 'Yara', 'Haddad', 'Frontend developer', 'Porto'],
  ['pieter', 'Pieter', 'Mulder', 'Backend developer', 'Rotterdam'],
  ['ines', 'Inês', 'Barros', 'Product owner', 'Porto'],
  ['gustav', 'Gustav', 'Holm', 'Build engineer', 'Rotterdam'],
  ['clara', 'Clara', 'Teixeira', 'Support engineer', 'Porto'],
  ['femke', 'Femke', 'de Boer', 'Scrum master', 'Rotterdam'],
  ['rui', 'Rui', 'Saraiva', 'Backend developer', 'Porto'],
  ['anouk', 'Anouk', 'Peters', 'Researcher', 'Rotterdam'],
  ['duarte', 'Duarte', 'Reis', 'Backend developer', 'Porto'],
  ['sanne', 'Sanne', 'Kuiper', 'People partner', 'Rotterdam'],
  ['vasco', 'Vasco', 'Meireles', 'Data engineer', 'Porto'],
  ['mehdi', 'Mehdi', 'Benali', 'Mobile developer', 'Rotterdam'],
  ['joana', 'Joana', 'Coelho', 'Finance controller', 'Porto'],
  ['bram', 'Bram', 'Vos', 'Platform engineer', 'Rotterdam'],
  ['catia', 'Cátia', 'Lopes', 'Quality engineer', 'Porto'],
  ['erik', 'Erik', 'Sandberg', 'Architect', 'Rotterdam'],
  ['filipa', 'Filipa', 'Antunes', 'Designer', 'Porto'],
  ['milan', 'Milan', 'Dekker', 'Backend developer', 'Rotterdam'],
  ['paula', 'Paula', 'Guerra', 'Frontend developer', 'Porto'],
  ['stijn', 'Stijn', 'Willems', 'Game developer', 'Rotterdam'],
  ['teresa', 'Teresa', 'Vaz', 'Data analyst', 'Porto'],
  ['ravi', 'Ravi', 'Menon', 'Machine learning engineer', 'Rotterdam'],
  ['lia', 'Lia', 'Figueira', 'Backend developer', 'Porto'],
  ['joost', 'Joost', 'Kramer', 'System administrator', 'Rotterdam'],
  ['amelie', 'Amélie', 'Rousseau', 'Product marketing', 'Porto'],
  ['koen', 'Koen', 'Brouwer', 'Backend developer', 'Rotterdam'],
  ['sofia', 'Sofia', 'Matos', 'Embedded developer', 'Porto'],
];

export const PEOPLE: readonly CompanyPerson[] = [
  ...MAIN_CAST,
  ...COLLEAGUES.map(([handle, firstName, lastName, title, office]) => cast(handle, firstName, lastName, title, office, 'member')),
];

export const CHANNELS: readonly CompanyChannel[] = [
  { id: 'C01GENERAL', name: 'general', topic: 'Company-wide news', isPrivate: false, members: 'everyone', hasBot: true },
  {
    id: 'C02LICENCES',
    name: 'it-licences',
    topic: 'Licence requests and approvals',
    isPrivate: true,
    members: ['ada', 'dan', 'beatriz', 'joost'],
    hasBot: true,
  },
  {
    id: 'C04RENEWALS',
    name: 'it-renewals',
    topic: 'What renews, and what becomes of it',
    isPrivate: true,
    members: ['ada', 'dan', 'beatriz', 'joost'],
    hasBot: true,
  },
  { id: 'C03RANDOM', name: 'random', topic: 'Anything else', isPrivate: false, members: 'everyone', hasBot: false },
];

export const GROUPS: readonly CompanyGroup[] = [
  { id: 'S01ITOPS', handle: 'it-ops', name: 'IT operations', members: ['ada', 'dan', 'joost'] },
];

/** Where approval cards go. */
export const APPROVALS_CHANNEL = 'C02LICENCES';

/** Where renewals are told and decided. */
export const RENEWALS_CHANNEL = 'C04RENEWALS';

export function personNamed(handle: string): CompanyPerson {
  const person = PEOPLE.find((candidate) => candidate.handle === handle);
  if (person === undefined) throw new Error(`nobody in the sandbox company is called "${handle}"`);
  return person;
}

export function fullName(person: CompanyPerson): string {
  return `${person.firstName} ${person.lastName}`;
}

function cast(
  handle: string,
  firstName: string,
  lastName: string,
  title: string,
  office: Office,
  role: WorkspaceRole,
): CompanyPerson {
  const id = `U01${handle.replace(/[^a-z]/g, '').toUpperCase()}`;
  return { id, handle, firstName, lastName, email: `${handle}@example.com`, title, office, role };
}
