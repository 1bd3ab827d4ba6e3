import type { Instant } from './time.ts';

export interface LocalTime {
  readonly hour: number;
  /** `monday` to `sunday`. */
  readonly weekday: string;
  /** `2026-11-25`. */
  readonly date: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The clock and calendar in a time zone (IANA name); UTC for a name that is not known. */
export function localTime(instant: Instant, timezone: string | null): LocalTime {
  const parts = new Map(
    formatFor(timezone ?? 'UTC')
      .formatToParts(new Date(instant))
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  return {
    hour: Number(part('hour')),
    weekday: part('weekday').toLowerCase(),
    date: `${part('year')}-${part('month')}-${part('day')}`,
  };
}

/** Making a format costs 50 times what using it does. */
function formatFor(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (format === undefined) {
    const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', weekday: 'long' } as const;
    try {
      format = new Intl.DateTimeFormat('en-GB', { ...fields, hourCycle: 'h23', timeZone: timezone });
    } catch {
      format = new Intl.DateTimeFormat('en-GB', { ...fields, hourCycle: 'h23', timeZone: 'UTC' });
    }
    formats.set(timezone, format);
  }
  return format;
}
