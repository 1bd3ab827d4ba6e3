import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SeatwardenError } from '../domain/errors.ts';
import type { Log } from '../ports/log.ts';
import type { Readiness } from './readiness.ts';

/** Takes a request and answers it, now or later; false when it is not for it. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface OpsServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  ready(): Promise<Readiness>;
  metrics(): Promise<string>;
  /** Asked in this order for every path the server does not answer itself. */
  readonly handlers: readonly RequestHandler[];
  readonly log: Log;
}

export interface OpsServer {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `/healthz` (the process runs), `/readyz` (it can work; 503 names what is down) and `/metrics`.
 * @throws ListenError when the address cannot be used.
 */
export async function startOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const server = createServer((request, response) => {
    response.setHeader('x-content-type-options', 'nosniff');
    answer(request, response, options).catch((cause: unknown) => {
      options.log.error('http.failed', { path: pathOf(request), cause });
      if (response.headersSent) response.destroy();
      else send(response, 500, 'text/plain', 'Something went wrong here.\n');
    });
  });
  // A stranger who dribbles a request must not hold a connection.
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(cause, options)));
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: OpsServerOptions): Promise<void> {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  switch (reads ? pathOf(request) : null) {
    case '/healthz':
      return send(response, 200, 'text/plain', 'ok\n');
    case '/readyz': {
      const readiness = await options.ready();
      return send(response, readiness.ready ? 200 : 503, 'application/json', `${JSON.stringify(readiness)}\n`);
    }
    case '/metrics':
      return send(response, 200, 'text/plain; version=0.0.4', await options.metrics());
  }
  if (options.handlers.some((handle) => handle(request, response))) return;
  send(response, 404, 'text/plain', 'There is nothing here.\n');
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  const charset = type === 'application/json' ? '' : '; charset=utf-8';
  response.writeHead(status, { 'content-type': `${type}${charset}`, 'cache-control': 'no-store' }).end(body);
}

/** The path of a request, without its query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

/** The address is in use, may not be used, or is not of this machine. */
export class ListenError extends SeatwardenError {
  override readonly name = 'ListenError';
}

function cannotListen(cause: NodeJS.ErrnoException, { host, port }: OpsServerOptions): ListenError {
  const where = `${host}:${port}`;
  switch (cause.code) {
    case 'EADDRINUSE':
      return new ListenError('config.listen', `${where} is in use by another program.`, {
        hint: 'Stop that program, or set PORT to a free one.',
        cause,
      });
    case 'EACCES':
      return new ListenError('config.listen', `${where} may not be used by this user.`, {
        hint: 'Set PORT to a number above 1023.',
        cause,
      });
    default:
      return new ListenError('config.listen', `${where} cannot be listened on (${cause.code ?? cause.message}).`, {
        hint: 'Check HOST and PORT.',
        cause,
      });
  }
}
