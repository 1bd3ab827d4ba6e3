import { parse, validateDetailed } from 'node-cron';
import { UsageError } from '../domain/errors.ts';
import { DAY_MS } from '../domain/time.ts';

const MINUTE_MS = 60_000;
/** 29 February may be eight years away (1896 to 1904, 2096 to 2104). */
const LONGEST_SEARCH_DAYS = 8 * 366;

/** The times a five-field cron expression means in one time zone. */
export interface CronSchedule {
  /** The first slot after the instant; null when there is none (30 February). */
  next(after: Date): Date | null;
  /** The last slot at or before the instant; null when there is none. */
  latest(at: Date): Date | null;
}

/**
 * Reads a cron expression as crontab does: when both day of month and day of week are given, either is enough. Where the
 * clock is set forward, a slot that is skipped comes at the first minute after the gap. Where it is set back, a slot in
 * the repeated hour comes once, the first time; only schedules for every hour follow the real hours and come both times.
 * @throws UsageError (`usage.cron`, `usage.timezone`).
 */
export function cronSchedule(expression: string, timezone: string): CronSchedule {
  const checked = validateDetailed(expression);
  if (expression.trim().split(/\s+/).length !== 5 || !checked.valid) {
    const why = checked.errors.map((error) => error.message).join('; ');
    throw new UsageError(
      'usage.cron',
      `\`${expression}\` is not a cron expression of five fields${why === '' ? '' : ` (${why})`}.`,
      {
        hint: 'Use minute, hour, day of month, month and day of week, for example `0 9 * * 1-5`.',
      },
    );
  }
  const zone = new Zone(timezone);
  const fields = parse(expression);
  const [, , dayField = '*', , weekdayField = '*'] = expression.trim().split(/\s+/);
  const minutes = fields.minute.toSorted((a, b) => a - b);
  const hours = fields.hour.toSorted((a, b) => a - b);
  const everyHour = hours.length === 24;
  const unread = [...fields.dayOfMonth, ...fields.dayOfWeek].find((value) => !/^(\d+|L|\d#\d|\dL)$/.test(String(value)));
  if (unread !== undefined) {
    throw new UsageError('usage.cron', `\`${unread}\` in \`${expression}\` is not supported.`, {
      hint: 'Days may be numbers, names, `L` for the last one and `1#2` for the second Monday.',
    });
  }
  const isDay = dayMatcher(
    fields.dayOfMonth.map(String),
    fields.dayOfWeek.map(String),
    isGiven(dayField) && isGiven(weekdayField),
  );
  const months = new Set(fields.month);

  /** Slots of the local day that begins at `day` (its midnight, written as if it were UTC), in order. */
  function slotsOf(day: number): readonly number[] {
    const date = new Date(day);
    if (!months.has(date.getUTCMonth() + 1) || !isDay(date)) return [];
    const offset = zone.offsetThrough(day);
    const slots = new Set<number>();
    for (const hour of hours) {
      for (const minute of minutes) {
        const wall = day + (hour * 60 + minute) * MINUTE_MS;
        const instants = offset === null ? zone.instantsOf(wall) : [wall - offset];
        for (const instant of everyHour ? instants : instants.slice(0, 1)) slots.add(instant);
      }
    }
    return [...slots].sort((a, b) => a - b);
  }

  function search(from: Date, step: 1 | -1, pick: (slots: readonly number[]) => number | undefined): Date | null {
    // A gap can push a slot over midnight into the next day, so the search begins a day earlier or later.
    const today = Math.floor((from.getTime() + zone.offsetAt(from.getTime())) / DAY_MS) * DAY_MS;
    for (let days = -1; days <= LONGEST_SEARCH_DAYS; days += 1) {
      const found = pick(slotsOf(today + step * days * DAY_MS));
      if (found !== undefined) return new Date(found);
    }
    return null;
  }

  return {
    next: (after) => search(after, 1, (slots) => slots.find((slot) => slot > after.getTime())),
    latest: (at) => search(at, -1, (slots) => slots.findLast((slot) => slot <= at.getTime())),
  };
}

// `*`, `*/2` and `?` leave the choice to the other field.
function isGiven(field: string): boolean {
  return !/^[*?]/.test(field);
}

function dayMatcher(days: readonly string[], weekdays: readonly string[], either: boolean): (date: Date) => boolean {
  const isDayOfMonth = (date: Date): boolean => {
    const isLast = new Date(date.getTime() + DAY_MS).getUTCDate() === 1;
    return days.includes(String(date.getUTCDate())) || (isLast && days.includes('L'));
  };
  const isWeekday = (date: Date): boolean => {
    const weekday = date.getUTCDay();
    const isLast = new Date(date.getTime() + 7 * DAY_MS).getUTCDate() <= 7;
    const nth = Math.ceil(date.getUTCDate() / 7);
    return (
      weekdays.includes(String(weekday)) || weekdays.includes(`${weekday}#${nth}`) || (isLast && weekdays.includes(`${weekday}L`))
    );
  };
  return (date) => (either ? isDayOfMonth(date) || isWeekday(date) : isDayOfMonth(date) && isWeekday(date));
}

/** A time zone as the offsets it has at instants. Wall times are written as if they were UTC. */
class Zone {
  readonly #format: Intl.DateTimeFormat;

  constructor(timezone: string) {
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone: timezone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch (cause) {
      throw new UsageError('usage.timezone', `\`${timezone}\` is not a time zone.`, {
        hint: 'Use an IANA name such as `Europe/Berlin` or `America/New_York`.',
        cause,
      });
    }
  }

  offsetAt(instant: number): number {
    const parts = Object.fromEntries(this.#format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000;
  }

  /** The offset all through a local day and the hours around it; null when it changes. */
  offsetThrough(day: number): number | null {
    const before = this.offsetAt(day - DAY_MS);
    return before === this.offsetAt(day + 2 * DAY_MS) ? before : null;
  }

  /** The instants at which clocks show this: one, two where the clock is set back, or the end of the gap that skips it. */
  instantsOf(wall: number): readonly number[] {
    // No zone is a day away from UTC, so these are the offsets before and after whatever happens around `wall`.
    const before = this.offsetAt(wall - DAY_MS);
    const after = this.offsetAt(wall + DAY_MS);
    const instants = [...new Set([before, after])]
      .map((offset) => ({ instant: wall - offset, offset }))
      .filter(({ instant, offset }) => this.offsetAt(instant) === offset)
      .map(({ instant }) => instant);
    return instants.length > 0 ? instants.sort((a, b) => a - b) : [this.#changeBetween(wall - DAY_MS, wall + DAY_MS)];
  }

  #changeBetween(from: number, to: number): number {
    const offset = this.offsetAt(from);
    let [low, high] = [Math.floor(from / MINUTE_MS), Math.ceil(to / MINUTE_MS)];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetAt(middle * MINUTE_MS) === offset) low = middle;
      else high = middle;
    }
    return high * MINUTE_MS;
  }
}
