import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, FaultQueue } from '../faults.ts';
import { BodyTooLarge, type Listening, listen, readBody } from '../http.ts';
import { parseJson } from '../wire.ts';

/** One call as it arrived, with how it was answered (`status` null: the connection was cut or left open). */
export interface VendorCall {
  readonly at: string;
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly body: unknown;
  status: number | null;
  fault: Fault['kind'] | null;
}

export interface VendorRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** The parsed body; undefined when there is none or it is not JSON. */
  readonly body: unknown;
}

export interface VendorReply {
  readonly status: number;
  /** JSON value, ready text (with its own content type in `headers`), or undefined for an empty body. */
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How often each thing was really changed: the proof that nothing ran twice. */
export class EffectCounter {
  #counts = new Map<string, number>();

  add(id: string, effect: string): void {
    const key = `${effect}:${id}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  count(id: string, effect: string): number {
    return this.#counts.get(`${effect}:${id}`) ?? 0;
  }

  total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  clear(): void {
    this.#counts.clear();
  }
}

/** Where a vendor's answer holds a list's items and their total. */
export interface Listing {
  /** Null when the answer is no list. */
  read(reply: VendorReply): { readonly items: readonly unknown[]; readonly total: number } | null;
  write(reply: VendorReply, items: readonly unknown[], total: number): VendorReply;
}

export interface VendorServer {
  /** Without a trailing slash; the vendor's API base is below it. */
  readonly url: string;
  readonly faults: FaultQueue;
  /** The newest calls, oldest first. */
  readonly calls: VendorCall[];
  /** Forgets calls and faults, and what is under way: nothing of it acts any more. */
  forget(): void;
  close(): Promise<void>;
}

export interface VendorServerOptions {
  readonly now: () => Date;
  readonly port?: number;
  readonly onCall?: (call: VendorCall) => void;
  answer(request: VendorRequest): VendorReply;
  readonly listing: Listing;
}

const MOST_CALLS = 10_000;
/** By how much a total is wrong unless the fault says otherwise. */
const WRONG_BY = 7;

export async function startVendorServer(options: VendorServerOptions): Promise<VendorServer> {
  const faults = new FaultQueue();
  const calls: VendorCall[] = [];
  /** Rises when everything under way is to be forgotten. */
  let era = 0;
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '/', 'http://vendor');
    const text = (await readBody(incoming)).toString('utf8');
    const request: VendorRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: text === '' ? undefined : parseJson(text),
    };
    const call: VendorCall = {
      at: options.now().toISOString(),
      method: request.method,
      path: url.pathname + url.search,
      body: request.body,
      status: null,
      fault: null,
    };
    calls.push(call);
    if (calls.length > MOST_CALLS) calls.splice(0, calls.length - MOST_CALLS);
    const fault = faults.take(request.method, url.pathname + url.search);
    call.fault = fault?.kind ?? null;
    await respond(fault, request, response, call);
    options.onCall?.(call);
  };

  const respond = async (
    fault: Fault | null,
    request: VendorRequest,
    response: ServerResponse,
    call: VendorCall,
  ): Promise<void> => {
    const send = (reply: VendorReply, cut = false): void => {
      call.status = reply.status;
      writeReply(response, reply, cut);
    };
    switch (fault?.kind) {
      case undefined:
        return send(options.answer(request));
      case 'status':
        return send({
          status: fault.status,
          ...(fault.body === undefined ? { text: '' } : { json: fault.body }),
          headers: { ...fault.headers, ...(fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }) },
        });
      case 'html':
        return send(htmlPage(fault.status ?? 502, 'Bad Gateway'));
      case 'half-body':
        return send(options.answer(request), true);
      case 'empty-page':
      case 'short-page':
      case 'wrong-total':
        return send(distort(options.answer(request), fault, options.listing));
      case 'hang':
        return;
      case 'reset':
        response.destroy();
        return;
      case 'lose-answer':
        options.answer(request);
        response.destroy();
        return;
      case 'delay': {
        const begun = era;
        await sleep(fault.ms);
        // Whoever hung up meanwhile is served all the same, as anywhere.
        if (era === begun) send(options.answer(request));
        return;
      }
    }
  };

  const listening: Listening = await listen((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(error instanceof BodyTooLarge ? 413 : 500).end();
    });
  }, options.port);
  return {
    url: listening.url,
    faults,
    calls,
    forget: () => {
      era += 1;
      faults.clear();
      calls.length = 0;
      listening.server.closeAllConnections();
    },
    close: listening.close,
  };
}

function distort(
  reply: VendorReply,
  fault: Extract<Fault, { readonly kind: 'empty-page' | 'short-page' | 'wrong-total' }>,
  listing: Listing,
): VendorReply {
  const list = reply.status === 200 ? listing.read(reply) : null;
  if (list === null) return reply;
  const { items, total } = list;
  switch (fault.kind) {
    case 'empty-page':
      return listing.write(reply, [], total);
    case 'short-page':
      return listing.write(reply, items.slice(0, Math.floor(items.length / 2)), total);
    case 'wrong-total':
      return listing.write(reply, items, fault.total ?? total + WRONG_BY);
  }
}

/** What these vendors answer when a call does not even reach their API code. */
export function htmlPage(status: number, title: string): VendorReply {
  return {
    status,
    text: `<!doctype html><html><head><title>${status} ${title}</title></head><body><h1>${title}</h1></body></html>`,
    headers: { 'content-type': 'text/html;charset=utf-8' },
  };
}

function writeReply(response: ServerResponse, reply: VendorReply, cut: boolean): void {
  const text = reply.json === undefined ? (reply.text ?? '') : JSON.stringify(reply.json);
  const type = reply.json === undefined ? {} : { 'content-type': 'application/json' };
  if (!cut) {
    response.writeHead(reply.status, { ...type, ...reply.headers }).end(text);
    return;
  }
  const bytes = Buffer.from(text);
  response.writeHead(reply.status, { ...type, ...reply.headers, 'content-length': String(bytes.length) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}
