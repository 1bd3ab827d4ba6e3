import { seeded, seedOf } from './seeded.ts';
import type { AhaUser } from './vendors/aha-user.ts';
import type { CopilotSeat } from './vendors/copilot.ts';
import type { Licence } from './vendors/jetbrains-licence.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Whoever used a product so recently goes on using it. */
const KEEN_MS = 10 * DAY_MS;
/** Less than this changes nothing anybody would notice. */
const NOTICE_MS = 6 * HOUR_MS;

/** What the vendors remember, to be changed in place. */
export interface VendorRecords {
  readonly licences: readonly Licence[];
  readonly users: readonly AhaUser[];
  readonly seats: CopilotSeat[];
}

/**
 * Lets the company live while time is put forward: people who work go on working, idle ones stay idle, subscriptions
 * renew or run out, and seats that were cancelled end. Answers whether anything changed.
 */
export function liveOn(records: VendorRecords, from: Date, to: Date): boolean {
  if (to.getTime() - from.getTime() < NOTICE_MS) return false;
  const use = (seen: string | null, who: string): string | null => nextUse(seen, who, from, to);
  for (const licence of records.licences) {
    expire(licence, to);
    const { assignee, lastSeen, isSuspended } = licence;
    if (assignee?.type !== 'USER' || !lastSeen || isSuspended === true || licence.subscription?.isOutdated === true) continue;
    lastSeen.lastSeenDate = use(lastSeen.lastSeenDate, licence.licenseId);
  }
  for (const user of records.users) if (user.enabled) user.accessed_at = use(user.accessed_at, user.id);
  for (const seat of records.seats) seat.last_activity_at = use(seat.last_activity_at, seat.assignee?.login ?? '');
  const today = to.toISOString().slice(0, 10);
  const ended = (seat: CopilotSeat): boolean =>
    seat.pending_cancellation_date !== null && seat.pending_cancellation_date <= today;
  const left = records.seats.filter((seat) => !ended(seat));
  if (left.length < records.seats.length) records.seats.splice(0, records.seats.length, ...left);
  return true;
}

/** Sometime in the last twenty hours for those who are keen; unchanged for the others. */
function nextUse(seen: string | null, who: string, from: Date, to: Date): string | null {
  if (seen === null || from.getTime() - Date.parse(seen) > KEEN_MS) return seen;
  const random = seeded(seedOf(`${who}:${Math.floor(to.getTime() / DAY_MS)}`));
  const at = to.getTime() - Math.floor(random() * 20 * HOUR_MS);
  return at > Date.parse(seen) ? new Date(at).toISOString() : seen;
}

function expire(licence: Licence, now: Date): void {
  const { subscription } = licence;
  if (!subscription?.validUntilDate || subscription.isOutdated || Date.parse(subscription.validUntilDate) > now.getTime()) return;
  if (subscription.isAutomaticallyRenewed === true) {
    const [year = '', rest = ''] = subscription.validUntilDate.split(/(?<=^\d{4})/);
    subscription.validUntilDate = `${Number(year) + 1}${rest}`;
    return;
  }
  subscription.isOutdated = true;
  licence.isAvailableToAssign = false;
}
