import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultQueue } from '../faults.ts';
import { readBody, sendJson } from '../http.ts';
import { asWire, parseJson, type Wire } from '../wire.ts';
import { chatMethods } from './methods/chat.ts';
import { conversationMethods } from './methods/conversations.ts';
import { fileMethods, type Uploads } from './methods/files.ts';
import { ApiError, type Method, type MethodContext, type MethodTable } from './methods/method.ts';
import { peopleMethods } from './methods/people.ts';
import { viewMethods } from './methods/views.ts';

/** Arguments that a form carries as JSON text. */
const JSON_ARGUMENTS = ['blocks', 'attachments', 'view', 'metadata', 'files'];

export interface WebApiOptions {
  readonly context: MethodContext;
  readonly botToken: string;
  readonly appToken: string;
  readonly uploads: Uploads;
  readonly faults: FaultQueue;
}

interface Call {
  readonly name: string;
  readonly args: Wire;
  readonly token: string | null;
  readonly isJson: boolean;
}

/** Slack's Web API (https://docs.slack.dev/apis/web-api) as far as a licence bot uses it. */
export class WebApi {
  readonly #options: WebApiOptions;
  readonly #methods: MethodTable;

  constructor(options: WebApiOptions) {
    this.#options = options;
    this.#methods = {
      ...peopleMethods,
      ...conversationMethods,
      ...chatMethods,
      ...viewMethods,
      ...fileMethods(options.uploads),
      'apps.connections.open': {
        token: 'app',
        run: (_args, { socketUrl }) => {
          const url = socketUrl();
          if (url === null) throw new ApiError('not_allowed_token_type');
          return { url };
        },
      },
      'api.test': { run: (args) => ({ args }) },
    };
  }

  async handle(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const call = await readCall(request, name);
    const started = this.#options.context.workspace.now().getTime();
    const fault = this.#options.faults.take(request.method ?? 'POST', name);
    const log = (answer: unknown, ok: boolean): void => {
      const ms = this.#options.context.workspace.now().getTime() - started;
      this.#options.context.workspace.log({ kind: 'web-api', name, request: call.args, response: answer, ok, ms });
    };
    if (fault !== null && (await this.#fail(fault, call, response, log))) return;
    const answer = this.#answer(call);
    log(answer, answer['ok'] === true);
    sendJson(response, 200, answer, { 'x-oauth-scopes': [...this.#scopes()].join(',') });
  }

  /** True when the fault ended the call. */
  async #fail(fault: Fault, call: Call, response: ServerResponse, log: (answer: unknown, ok: boolean) => void): Promise<boolean> {
    switch (fault.kind) {
      case 'delay':
        await sleep(fault.ms);
        return response.destroyed;
      case 'hang':
        log('(no answer)', false);
        return true;
      case 'reset':
        log('(connection cut)', false);
        response.destroy();
        return true;
      case 'lose-answer':
        log({ lost: this.#answer(call) }, false);
        response.destroy();
        return true;
      case 'half-body': {
        const text = JSON.stringify(this.#answer(call));
        log('(half an answer)', false);
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(text.length) });
        response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
        return true;
      }
      case 'html':
        log('(an HTML page)', false);
        response.writeHead(fault.status ?? 502, { 'content-type': 'text/html' }).end('<!doctype html><title>Bad Gateway</title>');
        return true;
      case 'empty-page':
        log({ ok: true }, true);
        sendJson(response, 200, { ok: true });
        return true;
      case 'status': {
        const body = fault.body ?? { ok: false, error: fault.status === 429 ? 'ratelimited' : 'fatal_error' };
        log(body, false);
        const retry = fault.retryAfter ?? (fault.status === 429 ? 1 : undefined);
        sendJson(response, fault.status, body, {
          ...fault.headers,
          ...(retry === undefined ? {} : { 'retry-after': String(retry) }),
        });
        return true;
      }
    }
  }

  #answer(call: Call): Wire {
    try {
      const method = this.#methods[call.name];
      if (method === undefined) throw new ApiError('unknown_method', { req_method: call.name });
      this.#checkToken(method, call);
      const args = method.formOnly === true && call.isJson ? {} : call.args;
      return { ok: true, ...method.run(args, this.#options.context) };
    } catch (error) {
      if (error instanceof ApiError) return { ok: false, error: error.code, ...error.detail };
      throw error;
    }
  }

  #checkToken(method: Method, call: Call): void {
    if (call.token === null) throw new ApiError('not_authed');
    const { appToken, botToken } = this.#options;
    const expected = method.token === 'app' ? appToken : botToken;
    if (call.token !== expected) {
      throw new ApiError(call.token === appToken || call.token === botToken ? 'not_allowed_token_type' : 'invalid_auth');
    }
    const needed = method.scopes;
    if (needed !== undefined && !needed.some((scope) => this.#options.context.hasScope(scope)))
      throw new ApiError('missing_scope', { needed: needed.join(','), provided: [...this.#scopes()].join(',') });
  }

  #scopes(): ReadonlySet<string> {
    return this.#options.context.workspace.options.manifest.scopes ?? new Set();
  }
}

async function readCall(request: IncomingMessage, name: string): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://slack');
  const body = (await readBody(request)).toString('utf8');
  const isJson = (request.headers['content-type'] ?? '').includes('application/json');
  const form = Object.fromEntries([...url.searchParams, ...(isJson ? [] : new URLSearchParams(body))]);
  const { token: formToken, ...rest }: Record<string, unknown> = isJson ? { ...form, ...asWire(parseJson(body)) } : form;
  const args: Record<string, unknown> = { ...rest };
  for (const argument of JSON_ARGUMENTS) {
    const value = args[argument];
    if (typeof value === 'string') args[argument] = parseJson(value) ?? value;
  }
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  return { name, args, token: bearer ?? (typeof formToken === 'string' ? formToken : null), isJson };
}
