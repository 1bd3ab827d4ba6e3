import { type Dispatcher, Pool } from 'undici';
import { VendorError } from '../domain/errors.ts';
import type { BuiltRequest } from './build-request.ts';
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
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly dispatcher?: Dispatcher | undefined;
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

const CONNECT_TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 16 * 1024 * 1024;

export function createHttp({ vendor, origin, connections, timeoutMs, userAgent, dispatcher }: HttpOptions): Http {
  const pool =
    dispatcher ??
    new Pool(origin, { connections, connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs) }, maxHeaderSize: 65_536 });
  return {
    async send(request, signal) {
      if (signal.aborted) throw aborted(vendor, true, signal.reason);
      const limit = withTimeout(signal, timeoutMs);
      const either = limit.signal;
      const toError = (error: unknown) =>
        either.aborted ? aborted(vendor, false, either.reason) : toTransportError(error, vendor);
      try {
        const answer = await pool
          .request({
            origin,
            path: request.path,
            method: request.method,
            headers: { accept: 'application/json', 'user-agent': userAgent, ...request.headers },
            body: request.body,
            headersTimeout: timeoutMs,
            bodyTimeout: timeoutMs,
            signal: either,
          })
          .catch((error: unknown) => {
            throw toError(error);
          });
        const text = await readBody(answer, vendor, (error) => (either.aborted ? toError(error) : null));
        return { status: answer.statusCode, headers: plainHeaders(answer.headers), text };
      } finally {
        limit.over();
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
  whenAborted: (error: unknown) => Error | null,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        answer.body.destroy();
        throw new VendorError('vendor.too-large', answer.statusCode, `${vendor} sent an answer of more than 16 MB.`);
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
