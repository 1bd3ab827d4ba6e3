import { parseArgs } from 'node:util';
import { createPinoLog } from '../adapters/pino-log.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { UsageError } from '../domain/errors.ts';
import { didYouMean } from '../domain/suggest.ts';
import { VERSION } from '../package-root.ts';
import { readSetup } from '../setup.ts';
import { callRunningBot, runWorldVerb } from './control.ts';
import { formatError, toFailure, usageFailure } from './failure.ts';
import { findRunningBot } from './find-bot.ts';
import { helpText, helpVerb } from './help.ts';
import type { Host, Note, Verb, VerbArgs, VerbResult, WorldVerb } from './verb.ts';
import { verbs } from './verbs.ts';

/** Runs one command line and returns its exit code. Never throws. */
export async function runCli(host: Host, argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h') {
    host.print(helpText(verbs));
    return first === undefined ? 2 : 0;
  }
  if (first === '--version' || first === '-v') {
    host.print(VERSION);
    return 0;
  }
  const verb = [...verbs, helpVerb(verbs)].find((one) => one.name === first);
  if (verb === undefined) {
    const names = verbs.map((one) => one.name);
    return show(
      host,
      usageFailure(`"${first}" is not a command of seatwarden${didYouMean(first, names)}`, 'Type "seatwarden help".'),
      false,
    );
  }
  const json = rest.includes('--json');
  let result: VerbResult;
  try {
    const args = readArgs(verb, rest);
    if (args.options['help'] === true) {
      host.print(helpText(verbs, verb.name));
      return 0;
    }
    result = verb.kind === 'local' ? await verb.run(host, args) : await inTheirName(host, verb, args);
  } catch (error) {
    result = toFailure(error);
  }
  return show(host, result, json);
}

function readArgs(verb: Verb, words: readonly string[]): VerbArgs & { readonly options: Record<string, string | boolean> } {
  const common = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  const who = verb.kind === 'world' ? ({ as: { type: 'string' } } as const) : {};
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...words], options: { ...common, ...who, ...verb.options }, allowPositionals: true });
  } catch (error) {
    // Node's own sentence names the option; its advice about "--" comes after the first full stop.
    const problem =
      error instanceof Error ? (error.message.split('. ')[0] ?? '').replace(/\.$/, '') : 'The options cannot be read';
    throw usage(verb, `${problem}.`);
  }
  const options = { ...(parsed.values as Record<string, string | boolean>) };
  const [least, most] = verb.words;
  const given = parsed.positionals.length;
  if (options['help'] !== true && (given < least || given > most))
    throw usage(
      verb,
      given < least ? `${verb.name}: something is missing.` : `${verb.name}: "${parsed.positionals[most]}" is one word too many.`,
    );
  return { positionals: parsed.positionals, options };
}

function usage(verb: Verb, message: string): UsageError {
  return new UsageError('usage.cli', message, { hint: `Usage: seatwarden ${verb.usage}` });
}

async function inTheirName(
  host: Host,
  verb: WorldVerb,
  args: VerbArgs & { readonly options: Record<string, string | boolean> },
): Promise<VerbResult> {
  const setup = await readSetup(host);
  const as = typeof args.options['as'] === 'string' ? args.options['as'] : null;
  const call = { as, operator: host.operator, positionals: [...args.positionals], options: args.options };
  const note: Note = (text, repeat) => (repeat ? host.progress(text) : host.note(text));
  const running = await findRunningBot(setup);
  if (running !== null) {
    if (running.sandbox) host.note(`This is the sandbox (process ${running.pid}); its people and licences are invented.`);
    return callRunningBot(running.socketPath, { verb: verb.name, ...call }, note);
  }
  // The verb tells what went wrong; the log would say it twice.
  const level = setup.variables['LOG_LEVEL'] === undefined ? 'silent' : setup.environment.logLevel;
  // Loaded only here, so that a line that goes through the running bot is quick.
  const { createBot } = await import('../app.ts');
  const bot = await createBot({ setup, log: createPinoLog({ level, clock: systemClock }) });
  try {
    return await runWorldVerb(bot, verb, call, note);
  } finally {
    await bot.stop(STOP_MS);
  }
}

/** An action that was started by this command line must end before the process does. */
const STOP_MS = 60_000;

function show(host: Host, result: VerbResult, json: boolean): number {
  if (json && result.data !== undefined) host.print(JSON.stringify(result.data, null, 2));
  else if (result.text !== '') host.print(result.text);
  if (result.error !== undefined) host.note(formatError(result.error));
  return result.exitCode;
}
