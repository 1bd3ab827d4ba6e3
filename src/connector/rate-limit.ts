/*
 * What vendors say about their limits, in the spellings in use: `Retry-After` (RFC 9110, section 10.2.3) in seconds or as a
 * date, also in milliseconds (Microsoft's `x-ms-retry-after-ms`, `retry-after-ms`); `X-RateLimit-*` and `X-Rate-Limit-*` with
 * seconds left, epoch seconds, epoch milliseconds or an ISO date; `RateLimit-*` and `RateLimit` of the IETF's drafts.
 */

type Headers = Readonly<Record<string, string>>;

const AFTER_MS = ['retry-after-ms', 'x-ms-retry-after-ms'];
const RESET = [
  'x-ratelimit-reset',
  'x-rate-limit-reset',
  'ratelimit-reset',
  'x-ratelimit-reset-after',
  'x-rate-limit-reset-after',
  'x-ratelimit-reset-at',
];
const REMAINING = ['x-ratelimit-remaining', 'x-rate-limit-remaining', 'ratelimit-remaining'];

/** Smaller numbers are seconds from now, larger ones instants. */
const SECONDS_LEFT_BELOW = 1e6;
const EPOCH_SECONDS_BELOW = 1e11;

/**
 * When the vendor wants to be asked again; null when it does not say. `status` decides what counts: with every other than
 * 429 a reset is news only when nothing is left, since many vendors send it along with everything.
 */
export function retryAt(headers: Headers, now: Date, status = 429): Date | null {
  for (const name of AFTER_MS) {
    const ms = Number(headers[name] ?? Number.NaN);
    if (Number.isFinite(ms) && ms >= 0) return new Date(now.getTime() + ms);
  }
  const after = instantOf(headers['retry-after'], now);
  if (after !== null) return after;
  return status === 429 || isUsedUp(headers) ? resetAt(headers, now) : null;
}

/** Whether the vendor says that no further call is left until its limit is filled again. */
export function isUsedUp(headers: Headers): boolean {
  for (const name of REMAINING) {
    const text = headers[name];
    if (text !== undefined) return numbersIn(text).some((left) => left <= 0);
  }
  const combined = headers['ratelimit'];
  return combined !== undefined && policiesIn(combined).some(({ left }) => left !== null && left <= 0);
}

/** GitHub and others say with 403 that a limit is used up. */
export function isRateLimited(status: number, headers: Headers): boolean {
  return status === 429 || (status === 403 && (headers['retry-after'] !== undefined || isUsedUp(headers)));
}

function resetAt(headers: Headers, now: Date): Date | null {
  for (const name of RESET) {
    const at = instantOf(headers[name], now);
    if (at !== null) return at;
  }
  const policies = policiesIn(headers['ratelimit'] ?? '');
  const used = policies.filter(({ left }) => left !== null && left <= 0);
  const seconds = (used.length > 0 ? used : policies).flatMap(({ reset }) => (reset === null ? [] : [reset]));
  return seconds.length === 0 ? null : new Date(now.getTime() + Math.max(...seconds) * 1_000);
}

function instantOf(text: string | undefined, now: Date): Date | null {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') return null;
  const numbers = numbersIn(trimmed);
  if (numbers.length > 0) {
    const value = Math.max(...numbers);
    if (value < SECONDS_LEFT_BELOW) return new Date(now.getTime() + value * 1_000);
    return new Date(value < EPOCH_SECONDS_BELOW ? value * 1_000 : value);
  }
  const at = Date.parse(trimmed);
  return Number.isNaN(at) ? null : new Date(at);
}

/** A header that is sent twice, or lists one value for each limit, holds several numbers. Anything else holds none. */
function numbersIn(text: string): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.every((part) => /^\d+(\.\d+)?$/.test(part)) ? parts.map(Number) : [];
}

interface Policy {
  readonly left: number | null;
  /** Seconds from now. */
  readonly reset: number | null;
}

/** `limit=100, remaining=0, reset=30` of the older drafts, and `"burst";r=0;t=30, "day";r=900;t=3600` of the newer. */
function policiesIn(text: string): readonly Policy[] {
  const parameter = (part: string, names: string): number | null => {
    const value = new RegExp(`(?:^|[;,\\s])(?:${names})\\s*=\\s*(\\d+)`, 'i').exec(part)?.[1];
    return value === undefined ? null : Number(value);
  };
  if (/\bremaining\s*=/i.test(text)) return [{ left: parameter(text, 'remaining'), reset: parameter(text, 'reset') }];
  return text
    .split(',')
    .map((part) => ({ left: parameter(part, 'r'), reset: parameter(part, 't') }))
    .filter(({ left, reset }) => left !== null || reset !== null);
}
