import { TransportError, VendorError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { LoadedOAuth } from '../preset/compile-auth.ts';
import type { Scope } from '../preset/expression.ts';
import { backOff } from './back-off.ts';
import type { BuiltRequest } from './build-request.ts';
import type { Http, RawAnswer } from './http.ts';
import type { Sleep } from './limiter.ts';
import { SharedRead } from './shared-read.ts';

export interface TokenSourceParts {
  readonly auth: LoadedOAuth;
  /** For messages: the SaaS. */
  readonly vendor: string;
  readonly integrationId: string;
  readonly tokenUrl: URL;
  readonly http: Http;
  /** `variables` and `credential`. */
  readonly scope: Scope;
  readonly clock: Clock;
  readonly log: Log;
  readonly sleep: Sleep;
}

/** A token is renewed this long before it ends, so that none ends on its way. */
const EARLY_MS = 60_000;
/** For vendors that do not say how long a token lives. */
const DEFAULT_LIFE_MS = 15 * 60_000;
const ATTEMPTS = 2;
const RETRY_STATUS: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/**
 * Tokens of one credential (RFC 6749, section 4.4, and Zoom's account credentials): fetched by the first who needs one,
 * shared by all who wait meanwhile, kept until shortly before they end.
 */
export class TokenSource {
  readonly #parts: TokenSourceParts;
  readonly #fetching: SharedRead<string>;
  #token: { readonly value: string; readonly until: number } | null = null;
  /** The one before may still turn up in an answer. */
  #known: readonly string[] = [];

  constructor(parts: TokenSourceParts) {
    this.#parts = parts;
    this.#fetching = new SharedRead((signal) => this.#fetch(signal), 0, parts.clock);
  }

  /** The token in hand; null when a new one must be fetched. */
  current(): string | null {
    const token = this.#token;
    return token !== null && this.#parts.clock.now().getTime() < token.until ? token.value : null;
  }

  /** @throws VendorError when the vendor gives none, TransportError when it cannot be reached (nothing else was sent then). */
  async get(signal: AbortSignal): Promise<string> {
    return this.current() ?? this.#fetching.get(signal);
  }

  /** Drops the token if it is still the one in hand; a newer one stays. */
  forget(token: string): void {
    if (this.#token?.value === token) this.#token = null;
  }

  known(): readonly string[] {
    return this.#known;
  }

  async #fetch(signal: AbortSignal): Promise<string> {
    const { http, sleep, log, clock, integrationId } = this.#parts;
    const request = this.#request();
    for (let attempt = 0; ; attempt += 1) {
      const last = attempt + 1 >= ATTEMPTS;
      const since = clock.now().getTime();
      const entry = () => ({ integration: integrationId, attempt, ms: clock.now().getTime() - since });
      try {
        const answer = await http.send(request, signal);
        log.debug('vendor.token', { ...entry(), status: answer.status });
        if (last || !RETRY_STATUS.has(answer.status)) return this.#keep(answer);
      } catch (error) {
        if (error instanceof VendorError && error.code.startsWith('vendor.token')) throw error;
        const code = error instanceof TransportError || error instanceof VendorError ? error.code : 'bug';
        log.warn('vendor.token', { ...entry(), code });
        if (last || signal.aborted) throw this.#neverSent(error);
      }
      await sleep(backOff(attempt, 'now'), signal);
    }
  }

  /** The call the token was for has not left, whatever became of the request for the token. */
  #neverSent(error: unknown): unknown {
    if (!(error instanceof TransportError || error instanceof VendorError)) return error;
    const options = { ...(error.hint === null ? {} : { hint: error.hint }), cause: error };
    const message = `No token came: ${error.message}`;
    return error instanceof VendorError
      ? new VendorError('vendor.token-failed', error.status, message, options)
      : new TransportError(error.code, true, message, options);
  }

  #request(): BuiltRequest {
    const { auth, scope, tokenUrl } = this.#parts;
    const [id, secret] = [auth.clientId.render(scope), auth.clientSecret.render(scope)];
    const form = new URLSearchParams({ grant_type: auth.grant });
    const wanted = auth.scope?.render(scope) ?? '';
    if (wanted !== '') form.set('scope', wanted);
    for (const [name, text] of auth.params) {
      const value = text.render(scope);
      if (value !== '') form.set(name, value);
    }
    if (auth.client === 'body') {
      form.set('client_id', id);
      form.set('client_secret', secret);
    }
    // RFC 6749, section 2.3.1: both are encoded like a form before they are joined.
    const basic = basicCredentials(encodeURIComponent(id), encodeURIComponent(secret));
    return {
      method: 'POST',
      path: tokenUrl.pathname + tokenUrl.search,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(auth.client === 'basic' ? { authorization: `Basic ${basic}` } : {}),
      },
      body: form.toString(),
    };
  }

  #keep(answer: RawAnswer): string {
    const { vendor, clock } = this.#parts;
    const body = parseObject(answer.text);
    if (answer.status < 200 || answer.status > 299) throw refused(answer.status, body, vendor);
    const token = body['access_token'];
    if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
      throw new VendorError('vendor.token', answer.status, `${vendor} answered without a token.`, {
        hint: 'Check the token address of the connector; a proxy or a sign-in page may stand in between.',
      });
    const seconds = Number(body['expires_in']);
    const life = seconds > 0 ? seconds * 1_000 : DEFAULT_LIFE_MS;
    this.#token = { value: token, until: clock.now().getTime() + life - Math.min(EARLY_MS, life / 10) };
    this.#known = [token, ...this.#known].slice(0, 2);
    return token;
  }
}

/** `name:password` as basic authentication wants it (RFC 7617). */
export function basicCredentials(name: string, password: string): string {
  return Buffer.from(`${name}:${password}`, 'utf8').toString('base64');
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Only the code of the error is passed on; descriptions may repeat what was sent. */
function refused(status: number, body: Readonly<Record<string, unknown>>, vendor: string): VendorError {
  const { error } = body;
  const code = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : null;
  const said = code === null ? `status ${status}` : code;
  if (status === 429 || status >= 500)
    return new VendorError('vendor.token-failed', status, `${vendor} gives no token for now (${said}).`, {
      hint: 'Try again in a minute.',
    });
  return new VendorError('vendor.token-refused', status, `${vendor} gives no token for this client id and secret (${said}).`, {
    hint: 'Check the client id, its secret and when it ends, and the rights the app has been given.',
  });
}
