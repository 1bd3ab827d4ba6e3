import type { Departure } from './sync-change.ts';
import type { DeactivateRules } from './sync-plan.ts';

/** How much was active before. */
export interface ActiveBefore {
  readonly people: number;
  readonly holdings: number;
}

export interface GuardReason {
  readonly code: 'share' | 'count' | 'strangers';
  /** One sentence for people. */
  readonly message: string;
}

/** From this many people on, a listing that shares nobody with what is known is somebody else's. */
const STRANGERS_FROM = 5;

/**
 * Whether a run must stop before its first deactivation. Those that would be deactivated now and those that are missing
 * for the first time are capped each by themselves, so that a slow trickle over nights adds up to no alarm and a landslide
 * does on its first night. The share leaves out a single departure: in a small company one person is a large share.
 */
export function guardDepartures(
  departures: readonly Departure[],
  before: ActiveBefore,
  rules: DeactivateRules,
): GuardReason | null {
  if (!rules.enabled) return null;
  const people = departures.filter((one) => one.kind === 'person');
  const holdings = departures.filter((one) => one.kind !== 'person');
  return (
    overCap(people, before.people, 'people', rules, rules.maxCount) ??
    // One person may hold many seats, so the count is about people; accounts are one each.
    overCap(
      holdings,
      before.holdings,
      'seats and accounts',
      rules,
      holdings.every((one) => one.kind === 'account') ? rules.maxCount : null,
    )
  );
}

function overCap(
  departures: readonly Departure[],
  total: number,
  what: string,
  rules: DeactivateRules,
  maxCount: number | null,
): GuardReason | null {
  const firstTime = departures.filter((one) => one.reason === 'missing' && !one.again).length;
  const most = Math.max(firstTime, departures.length - firstTime);
  const of = `${most} of ${total} active ${what} would be deactivated`;
  if (maxCount !== null && most > maxCount) return { code: 'count', message: `${of}, and one run may deactivate ${maxCount}.` };
  if (most > 1 && most > total * rules.maxShare)
    return { code: 'share', message: `${of} (${percent(most / total)}), and one run may deactivate ${percent(rules.maxShare)}.` };
  return null;
}

/** A listing in which nobody is known is taken for that of another company, whatever else is configured. */
export function guardStrangers(known: number, knownAndListed: number, listed: number): GuardReason | null {
  if (known < STRANGERS_FROM || listed === 0 || knownAndListed > 0) return null;
  return {
    code: 'strangers',
    message: `None of the ${known} people who are known is in the listing, and ${listed} others are: it may be another company’s. Check the credential and its company code or subdomain.`,
  };
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
