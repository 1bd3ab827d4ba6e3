import type { Licence } from '../../src/sandbox/vendors/jetbrains-licence.ts';

/** An invented licence as JetBrains writes it, held by somebody or free. */
export function aLicence(id: string, email: string | null, over: Partial<Licence> = {}): Licence {
  return {
    licenseId: id,
    product: { code: 'WS', name: 'WebStorm' },
    assignee: email === null ? null : { type: 'USER', name: email.split('@')[0] ?? '', email },
    lastSeen:
      email === null
        ? null
        : { lastAssignmentDate: '2026-01-10T09:00:00Z', lastSeenDate: '2026-11-01T09:00:00Z', isOfflineCodeGenerated: false },
    subscription: {
      validUntilDate: '2027-03-01T00:00:00Z',
      isOutdated: false,
      subscriptionPackRef: 'P-1',
      isAutomaticallyRenewed: true,
    },
    perpetual: null,
    team: { id: 1, name: 'Platform' },
    isAvailableToAssign: email === null,
    isTransferableBetweenTeams: true,
    isSuspended: false,
    isTrial: false,
    domain: null,
    ...over,
  };
}

/** `count` licences of as many people, from number `from` on. */
export function licencesOf(count: number, from = 0): Licence[] {
  return Array.from({ length: count }, (_, at) =>
    aLicence(`L${String(at + from).padStart(6, '0')}`, `p${at + from}@example.com`),
  );
}
