import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultQueue } from '../faults.ts';
import { readBody, sendJson } from '../http.ts';
import { asWire, parseJson, type Wire } from '../wire.ts';
import { readContent } from './methods/chat.ts';
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
    const pass = this.#passes.useResponse(id);
    if (typeof pass === 'string') return this.#refuse(response, body, 404, pass);
    try {
      this.#apply(pass, body);
    } catch (error) {
      if (error instanceof ApiError) return this.#refuse(response, body, 400, error.code);
      throw error;
    }
    this.#workspace.log({ kind: 'response-url', name: 'response_url', request: body, response: 'ok', ok: true, ms: 0 });
    response.writeHead(200, { 'content-type': 'text/html' }).end('ok');
  }

  /** What an acknowledgement of a command may carry: a message, without needing the URL. */
  answerCommand(pass: ResponsePass, body: unknown): void {
    const reply = typeof body === 'string' ? { text: body } : asWire(body);
    if (Object.keys(reply).length === 0 || (reply['text'] === '' && reply['blocks'] === undefined)) return;
    this.#apply(pass, reply);
  }

  #refuse(response: ServerResponse, body: Wire, status: number, error: string): void {
    this.#workspace.log({ kind: 'response-url', name: 'response_url', request: body, response: { error }, ok: false, ms: 0 });
    sendJson(response, status, { ok: false, error });
  }

  #apply(pass: ResponsePass, body: Wire): void {
    const { original } = pass;
    if (body['delete_original'] === true) {
      if (original !== null) this.#workspace.remove(original);
      return;
    }
    if (original !== null && body['replace_original'] === undefined)
      this.#workspace.warn('response_url', 'replace_original is not set: say explicitly whether the message is replaced');
    const content = readContent('response_url', body, this.#workspace);
    if (original !== null && body['replace_original'] === true) {
      // A replaced ephemeral message stays ephemeral, whatever `response_type` says.
      this.#workspace.edit(original, { text: content.text ?? '', blocks: content.blocks ?? [] });
      return;
    }
    this.#workspace.post({
      ...content,
      channel: pass.channel,
      user: this.#workspace.options.bot.id,
      ephemeralTo: body['response_type'] === 'in_channel' ? null : pass.userId,
      threadTs: typeof body['thread_ts'] === 'string' ? body['thread_ts'] : null,
    });
  }
}
