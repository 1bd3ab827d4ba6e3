import { type CompanyPerson, PEOPLE } from './company.ts';
import type { ScimUser } from './vendors/scim.ts';

const DAY_MS = 86_400_000;
const SCHEMAS = ['urn:ietf:params:scim:schemas:core:2.0:User'];

/** The design tool whose seats are handed out over SCIM. */
export const SCIM_PRODUCT = 'Paperboat';

export const SEAT_TYPES = ['Full', 'Dev', 'Collab', 'View'] as const;
type SeatType = (typeof SEAT_TYPES)[number];

/** Who has a seat there, and which. */
const SEATS: readonly (readonly [handle: string, seat: SeatType])[] = [
  ['aiko', 'Full'],
  ['filipa', 'Full'],
  ['cara', 'Dev'],
  ['leonor', 'Dev'],
  ['daan', 'Dev'],
  ['yara', 'Dev'],
  ['paula', 'Dev'],
  ['marta', 'Collab'],
  ['ines', 'Collab'],
  ['amelie', 'Collab'],
  ['nadia', 'Full'],
  ['rita', 'View'],
  ['beatriz', 'View'],
  ['bob', 'View'],
  ['finn', 'Full'],
];

/** Every user of the design tool, counted back from `now`, with what services leave out or write in their own way. */
export function companyScimUsers(now: Date): ScimUser[] {
  const at = (days: number): string => new Date(now.getTime() - days * DAY_MS).toISOString();
  const plain = SEATS.map(([handle, seat], index): ScimUser => {
    const person = find(handle);
    return {
      ...head(index, at(200 + ((index * 67) % 500)), at(10 + ((index * 13) % 90))),
      externalId: `hr-${101 + index}`,
      userName: person.email,
      name: { givenName: person.firstName, familyName: person.lastName },
      displayName: `${person.firstName} ${person.lastName}`,
      active: true,
      emails: emailsOf(person),
      roles: [{ type: 'seatType', value: seat }],
    };
  });
  const odd = plain.length;
  return [
    ...plain,
    // A user name that is no e-mail, and `active` as a text.
    {
      ...head(odd, at(300), at(60)),
      userName: 'zrehakova',
      displayName: 'Žofie Řeháková',
      active: 'True',
      emails: [{ value: find('zofie').email }],
      roles: [{ type: 'seatType', value: 'Full' }],
    },
    // Left long ago; the service keeps no addresses of those.
    { ...head(odd + 1, at(900), at(210)), userName: find('ingrid').email, active: false },
    // A service that tells neither state nor address.
    { ...head(odd + 2, at(120), at(120)), userName: find('haruto').email },
    // A machine.
    { ...head(odd + 3, at(640), at(640)), userName: 'svc-import@example.com', displayName: 'Nightly import', active: true },
  ];
}

function head(index: number, created: string, lastModified: string): Pick<ScimUser, 'schemas' | 'id' | 'meta'> {
  const id = `u-${2001 + index}`;
  return { schemas: SCHEMAS, id, meta: { resourceType: 'User', created, lastModified, location: `/scim/v2/Users/${id}` } };
}

function emailsOf(person: CompanyPerson): NonNullable<ScimUser['emails']> {
  const work = { value: person.email, type: 'work', primary: true };
  return person.handle === 'nadia' ? [work, { value: 'nadia@home.example', type: 'home' }] : [work];
}

function find(handle: string): CompanyPerson {
  const person = PEOPLE.find((candidate) => candidate.handle === handle);
  if (person === undefined) throw new Error(`no colleague "${handle}" for the design tool`);
  return person;
}
