import type { InputValues } from '../domain/action-request.ts';
import { isEmail, normaliseEmail } from '../domain/person.ts';
import type { Scalar } from '../domain/seat.ts';
import type { Scope } from '../preset/expression.ts';
import type { LoadedInput } from '../preset/loaded.ts';

export interface InputProblem {
  readonly input: string | null;
  readonly message: string;
}

const MAX_TEXT = 1_000;
const YES = new Set(['true', 'yes', 'on', '1']);
const NO = new Set(['false', 'no', 'off', '0']);

/** The values a form starts with, from a rule scope (`seat`, `account`, `person`, …). Empty ones are left out. */
export function prefillInputs(inputs: readonly LoadedInput[], scope: Scope): InputValues {
  const values: Record<string, Scalar> = {};
  for (const { info, prefill } of inputs) {
    const value = prefill?.render(scope) ?? null;
    if (value !== null && typeof value !== 'object') values[info.name] = value as Scalar;
  }
  return values;
}

/**
 * Reads what somebody filled in: cleans it, gives it its type, and completes it with prefills. Values come as text from
 * forms and terminals. What is left out of `values`, or is `changedOnly` and unchanged, is absent.
 */
export function readInputs(
  inputs: readonly LoadedInput[],
  given: Readonly<Record<string, Scalar>>,
  prefill: InputValues,
): { readonly values: InputValues; readonly problems: readonly InputProblem[] } {
  const values: Record<string, Scalar> = {};
  const problems: InputProblem[] = [];
  const names = inputs.map((input) => input.info.name);
  for (const name of Object.keys(given)) {
    if (!names.includes(name))
      problems.push({
        input: null,
        message: `"${name}" is not an input of this action; it takes ${names.join(', ') || 'none'}.`,
      });
  }
  for (const input of inputs) {
    const { info } = input;
    const start = prefill[info.name] ?? null;
    const raw = info.name in given ? (given[info.name] ?? null) : info.changedOnly ? null : start;
    const read = readInput(input, raw);
    if (!read.ok) problems.push({ input: info.name, message: read.message });
    else if (read.value === null) {
      if (info.required) problems.push({ input: info.name, message: `${info.title} is missing.` });
    } else if (!info.changedOnly || read.value !== start) values[info.name] = read.value;
  }
  return { values, problems };
}

type Read = { readonly ok: true; readonly value: Scalar } | { readonly ok: false; readonly message: string };

function readInput({ info, pattern, clean }: LoadedInput, raw: Scalar): Read {
  const refuse = (message: string): Read => ({ ok: false, message: `${info.title} ${message}` });
  const trimmed = typeof raw === 'string' ? raw.trim() : raw;
  const cleaned = clean === null || trimmed === null ? trimmed : (clean.evaluate({ value: trimmed }) as Scalar);
  if (cleaned === null || cleaned === '')
    return trimmed === null || trimmed === '' ? { ok: true, value: null } : refuse('has nothing in it that can be used.');
  const text = String(cleaned);
  if (text.length > MAX_TEXT) return refuse(`is too long: ${MAX_TEXT} characters at most.`);
  if (pattern !== null && !pattern.fits(text))
    return refuse(info.help === null ? 'has a form that is not accepted.' : `is not right: ${info.help}`);
  switch (info.kind) {
    case 'email':
      return isEmail(text)
        ? { ok: true, value: normaliseEmail(text) }
        : refuse(`must be an e-mail address, and "${text}" is none.`);
    case 'number': {
      const number = Number(text);
      return Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER
        ? { ok: true, value: number }
        : refuse(`must be a number, and "${text}" is none.`);
    }
    case 'boolean': {
      const word = text.toLowerCase();
      return YES.has(word) ? { ok: true, value: true } : NO.has(word) ? { ok: true, value: false } : refuse('must be yes or no.');
    }
    case 'choice':
      return info.choices.some((choice) => choice.value === text)
        ? { ok: true, value: text }
        : refuse(`must be one of ${info.choices.map((choice) => choice.value).join(', ')}.`);
    case 'text':
      return { ok: true, value: text };
  }
}
