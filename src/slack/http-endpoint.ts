import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HTTPReceiver, verifySlackRequest } from '@slack/bolt';
import type { Log } from '../ports/log.ts';
import { readJson } from './ids.ts';
import { isReadable } from './wire.ts';

export const SLACK_PATH = '/slack/events';

/** Takes a request and answers it; false when its path is not Slack's. */
export type SlackHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Bolt's own limit, kept here because the body is read before Bolt sees it. */
const BODY_MAX = 4 * 1024 * 1024;
const CLOCK_MAX_S = 300;
const FORM = 'application/x-www-form-urlencoded';
/** A form with one of the fields Bolt acts on; a name written in escapes may be one of them. */
const MAY_HOLD_PAYLOAD = /(?:^|&)(?:payload|ssl_check|[^=&]*%)/;

interface EndpointOptions {
  readonly receiver: HTTPReceiver;
  readonly signingSecret: string;
  readonly log: Log;
  /** False while the bot stops: Slack sends events again later. */
  readonly open: () => boolean;
}

/**
 * The handler for `/slack/events` on a server that somebody else listens with. Before Bolt's receiver it refuses what Bolt
 * lets through or stumbles over: signatures dated in the future, and signed bodies that hold no object.
 */
export function slackEndpoint(options: EndpointOptions): SlackHandler {
  const { receiver, log } = options;
  return (request, response) => {
    if ((request.url ?? '').split('?', 1)[0] !== SLACK_PATH) return false;
    admit(request, options)
      .then((status) => {
        if (status === null) receiver.requestListener(request, response);
        else refuse(response, status);
      })
      .catch((cause: unknown) => {
        log.warn('slack.http', { cause });
        refuse(response, 400);
      });
    return true;
  };
}

function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent || response.destroyed) return;
  // What was not read must not be taken for the next request.
  response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end();
}

/** Null when Bolt may have it, else the status to refuse it with. */
async function admit(request: IncomingMessage, options: EndpointOptions): Promise<number | null> {
  if (!options.open()) return 503;
  if (request.method !== 'POST') return 405;
  const body = await readBody(request);
  if (body === null) return 413;
  Object.assign(request, { rawBody: body });
  const text = body.toString();
  const isForm = mediaType(request) === FORM;
  // Bolt knows the bare name alone, while many clients and proxies add a charset.
  if (isForm) request.headers['content-type'] = FORM;
  // A slash command, which is most of what comes: Bolt checks the signature itself and finds nothing in it to stumble over.
  if (isForm && !MAY_HOLD_PAYLOAD.test(text)) return isDated(request, options) ? null : 401;
  // Slack checks the certificate without a signature; Bolt answers that and drops whatever else is in it.
  if (isForm && new URLSearchParams(text).get('ssl_check') === '1') return null;
  if (!isSigned(request, text, options)) return 401;
  const payload = isForm ? new URLSearchParams(text).get('payload') : text;
  if (payload === null) return null;
  const value = readJson(payload);
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isObject && isReadable(value) ? null : 400;
}

function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function stampOf(request: IncomingMessage): number {
  return Number(request.headers['x-slack-request-timestamp'] ?? Number.NaN);
}

function isDated(request: IncomingMessage, { log }: EndpointOptions): boolean {
  const stamp = stampOf(request);
  if (!Number.isInteger(stamp)) return false;
  if (stamp <= Date.now() / 1_000 + CLOCK_MAX_S) return true;
  log.warn('slack.signature', { problem: 'dated in the future: check the clock' });
  return false;
}

function isSigned(request: IncomingMessage, body: string, options: EndpointOptions): boolean {
  const signature = request.headers['x-slack-signature'];
  if (typeof signature !== 'string' || !isDated(request, options)) return false;
  try {
    verifySlackRequest({
      signingSecret: options.signingSecret,
      body,
      headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': stampOf(request) },
    });
    return true;
  } catch (cause) {
    options.log.warn('slack.signature', { problem: cause instanceof Error ? cause.message : 'refused' });
    return false;
  }
}

/** Null when it is longer than Slack's payloads ever are. By events, since iterating costs more. */
function readBody(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= BODY_MAX) chunks.push(chunk);
      else {
        chunks.length = 0;
        resolve(null);
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
