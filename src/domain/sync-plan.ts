import type { CheckedField } from './person-fields.ts';

export type SyncMode = 'create-and-update' | 'create-only' | 'update-only';
export type SyncState = 'draft' | 'live' | 'paused';

/** How one integration is loaded, from the configuration. Kept by a run from its start to its end. */
export interface SyncPlan {
  readonly integrationId: string;
  readonly connectorId: string;
  /** What people call the integration. */
  readonly name: string;
  /** The app in the software catalogue that its users and seats belong to. */
  readonly app: string;
  /** The credential's name, for records that say where they came from. */
  readonly credential: string;
  readonly state: SyncState;
  /** `users`: people alone; else their seats and accounts in the app, too. */
  readonly load: 'users' | 'users-and-saas-users';
  readonly mode: SyncMode;
  readonly schedule: { readonly cron: string; readonly timezone: string };
  readonly filter: string | null;
  /** Names of the person's fields that the configuration fills, with the text that fills them. */
  readonly mapping: Readonly<Record<string, string>>;
  readonly customFields: readonly CustomField[];
  /** The field that tells which records are one person. */
  readonly syncKey: string;
  /** What everybody gets whose role no mapping tells. */
  readonly role: string | null;
  readonly deactivate: DeactivateRules;
  /** Slack user ids or e-mails. */
  readonly contacts: readonly string[];
  /** Changes with everything that shapes what a run writes. */
  readonly fingerprint: string;
}

export interface CustomField extends CheckedField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly unique: boolean;
}

export interface DeactivateRules {
  readonly enabled: boolean;
  /** 0 to 1, of the active people (or seats and accounts) the integration had. */
  readonly maxShare: number;
  readonly maxCount: number;
}

/** Targets every person needs before an integration may go live. */
export const REQUIRED_TARGETS = ['username', 'email', 'role'] as const;

/** Standard fields that are one person’s alone; a name or a department is not. */
export const UNIQUE_TARGETS: readonly string[] = ['email', 'username', 'employeeId'];

export interface LaunchGap {
  /** `username`, `syncKey`, `credential`, … */
  readonly what: string;
  /** One sentence: what is missing and how to set it. */
  readonly message: string;
}

/** What keeps an integration from going live, all at once. `credential` is what its check said. */
export function launchGaps(plan: SyncPlan, credential: { readonly ok: boolean; readonly message: string }): readonly LaunchGap[] {
  const gaps: LaunchGap[] = [];
  const at = `integrations.${plan.integrationId}`;
  for (const target of REQUIRED_TARGETS) {
    if (plan.mapping[target] !== undefined || (target === 'role' && plan.role !== null)) continue;
    const how = target === 'role' ? `${at}.role (one role for everybody) or ${at}.mapping.role` : `${at}.mapping.${target}`;
    gaps.push({ what: target, message: `The person’s ${target === 'email' ? 'e-mail' : target} is not mapped: set ${how}.` });
  }
  const custom = plan.customFields.find((field) => field.name === plan.syncKey);
  if (custom === undefined && plan.mapping[plan.syncKey] === undefined)
    gaps.push({
      what: 'syncKey',
      message: `The sync key “${plan.syncKey}” is not mapped: map it, or name another field in ${at}.syncKey.`,
    });
  else if (custom !== undefined && !custom.unique)
    gaps.push({
      what: 'syncKey',
      message: `The sync key “${plan.syncKey}” is not unique: set ${at}.customFields.${plan.syncKey}.unique.`,
    });
  else if (custom === undefined && !UNIQUE_TARGETS.includes(plan.syncKey))
    gaps.push({
      what: 'syncKey',
      message: `The sync key “${plan.syncKey}” is not unique: several people can have the same. Use ${UNIQUE_TARGETS.join(', ')} or a custom field with “unique” in ${at}.syncKey.`,
    });
  if (!credential.ok) gaps.push({ what: 'credential', message: `The credential does not work: ${credential.message}` });
  return gaps;
}
