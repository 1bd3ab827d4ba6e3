import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface ScriptedCall {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** How one call is answered. */
export type Script = (response: ServerResponse, call: ScriptedCall, socket: Socket) => void;

export interface ScriptedVendor {
  readonly url: string;
  readonly calls: readonly ScriptedCall[];
  /** Answers the next calls one by one; the last one stays. */
  answers(...scripts: readonly Script[]): void;
  close(): Promise<void>;
}

/** A loopback server that answers as it is told, for the faults a polite vendor does not have. */
export async function startScriptedVendor(): Promise<ScriptedVendor> {
  const calls: ScriptedCall[] = [];
  let queue: Script[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const call = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      calls.push(call);
      const script = queue.length > 1 ? queue.shift() : queue[0];
      script?.(response, call, request.socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answers: (...scripts) => {
      queue = [...scripts];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const json =
  (value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Script =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  };

export const text =
  (body: string, status = 200, headers: Readonly<Record<string, string>> = {}): Script =>
  (response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
  };

/** Cuts the connection without an answer. */
export const cut: Script = (_response, _call, socket) => {
  socket.destroy();
};

/** Promises more than it sends. */
export const halfBody =
  (status = 200): Script =>
  (response, _call, socket) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': '500' });
    response.write('{"user":', () => socket.destroy());
  };

/** Never answers. */
export const hang: Script = () => {};
