import { fullName, PEOPLE, personNamed } from './company.ts';
import type { Licence, LicenceAssignee } from './vendors/jetbrains-licence.ts';

const DAY_MS = 86_400_000;

export const TEAMS = {
  platform: { id: 2210301, name: 'Platform' },
  web: { id: 2210302, name: 'Web · São Bento' },
  pool: { id: 2210303, name: 'Floating pool' },
} as const;

export const PRODUCTS = {
  II: 'IntelliJ IDEA Ultimate',
  WS: 'WebStorm',
  CL: 'CLion',
  GO: 'GoLand',
  PC: 'PyCharm Professional',
  RD: 'Rider',
  DB: 'DataGrip',
  ALL: 'All Products Pack',
} as const;

type ProductCode = keyof typeof PRODUCTS;

interface Sketch {
  readonly id: string;
  readonly product: ProductCode;
  /** A handle of the company, or an assignee spelled out; absent for a free seat. */
  readonly holder?: string | LicenceAssignee;
  readonly assignedDaysAgo?: number;
  /** Days since the product was last seen; null when it never was. */
  readonly seenDaysAgo?: number | null;
  /** The vendor tells nothing about use. */
  readonly silent?: boolean;
  readonly offlineCode?: boolean;
  readonly validForDays?: number;
  readonly renews?: boolean;
  readonly team?: keyof typeof TEAMS;
  readonly suspended?: boolean;
  readonly trial?: boolean;
  /** The vendor leaves out the keys of a seat that nobody holds. */
  readonly bare?: boolean;
}

/** The seats with a story; the rest of the company follows a fixed pattern. */
const STORIES: readonly Sketch[] = [
  { id: 'CARA0WS094', product: 'WS', holder: 'cara', assignedDaysAgo: 410, seenDaysAgo: 94, team: 'web' },
  { id: 'CARA0II002', product: 'II', holder: 'cara', assignedDaysAgo: 410, seenDaysAgo: 2, team: 'web' },
  { id: 'CARA0DB014', product: 'DB', holder: 'cara', assignedDaysAgo: 14, seenDaysAgo: 3, team: 'web' },
  {
    id: 'CARA0RD0EX',
    product: 'RD',
    holder: { type: 'USER', name: 'Cara Nunes', email: 'Cara@Example.com' },
    assignedDaysAgo: 700,
    seenDaysAgo: 210,
    validForDays: -40,
    renews: false,
    team: 'web',
  },
  { id: 'BOB00II001', product: 'II', holder: 'bob', assignedDaysAgo: 500, seenDaysAgo: 1 },
  { id: 'BOB00GO120', product: 'GO', holder: 'bob', assignedDaysAgo: 320, seenDaysAgo: 120 },
  { id: 'FINN0II061', product: 'II', holder: 'finn', assignedDaysAgo: 800, seenDaysAgo: 61 },
  {
    id: 'NADIAWS293',
    product: 'WS',
    holder: { type: 'USER', name: 'Nadia Okonkwo', email: 'Nadia@Example.COM' },
    assignedDaysAgo: 315,
    seenDaysAgo: 293,
  },
  {
    id: 'ZOFIECL178',
    product: 'CL',
    holder: 'zofie',
    assignedDaysAgo: 219,
    seenDaysAgo: 178,
    offlineCode: true,
    renews: false,
    team: 'web',
  },
  {
    id: 'MASKEDII12',
    product: 'II',
    holder: { type: 'USER', name: 'Te** Ab*****', email: 'teo.abara.ext@partner-lab.example' },
    assignedDaysAgo: 12,
    seenDaysAgo: null,
  },
  { id: 'BRUNOALL00', product: 'ALL', holder: 'bruno', silent: true },
  {
    id: 'INGRIDWSEX',
    product: 'WS',
    holder: 'ingrid',
    assignedDaysAgo: 900,
    seenDaysAgo: 542,
    validForDays: -511,
    renews: false,
  },
  {
    id: 'HARUTOIISU',
    product: 'II',
    holder: 'haruto',
    assignedDaysAgo: 412,
    seenDaysAgo: 101,
    validForDays: 38,
    renews: false,
    suspended: true,
  },
  {
    id: 'SEUN0GOTRI',
    product: 'GO',
    holder: 'seun',
    assignedDaysAgo: 21,
    seenDaysAgo: 1,
    validForDays: 9,
    renews: false,
    trial: true,
  },
  { id: 'EVE00PC003', product: 'PC', holder: 'eve', assignedDaysAgo: 88, seenDaysAgo: 3 },
  { id: 'NEVERUSED0', product: 'PC', holder: 'teresa', assignedDaysAgo: 203, seenDaysAgo: null },
  { id: 'FREE00II01', product: 'II' },
  { id: 'FREE00II02', product: 'II', team: 'web' },
  { id: 'FREE00WS01', product: 'WS', team: 'web' },
  { id: 'FREE00WS02', product: 'WS' },
  { id: 'FREE00DB01', product: 'DB', bare: true },
  { id: 'EXP1REDFRE', product: 'WS', validForDays: -300, renews: false },
  { id: 'VAULT0RD01', product: 'RD', holder: { type: 'SERVER', serverType: 'LICENSE_VAULT', uid: 'vault-rtm-1' }, team: 'pool' },
  { id: 'SERVERII01', product: 'II', holder: { type: 'SERVER', serverType: 'LICENSE_SERVER', uid: 'fls-porto-2' }, team: 'pool' },
];

const PATTERN_PRODUCTS: readonly ProductCode[] = ['II', 'WS', 'PC', 'GO', 'II', 'CL', 'DB', 'ALL', 'RD', 'WS'];
const PATTERN_SEEN: readonly (number | null)[] = [0, 1, 3, 2, 117, 5, 9, 46, 1, 152, 14, 2];
const DESK_JOBS = /manager|owner|designer|writer|executive|marketing|controller|partner|master|researcher|analyst/i;

/** Every licence of the company as the vendor stores it, counted back from `now`. */
export function companyLicences(now: Date): Licence[] {
  return [...STORIES, ...pattern()].map((sketch) => toLicence(sketch, now)).concat(specialLicences(now));
}

function pattern(): Sketch[] {
  const told = new Set(STORIES.map((story) => (typeof story.holder === 'string' ? story.holder : null)));
  const makers = PEOPLE.filter((person) => person.role === 'member' && !DESK_JOBS.test(person.title) && !told.has(person.handle));
  return makers.map((person, index) => ({
    id: `SEAT${String(index + 1).padStart(3, '0')}${person.id.slice(3, 6)}`.padEnd(10, '0').slice(0, 10),
    product: PATTERN_PRODUCTS[index % PATTERN_PRODUCTS.length] ?? 'II',
    holder: person.handle,
    assignedDaysAgo: 160 + ((index * 53) % 600),
    seenDaysAgo: PATTERN_SEEN[index % PATTERN_SEEN.length] ?? null,
    team: person.office === 'Porto' ? 'web' : 'platform',
    validForDays: index % 9 === 4 ? 21 : 128,
  }));
}

function toLicence(sketch: Sketch, now: Date): Licence {
  const ago = (days: number): string => new Date(now.getTime() - days * DAY_MS - 3_600_000).toISOString();
  const assignee = holderOf(sketch.holder);
  const validForDays = sketch.validForDays ?? 128;
  const outdated = validForDays < 0;
  const free = assignee === null;
  const lastSeen =
    free || sketch.silent === true || assignee.type !== 'USER'
      ? null
      : {
          lastAssignmentDate: ago(sketch.assignedDaysAgo ?? 200),
          lastSeenDate: sketch.seenDaysAgo === null || sketch.seenDaysAgo === undefined ? null : ago(sketch.seenDaysAgo),
          isOfflineCodeGenerated: sketch.offlineCode ?? false,
        };
  return {
    licenseId: sketch.id,
    product: { code: sketch.product, name: PRODUCTS[sketch.product] },
    ...(sketch.bare === true ? {} : { assignee }),
    // The vendor leaves the object out when it knows nothing.
    ...(sketch.bare === true || (lastSeen === null && sketch.silent === true) ? {} : { lastSeen }),
    subscription: {
      validUntilDate: vendorDate(new Date(now.getTime() + validForDays * DAY_MS)),
      isOutdated: outdated,
      subscriptionPackRef: sketch.trial === true ? null : `3310/${sketch.product}${outdated ? 'OLD' : '7KQ'}`,
      isAutomaticallyRenewed: sketch.renews ?? true,
    },
    perpetual: null,
    team: TEAMS[sketch.team ?? 'platform'],
    isAvailableToAssign: free && !outdated,
    isTransferableBetweenTeams: sketch.suspended !== true && sketch.trial !== true,
    isSuspended: sketch.suspended ?? false,
    isTrial: sketch.trial ?? false,
  };
}

/** A key-held perpetual licence and one bound to the whole domain: nobody's seat, never to be touched. */
function specialLicences(now: Date): Licence[] {
  return [
    {
      licenseId: 'PERPETUAL1',
      product: { code: 'CL', name: PRODUCTS.CL },
      assignee: {
        type: 'LICENSE_KEY',
        registrationName: 'Larkspur build farm',
        key: 'KEY-MATERIAL-NOT-A-REAL-KEY',
        legacyKey: null,
      },
      perpetual: { isOutdated: false, upgradeDueDate: vendorDate(new Date(now.getTime() + 200 * DAY_MS)) },
      team: TEAMS.platform,
      isAvailableToAssign: false,
      isTransferableBetweenTeams: false,
      isSuspended: false,
      isTrial: false,
    },
    {
      licenseId: 'DOMAINB0ND',
      product: { code: 'ALL', name: PRODUCTS.ALL },
      assignee: null,
      subscription: null,
      team: null,
      isAvailableToAssign: false,
      isTransferableBetweenTeams: null,
      isSuspended: false,
      isTrial: false,
      domain: 'example.com',
    },
  ];
}

function holderOf(holder: Sketch['holder']): LicenceAssignee | null {
  if (holder === undefined) return null;
  if (typeof holder !== 'string') return holder;
  const person = personNamed(holder);
  return { type: 'USER', name: fullName(person), email: person.email };
}

/** Midnight in the vendor's own offset, as its dates are written. */
function vendorDate(date: Date): string {
  return `${date.toISOString().slice(0, 10)}T00:00:00.000+03:00`;
}
