import type { Account, Activity, Seat } from './seat.ts';
import { addMs, DAY_MS, daysBetween, daysUntil, type Instant } from './time.ts';

/** What is worth knowing about a seat or account. Words are made where they are shown; `tone` orders and marks them. */
export type Problem = { readonly tone: 'wrong' | 'warn' | 'note' } & (
  | { readonly kind: 'expired'; readonly since: Instant | null }
  | { readonly kind: 'expiring'; readonly on: Instant; readonly days: number }
  | { readonly kind: 'idle'; readonly days: number }
  | { readonly kind: 'never-used'; readonly days: number | null }
  | { readonly kind: 'activity-unknown' }
  | { readonly kind: 'offline-code' }
  | { readonly kind: 'suspended' }
  | { readonly kind: 'trial' }
  | { readonly kind: 'too-new'; readonly days: number }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'administrator' }
  | { readonly kind: 'pooled'; readonly label: string }
  | { readonly kind: 'protected' }
  /** It was taken away by mistake: on that day, by that request, and given back. */
  | { readonly kind: 'regretted'; readonly on: Instant; readonly requestId: string }
);

/** Younger than this, a seat or account says nothing about use. JetBrains refuses a revoke for as long. */
const NEW_DAYS = 30;
const EXPIRING_DAYS = 30;

export interface ProblemRules {
  readonly now: Instant;
  readonly inactiveDays: number;
  readonly protected: boolean;
  /** Younger than so many days, a seat or account says nothing about use; 30 unless given. */
  readonly newDays?: number;
}

/** Everything wrong with or notable about one seat, most serious first. Unknown activity is said, and is never idle. */
export function seatProblems(seat: Seat, rules: ProblemRules): readonly Problem[] {
  const problems: Problem[] = [];
  if (seat.holder !== null && seat.holder.kind !== 'person')
    problems.push({ kind: 'pooled', label: seat.holder.label, tone: 'note' });
  if (seat.status === 'expired') problems.push({ kind: 'expired', since: seat.validUntil, tone: 'wrong' });
  else if (seat.validUntil !== null && seat.autoRenews !== true) {
    const days = daysUntil(rules.now, seat.validUntil);
    if (days <= EXPIRING_DAYS) problems.push({ kind: 'expiring', on: seat.validUntil, days: Math.max(days, 0), tone: 'warn' });
  }
  if (seat.status === 'suspended') problems.push({ kind: 'suspended', tone: 'warn' });
  if (seat.holder?.kind === 'person') problems.push(...activityProblems(seat.lastActivity, seat.assignedAt, rules));
  if (seat.offlineCode) problems.push({ kind: 'offline-code', tone: 'warn' });
  if (seat.trial) problems.push({ kind: 'trial', tone: 'note' });
  if (rules.protected) problems.push({ kind: 'protected', tone: 'note' });
  return bySeverity(problems);
}

export function accountProblems(account: Account, rules: ProblemRules): readonly Problem[] {
  const problems: Problem[] = [];
  if (!account.enabled) problems.push({ kind: 'disabled', tone: 'note' });
  else problems.push(...activityProblems(account.lastActivity, account.createdAt, rules));
  if (account.administrator) problems.push({ kind: 'administrator', tone: 'note' });
  if (rules.protected) problems.push({ kind: 'protected', tone: 'note' });
  return bySeverity(problems);
}

function activityProblems(activity: Activity, since: Instant | null, rules: ProblemRules): Problem[] {
  const age = since === null ? null : daysBetween(since, rules.now);
  if (age !== null && age < NEW_DAYS) return [{ kind: 'too-new', days: age, tone: 'note' }];
  if (activity.kind === 'unknown') return [{ kind: 'activity-unknown', tone: 'note' }];
  if (activity.kind === 'never') return [{ kind: 'never-used', days: age, tone: 'wrong' }];
  const days = daysBetween(activity.at, rules.now);
  return days >= rules.inactiveDays ? [{ kind: 'idle', days, tone: 'wrong' }] : [];
}

const ORDER = { wrong: 0, warn: 1, note: 2 } as const;

function bySeverity(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => ORDER[a.tone] - ORDER[b.tone]);
}

/** When a seat given at `assignedAt` stops being too new to judge. */
export function judgeableFrom(assignedAt: Instant): Instant {
  return addMs(assignedAt, NEW_DAYS * DAY_MS);
}
