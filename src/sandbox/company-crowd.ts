import { seeded, seedOf } from './seeded.ts';
import type { AhaUser } from './vendors/aha-user.ts';
import { describeRole } from './vendors/aha-user.ts';
import type { Licence } from './vendors/jetbrains-licence.ts';

const DAY_MS = 86_400_000;

/** Licences of people without a story, as many as wanted, to see how something behaves at size. */
export function crowdLicences(count: number, now: Date): Licence[] {
  const random = seeded(seedOf('crowd licences'));
  const ago = (days: number): string => new Date(now.getTime() - days * DAY_MS).toISOString();
  return Array.from({ length: count }, (_, index) => ({
    licenseId: `C${String(index).padStart(9, '0')}`,
    product: { code: 'II', name: 'IntelliJ IDEA Ultimate' },
    assignee: { type: 'USER', name: `Crowd Member ${index}`, email: `crowd.${index}@example.com` },
    lastSeen: {
      lastAssignmentDate: ago(60 + Math.floor(random() * 600)),
      lastSeenDate: ago(Math.floor(random() ** 3 * 200)),
      isOfflineCodeGenerated: false,
    },
    subscription: {
      validUntilDate: ago(-120),
      isOutdated: false,
      subscriptionPackRef: '3310/CROWD',
      isAutomaticallyRenewed: true,
    },
    perpetual: null,
    team: { id: 2210304, name: 'Crowd' },
    isAvailableToAssign: false,
    isTransferableBetweenTeams: true,
    isSuspended: false,
    isTrial: false,
  }));
}

/** Aha! users of people without a story. */
export function crowdAccounts(count: number, now: Date): AhaUser[] {
  const random = seeded(seedOf('crowd accounts'));
  const ago = (days: number): string => new Date(now.getTime() - days * DAY_MS).toISOString();
  return Array.from({ length: count }, (_, index) => ({
    id: String(7_300_000_000_000_000_000n + BigInt(index)),
    name: `Crowd Member ${index}`,
    email: `crowd.${index}@example.com`,
    timezone: 'Etc/UTC',
    created_at: ago(700),
    updated_at: ago(30),
    accessed_at: ago(Math.floor(random() ** 3 * 200)),
    product_roles: [{ ...describeRole('contributor'), product_id: '880011223', product_name: 'Checkout' }],
    user_roles: [],
    enabled: true,
    paid_seat: true,
    administrator: false,
    administrator_roles: { administer_account: false, administer_billing: false, administer_configuration: false },
  }));
}
