import { describe, expect, it } from 'vitest';
import { companyAccounts } from '../../src/sandbox/company-accounts.ts';
import { companyCopilotSeats } from '../../src/sandbox/company-copilot.ts';
import { companyLicences } from '../../src/sandbox/company-licences.ts';
import { companyScimUsers } from '../../src/sandbox/company-scim.ts';
import type { AhaUser } from '../../src/sandbox/vendors/aha-user.ts';
import type { CopilotSeat } from '../../src/sandbox/vendors/copilot.ts';
import { assigneeEmail, type Licence } from '../../src/sandbox/vendors/jetbrains-licence.ts';
import type { ScimUser } from '../../src/sandbox/vendors/scim.ts';

const NOW = new Date('2026-11-23T00:00:00Z');
const ASCII = /^[\u0020-\u007e]*$/;

const licences = companyLicences(NOW);
const accounts = companyAccounts(NOW);

function daysSince(instant: string | null | undefined): number {
  return instant === null || instant === undefined ? Number.NaN : (NOW.getTime() - Date.parse(instant)) / 86_400_000;
}

const seenDaysAgo = ({ lastSeen }: Licence): number => daysSince(lastSeen?.lastSeenDate);
const isHeld = (licence: Licence): boolean => assigneeEmail(licence) !== null;
const isFree = ({ assignee, isAvailableToAssign }: Licence): boolean =>
  (assignee ?? null) === null && isAvailableToAssign === true;
const lastNameOf = ({ assignee }: Licence): string => (assignee?.type === 'USER' ? assignee.name : '');

const LICENCE_CASES: readonly (readonly [what: string, shows: (licence: Licence) => boolean])[] = [
  ['a seat in use, seen a few days ago', (it) => isHeld(it) && seenDaysAgo(it) < 5 && it.subscription?.isOutdated === false],
  [
    'an idle seat of somebody who has another under the same e-mail in other letters',
    (it) =>
      seenDaysAgo(it) > 200 &&
      licences.some(
        (other) =>
          assigneeEmail(other) !== assigneeEmail(it) && assigneeEmail(other)?.toLowerCase() === assigneeEmail(it)?.toLowerCase(),
      ),
  ],
  [
    'an idle seat with an offline code, a name and a team outside ASCII',
    (it) =>
      it.lastSeen?.isOfflineCodeGenerated === true &&
      seenDaysAgo(it) > 60 &&
      !ASCII.test(lastNameOf(it)) &&
      !ASCII.test(it.team?.name ?? ''),
  ],
  [
    'a masked name of another domain, assigned under 30 days ago, never seen',
    (it) =>
      /^\w\w\*+ \w\w\*+$/.test(lastNameOf(it)) &&
      !assigneeEmail(it)?.endsWith('@example.com') &&
      daysSince(it.lastSeen?.lastAssignmentDate) < 30 &&
      it.lastSeen?.lastSeenDate === null,
  ],
  ['a held seat of which the vendor tells no use', (it) => isHeld(it) && !('lastSeen' in it)],
  ['an expired subscription that is still held', (it) => isHeld(it) && it.subscription?.isOutdated === true],
  ['a suspended licence that cannot move', (it) => it.isSuspended === true && it.isTransferableBetweenTeams === false],
  ['a trial without a pack', (it) => it.isTrial === true && it.subscription?.subscriptionPackRef === null],
  ['a free seat with an empty assignee', (it) => isFree(it) && it.assignee === null],
  ['a free seat without the keys', (it) => isFree(it) && !('assignee' in it) && !('lastSeen' in it)],
  [
    'a seat nobody holds that ran out',
    (it) => it.assignee === null && it.subscription?.isOutdated === true && it.isAvailableToAssign === false,
  ],
  ['a licence vault', (it) => it.assignee?.type === 'SERVER' && it.assignee.serverType === 'LICENSE_VAULT'],
  ['a licence server', (it) => it.assignee?.type === 'SERVER' && it.assignee.serverType === 'LICENSE_SERVER'],
  [
    'a perpetual licence held by a key, without a subscription',
    (it) => it.assignee?.type === 'LICENSE_KEY' && it.perpetual !== undefined && !('subscription' in it),
  ],
  ['a licence of a whole domain', (it) => it.domain === 'example.com' && it.subscription === null],
];

const owners = (user: AhaUser): number => user.product_roles.filter(({ role }) => role === 20).length;

const ACCOUNT_CASES: readonly (readonly [what: string, shows: (user: AhaUser) => boolean])[] = [
  [
    'one role on three products, one of them nameless, beside another role',
    (it) =>
      owners(it) === 3 &&
      it.product_roles.some(({ product_name }) => product_name === null) &&
      it.product_roles.some(({ role }) => role === 50),
  ],
  [
    'never signed in for over a year, paid, with an e-mail in mixed letters',
    (it) => it.accessed_at === null && it.paid_seat && daysSince(it.created_at) > 365 && it.email !== it.email.toLowerCase(),
  ],
  ['disabled, and the paid seat still says true', (it) => !it.enabled && it.paid_seat],
  [
    'an idle administrator without product roles, with a custom role and a seat group of text id',
    (it) =>
      it.administrator &&
      it.product_roles.length === 0 &&
      it.user_roles.length > 0 &&
      daysSince(it.accessed_at) > 90 &&
      typeof (it['paid_seat_group'] as { id: unknown }).id === 'string',
  ],
  [
    'no seat to win back, in a seat group of numeric id',
    (it) =>
      !it.paid_seat &&
      it.product_roles.every(({ role }) => role >= 40) &&
      typeof (it['paid_seat_group'] as { id?: unknown } | undefined)?.id === 'number',
  ],
  [
    'quotes, an apostrophe and CJK in a name, a flag nobody knows, too new to judge',
    (it) =>
      /["']/.test(it.name) &&
      /\p{Script=Han}/u.test(it.name) &&
      'teamwork_seat' in it &&
      it.accessed_at === null &&
      daysSince(it.created_at) < 30,
  ],
  ["the bot's own account", (it) => it.name === 'licence-bot'],
];

const SCIM_CASES: readonly (readonly [what: string, shows: (user: ScimUser) => boolean])[] = [
  [
    'two e-mails, an id of the staff system and a seat type',
    (it) => it.emails?.length === 2 && it.externalId !== undefined && it.roles?.[0]?.value === 'Full',
  ],
  ['"active" as a text, and a user name that is no e-mail', (it) => it.active === 'True' && !it.userName.includes('@')],
  ['not active, without e-mails', (it) => it.active === false && it.emails === undefined],
  ['neither state nor e-mails', (it) => !('active' in it) && it.emails === undefined],
  ['a machine', (it) => it.userName.startsWith('svc-')],
];

const COPILOT_CASES: readonly (readonly [what: string, shows: (seat: CopilotSeat) => boolean])[] = [
  ['used today', (it) => daysSince(it.last_activity_at) < 1],
  ['given by a team and never used', (it) => it.assigning_team !== undefined && it.last_activity_at === null],
  ['idle and already cancelled', (it) => it.pending_cancellation_date === '2026-12-01' && daysSince(it.last_activity_at) > 90],
  ['nobody to see, of an unknown plan', (it) => it.assignee === null && it.plan_type === 'unknown'],
];

describe('the company shows each case that vendors have', () => {
  it.each(LICENCE_CASES)('JetBrains: %s', (_what, shows) => {
    expect(licences.filter(shows).map(({ licenseId }) => licenseId)).not.toEqual([]);
  });

  it.each(ACCOUNT_CASES)('Aha!: %s', (_what, shows) => {
    expect(accounts.filter(shows).map(({ email }) => email)).not.toEqual([]);
  });

  it.each(SCIM_CASES)('SCIM: %s', (_what, shows) => {
    expect(companyScimUsers(NOW).filter(shows)).not.toEqual([]);
  });

  it.each(COPILOT_CASES)('Copilot: %s', (_what, shows) => {
    expect(companyCopilotSeats(NOW).filter(shows)).not.toEqual([]);
  });

  it('has somebody who left and still holds seats everywhere', () => {
    expect(licences.some((it) => assigneeEmail(it) === 'finn@example.com')).toBe(true);
    expect(accounts.some((it) => it.email === 'finn@example.com' && it.enabled)).toBe(true);
    expect(companyCopilotSeats(NOW).some((it) => it.assignee?.login === 'finn-larkspur')).toBe(true);
  });
});
