import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultQueue } from '../faults.ts';
import { readBody, sendJson } from '../http.ts';
import { asWire, parseJson, type Wire } from '../wire.ts';
import { manifestProblems } from './manifest-problems.ts';
import { chatMethods } from './methods/chat.ts';
import { conversationMethods, missingScope } from './methods/conversations.ts';
import { fileMethods } from './methods/files.ts';
import { ApiError, breaks, type Method, type MethodContext, type MethodTable } from './methods/method.ts';
import { peopleMethods } from './methods/people.ts';
import { reactionMethods } from './methods/reactions.ts';
import { scheduleMethods } from './methods/schedule.ts';
import { stepMethods } from './methods/steps.ts';
import { viewMethods } from './methods/views.ts';
import type { RateLimits } from './rates.ts';
import type { Uploads } from './uploads.ts';

/** Arguments that a form carries as JSON text. */
const JSON_ARGUMENTS = ['blocks', 'attachments', 'view', 'metadata', 'files', 'outputs'];

export interface WebApiOptions {
  readonly context: MethodContext;
  readonly botToken: string;
  readonly appToken: string;
  readonly uploads: Uploads;
  readonly faults: FaultQueue;
  readonly rates: RateLimits;
}

/** The token with which manifests are checked; people make it by hand. */
const CONFIG_TOKEN = 'xoxe.xoxp-sandbox-config';
/** Each run of a custom step brings a token of its own. */
const STEP_TOKEN = /^xwfp-(.+)$/;

interface Call {
  readonly name: string;
  readonly args: Wire;
  readonly token: string | null;
  readonly isJson: boolean;
  /** What Slack warns about in the request's content type. */
  readonly charset: 'missing_charset' | 'superfluous_charset' | null;
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
      ...scheduleMethods,
      ...reactionMethods,
      ...stepMethods,
      ...fileMethods(options.uploads),
      'apps.manifest.validate': {
        token: 'config',
        run: (args) => {
          const problems = manifestProblems(parseJson(String(args['manifest'] ?? '')));
          if (problems.length > 0) throw new ApiError('invalid_manifest', { errors: problems.map((message) => ({ message })) });
          return { errors: [] };
        },
      },
      'apps.connections.open': {
        token: 'app',
        run: (_args, { socketUrl }) => {
          const url = socketUrl();
          if (url === null) throw new ApiError('not_allowed_token_type');
          return { url };
        },
      },
      'api.test': { token: 'none', run: (args) => ({ args }) },
    };
  }

  async handle(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const { workspace } = this.#options.context;
    const call = await readCall(request, name);
    const started = performance.now();
    const mark = workspace.mark();
    const fault = this.#options.faults.take(request.method ?? 'POST', name);
    const log = (answer: unknown, ok: boolean): void => {
      const ms = Math.round(performance.now() - started);
      const id = workspace.log({ kind: 'web-api', name, request: call.args, response: answer, ok, ms });
      workspace.brokenIn(id, mark);
    };
    if (fault !== null && (await this.#fail(fault, call, response, log))) return;
    const tooMany = this.#options.rates.take(name, call.args);
    if (tooMany !== null) {
      workspace.breaks(tooMany.rule, name, tooMany.what);
      const answer = { ok: false, error: 'ratelimited' };
      log(answer, false);
      sendJson(response, 429, answer, { 'retry-after': String(tooMany.retryAfter) });
      return;
    }
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
      case 'short-page':
      case 'wrong-total':
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
    const { context } = this.#options;
    const warnings: string[] = [];
    const finish = (answer: Wire): Wire => {
      if (warnings.length === 0) return answer;
      const metadata = { ...asWire(answer['response_metadata']), warnings };
      return { ...answer, warning: warnings.join(','), response_metadata: metadata };
    };
    const warn = (code: string): void => {
      warnings.push(code);
    };
    if (call.charset !== null) {
      warn(call.charset);
      context.workspace.breaks('api.charset', call.name, call.charset);
    }
    try {
      const method = this.#methods[call.name];
      if (method === undefined)
        throw breaks('api.method', 'unknown_method', `${call.name} does not exist`, { req_method: call.name });
      const stepRunId = this.#checkToken(method, call);
      const unread = method.formOnly === true && call.isJson;
      if (unread && Object.keys(call.args).length > 0)
        context.workspace.breaks('api.form-only', call.name, 'arguments sent as JSON are not seen', 'recorded');
      return finish({ ok: true, ...method.run(unread ? {} : call.args, { ...context, method: call.name, warn, stepRunId }) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.broken !== null) context.workspace.breaks(error.broken.rule, call.name, error.broken.what);
      return finish({ ok: false, error: error.code, ...error.detail });
    }
  }

  /** Throws unless the token is the kind that the method wants; answers the step whose token it is. */
  #checkToken(method: Method, call: Call): string | null {
    if (method.token === 'none') return null;
    if (call.token === null) throw breaks('api.token', 'not_authed', 'no token was sent');
    const { appToken, botToken, context } = this.#options;
    const stepRunId = STEP_TOKEN.exec(call.token)?.[1] ?? null;
    const isStep = stepRunId !== null && context.workspace.stepRuns.has(stepRunId);
    const kind = new Map([
      [appToken, 'app'],
      [botToken, 'bot'],
      [CONFIG_TOKEN, 'config'],
    ]).get(call.token);
    if (kind === undefined && !isStep) throw breaks('api.token', 'invalid_auth', 'the token is none that Slack gave out');
    const wanted = method.token ?? 'bot';
    if (!(kind === wanted || (isStep && wanted === 'bot')))
      throw breaks('api.token', 'not_allowed_token_type', `${call.name} wants a token for ${wanted === 'app' ? 'apps' : wanted}`);
    const needed = method.scopes;
    if (needed !== undefined && !needed.some((scope) => context.hasScope(scope)))
      throw missingScope(needed.join(','), context.workspace);
    return isStep ? stepRunId : null;
  }

  #scopes(): ReadonlySet<string> {
    return this.#options.context.workspace.options.manifest.scopes ?? new Set();
  }
}

async function readCall(request: IncomingMessage, name: string): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://slack');
  const body = (await readBody(request)).toString('utf8');
  const contentType = request.headers['content-type'] ?? '';
  const isJson = contentType.includes('application/json');
  const named = /charset=/i.test(contentType);
  const charset = isJson && !named ? 'missing_charset' : !isJson && named ? 'superfluous_charset' : null;
  const form = Object.fromEntries([...url.searchParams, ...(isJson ? [] : new URLSearchParams(body))]);
  const { token: formToken, ...rest }: Record<string, unknown> = isJson ? { ...form, ...asWire(parseJson(body)) } : form;
  const args: Record<string, unknown> = { ...rest };
  for (const argument of JSON_ARGUMENTS) {
    const value = args[argument];
    if (typeof value === 'string') args[argument] = parseJson(value) ?? value;
  }
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  return { name, args, token: bearer ?? (typeof formToken === 'string' ? formToken : null), isJson, charset };
}
