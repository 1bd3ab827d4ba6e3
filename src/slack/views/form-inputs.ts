import { createHash } from 'node:crypto';
import type { types } from '@slack/bolt';
import type { Scalar } from '../../domain/seat.ts';
import type { InputInfo, PresetInfo } from '../../ports/connector.ts';
import { type Block, plain } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { foreignPlain } from './text.ts';

/** Each input stands in a block of its own name, so that a problem can be shown at it. */
export function inputBlockId(name: string): string {
  return `input:${name}`;
}

const YES = 'yes';
const TEXT_MAX = 3_000;

/** One input of a preset, filled with what is known. */
export function inputBlock(input: InputInfo, value: Scalar): Block {
  const id = inputBlockId(input.name);
  return {
    type: 'input',
    block_id: id,
    label: plain(foreignPlain(input.title, 200), 200),
    element: element(input, id, value),
    optional: input.kind === 'boolean' || !input.required,
    ...(input.help === null ? {} : { hint: plain(foreignPlain(input.help, 500), 500) }),
  };
}

function element(input: InputInfo, id: string, value: Scalar): types.InputBlock['element'] {
  const text = value === null ? '' : String(value);
  const initial = text === '' ? {} : { initial_value: text.slice(0, TEXT_MAX) };
  switch (input.kind) {
    case 'text':
      return { type: 'plain_text_input', action_id: id, ...initial };
    case 'email':
      return { type: 'email_text_input', action_id: id, ...initial };
    case 'number':
      return { type: 'number_input', action_id: id, is_decimal_allowed: true, ...(Number.isFinite(Number(text)) ? initial : {}) };
    case 'boolean': {
      const yes = { text: plain('Yes'), value: YES };
      return { type: 'checkboxes', action_id: id, options: [yes], ...(value === true ? { initial_options: [yes] } : {}) };
    }
    case 'choice':
      return choiceElement(input, id, text);
  }
}

/** A menu holds 100 entries of 75 characters; what cannot be one is typed instead. */
function choiceElement(input: InputInfo, id: string, current: string): types.InputBlock['element'] {
  const fits =
    input.choices.length > 0 &&
    input.choices.length <= LIMITS.options &&
    input.choices.every((choice) => choice.value.length <= LIMITS.option && choice.value !== '');
  if (!fits) return { type: 'plain_text_input', action_id: id, ...(current === '' ? {} : { initial_value: current }) };
  const options = input.choices.map((choice) => ({
    text: plain(foreignPlain(choice.title || choice.value, LIMITS.option), LIMITS.option),
    value: choice.value,
  }));
  const chosen = options.find((option) => option.value === current);
  return { type: 'static_select', action_id: id, options, ...(chosen === undefined ? {} : { initial_option: chosen }) };
}

/** `view.state.values` as Slack sends it: block id, action id, element state. */
export type ViewValues = Readonly<Record<string, Readonly<Record<string, ElementState>>>>;

export interface ElementState {
  readonly type?: string;
  readonly value?: string | null;
  readonly selected_option?: { readonly value?: string } | null;
  readonly selected_options?: readonly { readonly value?: string }[] | null;
  readonly selected_user?: string | null;
}

export function stateOf(values: ViewValues, id: string): ElementState | null {
  return values[id]?.[id] ?? null;
}

/** What somebody put into one input: a value, nothing, or why it cannot be. */
export function readInput(input: InputInfo, state: ElementState): { readonly value: Scalar } | { readonly problem: string } {
  if (input.kind === 'boolean') return { value: (state.selected_options ?? []).some((option) => option.value === YES) };
  const text = (state.selected_option?.value ?? state.value ?? '').trim();
  if (text === '') return input.required ? { problem: `${input.title} is needed.` } : { value: null };
  if (input.kind !== 'number') return { value: text };
  const number = Number(text);
  return Number.isFinite(number) ? { value: number } : { problem: `${input.title} must be a number, and “${text}” is not one.` };
}

/** What the form was filled with, in a form that tells whether it was touched and nothing else. */
export function prefillHashes(preset: PresetInfo, prefill: Readonly<Record<string, Scalar>>): Readonly<Record<string, string>> {
  const entries = visibleInputs(preset)
    .filter((input) => input.changedOnly)
    .map((input) => [input.name, shortHash(prefill[input.name] ?? null)]);
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

export function visibleInputs(preset: PresetInfo): readonly InputInfo[] {
  return preset.inputs.filter((input) => !input.hidden);
}

/** An empty text, nothing and an unticked box look the same in a form. */
export function shortHash(value: Scalar): string {
  const shown = value === null || value === false ? '' : value === true ? YES : String(value).trim();
  return createHash('sha256').update(shown).digest('base64url').slice(0, 8);
}
