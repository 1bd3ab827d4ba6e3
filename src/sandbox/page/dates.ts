/** Reads a clock as somebody in one time zone does; formats are kept, making one is slow. */
const kept = new Map<string, Intl.DateTimeFormat>();

function format(date: Date, zone: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${zone} ${JSON.stringify(options)}`;
  const known = kept.get(key) ?? new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone });
  kept.set(key, known);
  return known.format(date);
}

export function tsDate(ts: string): Date {
  return new Date(Number(ts) * 1_000);
}

/** `14:02` */
export function clockTime(date: Date, zone: string): string {
  return format(date, zone, { hour: '2-digit', minute: '2-digit' });
}

/** `Today`, `Yesterday` or `Friday, 5 June`, with the year when it is another one. */
export function dayName(date: Date, now: Date, zone: string): string {
  const days = daysBetween(date, now, zone);
  if (days === 0) return 'Today';
  if (days === -1) return 'Yesterday';
  const year =
    format(date, zone, { year: 'numeric' }) === format(now, zone, { year: 'numeric' }) ? {} : { year: 'numeric' as const };
  return format(date, zone, { weekday: 'long', day: 'numeric', month: 'long', ...year });
}

/** `Wed 25 Nov 2026, 14:02` */
export function fullTime(date: Date, zone: string): string {
  return format(date, zone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** A `<!date>` token in the reader's own time zone (https://docs.slack.dev/messaging/formatting-message-text#date-formatting). */
export function formatDate(at: number, wanted: string, now: Date, zone: string): string {
  const date = new Date(at * 1_000);
  const show = (options: Intl.DateTimeFormatOptions): string => format(date, zone, options);
  const near = { [-1]: 'yesterday', 0: 'today', 1: 'tomorrow' }[daysBetween(date, now, zone)];
  const long = show({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const middle = show({ day: 'numeric', month: 'long', year: 'numeric' });
  const short = show({ day: 'numeric', month: 'short', year: 'numeric' });
  const values: Readonly<Record<string, string>> = {
    date_num: dayNumber(date, zone),
    date_slash: show({ year: 'numeric', month: '2-digit', day: '2-digit' }),
    date: middle,
    date_short: short,
    date_long: long,
    date_pretty: near ?? middle,
    date_short_pretty: near ?? short,
    date_long_pretty: near ?? long,
    day_divider_pretty: near ?? long,
    time: clockTime(date, zone),
    time_secs: show({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    ago: ago(now.getTime() - date.getTime()),
  };
  return wanted.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** `2026-11-25` there. */
function dayNumber(date: Date, zone: string): string {
  return format(date, zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).split('/').reverse().join('-');
}

function daysBetween(date: Date, now: Date, zone: string): number {
  return Math.round((Date.parse(dayNumber(date, zone)) - Date.parse(dayNumber(now, zone))) / 86_400_000);
}

/** `5 minutes ago`, `in 2 hours`. */
export function ago(ms: number): string {
  if (Math.abs(ms) < 30_000) return 'just now';
  return ms < 0 ? `in ${lasting(-ms)}` : `${lasting(ms)} ago`;
}

/** `5 minutes`, `2 hours`. */
export function lasting(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const [count, unit] =
    minutes < 60
      ? [minutes, 'minute']
      : minutes < 1_440
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1_440), 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** What a `datetime-local` field shows for a moment, on that zone's clock. */
export function toLocalInput(at: number, zone: string): string {
  const date = new Date(at * 1_000);
  return `${dayNumber(date, zone)}T${clockTime(date, zone)}`;
}

/** The moment a `datetime-local` field means on that zone's clock, in Unix seconds. */
export function fromLocalInput(text: string, zone: string): number {
  const wanted = Date.parse(`${text}Z`) / 1_000;
  let at = wanted;
  // Twice, since the offset of the first guess may be the one of the other side of a clock change.
  for (let round = 0; round < 2; round += 1) at += wanted - Date.parse(`${toLocalInput(at, zone)}Z`) / 1_000;
  return at;
}
