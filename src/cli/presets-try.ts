import { createPinoLog } from '../adapters/pino-log.ts';
import { Redactor } from '../adapters/redact.ts';
import { systemClock } from '../adapters/system-clock.ts';
import type { Exchange } from '../connector/http.ts';
import { Limiters } from '../connector/limiters.ts';
import type { InputValues } from '../domain/action-request.ts';
import { openIntegrations } from '../integrations.ts';
import { readSetup } from '../setup.ts';
import { toFailure, usageFailure } from './failure.ts';
import { previewTable } from './samples/preview.ts';
import { clean } from './terminal-text.ts';
import { done, type Host, type VerbResult } from './verb.ts';

const PATIENCE_MS = 60_000;
const MOST_TEXT = 4_000;

/** One read call with the credential of the configuration; shows what went over the wire, without secrets. */
export async function tryPreset(host: Host, words: readonly string[], usage: string): Promise<VerbResult> {
  const [name = '', presetId = '', ...pairs] = words;
  if (presetId === '') return usageFailure('Say which integration and which preset.', `Usage: seatwarden ${usage}`);
  const inputs = readPairs(pairs);
  if (typeof inputs === 'string') return usageFailure(`"${inputs}" is not of the form key=value.`, `Usage: seatwarden ${usage}`);
  const setup = await readSetup(host);
  const config = await setup.readConfig();
  const integration =
    config.integrations.find(({ id }) => id === name) ?? config.integrations.find(({ connectorId }) => connectorId === name);
  const names = config.integrations.map(({ id }) => id).join(', ') || 'none';
  if (integration === undefined) return usageFailure(`There is no integration "${name}".`, `There are: ${names}.`);
  const redactor = new Redactor();
  for (const secret of config.integrations.flatMap(({ credential }) => Object.values(credential))) redactor.register(secret);
  const exchanges: unknown[] = [];
  const log = createPinoLog({ level: 'silent', clock: systemClock });
  const trace = (exchange: Exchange): void => void exchanges.push(shown(exchange, redactor));
  const all = openIntegrations(config, { clock: systemClock, log, limiters: new Limiters(), network: setup.network, trace });
  const open = all.find(({ id }) => id === integration.id);
  const preset = open?.presets.get(presetId);
  try {
    if (open === undefined || preset === undefined) {
      const known = [...(open?.presets.values() ?? [])].filter(({ effect }) => effect === 'read').map(({ id }) => id);
      return usageFailure(`${integration.name} has no preset "${presetId}".`, `It can read with: ${known.join(', ')}.`);
    }
    if (preset.effect !== 'read')
      return usageFailure(
        `"${presetId}" changes something, and only reads can be tried.`,
        'Ask for it with "seatwarden request".',
      );
    try {
      const { holdings, response } = await open.run(presetId, inputs, AbortSignal.timeout(PATIENCE_MS));
      const now = systemClock.now().toISOString();
      const outcome = [
        ...previewTable(holdings, now),
        ...(Object.keys(response).length === 0 ? [] : [pretty(redactor.value(response))]),
      ];
      const text = [...exchanges.map(exchangeText), 'Read as:', ...(outcome.length === 0 ? ['    nothing'] : outcome)].join(
        '\n\n',
      );
      return done(clean(text), { exchanges, holdings, response: redactor.value(response) });
    } catch (error) {
      const failed = toFailure(error);
      return { ...failed, text: clean(exchanges.map(exchangeText).join('\n\n')), data: { exchanges, error: failed.error } };
    }
  } finally {
    await Promise.all(all.map((one) => one.close()));
  }
}

function readPairs(pairs: readonly string[]): InputValues | string {
  const values: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) return pair;
    values[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return values;
}

interface Shown {
  readonly request: { readonly line: string; readonly headers: unknown; readonly body: unknown };
  readonly answer: { readonly status: number; readonly headers: unknown; readonly body: unknown } | null;
}

function shown({ origin, request, answer }: Exchange, redactor: Redactor): Shown {
  const body = answer === null ? null : asJson(answer.text);
  // A token that was just given must not show in the call it is for.
  if (typeof body === 'object' && body !== null && 'access_token' in body && typeof body.access_token === 'string')
    redactor.register(body.access_token);
  return {
    request: {
      line: `${request.method} ${redactor.text(origin + request.path)}`,
      headers: redactor.value(request.headers),
      body: request.body === null ? null : redactor.value(asJson(request.body)),
    },
    answer:
      answer === null ? null : { status: answer.status, headers: redactor.value(answer.headers), body: redactor.value(body) },
  };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function exchangeText(exchange: unknown): string {
  const { request, answer } = exchange as Shown;
  const lines = [`> ${request.line}`, ...headerLines('>', request.headers)];
  if (request.body !== null) lines.push(pretty(request.body));
  if (answer === null) return [...lines, '< no answer'].join('\n');
  return [...lines, `< ${answer.status}`, ...headerLines('<', answer.headers), pretty(answer.body)].join('\n');
}

function headerLines(mark: string, headers: unknown): readonly string[] {
  return Object.entries(headers as Record<string, unknown>).map(([name, value]) => `${mark} ${name}: ${String(value)}`);
}

function pretty(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '');
  return text.length > MOST_TEXT
    ? `${text.slice(0, MOST_TEXT)}\n… and ${text.length - MOST_TEXT} more characters; see them with --json`
    : text;
}
