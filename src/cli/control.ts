import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Bot } from '../app.ts';
import { TransportError } from '../domain/errors.ts';
import type { RequestHandler } from '../ops/ops-server.ts';
import { toFailure, usageFailure } from './failure.ts';
import { identifyOperator, recordOperator } from './identity.ts';
import type { VerbResult, WorldVerb } from './verb.ts';

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
/** Longer than any verb waits by itself. */
const ANSWER_MS = 120_000;

/** Runs one verb in somebody's name. Never throws. */
export async function runWorldVerb(bot: Bot, verb: WorldVerb, call: Omit<ControlCall, 'verb'>): Promise<VerbResult> {
  try {
    const caller = await identifyOperator(bot, call.as, call.operator);
    if (verb.changes) await recordOperator(bot, caller, call.operator, verb.name, call.positionals[0] ?? verb.name);
    return await verb.run(bot, caller, call);
  } catch (error) {
    return toFailure(error, bot.world.log);
  }
}

/** Answers command lines that go through this bot. */
export function controlHandler(bot: Bot, verbs: readonly WorldVerb[]): RequestHandler {
  return (incoming, response) => {
    if (incoming.method !== 'POST' || incoming.url !== PATH) return false;
    answer(bot, verbs, incoming)
      .catch((error: unknown) => toFailure(error, bot.world.log))
      .then((result) => sendResult(response, result))
      .catch((cause: unknown) => bot.world.log.warn('control.failed', { cause }));
    return true;
  };
}

async function answer(bot: Bot, verbs: readonly WorldVerb[], incoming: IncomingMessage): Promise<VerbResult> {
  const parsed = callSchema.safeParse(JSON.parse(await readAll(incoming)));
  if (!parsed.success)
    return usageFailure('The running bot does not understand this command line.', 'Use the same version for both.');
  const verb = verbs.find((one) => one.name === parsed.data.verb);
  if (verb === undefined)
    return usageFailure(`The running bot does not know "${parsed.data.verb}".`, 'Use the same version for both.');
  return runWorldVerb(bot, verb, parsed.data);
}

function sendResult(response: ServerResponse, result: VerbResult): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
}

/** Runs a verb in the bot that listens at `socketPath`. @throws TransportError when nothing answers there. */
export async function callRunningBot(socketPath: string, call: ControlCall): Promise<VerbResult> {
  const body = JSON.stringify(call);
  const text = await new Promise<string>((resolve, reject) => {
    const failed = (cause: Error): void => {
      reject(
        new TransportError('transport.bot', false, 'The running bot did not answer the command line.', {
          hint: 'Look at its log; what was asked for may have been done.',
          cause,
        }),
      );
    };
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request({ socketPath, path: PATH, method: 'POST', headers, timeout: ANSWER_MS }, (incoming) => {
      readAll(incoming, Number.POSITIVE_INFINITY).then(resolve, failed);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', failed);
    outgoing.end(body);
  });
  return JSON.parse(text) as VerbResult;
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
