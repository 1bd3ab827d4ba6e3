import type { Bot } from '../app.ts';
import type { Caller } from '../command.ts';
import type { TargetRef } from '../domain/action-request.ts';
import { UsageError } from '../domain/errors.ts';
import { isEmail, normaliseEmail } from '../domain/person.ts';
import { type Holding, holdingName, type Scalar } from '../domain/seat.ts';
import { didYouMean } from '../domain/suggest.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import { parseUntil } from '../domain/until.ts';
import type { Connector, InputInfo, PresetInfo } from '../ports/connector.ts';
import { findPreset } from '../services/find-preset.ts';
import { prepareForm } from '../services/prepare-form.ts';
import { requestAction } from '../services/request-action.ts';
import { requestBulk } from '../services/request-bulk.ts';
import { withDeadline } from '../services/with-deadline.ts';
import { awaitOutcome } from './await-outcome.ts';
import { failure } from './failure.ts';
import { EXIT, textOption, type VerbResult, type WorldVerb } from './verb.ts';

export const request: WorldVerb = {
  kind: 'world',
  name: 'request',
  usage:
    'request <integration>/<preset> [key=value ...] [--person <email> | --targets <id,id,…>] [--until <day>] [--reason <text>] [--as <email>] [--json]',
  summary: 'Asks for an action, such as: request jetbrains/revoke-license licenseId=K7Q2MZ41XA --reason "left"',
  options: {
    reason: { type: 'string', short: 'r' },
    person: { type: 'string' },
    targets: { type: 'string' },
    until: { type: 'string' },
  },
  words: [1, 100],
  changes: true,
  async run(bot, caller, args) {
    const [what = '', ...pairs] = args.positionals;
    const { connector, preset } = findPreset(bot.world, what);
    const targets = textOption(args, 'targets');
    if (targets !== null) return requestMany(bot, caller, connector, preset, targets, textOption(args, 'reason'));
    const given = readPairs(pairs, preset);
    const target = await findTarget(connector, preset, given, textOption(args, 'person'));
    const form = await prepareForm(bot.world, caller, { presetId: preset.id, target, given: Object.fromEntries(given) });
    const reason = textOption(args, 'reason');
    const until = readUntil(bot, textOption(args, 'until'));
    const ask = { presetId: preset.id, target, inputs: form.prefill, reason, ...(until === null ? {} : { until }) };
    const result = await requestAction(bot.world, caller, ask);
    return result.ok ? awaitOutcome(bot, result.request) : problemsOf(result.problems);
  },
};

/** The same for many things: one request, one decision, and an outcome for each. */
async function requestMany(
  bot: Bot,
  caller: Caller,
  connector: Connector,
  preset: PresetInfo,
  targets: string,
  reason: string | null,
): Promise<VerbResult> {
  const ids = targets.split(',').map((id) => id.trim());
  const result = await requestBulk(bot.world, caller, {
    presetId: preset.id,
    integrationId: connector.id,
    targets: ids.filter((id) => id !== '').map((id) => ({ integrationId: connector.id, kind: preset.target, id })),
    reason,
  });
  return result.ok ? awaitOutcome(bot, result.request) : problemsOf(result.problems);
}

function readUntil({ world }: Bot, text: string | null): Instant | null {
  if (text === null) return null;
  const until = parseUntil(text, toInstant(world.clock.now()));
  if (until !== null) return until;
  throw new UsageError('usage.until', `"${text}" is no day to come.`, { hint: 'Write --until "1 March", 2027-03-01 or 14d.' });
}

function problemsOf(problems: readonly { readonly input: string | null; readonly message: string }[]): VerbResult {
  const lines = problems.map(({ input, message }) =>
    input === null ? message : `${input === 'reason' ? '--reason' : input}: ${message}`,
  );
  return {
    ...failure(EXIT.usage, { code: 'usage.inputs', message: lines.join('\n'), hint: null, mistakes: [] }),
    data: { problems },
  };
}

const TARGET = 'target';

function readPairs(pairs: readonly string[], preset: PresetInfo): Map<string, Scalar> {
  const inputs = new Map(preset.inputs.map((input) => [input.name, input]));
  const given = new Map<string, Scalar>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const [name, value] = at < 0 ? [pair, null] : [pair.slice(0, at), pair.slice(at + 1)];
    const names = [...inputs.keys(), TARGET];
    if (value === null)
      throw new UsageError('usage.pair', `"${pair}" is not of the form key=value.`, { hint: `Keys: ${names.join(', ')}.` });
    const input = inputs.get(name);
    if (input === undefined && name !== TARGET)
      throw new UsageError('usage.key', `"${preset.title}" has no input "${name}"${didYouMean(name, names)}`, {
        hint: `Keys: ${names.join(', ')}.`,
      });
    if (given.has(name)) throw new UsageError('usage.key', `"${name}" is given twice.`);
    given.set(name, input === undefined ? value : readValue(input, value));
  }
  return given;
}

function readValue(input: InputInfo, text: string): Scalar {
  switch (input.kind) {
    case 'number': {
      const number = Number(text);
      if (text.trim() !== '' && Number.isFinite(number)) return number;
      throw new UsageError('usage.value', `${input.name} must be a number.`);
    }
    case 'boolean':
      if (/^(true|yes|on)$/i.test(text)) return true;
      if (/^(false|no|off)$/i.test(text)) return false;
      throw new UsageError('usage.value', `${input.name} must be true or false.`);
    default:
      return text;
  }
}

const FIND_DEADLINE_MS = 15_000;

/** What is acted on: by `target=`, by the input that names it (`licenseId=`), or as the one thing `--person` holds that fits. */
async function findTarget(
  connector: Connector,
  preset: PresetInfo,
  given: Map<string, Scalar>,
  person: string | null,
): Promise<TargetRef> {
  const ref = (id: string): TargetRef => ({
    integrationId: connector.id,
    kind: preset.target,
    id: preset.target === 'person' ? normaliseEmail(id) : id,
  });
  const naming = preset.inputs.find((input) => input.hidden && input.required)?.name ?? TARGET;
  const named = given.get(TARGET) ?? given.get(naming);
  given.delete(TARGET);
  given.delete(naming);
  if (preset.target === 'none') return ref('');
  if (named !== undefined && named !== null && named !== '') return ref(String(named));
  if (person === null) {
    throw new UsageError('usage.target', `It is not said what "${preset.title}" is for.`, {
      hint: `Add ${naming}=… or --person <email>.`,
    });
  }
  if (!isEmail(person)) throw new UsageError('usage.email', `"${person}" is not an e-mail.`);
  if (preset.target === 'person') return ref(person);
  const held = await withDeadline(connector.name, FIND_DEADLINE_MS, (signal) => connector.lookup(normaliseEmail(person), signal));
  const fitting: readonly Holding[] = preset.target === 'seat' ? held.seats : held.accounts;
  const [only] = fitting;
  if (only === undefined)
    throw new UsageError('usage.target', `${person} holds nothing in ${connector.name} that it could be for.`);
  if (fitting.length === 1) return ref(only.externalId);
  const list = fitting.map((one) => `${naming}=${one.externalId} (${holdingName(one)})`);
  throw new UsageError('usage.target', `${person} holds several: say which.`, { hint: list.join(', ') });
}
