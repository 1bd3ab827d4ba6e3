import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { createSlackApi, isConnected, type SlackApi } from './control-api.ts';
import type { WorldControl } from './control-world.ts';
import { BodyTooLarge, readBody, sendJson } from './http.ts';
import { drawScreen } from './slack/draw-screen.ts';
import { ImpossibleAct } from './slack/impossible-act.ts';
import type { RequestHandler, SlackControl } from './slack/local-slack.ts';
import type { CommandHint } from './slack/screen.ts';
import { asWire, parseJson } from './wire.ts';

export interface PageOptions {
  readonly control: SlackControl;
  readonly world: WorldControl;
  readonly hints: readonly CommandHint[];
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Changes come in bursts; one picture per this many milliseconds is enough for an eye. */
const DRAW_EVERY_MS = 25;
const WORLD_EVERY_MS = 15_000;

/** Serves the browser page at `/` and the control API below `/sandbox/api`. */
export function createPageHandler(options: PageOptions): RequestHandler {
  const slack = createSlackApi(options.control, options.hints);
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://page');
    const route = routeOf(request, url, options, slack);
    if (route === null) return false;
    route(response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else if (error instanceof ImpossibleAct) sendJson(response, 409, { error: error.message });
      else sendJson(response, error instanceof BodyTooLarge ? 413 : 500, { error: 'the sandbox could not do that' });
    });
    return true;
  };
}

type Route = (response: ServerResponse) => Promise<void>;

function routeOf(request: IncomingMessage, url: URL, options: PageOptions, slack: SlackApi): Route | null {
  const { pathname } = url;
  const isGet = request.method === 'GET' || request.method === 'HEAD';
  if (isGet && (pathname === '/' || pathname === '/sandbox' || pathname === '/sandbox/'))
    return (response) => sendFile('index.html', response);
  if (isGet && /^\/sandbox\/assets\/[\w.-]+$/.test(pathname))
    return (response) => sendFile(pathname.slice('/sandbox/'.length), response);
  const [, fileId] = /^\/sandbox\/files\/(\w+)\//.exec(pathname) ?? [];
  if (isGet && fileId !== undefined)
    return async (response) => {
      if (!slack.file(fileId, response)) sendJson(response, 404, { error: 'no such file' });
    };
  if (!pathname.startsWith('/sandbox/api/')) return null;
  const verb = pathname.slice('/sandbox/api/'.length);
  if (isGet && verb === 'stream') return async (response) => stream(url.searchParams.get('as') ?? '', request, response, options);
  if (isGet)
    return async (response) => {
      const answer = slack.get(verb, url.searchParams) ?? (await options.world.get(verb));
      sendJson(response, answer === null ? 404 : 200, answer ?? { error: 'no such call' });
    };
  if (request.method !== 'POST') return async (response) => sendJson(response, 404, { error: 'no such call' });
  return async (response) => {
    // Another site's page must not act here through the visitor's browser.
    if (!isSameOrigin(request)) return sendJson(response, 403, { error: 'only the sandbox page may do this' });
    const body = asWire(parseJson((await readBody(request)).toString('utf8')));
    const answer = (await slack.post(verb, body)) ?? (await options.world.post(verb, body));
    sendJson(response, answer === null ? 404 : 200, answer ?? { error: 'no such call' });
  };
}

function isSameOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

/** Sends a person's screen now and after every change, as server-sent events. */
function stream(userId: string, request: IncomingMessage, response: ServerResponse, options: PageOptions): void {
  const { workspace } = options.control;
  let timer: NodeJS.Timeout | null = null;
  let last = '';
  const draw = (): void => {
    timer = null;
    const { control } = options;
    const screen = drawScreen(workspace, userId, {
      connected: isConnected(control),
      hints: options.hints,
      rateLimits: control.rates.mode,
    });
    const text = JSON.stringify(screen);
    if (text === last) return;
    last = text;
    response.write(`event: screen\ndata: ${text}\n\n`);
  };
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  draw();
  const stops = [
    workspace.onChange(() => {
      timer ??= setTimeout(draw, DRAW_EVERY_MS);
    }),
    streamWorld(response, options.world),
  ];
  const beat = setInterval(() => response.write(': still here\n\n'), 20_000);
  request.on('close', () => {
    for (const stop of stops) stop();
    clearInterval(beat);
    if (timer !== null) clearTimeout(timer);
  });
}

/** Tells time, faults and the bot's state, now and after every change; returns how to stop it. */
function streamWorld(response: ServerResponse, world: WorldControl): () => void {
  let telling = false;
  let again = false;
  let stopped = false;
  const tell = async (): Promise<void> => {
    again = true;
    if (telling) return;
    telling = true;
    try {
      while (again && !stopped) {
        again = false;
        const text = JSON.stringify(await world.state());
        if (!stopped) response.write(`event: world\ndata: ${text}\n\n`);
        await new Promise((resolve) => setTimeout(resolve, DRAW_EVERY_MS));
      }
    } finally {
      telling = false;
    }
  };
  const unlisten = world.onChange(() => void tell());
  // Jobs come due while nothing else changes.
  const beat = setInterval(() => void tell(), WORLD_EVERY_MS);
  void tell();
  return () => {
    stopped = true;
    unlisten();
    clearInterval(beat);
  };
}

// Compiled, this file sits in dist/src/sandbox; run from source it sits in src/sandbox.
const PAGE_FOLDERS = [new URL('../../page/', import.meta.url), new URL('../../dist/page/', import.meta.url)];

async function sendFile(name: string, response: ServerResponse): Promise<void> {
  for (const folder of PAGE_FOLDERS) {
    const bytes = await readFile(new URL(name, folder)).catch(() => null);
    if (bytes === null) continue;
    const cache = name === 'index.html' ? 'no-cache' : 'public, max-age=31536000, immutable';
    response
      .writeHead(200, {
        'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
        'cache-control': cache,
        'content-security-policy': "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
        'x-content-type-options': 'nosniff',
      })
      .end(bytes);
    return;
  }
  response.writeHead(404, { 'content-type': 'text/plain' }).end('The page is not built yet: run "npm run build".\n');
}
