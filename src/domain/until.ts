import { localTime } from './local-time.ts';
import { addMs, DAY_MS, type Instant, parseDuration } from './time.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/**
 * Reads the end of a time as people write it: `1 March`, `March 1`, `2027-03-01`, `Friday`, `tomorrow`, `3d`. A day means
 * the end of that day (midnight UTC after it); a day without a year is the next one. Null for anything else, and for what is past.
 */
export function parseUntil(text: string, now: Instant): Instant | null {
  const typed = text
    .toLowerCase()
    .replaceAll(/[,.\s]+/g, ' ')
    .trim();
  const span = parseDuration(typed);
  if (span !== null) return span > 0 ? addMs(now, span) : null;
  const date = readDate(typed, now);
  if (date === null) return null;
  const end = addMs(`${date}T00:00:00.000Z`, DAY_MS);
  return Date.parse(end) > Date.parse(now) ? end : null;
}

function readDate(typed: string, now: Instant): string | null {
  const today = localTime(now, 'UTC').date;
  if (typed === 'today') return today;
  if (typed === 'tomorrow') return plusDays(today, 1);
  const weekday = WEEKDAYS.findIndex((name) => typed === name || typed === name.slice(0, 3));
  if (weekday !== -1) {
    const ahead = (weekday - new Date(`${today}T00:00:00Z`).getUTCDay() + 7) % 7;
    return plusDays(today, ahead === 0 ? 7 : ahead);
  }
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(typed);
  if (iso !== null) return realDate(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const named = /^(?:(\d{1,2}) ([a-z]+)|([a-z]+) (\d{1,2}))(?: (\d{4}))?$/.exec(typed);
  if (named === null) return null;
  const day = Number(named[1] ?? named[4]);
  const month = monthOf(named[2] ?? named[3] ?? '');
  if (month === null) return null;
  if (named[5] !== undefined) return realDate(Number(named[5]), month, day);
  const year = Number(today.slice(0, 4));
  const thisYear = realDate(year, month, day);
  return thisYear !== null && thisYear >= today ? thisYear : realDate(year + 1, month, day);
}

function monthOf(word: string): number | null {
  const index = MONTHS.findIndex((month) => word.length >= 3 && word.startsWith(month));
  return index === -1 ? null : index + 1;
}

/** Null for a day that no month has. */
function realDate(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : null;
}

function plusDays(date: string, days: number): string {
  return addMs(`${date}T00:00:00.000Z`, days * DAY_MS).slice(0, 10);
}
