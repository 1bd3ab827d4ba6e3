/** A licence as the JetBrains Account API writes it (GET /customer/licenses). */
export interface Licence {
  licenseId: string;
  product: { code: string; name: string };
  assignee?: LicenceAssignee | null;
  lastSeen?: LastSeen | null;
  subscription?: {
    validUntilDate: string | null;
    isOutdated: boolean;
    subscriptionPackRef: string | null;
    isAutomaticallyRenewed: boolean | null;
  } | null;
  perpetual?: { isOutdated: boolean; upgradeDueDate: string | null } | null;
  team?: { id: number; name: string } | null;
  isAvailableToAssign: boolean | null;
  isTransferableBetweenTeams: boolean | null;
  isSuspended: boolean | null;
  isTrial: boolean | null;
  domain?: string | null;
}

export interface LastSeen {
  lastAssignmentDate: string | null;
  lastSeenDate: string | null;
  isOfflineCodeGenerated: boolean | null;
}

export type LicenceAssignee =
  | { readonly type: 'USER'; readonly name: string; readonly email: string }
  | { readonly type: 'SERVER'; readonly serverType: 'LICENSE_SERVER' | 'LICENSE_VAULT'; readonly uid: string }
  | { readonly type: 'LICENSE_KEY'; readonly registrationName: string; readonly key: string; readonly legacyKey: string | null };

export function assigneeEmail(licence: Licence): string | null {
  return licence.assignee?.type === 'USER' ? licence.assignee.email : null;
}
