import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Bot } from '../app.ts';
import { TransportError } from '../domain/errors.ts';
import type { RequestHandler } from '../ops/ops-server.ts';
import { toFailure, usageFailure } from './failure.ts';
import { identifyOperator, recordOperator } from './identity.ts';
import type { Note, VerbResult, WorldVerb } from './verb.ts';

/*
 * How a command line reaches the running bot: one POST to its socket, which only the bot's own user may open. The bot runs
 * the same verb the command line would, so there is one writer to the data directory and one way to do a thing.
 */

const callSchema = z.strictObject({
  verb: z.string(),
  as: z.string().nullable(),
  operator: z.string(),
  positionals: z.array(z.string()),
  options: z.record(z.string(), z.union([z.string(), z.boolean()])),
});

export type ControlCall = z.output<typeof callSchema>;

const PATH = '/v1/run';
const MAX_BYTES = 256 * 1024;
/** Longer than any verb is silent by itself. */
const ANSWER_MS = 120_000;

/** Runs one verb in somebody's name. Never throws. */
export async function runWorldVerb(bot: Bot, verb: WorldVerb, call: Omit<ControlCall, 'verb'>, note: Note): Promise<VerbResult> {
  try {
    const caller = await identifyOperator(bot, call.as, call.operator);
    if (typeof verb.changes === 'boolean' ? verb.changes : verb.changes(call))
      await recordOperator(bot, caller, call.operator, verb.name, call.positionals[0] ?? verb.name);
    return await verb.run(bot, caller, call, note);
  } catch (error) {
    return toFailure(error, bot.world.log);
  }
}

/** Answers command lines that go through this bot. */
export function controlHandler(bot: Bot, verbs: readonly WorldVerb[]): RequestHandler {
  return (incoming, response) => {
    if (incoming.method !== 'POST' || incoming.url !== PATH) return false;
    const note: Note = (text, repeat) => {
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/jsonl' });
      response.write(`${JSON.stringify({ note: text, repeat })}\n`);
    };
    answer(bot, verbs, incoming, note)
      .catch((error: unknown) => toFailure(error, bot.world.log))
      .then((result) => sendResult(response, result))
      .catch((cause: unknown) => bot.world.log.warn('control.failed', { cause }));
    return true;
  };
}

async function answer(bot: Bot, verbs: readonly WorldVerb[], incoming: IncomingMessage, note: Note): Promise<VerbResult> {
  const parsed = callSchema.safeParse(JSON.parse(await readAll(incoming)));
  if (!parsed.success)
    return usageFailure('The running bot does not understand this command line.', 'Use the same version for both.');
  const verb = verbs.find((one) => one.name === parsed.data.verb);
  if (verb === undefined)
    return usageFailure(`The running bot does not know "${parsed.data.verb}".`, 'Use the same version for both.');
  return runWorldVerb(bot, verb, parsed.data, note);
}

function sendResult(response: ServerResponse, result: VerbResult): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/jsonl' });
  response.end(`${JSON.stringify({ result })}\n`);
}

/**
 * Runs a verb in the bot that listens at `socketPath`, waiting a moment for one that is just starting.
 * @throws TransportError; `neverSent` tells whether the bot may have done it.
 */
export async function callRunningBot(socketPath: string, call: ControlCall, note: Note): Promise<VerbResult> {
  for (let waited = 0; ; waited += RETRY_MS) {
    try {
      return await post(socketPath, JSON.stringify(call), note);
    } catch (cause) {
      const neverSent = cause instanceof Error && 'code' in cause && NOT_THERE.has(String(cause.code));
      if (neverSent && waited < STARTING_MS) {
        await sleep(RETRY_MS);
        continue;
      }
      const hint = neverSent
        ? 'Nothing was done. It may be starting or stopping: try again.'
        : 'Look at its log; it may have been done.';
      throw new TransportError('transport.bot', neverSent, 'The running bot did not answer the command line.', { hint, cause });
    }
  }
}

/** Nobody listens on the socket (yet, or any more). */
const NOT_THERE = new Set(['ENOENT', 'ECONNREFUSED']);
const RETRY_MS = 100;
const STARTING_MS = 5_000;

function post(socketPath: string, body: string, note: Note): Promise<VerbResult> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request({ socketPath, path: PATH, method: 'POST', headers, timeout: ANSWER_MS }, (incoming) => {
      readAnswer(incoming, note).then(resolve, reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('The bot took too long.')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Lines of progress as they come, and at last the result. */
async function readAnswer(incoming: IncomingMessage, note: Note): Promise<VerbResult> {
  let rest = '';
  incoming.setEncoding('utf8');
  for await (const chunk of incoming as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const said = JSON.parse(line) as { note: string; repeat: boolean } | { result: VerbResult };
      if ('result' in said) return said.result;
      note(said.note, said.repeat);
    }
  }
  throw new Error('the answer has no end');
}

async function readAll(stream: IncomingMessage, most = MAX_BYTES): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new Error('too much was sent');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
