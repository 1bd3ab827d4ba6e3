import { localTime } from '../domain/local-time.ts';
import { addMs, DAY_MS, type Instant } from '../domain/time.ts';

export const REMINDERS_MAX = 4;

const FIRST_HOUR = 9;
const LAST_HOUR = 17;

/** When the next reminder is due: the pause doubles each time. Null after the fourth; nobody is nagged for ever. */
export function nextReminder(since: Instant, firstAfterMs: number, sent: number): Instant | null {
  return sent >= REMINDERS_MAX ? null : addMs(since, firstAfterMs * (2 ** (sent + 1) - 1));
}

/** Monday to Friday, from nine to five where the person is. */
export function isWorkingTime(now: Instant, timezone: string | null): boolean {
  const { hour, weekday } = localTime(now, timezone);
  return weekday !== 'saturday' && weekday !== 'sunday' && hour >= FIRST_HOUR && hour < LAST_HOUR;
}

/** Whether somebody is reminded now: it is due, and they are at work. */
export function remindNow(
  now: Instant,
  asked: { readonly since: Instant; readonly firstAfterMs: number; readonly sent: number; readonly timezone: string | null },
): boolean {
  const due = nextReminder(asked.since, asked.firstAfterMs, asked.sent);
  return due !== null && Date.parse(due) <= Date.parse(now) && isWorkingTime(now, asked.timezone);
}

/** Days before the end of what was given until a day at which people are reminded. */
const TERM_DAYS = [7, 1] as const;

/** The reminders whose time has come; for something that was just given, those that would come too late to be worth it. */
export function remindedAlready(now: Instant, until: Instant): readonly number[] {
  return TERM_DAYS.filter((days) => Date.parse(until) - Date.parse(now) <= days * DAY_MS);
}
