import { isWire } from './wire.ts';

/**
 * What a server can be told to do wrong. `times` is how many matching calls it hits (default 1); `method` and `path` narrow
 * it (`path` is a part of the path, or the name of a Web API method).
 */
export type Fault = FaultScope &
  (
    | {
        readonly kind: 'status';
        readonly status: number;
        readonly body?: unknown;
        readonly retryAfter?: number;
        readonly headers?: Readonly<Record<string, string>>;
      }
    /** An HTML page where JSON is expected. */
    | { readonly kind: 'html'; readonly status?: number }
    /** The right answer, cut in the middle. */
    | { readonly kind: 'half-body' }
    /** A list without items. */
    | { readonly kind: 'empty-page' }
    /** Never answers, and does nothing. */
    | { readonly kind: 'hang' }
    /** Cuts the connection without doing anything. */
    | { readonly kind: 'reset' }
    /** Does it, then cuts the connection. */
    | { readonly kind: 'lose-answer' }
    /** Does it after a while. */
    | { readonly kind: 'delay'; readonly ms: number }
  );

const KINDS: readonly string[] = ['status', 'html', 'half-body', 'empty-page', 'hang', 'reset', 'lose-answer', 'delay'];

/** A fault as somebody sent it; null when it is none. */
export function readFault(value: unknown): Fault | null {
  if (!isWire(value) || typeof value['kind'] !== 'string' || !KINDS.includes(value['kind'])) return null;
  if (value['kind'] === 'status' && !(Number(value['status']) >= 200 && Number(value['status']) < 600)) return null;
  if (value['kind'] === 'delay' && !(Number(value['ms']) >= 0)) return null;
  return value as unknown as Fault;
}

interface FaultScope {
  readonly times?: number;
  readonly method?: string;
  readonly path?: string;
}

export class FaultQueue {
  #pending: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#pending = [];
  }

  /** What is still to come, for showing. */
  list(): readonly { readonly fault: Fault; readonly left: number }[] {
    return this.#pending.map((entry) => ({ ...entry }));
  }

  /** The fault that hits this call, used up by one; null when it goes well. */
  take(method: string, path: string): Fault | null {
    const entry = this.#pending.find(
      ({ fault }) =>
        (fault.method === undefined || fault.method === method) && (fault.path === undefined || path.includes(fault.path)),
    );
    if (entry === undefined) return null;
    entry.left -= 1;
    if (entry.left <= 0) this.#pending = this.#pending.filter((other) => other !== entry);
    return entry.fault;
  }
}
