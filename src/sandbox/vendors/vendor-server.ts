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

export interface VendorServer {
  /** Without a trailing slash; the vendor's API base is below it. */
  readonly url: string;
  readonly faults: FaultQueue;
  readonly calls: VendorCall[];
  close(): Promise<void>;
}

export interface VendorServerOptions {
  readonly now: () => Date;
  readonly port?: number;
  readonly onCall?: (call: VendorCall) => void;
  answer(request: VendorRequest): VendorReply;
  /** The vendor's answer for a list without items. */
  emptyPage(request: VendorRequest): VendorReply;
}

export async function startVendorServer(options: VendorServerOptions): Promise<VendorServer> {
  const faults = new FaultQueue();
  const calls: VendorCall[] = [];
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
        return send(options.emptyPage(request));
      case 'hang':
        return;
      case 'reset':
        response.destroy();
        return;
      case 'lose-answer':
        options.answer(request);
        response.destroy();
        return;
      case 'delay':
        await sleep(fault.ms);
        if (!response.destroyed) send(options.answer(request));
        return;
    }
  };

  const listening: Listening = await listen((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(error instanceof BodyTooLarge ? 413 : 500).end();
    });
  }, options.port);
  return { url: listening.url, faults, calls, close: listening.close };
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
