import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exchange } from './sample-schema.ts';
import { differences } from './subset.ts';

/** A loopback server that answers as the exchanges of a sample say. */
export interface ReplayVendor {
  readonly url: string;
  /** Where it gives tokens. */
  readonly tokenUrl: string;
  /** Calls no exchange fits, such as `GET /users?page=3`. */
  readonly unexpected: readonly string[];
  /** Exchanges nothing was asked for. */
  unused(): readonly string[];
  close(): Promise<void>;
}

const TOKEN_PATH = '/.seatwarden/token';

/** @param broken the exchange that is answered with a fault instead. */
export async function startReplayVendor(exchanges: readonly Exchange[], broken: number | null = null): Promise<ReplayVendor> {
  const used = new Set<number>();
  const unexpected: string[] = [];
  let changed = false;
  let url = '';

  const answer = (call: Call, response: ServerResponse): void => {
    if (call.path === TOKEN_PATH) {
      send(response, 200, {}, JSON.stringify({ access_token: 'sample-access-token', expires_in: 3_600 }));
      return;
    }
    const fits = exchanges.flatMap((exchange, index) => (matches(exchange, call) ? [{ exchange, index }] : []));
    // After a change, what is said to hold then comes before the rest.
    const now = fits.filter(({ exchange }) => exchange.after === changed);
    const open = now.length > 0 ? now : changed ? fits : [];
    const chosen = open.find(({ index }) => !used.has(index)) ?? open.at(-1);
    if (chosen === undefined) {
      unexpected.push(call.line);
      send(response, 404, {}, JSON.stringify({ error: 'The sample has no answer to this call.' }));
      return;
    }
    used.add(chosen.index);
    if (chosen.index === broken) {
      send(response, 500, {}, '<h1>Internal error</h1>');
      return;
    }
    const { status, headers, body, text } = chosen.exchange.response;
    if (call.method !== 'GET' && status < 300) changed = true;
    const fill = (value: string): string => value.replaceAll('{{base}}', url);
    const filled = Object.entries(headers).map(([name, value]) => [name, fill(value)] as const);
    send(response, status, Object.fromEntries(filled), fill(text ?? (body === undefined ? '' : JSON.stringify(body))));
  };

  const server = createServer((request, response) => {
    readCall(request).then(
      (call) => answer(call, response),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    tokenUrl: url + TOKEN_PATH,
    unexpected,
    unused: () => exchanges.flatMap(({ request }, index) => (used.has(index) ? [] : [lineOf(request)])),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly line: string;
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = 'GET', url = '/' } = request;
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  return {
    method,
    path: decodeURI(pathname),
    query: searchParams,
    body: parseBody(Buffer.concat(chunks).toString('utf8')),
    line: `${method} ${url}`,
  };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return Object.fromEntries(new URLSearchParams(text));
  }
}

function matches({ request }: Exchange, call: Call): boolean {
  if (request.method !== call.method || request.path !== call.path) return false;
  if (Object.entries(request.query).some(([name, value]) => call.query.get(name) !== value)) return false;
  return request.body === undefined || differences(call.body, request.body).length === 0;
}

function lineOf({ method, path, query }: Exchange['request']): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== null);
  const search = new URLSearchParams(given).toString();
  return `${method} ${path}${search === '' ? '' : `?${search}`}`;
}

function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}
