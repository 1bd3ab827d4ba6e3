import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { asText, asWire, parseJson, type Wire } from '../wire.ts';
import type { Ack, Delivery, PayloadKind, Retry } from './delivery.ts';

const PING_MS = 8_000;
const MAX_CONNECTIONS = 10;

/** Socket Mode (https://docs.slack.dev/apis/events-api/using-socket-mode): the app connects, payloads go to any connection. */
export class SocketDelivery implements Delivery {
  readonly #appId: string;
  readonly via = 'socket';
  readonly ackMs: number;
  readonly #onChange: () => void;
  readonly #onTooMany: (what: string) => void;
  readonly #tickets = new Set<string>();
  readonly #waiting = new Map<string, (ack: Ack) => void>();
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #ready = new Set<WebSocket>();
  readonly #pings: NodeJS.Timeout;
  #turn = 0;

  constructor(options: {
    readonly appId: string;
    readonly ackMs: number;
    readonly onChange: () => void;
    readonly onTooMany: (what: string) => void;
  }) {
    this.#onChange = options.onChange;
    this.#onTooMany = options.onTooMany;
    this.#appId = options.appId;
    this.ackMs = options.ackMs;
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

  /**
   * `warning` says that the connection ends soon, `refresh` asks the app to reconnect, as Slack does every few hours; `cut`
   * drops the line.
   */
  drop(how: 'warning' | 'refresh' | 'cut'): void {
    for (const socket of this.#ready) {
      if (how === 'cut') socket.terminate();
      else disconnect(socket, how === 'warning' ? 'warning' : 'refresh_requested');
    }
  }

  send(kind: PayloadKind, payload: Wire, retry?: Retry): Promise<Ack> {
    const open = [...this.#ready];
    const socket = open[this.#turn++ % Math.max(1, open.length)];
    if (socket === undefined) return Promise.resolve({ ok: false, error: 'dispatch_failed' });
    const envelopeId = randomBytes(16).toString('hex');
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ ok: false, error: 'operation_timeout' }), this.ackMs);
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
    if (this.#ready.size >= MAX_CONNECTIONS) {
      this.#onTooMany(`more than ${MAX_CONNECTIONS} connections`);
      disconnect(socket, 'too_many_websockets');
      socket.close();
      return;
    }
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

function disconnect(socket: WebSocket, reason: 'warning' | 'refresh_requested' | 'too_many_websockets'): void {
  socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'sandbox' } }));
}
