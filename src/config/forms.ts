import { isEmail } from '../domain/person.ts';
import { parseDuration } from '../domain/time.ts';
import { compilePattern } from '../preset/pattern.ts';

/** Longer than a year is taken for a slip of the finger. */
const MAX_DURATION_MS = 366 * 86_400_000;

export function isDuration(text: string): boolean {
  const ms = parseDuration(text);
  return ms !== null && ms > 0 && ms <= MAX_DURATION_MS;
}

export function isEmailText(text: string): boolean {
  return isEmail(text) && text === text.trim();
}

export function isTimeZone(text: string): boolean {
  // `+02:00` is a zone to Intl but has no summer time, which is never what a schedule means.
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

export function isPattern(text: string): boolean {
  try {
    compilePattern(text);
    return true;
  } catch {
    return false;
  }
}
