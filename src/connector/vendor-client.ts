import { TransportError, VendorError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Scope } from '../preset/expression.ts';
import type { LoadedConnector, LoadedRequest } from '../preset/loaded.ts';
import { type BuiltRequest, buildRequest, type CommonParts } from './build-request.ts';
import type { CallMeter } from './call-meter.ts';
import { type Answer, notJson, readAnswer, refusalError, retryAt, toRefusal } from './classify.ts';
import type { Http, RawAnswer } from './http.ts';
import type { Limiter, Sleep } from './limiter.ts';
import { aborted } from './transport-error.ts';

export interface VendorClientParts {
  readonly integrationId: string;
  readonly connector: LoadedConnector;
  readonly origin: string;
  readonly common: CommonParts;
  readonly http: Http;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly log: Log;
  readonly sleep: Sleep;
  /** `variables` and `credential`. */
  readonly scope: Scope;
  /** The credential's values; a vendor that repeats one in an answer must not carry it into a message or the store. */
  readonly secrets: readonly string[];
}

export interface ReadOptions {
  readonly scope: Scope;
  readonly query?: readonly (readonly [string, string])[];
  /** An answer outside of 2xx that is fit for use all the same, such as "not found". */
  readonly accept?: (answer: Answer) => boolean;
  /** An address the vendor gave for the next page; it must be its own. */
  readonly url?: string;
  /** `sync` for the calls of a load, which may wait for those that somebody waits for. Default: `now`. */
  readonly lane?: 'now' | 'sync';
  readonly meter?: CallMeter;
}

const RETRIES = 2;
const BACK_OFF_MS = 250;
/** Longer than this, somebody who waits for an answer is told when to come back instead. */
const MAX_WAIT_MS = 5_000;
const MAX_REDIRECTS = 3;

/** A failed attempt, with how long to wait before the next one; null when there must be none. */
class Failed extends Error {
  readonly error: unknown;
  readonly waitMs: number | null;

  constructor(error: unknown, waitMs: number | null) {
    super('attempt failed');
    this.error = error;
    this.waitMs = waitMs;
  }
}

/** The calls of one integration: limited, logged, and repeated where that is safe. */
export class VendorClient {
  readonly #parts: VendorClientParts;

  constructor(parts: VendorClientParts) {
    this.#parts = parts;
  }

  /**
   * Reads. Repeats at most twice, waiting at most 5 s each time, after 429, 5xx, a broken answer or no answer.
   * @throws VendorError when the answer is no or cannot be read; TransportError when none came.
   */
  async read(request: LoadedRequest, options: ReadOptions, signal: AbortSignal): Promise<Answer> {
    const built = this.#build(request, options);
    return this.#repeat(signal, (attempt) => this.#readOnce(request, built, options, signal, attempt));
  }

  /**
   * Sends a write and returns the answer whatever its status. Repeats only what provably never left.
   * @throws TransportError, or VendorError (`vendor.cut-off`, `vendor.too-large`) for an answer that did not come whole.
   */
  async write(request: LoadedRequest, scope: Scope, signal: AbortSignal): Promise<Answer> {
    const built = this.#build(request, { scope });
    return this.#repeat(signal, async (attempt) => {
      try {
        return readAnswer(await this.#send(request, built, signal, attempt));
      } catch (error) {
        const again = error instanceof TransportError && error.neverSent && !signal.aborted;
        throw new Failed(error, again ? backOff(attempt) : null);
      }
    });
  }

  /** Reads that go on with an address the vendor gave. */
  #build(request: LoadedRequest, { scope, query, url }: ReadOptions): BuiltRequest {
    const { common, origin, connector } = this.#parts;
    const built = buildRequest(request, common, { ...this.#parts.scope, ...scope }, query);
    if (url === undefined) return built;
    const next = tryUrl(url, origin + built.path);
    if (next?.origin !== origin)
      throw new VendorError(
        'vendor.redirect',
        200,
        `${connector.name} sent to another host for the next page; nothing was asked there.`,
      );
    return { ...built, path: next.pathname + next.search };
  }

  async #repeat<Result>(signal: AbortSignal, attempt: (count: number) => Promise<Result>): Promise<Result> {
    for (let count = 0; ; count += 1) {
      try {
        return await attempt(count);
      } catch (failure) {
        if (!(failure instanceof Failed)) throw failure;
        if (failure.waitMs === null || failure.waitMs > MAX_WAIT_MS || count >= RETRIES || signal.aborted) throw failure.error;
        try {
          await this.#parts.sleep(failure.waitMs, signal);
        } catch {
          // The caller's time is up. What the vendor said tells more than that.
          throw failure.error;
        }
      }
    }
  }

  async #readOnce(
    request: LoadedRequest,
    built: BuiltRequest,
    options: ReadOptions,
    signal: AbortSignal,
    attempt: number,
  ): Promise<Answer> {
    const { connector, clock } = this.#parts;
    let raw: RawAnswer;
    if (options.meter !== undefined) options.meter.calls += 1;
    try {
      raw = await this.#follow(request, built, signal, attempt);
    } catch (error) {
      const final = signal.aborted;
      const large = error instanceof VendorError && error.code === 'vendor.too-large';
      throw new Failed(error, final || large ? null : backOff(attempt));
    }
    const answer = readAnswer(raw);
    if (options.accept?.(answer) === true) return answer;
    if (answer.status >= 200 && answer.status < 300) {
      if (!answer.json) throw notJson(answer.status, connector.name);
      return answer;
    }
    const now = clock.now();
    const again = retryAt(answer.headers, now);
    const refusal = toRefusal(answer, connector, again);
    const wait = again === null ? backOff(attempt) : Math.max(0, again.getTime() - now.getTime());
    throw new Failed(refusalError(answer.status, refusal), refusal.retry ? wait : null);
  }

  /** Follows redirects within the vendor's own host; any other is an answer like the rest. */
  async #follow(request: LoadedRequest, built: BuiltRequest, signal: AbortSignal, attempt: number): Promise<RawAnswer> {
    let at = built;
    for (let hops = 0; ; hops += 1) {
      const raw = await this.#send(request, at, signal, attempt);
      const location = raw.headers['location'];
      if (![301, 302, 303, 307, 308].includes(raw.status) || location === undefined || hops >= MAX_REDIRECTS) return raw;
      const next = tryUrl(location, this.#parts.origin + at.path);
      if (next?.origin !== this.#parts.origin) return raw;
      at = { ...at, path: next.pathname + next.search };
    }
  }

  #withoutSecrets(text: string): string {
    return this.#parts.secrets.reduce((left, secret) => left.replaceAll(secret, '[secret]'), text);
  }

  async #send(request: LoadedRequest, built: BuiltRequest, signal: AbortSignal, attempt: number): Promise<RawAnswer> {
    const { http, limiter, clock, log, integrationId, connector } = this.#parts;
    let started = false;
    try {
      return await limiter.run(async () => {
        started = true;
        const since = clock.now().getTime();
        const entry = { integration: integrationId, method: request.method, path: request.pattern, attempt };
        try {
          const raw = await http.send(built, signal);
          log.debug('vendor.call', { ...entry, status: raw.status, ms: clock.now().getTime() - since });
          return { ...raw, text: this.#withoutSecrets(raw.text) };
        } catch (error) {
          const code = error instanceof TransportError || error instanceof VendorError ? error.code : 'bug';
          log.warn('vendor.call', { ...entry, code, ms: clock.now().getTime() - since });
          throw error;
        }
      }, signal);
    } catch (error) {
      if (!started && signal.aborted) throw aborted(connector.name, true, signal.reason);
      throw error;
    }
  }
}

function tryUrl(text: string, base: string): URL | null {
  return URL.canParse(text, base) ? new URL(text, base) : null;
}

/** Doubles each time, with a random half so that many do not come back at once. */
function backOff(attempt: number): number {
  return BACK_OFF_MS * 2 ** attempt * (0.5 + Math.random() / 2);
}
