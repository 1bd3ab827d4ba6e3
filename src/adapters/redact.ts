import { Secret } from '../domain/secret.ts';

const HIDDEN = '[secret]';
/** Shorter ones would blot out half of every line, and protect nothing. */
const SHORTEST = 4;
const DEEPEST = 8;
const LONGEST_LIST = 200;

/** What gives itself away by its form, whoever put it there. The first group, if any, is kept. */
const SHAPES: readonly RegExp[] = [
  // Slack tokens: https://docs.slack.dev/authentication/tokens
  /\bx(?:ox[a-z]|app|oxe\.xox[a-z])-[\w.-]{6,}/g,
  // Slack's response and webhook addresses are rights to post: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
  /(\bhooks\.slack\.com\/[a-z]+\/)[\w/%-]+/g,
  /\b((?:Bearer|Basic|Token)\s+)[\w.~+/=-]{8,}/gi,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /(\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g,
  /([?&](?:access_token|api_?key|client_secret|key|password|secret|sig|signature|token)=)[^&\s"']+/gi,
];

const SECRET_FIELD =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-[\w-]*key|password|passphrase|secret|client_?secret|api_?key|access_?token|refresh_?token|token|trigger_id|response_url)$/i;

/** Takes secrets out of whatever is about to be logged. */
export class Redactor {
  #known: readonly string[] = [];

  /** From now on the value is hidden wherever it turns up, also encoded for an address or for basic authentication. */
  register(secret: Secret | string): void {
    const value = secret instanceof Secret ? secret.reveal() : secret;
    if (value.length < SHORTEST) return;
    const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
    const forms = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), base64];
    // The longest first: a shorter one may be part of it.
    this.#known = [...new Set([...this.#known, ...forms])].sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    let clean = text;
    for (const value of this.#known) if (clean.includes(value)) clean = clean.replaceAll(value, HIDDEN);
    for (const shape of SHAPES)
      clean = clean.replace(shape, (_, kept: unknown) => (typeof kept === 'string' ? kept : '') + HIDDEN);
    return clean;
  }

  /** The value as plain JSON without secrets: errors with message, stack and cause, cycles and great depth cut. */
  value(value: unknown, above: readonly object[] = []): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'bigint') return this.text(String(value));
    if (typeof value === 'number') return this.#known.includes(String(value)) ? HIDDEN : value;
    if (value === null || typeof value === 'boolean' || value === undefined) return value;
    if (typeof value !== 'object') return `[${typeof value}]`;
    if (value instanceof Secret) return HIDDEN;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (above.includes(value)) return '[circular]';
    if (above.length >= DEEPEST) return '[deep]';
    const within = [...above, value];
    if (value instanceof Error) return this.#error(value, within);
    if ('toJSON' in value && typeof value.toJSON === 'function') return this.value(value.toJSON(), within);
    if (value instanceof Map) return this.#object(Object.fromEntries(value), within);
    if (value instanceof Set || Array.isArray(value)) return this.#list([...value], within);
    return this.#object(value, within);
  }

  #error(error: Error, within: readonly object[]): unknown {
    const { name, message, stack, cause, ...rest } = error;
    const errors = error instanceof AggregateError ? { errors: error.errors } : {};
    return this.#object({ name, message, ...rest, stack, ...errors, ...(cause !== undefined && { cause }) }, within);
  }

  #list(items: readonly unknown[], within: readonly object[]): unknown {
    const shown = items.slice(0, LONGEST_LIST).map((item) => this.value(item, within));
    return items.length > LONGEST_LIST ? [...shown, `[${items.length - LONGEST_LIST} more]`] : shown;
  }

  #object(value: object, within: readonly object[]): unknown {
    const clean: [string, unknown][] = [];
    for (const [name, inner] of Object.entries(value)) {
      const hide = SECRET_FIELD.test(name) && typeof inner === 'string' && inner !== '';
      clean.push([this.text(name), hide ? HIDDEN : this.value(inner, within)]);
    }
    return Object.fromEntries(clean);
  }
}
