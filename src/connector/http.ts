import type { Dispatcher } from 'undici';
import { VendorError } from '../domain/errors.ts';
import type { BuiltRequest } from './build-request.ts';
import { createDispatcher, type Network } from './network.ts';
import { aborted, toTransportError } from './transport-error.ts';

/** An answer as it came in. Header names are in small letters. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

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
  return {
    async send(request, signal) {
      if (signal.aborted) throw aborted(vendor, true, signal.reason);
      const limit = withTimeout(signal, timeouts.totalMs);
      const headers = { accept: 'application/json', 'user-agent': userAgent, ...request.headers };
      let complete: RawAnswer | null = null;
      const either = limit.signal;
      const toError = (error: unknown) =>
        either.aborted ? aborted(vendor, false, either.reason) : toTransportError(error, vendor);
      try {
        const answer = await pool
          .request({
            origin,
            path: request.path,
            method: request.method,
            headers,
            body: request.body,
            headersTimeout: timeouts.readMs,
            bodyTimeout: timeouts.readMs,
            signal: either,
          })
          .catch((error: unknown) => {
            throw toError(error);
          });
        const text = await readBody(answer, vendor, maxBytes, (error) => (either.aborted ? toError(error) : null));
        complete = { status: answer.statusCode, headers: plainHeaders(answer.headers), text };
        return complete;
      } finally {
        limit.over();
        trace?.({ origin, request: { ...request, headers }, answer: complete });
      }
    },
    // An injected dispatcher belongs to whoever made it.
    close: async () => (dispatcher === undefined ? pool.close() : undefined),
  };
}

/** Aborts with the caller's reason or when the time is over. AbortSignal.any does the same for several times the CPU. */
function withTimeout(outer: AbortSignal, ms: number): { readonly signal: AbortSignal; over(): void } {
  const controller = new AbortController();
  const forward = (): void => controller.abort(outer.reason);
  const timer = setTimeout(() => controller.abort(new DOMException('The time is over.', 'TimeoutError')), ms);
  outer.addEventListener('abort', forward, { once: true });
  return {
    signal: controller.signal,
    over() {
      clearTimeout(timer);
      outer.removeEventListener('abort', forward);
    },
  };
}

async function readBody(
  answer: Dispatcher.ResponseData,
  vendor: string,
  maxBytes: number,
  whenAborted: (error: unknown) => Error | null,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) {
        answer.body.destroy();
        throw new VendorError(
          'vendor.too-large',
          answer.statusCode,
          `${vendor} sent an answer of more than ${Math.floor(maxBytes / MB)} MB.`,
        );
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof VendorError) throw error;
    throw (
      whenAborted(error) ??
      new VendorError('vendor.cut-off', answer.statusCode, `${vendor} broke off in the middle of its answer.`, {
        hint: 'Try again in a minute.',
        cause: error,
      })
    );
  }
  return Buffer.concat(chunks).toString('utf8');
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
