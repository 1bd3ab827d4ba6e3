/** An ISO 8601 instant in UTC, as `Date.prototype.toISOString` writes it. Facts are stored and compared as instants. */
export type Instant = string;

export const DAY_MS = 86_400_000;

export function toInstant(date: Date): Instant {
  return date.toISOString();
}

const DATE = /^\d{4}-\d{2}-\d{2}/;
/** Days that every month has, at times that every day has. */
const PLAIN_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z)?$/;

/** Reads any ISO 8601 date a vendor writes; null when it is not one. */
export function parseInstant(text: unknown): Instant | null {
  if (typeof text !== 'string') return null;
  // Most dates are nearly instants already, and building a Date costs seven times as much.
  const plain = PLAIN_DATE.test(text);
  if (plain && text.length === 24) return text;
  if (text.length > LONGEST_KNOWN) return readDate(text);
  const known = KNOWN.get(text);
  if (known !== undefined) return known;
  const instant = plain ? `${text.slice(0, 19)}${text.length === 10 ? 'T00:00:00' : ''}.000Z` : readDate(text);
  if (instant === null) return null;
  if (KNOWN.size >= KNOWN_MOST) KNOWN.clear();
  KNOWN.set(text, instant);
  return instant;
}

/** The records of a list share most of their dates, and one text for all takes less memory, too. */
const KNOWN = new Map<string, Instant>();
const KNOWN_MOST = 2_000;
const LONGEST_KNOWN = 40;

function readDate(text: string): Instant | null {
  if (!DATE.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

const MIDNIGHT_SOMEWHERE = /^(\d{4}-\d{2}-\d{2})T00:00(?::00(?:\.0+)?)?[+-]\d{2}:?\d{2}$/;

/**
 * Reads the day on which something ends. JetBrains writes it as midnight where JetBrains is (`2023-05-20T00:00:00.000+03:00`),
 * which in UTC would be the day before; it is the day as written. Null when it is no date.
 */
export function parseDay(text: unknown): Instant | null {
  const written = typeof text === 'string' ? MIDNIGHT_SOMEWHERE.exec(text) : null;
  return parseInstant(written?.[1] ?? text);
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: Instant, to: Instant): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** Days of the calendar, in UTC, until a day: 1 on the day before at any hour, 0 on the day itself, negative when it is over. */
export function daysUntil(now: Instant, day: Instant): number {
  return Math.floor(Date.parse(day) / DAY_MS) - Math.floor(Date.parse(now) / DAY_MS);
}

export function addMs(instant: Instant, ms: number): Instant {
  return new Date(Date.parse(instant) + ms).toISOString();
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS } as const;

/** Reads `30s`, `15m`, `24h` or `3d` into milliseconds; null when the text is none of them. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,6})([smhd])$/.exec(text.trim());
  if (match === null) return null;
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}
