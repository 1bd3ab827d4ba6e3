import type { Dispatcher } from 'undici';
import { VendorError } from '../domain/errors.ts';
import { CutOff, exchange, OutOfTime, TooLarge, type WholeAnswer } from '../exchange.ts';
import type { BuiltRequest } from './build-request.ts';
import { createDispatcher, type Network } from './network.ts';
import { aborted, toTransportError } from './transport-error.ts';

export type RawAnswer = WholeAnswer;

export interface HttpOptions {
  /** For messages: the SaaS. */
  readonly vendor: string;
  readonly origin: string;
  readonly connections: number;
  readonly timeouts: Timeouts;
  readonly maxBytes: number;
  readonly userAgent: string;
  /** Proxies and authorities; straight and the usual ones when left out. */
  readonly network?: Network | undefined;
  readonly dispatcher?: Dispatcher | undefined;
  readonly trace?: ((exchange: Exchange) => void) | undefined;
}

/** One call and what came of it; `answer` is null when none came. */
export interface Exchange {
  readonly origin: string;
  readonly request: BuiltRequest;
  readonly answer: RawAnswer | null;
}

/** In milliseconds. */
export interface Timeouts {
  /** For making a connection. */
  readonly connectMs: number;
  /** For silence: before the answer, and within it. */
  readonly readMs: number;
  /** For the whole call. */
  readonly totalMs: number;
}

export interface Http {
  /**
   * Sends once and reads the whole answer, whatever its status.
   * @throws TransportError when no answer came, saying whether the request provably never left.
   * @throws VendorError (`vendor.cut-off`, `vendor.too-large`) when the answer's body did not come whole.
   */
  send(request: BuiltRequest, signal: AbortSignal): Promise<RawAnswer>;
  close(): Promise<void>;
}

const MB = 1024 * 1024;

export function createHttp(options: HttpOptions): Http {
  const { vendor, origin, connections, timeouts, maxBytes, userAgent, dispatcher, trace } = options;
  const pool =
    dispatcher ??
    createDispatcher(origin, {
      connections,
      connectMs: Math.min(timeouts.connectMs, timeouts.totalMs),
      network: options.network,
    });
  const toError = (error: unknown, signal: AbortSignal): Error => {
    if (error instanceof OutOfTime) return aborted(vendor, false, error);
    if (error instanceof TooLarge)
      return new VendorError(
        'vendor.too-large',
        error.status,
        `${vendor} sent an answer of more than ${Math.floor(maxBytes / MB)} MB.`,
      );
    if (signal.aborted) return aborted(vendor, false, signal.reason);
    if (error instanceof CutOff)
      return new VendorError('vendor.cut-off', error.status, `${vendor} broke off in the middle of its answer.`, {
        hint: 'Try again in a minute.',
        cause: error,
      });
    return toTransportError(error, vendor);
  };
  return {
    async send(request, signal) {
      if (signal.aborted) throw aborted(vendor, true, signal.reason);
      const headers = { accept: 'application/json', 'user-agent': userAgent, ...request.headers };
      let complete: RawAnswer | null = null;
      try {
        complete = await exchange(
          pool,
          {
            origin,
            path: request.path,
            method: request.method,
            headers,
            body: request.body,
            headersTimeout: timeouts.readMs,
            bodyTimeout: timeouts.readMs,
          },
          { maxBytes, totalMs: timeouts.totalMs, signal },
        );
        return complete;
      } catch (error) {
        throw toError(error, signal);
      } finally {
        trace?.({ origin, request: { ...request, headers }, answer: complete });
      }
    },
    // An injected dispatcher belongs to whoever made it.
    close: async () => (dispatcher === undefined ? pool.close() : undefined),
  };
}
