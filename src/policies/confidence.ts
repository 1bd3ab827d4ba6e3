import type { Confidence } from '../domain/action-request.ts';
import type { ProblemRules } from '../domain/problems.ts';
import type { Account, Activity, Holding, Seat } from '../domain/seat.ts';
import { daysBetween, type Instant } from '../domain/time.ts';

/** Younger than this, a seat or account says nothing about use; JetBrains refuses a revoke for as long. */
const NEW_DAYS = 30;
/** Idle for so many times the threshold, a seat is certainly not needed. */
const CERTAIN_TIMES = 2;

/**
 * How sure it is that nobody misses a seat or account. `excluded` ones no automation touches (protected people,
 * administrators, what a server or key holds, what is newer than 30 days); `ask-first` ones look idle to nobody but may be.
 */
export function confidenceOf(holding: Holding, rules: ProblemRules): Confidence {
  if (rules.protected) return { tier: 'excluded', because: 'the person is protected' };
  return holding.kind === 'seat' ? seatConfidence(holding, rules) : accountConfidence(holding, rules);
}

function seatConfidence(seat: Seat, rules: ProblemRules): Confidence {
  if (seat.holder !== null && seat.holder.kind !== 'person')
    return { tier: 'excluded', because: `${seat.holder.label} holds it, not a person` };
  if (seat.holder === null) return { tier: 'excluded', because: 'nobody holds it' };
  if (isNew(seat.assignedAt, rules)) return { tier: 'excluded', because: `it was given less than ${newDaysOf(rules)} days ago` };
  if (seat.status === 'expired') return { tier: 'certain', because: 'its subscription has ended' };
  if (seat.offlineCode) return { tier: 'ask-first', because: 'an offline code was issued, so it may be in use unseen' };
  if (seat.status === 'suspended') return { tier: 'ask-first', because: 'it is suspended at the vendor' };
  return byActivity(seat.lastActivity, seat.assignedAt, rules);
}

function accountConfidence(account: Account, rules: ProblemRules): Confidence {
  if (account.administrator) return { tier: 'excluded', because: 'it is an administrator’s' };
  if (isNew(account.createdAt, rules)) return { tier: 'excluded', because: `it is less than ${newDaysOf(rules)} days old` };
  if (!account.enabled) return { tier: 'certain', because: 'it is switched off' };
  return byActivity(account.lastActivity, account.createdAt, rules);
}

function byActivity(activity: Activity, since: Instant | null, { now, inactiveDays }: ProblemRules): Confidence {
  if (activity.kind === 'unknown') return { tier: 'ask-first', because: 'the vendor does not say when it was used' };
  const from = activity.kind === 'at' ? activity.at : since;
  if (from === null) return { tier: 'ask-first', because: 'it was never used, and nothing says since when it is held' };
  const days = daysBetween(from, now);
  const what = activity.kind === 'at' ? 'not used' : 'never used';
  if (days >= inactiveDays * CERTAIN_TIMES) return { tier: 'certain', because: `${what} for ${days} days` };
  if (days >= inactiveDays) return { tier: 'probable', because: `${what} for ${days} days` };
  return { tier: 'ask-first', because: activity.kind === 'at' ? `used ${days} days ago` : `held for ${days} days only` };
}

function isNew(since: Instant | null, rules: ProblemRules): boolean {
  return since !== null && daysBetween(since, rules.now) < newDaysOf(rules);
}

function newDaysOf(rules: ProblemRules): number {
  return rules.newDays ?? NEW_DAYS;
}
