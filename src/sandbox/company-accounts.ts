import { COMPANY_NAME, fullName, OFFICE_TIMEZONES, PEOPLE } from './company.ts';
import type { AhaProduct } from './vendors/aha.ts';
import type { AhaSeatGroup } from './vendors/aha-seat-groups.ts';
import { type AhaRole, type AhaUser, describeRole } from './vendors/aha-user.ts';

const DAY_MS = 86_400_000;

export const AHA_PRODUCTS: readonly AhaProduct[] = [
  { id: '880011223', name: 'Checkout', key: 'CHK' },
  { id: '880011224', name: 'Billing', key: 'BIL' },
  { id: '880011225', name: null, key: 'HID' },
  { id: '880011226', name: 'Research', key: 'RES' },
  { id: '880011300', name: 'Mobile dev team', key: 'MOB' },
];

/** The groups that paid seats are bought for. */
export function companySeatGroups(now: Date): AhaSeatGroup[] {
  const createdAt = new Date(now.getTime() - 690 * DAY_MS).toISOString();
  return [
    { id: '44100', name: 'EMEA seats', capacity: 12, administratorIds: [AHA_BOT_USER_ID], createdAt },
    { id: '44101', name: 'Mobile seats', capacity: 4, administratorIds: [], createdAt },
  ];
}

/** The API key belongs to this account. */
export const AHA_BOT_USER_ID = '7200000000000000999';

interface Sketch {
  readonly handle: string;
  readonly email?: string;
  readonly name?: string;
  readonly createdDaysAgo: number;
  /** Null when the person never signed in. */
  readonly seenDaysAgo: number | null;
  readonly roles: readonly (readonly [role: AhaRole, product: number])[];
  readonly enabled?: boolean;
  readonly paid?: boolean;
  readonly administrator?: boolean;
  readonly extra?: Readonly<Record<string, unknown>>;
}

const STORIES: readonly Sketch[] = [
  { handle: 'ada', createdDaysAgo: 900, seenDaysAgo: 1, roles: [['product_owner', 0]], administrator: true },
  { handle: 'dan', createdDaysAgo: 880, seenDaysAgo: 12, roles: [['viewer', 3]], paid: false },
  {
    handle: 'cara',
    createdDaysAgo: 640,
    seenDaysAgo: 97,
    roles: [
      ['contributor', 0],
      ['contributor', 1],
      ['viewer', 3],
    ],
  },
  { handle: 'bob', createdDaysAgo: 500, seenDaysAgo: 4, roles: [['contributor', 1]] },
  {
    handle: 'nadia',
    createdDaysAgo: 1400,
    seenDaysAgo: 2,
    roles: [
      ['product_owner', 0],
      ['product_owner', 1],
      ['product_owner', 2],
      ['viewer', 3],
    ],
  },
  { handle: 'zofie', email: 'Zofie@Example.com', createdDaysAgo: 511, seenDaysAgo: null, roles: [['contributor', 1]] },
  { handle: 'ingrid', createdDaysAgo: 1900, seenDaysAgo: 209, roles: [['product_owner', 0]], enabled: false },
  {
    handle: 'bruno',
    createdDaysAgo: 2500,
    seenDaysAgo: 144,
    roles: [],
    administrator: true,
    extra: {
      user_roles: [{ role_id: 55501, name: 'Portfolio analyst', scope: { type: 'project', name: 'Billing', id: 880011224 } }],
      paid_seat_group: { id: '44100', name: 'EMEA seats' },
    },
  },
  {
    handle: 'haruto',
    createdDaysAgo: 990,
    seenDaysAgo: 0,
    roles: [
      ['reviewer', 0],
      ['viewer', 3],
    ],
    paid: false,
    extra: { paid_seat_group: { id: 44101, name: 'Mobile seats' } },
  },
  {
    handle: 'neo',
    name: `O'Neil "Neo" D'Árcy 王`,
    createdDaysAgo: 5,
    seenDaysAgo: null,
    roles: [['contributor', 4]],
    extra: { teamwork_seat: false },
  },
  { handle: 'rita', name: 'Rita <R&D> *Amaral*', createdDaysAgo: 410, seenDaysAgo: 33, roles: [['product_owner', 3]] },
  { handle: 'finn', createdDaysAgo: 1200, seenDaysAgo: 61, roles: [['contributor', 0]] },
];

const PATTERN_SEEN: readonly (number | null)[] = [1, 3, 0, 8, 131, 2, 27, null, 5, 95];
const PRODUCT_JOBS = /manager|owner|designer|writer|executive|marketing|master|researcher|analyst|lead|support/i;

/** Every Aha! user of the company, counted back from `now`. */
export function companyAccounts(now: Date): AhaUser[] {
  const told = new Set(STORIES.map((story) => story.handle));
  const others = PEOPLE.filter(
    (person) => person.role === 'member' && !told.has(person.handle) && PRODUCT_JOBS.test(person.title),
  );
  const pattern = others.map(
    (person, index): Sketch => ({
      handle: person.handle,
      createdDaysAgo: 220 + ((index * 71) % 900),
      seenDaysAgo: PATTERN_SEEN[index % PATTERN_SEEN.length] ?? null,
      roles: [[index % 3 === 0 ? 'product_owner' : 'contributor', index % 4]],
    }),
  );
  return [...STORIES, ...pattern].map((sketch, index) => toUser(sketch, index, now)).concat(botAccount(now));
}

function toUser(sketch: Sketch, index: number, now: Date): AhaUser {
  const person = PEOPLE.find((candidate) => candidate.handle === sketch.handle);
  if (person === undefined) throw new Error(`no colleague "${sketch.handle}" for an Aha! account`);
  const ago = (days: number): string => new Date(now.getTime() - days * DAY_MS - 1_800_000).toISOString();
  const paid = sketch.paid ?? true;
  const administrator = sketch.administrator ?? false;
  return {
    id: String(7_200_000_000_000_000_101n + BigInt(index)),
    name: sketch.name ?? fullName(person),
    email: sketch.email ?? person.email,
    timezone: OFFICE_TIMEZONES[person.office],
    created_at: ago(sketch.createdDaysAgo),
    updated_at: ago(updatedDaysAgo(sketch)),
    accessed_at: sketch.seenDaysAgo === null ? null : ago(sketch.seenDaysAgo),
    product_roles: sketch.roles.map(([role, product]) => ({
      ...describeRole(role),
      product_id: AHA_PRODUCTS[product]?.id ?? '',
      product_name: AHA_PRODUCTS[product]?.name ?? null,
    })),
    user_roles: [],
    enabled: sketch.enabled ?? true,
    paid_seat: paid,
    roadmaps_seat: paid,
    develop_seat: false,
    administrator,
    administrator_roles: {
      administer_account: administrator,
      administer_billing: administrator,
      administer_configuration: administrator,
    },
    identity_provider: { type: 'saml', name: `${COMPANY_NAME} SSO` },
    ...sketch.extra,
  };
}

/** Somebody who was disabled signed in before that, not after. */
function updatedDaysAgo({ createdDaysAgo, seenDaysAgo, enabled }: Sketch): number {
  if (enabled === false) return Math.max(0, (seenDaysAgo ?? createdDaysAgo) - 1);
  return Math.min(createdDaysAgo, (seenDaysAgo ?? createdDaysAgo) + 1);
}

function botAccount(now: Date): AhaUser {
  const at = new Date(now.getTime() - 300 * DAY_MS).toISOString();
  return {
    id: AHA_BOT_USER_ID,
    name: 'licence-bot',
    email: 'licence-bot@example.com',
    timezone: 'Etc/UTC',
    created_at: at,
    updated_at: at,
    accessed_at: at,
    product_roles: [],
    user_roles: [],
    enabled: true,
    paid_seat: false,
    roadmaps_seat: false,
    develop_seat: false,
    administrator: true,
    administrator_roles: { administer_account: true, administer_billing: true, administer_configuration: false },
    identity_provider: { type: 'password' },
  };
}
