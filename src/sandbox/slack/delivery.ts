import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { asText, asWire, parseJson, type Wire } from '../wire.ts';

export type PayloadKind = 'slash_commands' | 'interactive' | 'events_api';

/** How the app acknowledged. The error names are those Slack shows to the person. */
export type Ack =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly error: 'operation_timeout' | 'dispatch_failed' | 'http_service_error' };

/** A way to hand payloads to the app. */
export interface Delivery {
  send(kind: PayloadKind, payload: Wire, retry?: { readonly num: number; readonly reason: string }): Promise<Ack>;
  close(): Promise<void>;
}

/** Signed requests to the app's own address (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
export class HttpDelivery implements Delivery {
  readonly #url: string;
  readonly #secret: string;
  readonly #ackMs: number;

  constructor(options: { readonly url: string; readonly signingSecret: string; readonly ackMs: number }) {
    this.#url = options.url;
    this.#secret = options.signingSecret;
    this.#ackMs = options.ackMs;
  }

  async send(kind: PayloadKind, payload: Wire, retry?: { readonly num: number; readonly reason: string }): Promise<Ack> {
    const body = encode(kind, payload);
    // Real time: the receiver compares it with its own clock.
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac('sha256', this.#secret).update(`v0:${timestamp}:${body}`).digest('hex');
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        body,
        headers: {
          'content-type': kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
          ...(retry === undefined ? {} : { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason }),
        },
        signal: AbortSignal.timeout(this.#ackMs),
      });
      const text = await response.text();
      if (!response.ok) return { ok: false, error: 'http_service_error' };
      return { ok: true, body: parseJson(text) ?? text };
    } catch (error) {
      const timedOut = error instanceof Error && error.name === 'TimeoutError';
      return { ok: false, error: timedOut ? 'operation_timeout' : 'dispatch_failed' };
    }
  }

  async close(): Promise<void> {}
}

function encode(kind: PayloadKind, payload: Wire): string {
  if (kind === 'events_api') return JSON.stringify(payload);
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)])).toString();
}

const PING_MS = 8_000;

/** Socket Mode (https://docs.slack.dev/apis/events-api/using-socket-mode): the app connects, payloads go to any connection. */
export class SocketDelivery implements Delivery {
  readonly #appId: string;
  readonly #ackMs: number;
  readonly #onChange: () => void;
  readonly #tickets = new Set<string>();
  readonly #waiting = new Map<string, (ack: Ack) => void>();
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #ready = new Set<WebSocket>();
  readonly #pings: NodeJS.Timeout;
  #turn = 0;

  constructor(options: { readonly appId: string; readonly ackMs: number; readonly onChange: () => void }) {
    this.#onChange = options.onChange;
    this.#appId = options.appId;
    this.#ackMs = options.ackMs;
    this.#pings = setInterval(() => {
      for (const socket of this.#ready) socket.ping();
    }, PING_MS);
    this.#pings.unref();
  }

  /** Lets the server hand over WebSocket upgrades below `/socket`. */
  attach(server: Server): void {
    server.on('upgrade', (request, stream, head) => this.#upgrade(request, stream, head));
  }

  /** A path with a ticket that opens one connection. */
  ticket(): string {
    const ticket = randomBytes(12).toString('hex');
    this.#tickets.add(ticket);
    return `/socket?ticket=${ticket}`;
  }

  get connections(): number {
    return this.#ready.size;
  }

  /** `refresh` asks the app to reconnect, as Slack does every few hours; `cut` drops the line. */
  drop(how: 'refresh' | 'cut'): void {
    for (const socket of this.#ready) {
      if (how === 'cut') socket.terminate();
      else socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: {} }));
    }
  }

  send(kind: PayloadKind, payload: Wire, retry?: { readonly num: number; readonly reason: string }): Promise<Ack> {
    const open = [...this.#ready];
    const socket = open[this.#turn++ % Math.max(1, open.length)];
    if (socket === undefined) return Promise.resolve({ ok: false, error: 'dispatch_failed' });
    const envelopeId = randomBytes(16).toString('hex');
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ ok: false, error: 'operation_timeout' }), this.#ackMs);
      const settle = (ack: Ack): void => {
        clearTimeout(timer);
        this.#waiting.delete(envelopeId);
        resolve(ack);
      };
      this.#waiting.set(envelopeId, settle);
      socket.send(
        JSON.stringify({
          envelope_id: envelopeId,
          type: kind,
          payload,
          accepts_response_payload: kind !== 'events_api',
          ...(retry === undefined ? {} : { retry_attempt: retry.num, retry_reason: retry.reason }),
        }),
      );
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#pings);
    for (const settle of [...this.#waiting.values()]) settle({ ok: false, error: 'dispatch_failed' });
    for (const socket of this.#ready) socket.terminate();
    this.#sockets.close();
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://slack');
    if (url.pathname !== '/socket' || !this.#tickets.delete(url.searchParams.get('ticket') ?? '')) {
      stream.end('HTTP/1.1 404 Not Found\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, stream, head, (socket) => this.#welcome(socket));
  }

  #welcome(socket: WebSocket): void {
    this.#ready.add(socket);
    this.#onChange();
    socket.on('close', () => {
      this.#ready.delete(socket);
      this.#onChange();
    });
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      const message = asWire(parseJson(String(data)));
      this.#waiting.get(asText(message['envelope_id']) ?? '')?.({ ok: true, body: message['payload'] ?? '' });
    });
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#ready.size,
        connection_info: { app_id: this.#appId },
        debug_info: { host: 'sandbox', approximate_connection_time: 18_060 },
      }),
    );
  }
}
