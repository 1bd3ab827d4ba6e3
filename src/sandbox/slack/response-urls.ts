import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultQueue } from '../faults.ts';
import { readBody, sendJson } from '../http.ts';
import { asWire, parseJson, type Wire } from '../wire.ts';
import { readContent } from './content.ts';
import { ApiError } from './methods/method.ts';
import type { Passes, ResponsePass } from './passes.ts';
import type { Workspace } from './workspace.ts';

/** Answers to a `response_url` (https://docs.slack.dev/interactivity/handling-user-interaction). */
export class ResponseUrls {
  readonly #workspace: Workspace;
  readonly #passes: Passes;
  readonly #faults: FaultQueue;

  constructor(workspace: Workspace, passes: Passes, faults: FaultQueue) {
    this.#workspace = workspace;
    this.#passes = passes;
    this.#faults = faults;
  }

  async handle(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    const body = asWire(parseJson((await readBody(request)).toString('utf8')));
    const fault = this.#faults.take('POST', 'response_url');
    if (fault?.kind === 'status') return sendJson(response, fault.status, { ok: false, error: 'fatal_error' });
    if (fault !== null) {
      response.destroy();
      return;
    }
    const mark = this.#workspace.mark();
    const started = performance.now();
    const done = (answer: unknown, ok: boolean): void => {
      const ms = Math.round(performance.now() - started);
      const traffic = this.#workspace.log({
        kind: 'response-url',
        name: 'response_url',
        request: body,
        response: answer,
        ok,
        ms,
      });
      this.#workspace.brokenIn(traffic, mark);
    };
    const refuse = (status: number, error: string): void => {
      done({ error }, false);
      sendJson(response, status, { ok: false, error });
    };
    const pass = this.#passes.useResponse(id);
    if (typeof pass === 'string') {
      const [rule, what] =
        pass === 'used_url'
          ? (['response-url.uses', 'a sixth answer'] as const)
          : (['response-url.life', 'the response_url is older than 30 minutes'] as const);
      this.#workspace.breaks(rule, 'response_url', what);
      return refuse(404, pass);
    }
    try {
      this.#apply(pass, body);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.broken !== null) this.#workspace.breaks(error.broken.rule, 'response_url', error.broken.what);
      return refuse(400, error.code);
    }
    done('ok', true);
    response.writeHead(200, { 'content-type': 'text/html' }).end('ok');
  }

  /** What an acknowledgement of a command may carry: a message, without needing the URL. */
  answerCommand(pass: ResponsePass, body: unknown): void {
    const reply = typeof body === 'string' ? { text: body } : asWire(body);
    if (Object.keys(reply).length === 0 || (reply['text'] === '' && reply['blocks'] === undefined)) return;
    this.#apply(pass, reply);
  }

  #apply(pass: ResponsePass, body: Wire): void {
    const { original } = pass;
    if (body['delete_original'] === true) {
      if (original !== null) this.#workspace.remove(original);
      return;
    }
    if (original !== null && body['replace_original'] === undefined)
      this.#workspace.breaks(
        'response-url.replace',
        'response_url',
        'replace_original is not set: say whether the message is replaced',
      );
    const content = readContent('response_url', body, this.#workspace);
    if (original !== null && body['replace_original'] === true) {
      if (original.ephemeralTo !== null && body['response_type'] === 'in_channel')
        this.#workspace.breaks('response-url.in-channel', 'response_url', 'the message stays visible to one person only');
      this.#workspace.edit(original, { text: content.text ?? '', blocks: content.blocks ?? [] });
      return;
    }
    this.#workspace.post({
      ...content,
      channel: pass.channel,
      user: this.#workspace.options.bot.id,
      ephemeralTo: body['response_type'] === 'in_channel' ? null : pass.userId,
      threadTs: typeof body['thread_ts'] === 'string' ? body['thread_ts'] : (original?.threadTs ?? null),
    });
  }
}
