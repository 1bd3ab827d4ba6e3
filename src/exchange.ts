import type { Dispatcher } from 'undici';
import { joinedParts, jsonParts } from './json-parts.ts';
import { LARGE, ownTurn } from './own-turn.ts';

/** An answer as it came in. Header names are in small letters. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Of a long list of objects: the lists it may be read as, as {@link jsonParts} tells. Its text is put together when it is asked for. */
  readonly parts: readonly string[] | null;
}

/** The whole of it took longer than it may. */
export class OutOfTime extends Error {
  override readonly name = 'TimeoutError';
}

/** The answer is longer than it may be. */
export class TooLarge extends Error {
  readonly status: number;

  constructor(status: number) {
    super('answer too large');
    this.status = status;
  }
}

/** The answer began and did not come to its end. */
export class CutOff extends Error {
  readonly status: number;

  constructor(status: number, cause: unknown) {
    super('answer cut off', { cause });
    this.status = status;
  }
}

export interface ExchangeOptions {
  readonly maxBytes: number;
  /** For the whole exchange. */
  readonly totalMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Sends one request and collects its whole answer. undici's `request` makes a stream of every body; what is read to its end
 * anyway needs none, and half of the CPU of a call is saved.
 * @throws the signal's reason; OutOfTime; TooLarge; CutOff when it broke off after the status; undici's error when none came.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { maxBytes, totalMs, signal }: ExchangeOptions,
): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null;
    let stopped: { readonly reason: unknown } | null = null;
    let status = 0;
    let headers: WholeAnswer['headers'] = {};
    const chunks: Buffer[] = [];
    let size = 0;

    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const stop = (reason: unknown): void => {
      if (stopped !== null) return;
      stopped = { reason };
      settle();
      reject(reason);
      controller?.abort(reason instanceof Error ? reason : new Error('stopped', { cause: reason }));
    };
    const onAbort = (): void => stop(signal?.reason);
    const timer = setTimeout(() => stop(new OutOfTime('The time is over.')), totalMs);
    signal?.addEventListener('abort', onAbort, { once: true });

    dispatcher.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        if (stopped !== null) started.abort(new Error('stopped', { cause: stopped.reason }));
      },
      onResponseStart(_, statusCode, received) {
        // What comes before the answer itself, such as 103.
        if (statusCode < 200) return;
        status = statusCode;
        headers = plainHeaders(received);
      },
      onResponseData(_, chunk) {
        size += chunk.length;
        if (size > maxBytes) stop(new TooLarge(status));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        if (stopped !== null) return;
        settle();
        const read = (): void => {
          const [only] = chunks;
          if (size < LARGE) {
            const text = (only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks)).toString();
            resolve({ status, headers, text, parts: null });
            return;
          }
          const bytes = gathered(chunks, size);
          const parts = jsonParts(bytes);
          if (parts === null) resolve({ status, headers, text: bytes.toString(), parts });
          else resolve(new InParts(status, headers, parts));
        };
        if (size < LARGE) read();
        else ownTurn().then(read).catch(reject);
      },
      onResponseError(_, error) {
        if (stopped !== null) return;
        settle();
        reject(status === 0 ? error : new CutOff(status, error));
      },
    });
  });
}

class InParts implements WholeAnswer {
  readonly status: number;
  readonly headers: WholeAnswer['headers'];
  readonly parts: readonly string[];

  constructor(status: number, headers: WholeAnswer['headers'], parts: readonly string[]) {
    this.status = status;
    this.headers = headers;
    this.parts = parts;
  }

  get text(): string {
    return joinedParts(this.parts);
  }
}

const MOST_KEPT = 4 * 1024 * 1024;
const kept = { bytes: Buffer.alloc(0) };

/** All bytes in one place, good until the next call: memory that was just used costs less than new. */
function gathered(chunks: readonly Buffer[], size: number): Buffer {
  if (size > MOST_KEPT) return Buffer.concat(chunks, size);
  if (kept.bytes.length < size) kept.bytes = Buffer.allocUnsafeSlow(Math.min(MOST_KEPT, size * 2));
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(kept.bytes, at);
  return kept.bytes.subarray(0, size);
}

function plainHeaders(received: Readonly<Record<string, string | string[] | undefined>>): WholeAnswer['headers'] {
  const headers: Record<string, string> = {};
  for (const name in received) {
    const value = received[name];
    if (value !== undefined) headers[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
}
