import { setMaxListeners } from 'node:events';
import { TransportError, VendorError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Scope } from '../preset/expression.ts';
import type { LoadedConnector, LoadedRequest } from '../preset/loaded.ts';
import type { Authoriser } from './authorise.ts';
import { backOff, PATIENCE, type Priority } from './back-off.ts';
import { type BuiltRequest, buildRequest, type CommonParts } from './build-request.ts';
import { type Answer, notJson, readAnswer, readInTurns, refusalError, toRefusal } from './classify.ts';
import type { Http, RawAnswer } from './http.ts';
import type { Limiter, Sleep } from './limiter.ts';
import { isRateLimited, isUsedUp, retryAt } from './rate-limit.ts';
import { aborted } from './transport-error.ts';

export interface VendorClientParts {
  readonly integrationId: string;
  readonly connector: LoadedConnector;
  readonly origin: string;
  readonly common: CommonParts;
  readonly http: Http;
  /** Shared by all who use the same credential. */
  readonly limiter: Limiter;
  readonly authoriser: Authoriser;
  readonly clock: Clock;
  readonly log: Log;
  readonly sleep: Sleep;
  /** `variables` and `credential`. */
  readonly scope: Scope;
}

/** What some work has cost so far: requests sent, and milliseconds spent waiting for limits and between attempts. */
export interface CallMeter {
  calls: number;
  waitedMs: number;
}

export interface ReadOptions {
  readonly scope: Scope;
  readonly query?: readonly (readonly [string, string])[];
  /** An answer outside of 2xx that is fit for use all the same, such as "not found". */
  readonly accept?: (answer: Answer) => boolean;
  /** An address the vendor gave for the next page; it must be its own. */
  readonly url?: string;
  /** Whether somebody waits for it (the default), or it belongs to a load, which comes last and has more patience. */
  readonly priority?: Priority;
  /** Counts what this read costs. */
  readonly meter?: CallMeter;
}

/** What one call is for. */
interface Errand {
  readonly request: LoadedRequest;
  readonly priority: Priority;
  readonly signal: AbortSignal;
  readonly meter: CallMeter | undefined;
}

const MAX_REDIRECTS = 3;
/** Longer than this a vendor's "nothing left until" is not taken at its word. */
const MAX_PAUSE_MS = 3_600_000;

/** A failed attempt, with how long to wait before the next one; null when there must be none. */
class Failed extends Error {
  readonly error: unknown;
  readonly waitMs: number | null;
  /** The vendor wants no call with this credential meanwhile. */
  readonly byVendor: boolean;

  constructor(error: unknown, waitMs: number | null, byVendor = false) {
    super('attempt failed');
    this.error = error;
    this.waitMs = waitMs;
    this.byVendor = byVendor;
  }
}

/** The calls of one integration: limited, logged, and repeated where that is safe. */
export class VendorClient {
  readonly #parts: VendorClientParts;

  constructor(parts: VendorClientParts) {
    this.#parts = parts;
  }

  /**
   * Reads. Repeats after 429, 5xx, a broken answer or no answer: for somebody who waits at most twice and at most 5 s each
   * time, for a load more often and as long as the vendor asks.
   * @throws VendorError when the answer is no or cannot be read; TransportError when none came.
   */
  async read(request: LoadedRequest, options: ReadOptions, signal: AbortSignal): Promise<Answer> {
    const built = this.#build(request, options);
    const errand = { request, priority: options.priority ?? 'now', signal, meter: options.meter };
    // The pages of a load that are asked for ahead all listen to one signal.
    if (errand.priority === 'load') setMaxListeners(0, signal);
    return this.#repeat(errand, (attempt) => this.#readOnce(errand, built, options, attempt));
  }

  /**
   * Sends a write and returns the answer whatever its status. Repeats only what provably never left.
   * @throws TransportError, or VendorError (`vendor.cut-off`, `vendor.too-large`) for an answer that did not come whole.
   */
  async write(request: LoadedRequest, scope: Scope, signal: AbortSignal): Promise<Answer> {
    const built = this.#build(request, { scope });
    const errand = { request, priority: 'now', signal, meter: undefined } as const;
    return this.#repeat(errand, async (attempt) => {
      try {
        const answer = readAnswer(await this.#send(errand, built, attempt));
        if (isRateLimited(answer.status, answer.headers)) this.#obey(answer);
        return answer;
      } catch (error) {
        const reason = asNeverSent(error);
        const again = reason instanceof TransportError && reason.neverSent && this.#mayTryAgain(reason, signal);
        throw new Failed(reason, again ? backOff(attempt, 'now') : null);
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

  async #repeat<Result>(errand: Errand, attempt: (count: number) => Promise<Result>): Promise<Result> {
    const { clock, sleep, limiter } = this.#parts;
    const { signal, meter } = errand;
    const patience = PATIENCE[errand.priority];
    const since = clock.now().getTime();
    for (let count = 0; ; count += 1) {
      try {
        return await attempt(count);
      } catch (failure) {
        if (!(failure instanceof Failed)) throw failure;
        const { waitMs } = failure;
        if (waitMs === null) throw failure.error;
        const resume = failure.byVendor ? limiter.pause(waitMs) : null;
        const late = clock.now().getTime() - since + waitMs > patience.deadlineMs;
        if (waitMs > patience.maxWaitMs || count + 1 >= patience.attempts || late || signal.aborted) throw failure.error;
        try {
          await sleep(waitMs, signal);
        } catch {
          // The caller's time is up. What the vendor said tells more than that.
          throw failure.error;
        }
        resume?.();
        if (meter !== undefined) meter.waitedMs += waitMs;
      }
    }
  }

  async #readOnce(errand: Errand, built: BuiltRequest, options: ReadOptions, attempt: number): Promise<Answer> {
    const { connector, clock } = this.#parts;
    let raw: RawAnswer;
    try {
      raw = await this.#follow(errand, built, attempt);
    } catch (error) {
      throw new Failed(error, this.#mayTryAgain(error, errand.signal) ? backOff(attempt, errand.priority) : null);
    }
    const answer = await readInTurns(raw);
    if (options.accept?.(answer) === true) return answer;
    if (answer.status >= 200 && answer.status < 300) {
      if (!answer.json) throw notJson(answer.status, connector.name);
      return answer;
    }
    const now = clock.now();
    const limited = isRateLimited(answer.status, answer.headers);
    const status = limited ? 429 : answer.status;
    const again = retryAt(answer.headers, now, status);
    const refusal = toRefusal({ ...answer, status }, connector, again);
    const wait = again === null ? backOff(attempt, errand.priority) : Math.max(0, again.getTime() - now.getTime());
    throw new Failed(refusalError(status, refusal), refusal.retry ? wait : null, limited && again !== null);
  }

  #mayTryAgain(error: unknown, signal: AbortSignal): boolean {
    if (signal.aborted) return false;
    if (error instanceof TransportError) return !FINAL.has(error.code);
    return error instanceof VendorError && error.code === 'vendor.cut-off';
  }

  /** Follows redirects within the vendor's own host; any other is an answer like the rest, and nothing is sent there. */
  async #follow(errand: Errand, built: BuiltRequest, attempt: number): Promise<RawAnswer> {
    let at = built;
    for (let hops = 0; ; hops += 1) {
      const raw = await this.#send(errand, at, attempt);
      const location = raw.headers['location'];
      if (![301, 302, 303, 307, 308].includes(raw.status) || location === undefined || hops >= MAX_REDIRECTS) return raw;
      const next = tryUrl(location, this.#parts.origin + at.path);
      if (next?.origin !== this.#parts.origin) return raw;
      at = { ...at, path: next.pathname + next.search };
    }
  }

  /** Lets all who use the credential wait as long as the vendor says. */
  #obey(answer: Pick<Answer, 'status' | 'headers'>): void {
    const { clock, limiter } = this.#parts;
    const now = clock.now();
    const at = retryAt(answer.headers, now, isRateLimited(answer.status, answer.headers) ? 429 : answer.status);
    const ms = at === null ? 0 : at.getTime() - now.getTime();
    if (ms > 0) limiter.pause(Math.min(ms, MAX_PAUSE_MS));
  }

  /** One call with the credential shown; once more with a new token when the vendor no longer takes the one it got. */
  async #send(errand: Errand, built: BuiltRequest, attempt: number): Promise<RawAnswer> {
    const { authoriser } = this.#parts;
    const shown = await authoriser.headers(errand.signal);
    const raw = await this.#sendOnce(errand, { ...built, headers: { ...built.headers, ...shown } }, attempt);
    if (raw.status !== 401 || !(await authoriser.renew(shown, errand.signal))) return raw;
    const renewed = await authoriser.headers(errand.signal);
    return this.#sendOnce(errand, { ...built, headers: { ...built.headers, ...renewed } }, attempt);
  }

  async #sendOnce(errand: Errand, built: BuiltRequest, attempt: number): Promise<RawAnswer> {
    const { http, limiter, clock, log, integrationId, connector } = this.#parts;
    const { request, signal, meter, priority } = errand;
    this.#refuseLongPause(priority);
    let started = false;
    try {
      return await limiter.run(
        async () => {
          started = true;
          if (meter !== undefined) meter.calls += 1;
          const since = clock.now().getTime();
          const entry = { integration: integrationId, method: request.method, path: request.pattern, attempt };
          try {
            const raw = await http.send(built, signal);
            log.debug('vendor.call', { ...entry, status: raw.status, ms: clock.now().getTime() - since });
            if (raw.status < 300 && isUsedUp(raw.headers)) this.#obey(raw);
            return this.#withoutSecrets(raw);
          } catch (error) {
            const code = error instanceof TransportError || error instanceof VendorError ? error.code : 'bug';
            log.warn('vendor.call', { ...entry, code, ms: clock.now().getTime() - since });
            throw error;
          }
        },
        signal,
        priority,
        (ms) => {
          if (meter !== undefined) meter.waitedMs += ms;
        },
      );
    } catch (error) {
      if (!started && signal.aborted) throw aborted(connector.name, true, signal.reason);
      throw error;
    }
  }

  /** Somebody who waits for an answer is told when to come back, where the vendor wants no call for a while. */
  #refuseLongPause(priority: Priority): void {
    const { limiter, clock, connector } = this.#parts;
    const ms = limiter.pausedMs();
    if (ms <= PATIENCE[priority].maxWaitMs) return;
    const at = new Date(clock.now().getTime() + ms).toISOString().slice(11, 19);
    throw new TransportError(LIMITED, true, `${connector.name} takes no more calls for now; try again after ${at} UTC.`, {
      hint: 'Nothing was sent. Other programs may use the same limit.',
    });
  }

  /** A vendor that repeats a secret in an answer must not carry it into a message or the store. */
  #withoutSecrets(raw: RawAnswer): RawAnswer {
    const secrets = this.#parts.authoriser.secrets();
    const texts = raw.parts ?? [raw.text];
    if (!secrets.some((secret) => texts.some((text) => text.includes(secret)))) return raw;
    let { text } = raw;
    for (const secret of secrets) text = text.replaceAll(secret, '[secret]');
    return { status: raw.status, headers: raw.headers, text, parts: null };
  }
}

const LIMITED = 'transport.limited';
const NO_TOKEN = 'transport.no-token';
/** Trying again at once would end the same way. */
const FINAL: ReadonlySet<string> = new Set([LIMITED, NO_TOKEN, 'transport.certificate', 'transport.proxy']);

/** Where no token came, nothing else was sent, whatever the vendor said about the token. */
function asNeverSent(error: unknown): unknown {
  if (!(error instanceof VendorError) || !error.code.startsWith('vendor.token')) return error;
  return new TransportError(NO_TOKEN, true, error.message, {
    ...(error.hint === null ? {} : { hint: error.hint }),
    cause: error,
  });
}

function tryUrl(text: string, base: string): URL | null {
  return URL.canParse(text, base) ? new URL(text, base) : null;
}
