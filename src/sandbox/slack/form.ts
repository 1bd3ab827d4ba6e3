import { asList, asText, asWire, isWire, type Wire } from '../wire.ts';
import type { FormValues } from './model.ts';

/** What a person puts into an element: text, one or several option values, or nothing. */
export type Entry = string | readonly string[] | null;

/** The blocks with every `block_id` and `action_id` that the app left out filled in, as Slack does. */
export function completeBlocks(blocks: unknown, nextId: () => string): readonly Wire[] {
  return asList(blocks)
    .filter(isWire)
    .map((block) => {
      const withId = block['block_id'] === undefined ? { ...block, block_id: nextId() } : block;
      const completed: Record<string, unknown> = { ...withId };
      for (const name of ['element', 'accessory']) {
        if (isWire(block[name])) completed[name] = completeElement(block[name], nextId);
      }
      if (block['type'] === 'actions') {
        completed['elements'] = asList(block['elements']).map((element) => completeElement(asWire(element), nextId));
      }
      if (block['type'] === 'card') {
        completed['actions'] = asList(block['actions']).map((element) => completeElement(asWire(element), nextId));
      }
      if (Array.isArray(block['child_blocks'])) completed['child_blocks'] = completeBlocks(block['child_blocks'], nextId);
      if (block['type'] === 'carousel') completed['elements'] = completeBlocks(block['elements'], nextId);
      return completed;
    });
}

function completeElement(element: Wire, nextId: () => string): Wire {
  if (element['type'] === 'image' || element['action_id'] !== undefined) return element;
  return { ...element, action_id: nextId() };
}

export interface FoundElement {
  readonly block: Wire;
  readonly element: Wire;
  readonly blockId: string;
  readonly actionId: string;
}

/** Every interactive element in reading order. */
export function elementsOf(blocks: readonly Wire[]): readonly FoundElement[] {
  return blocks.flatMap((block): FoundElement[] => {
    const inner = [...asList(block['child_blocks']), ...(block['type'] === 'carousel' ? asList(block['elements']) : [])];
    const own =
      block['type'] === 'actions'
        ? asList(block['elements'])
        : block['type'] === 'card'
          ? asList(block['actions'])
          : [block['element'], block['accessory']];
    const found = own.filter(isWire).flatMap((element) => {
      const actionId = asText(element['action_id']);
      return actionId === undefined ? [] : [{ block, element, blockId: asText(block['block_id']) ?? '', actionId }];
    });
    return [...found, ...elementsOf(inner.filter(isWire))];
  });
}

/** An element's name as a person reads it: its button text, its block's label, else its placeholder. */
export function labelOf(found: FoundElement): string {
  const label = found.block['type'] === 'input' ? found.block['label'] : (found.element['text'] ?? found.element['placeholder']);
  return asText(asWire(label)['text']) ?? found.actionId;
}

const NO_STATE = new Set(['button', 'overflow', 'workflow_button', 'image']);

/** The state of a form nobody has touched yet. */
export function initialValues(blocks: readonly Wire[]): FormValues {
  const values: FormValues = {};
  for (const { element, blockId, actionId } of elementsOf(blocks)) {
    if (NO_STATE.has(asText(element['type']) ?? '')) continue;
    values[blockId] = { ...values[blockId], [actionId]: initialState(element) };
  }
  return values;
}

function initialState(element: Wire): Wire {
  const type = asText(element['type']) ?? '';
  const given = (name: string): unknown => element[name] ?? null;
  if (type === 'checkboxes' || /^multi_(static|external)_select$/.test(type))
    return { type, selected_options: asList(element['initial_options']) };
  if (type === 'multi_users_select') return { type, selected_users: asList(element['initial_users']) };
  if (type === 'multi_conversations_select') return { type, selected_conversations: asList(element['initial_conversations']) };
  if (type === 'multi_channels_select') return { type, selected_channels: asList(element['initial_channels']) };
  const single = SINGLE_STATE[type];
  return single === undefined ? { type, value: given('initial_value') } : { type, [single[0]]: given(single[1]) };
}

const SINGLE_STATE: Readonly<Record<string, readonly [state: string, initial: string]>> = {
  static_select: ['selected_option', 'initial_option'],
  external_select: ['selected_option', 'initial_option'],
  radio_buttons: ['selected_option', 'initial_option'],
  users_select: ['selected_user', 'initial_user'],
  conversations_select: ['selected_conversation', 'initial_conversation'],
  channels_select: ['selected_channel', 'initial_channel'],
  datepicker: ['selected_date', 'initial_date'],
  timepicker: ['selected_time', 'initial_time'],
  datetimepicker: ['selected_date_time', 'initial_date_time'],
};

export function optionsOf(element: Wire): readonly Wire[] {
  const grouped = asList(element['option_groups']).flatMap((group) => asList(asWire(group)['options']));
  return [...asList(element['options']), ...grouped].filter(isWire);
}

/** The element's state after the person's entry. Options are named by value or by their text. */
export function enteredState(element: Wire, entry: Entry, offered: readonly Wire[] = optionsOf(element)): Wire {
  const type = asText(element['type']) ?? '';
  const pick = (wanted: string): Wire => {
    const option = offered.find((candidate) => candidate['value'] === wanted || asWire(candidate['text'])['text'] === wanted);
    if (option === undefined) throw new Error(`"${wanted}" is not among the options of ${String(element['action_id'])}`);
    return option;
  };
  const entries = entry === null ? [] : typeof entry === 'string' ? [entry] : entry;
  const [first] = entries;
  const blank = initialState({ type });
  if ('selected_options' in blank) return { type, selected_options: entries.map(pick) };
  if ('selected_option' in blank) return { type, selected_option: first === undefined ? null : pick(first) };
  const list = ['selected_users', 'selected_conversations', 'selected_channels'].find((name) => name in blank);
  if (list !== undefined) return { type, [list]: [...entries] };
  if (type === 'datetimepicker') return { type, selected_date_time: first === undefined ? null : Number(first) };
  const single = SINGLE_STATE[type];
  if (single !== undefined) return { type, [single[0]]: first ?? null };
  return { type, value: first === undefined || first === '' ? null : first };
}

/** What Slack itself checks before it lets a person submit, by block id. */
export function missingEntries(blocks: readonly Wire[], values: FormValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { block, element, blockId, actionId } of elementsOf(blocks)) {
    if (block['type'] !== 'input') continue;
    const state = asWire(values[blockId]?.[actionId]);
    const { type: _type, ...rest } = state;
    const [value] = Object.values(rest);
    const empty = value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
    if (empty) {
      if (block['optional'] !== true) errors[blockId] = 'Please complete this required field.';
      continue;
    }
    const problem = entryProblem(element, value);
    if (problem !== null) errors[blockId] = problem;
  }
  return errors;
}

function entryProblem(element: Wire, value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const min = Number(element['min_length'] ?? 0);
  const max = Number(element['max_length'] ?? 3000);
  if (value.length < min) return `Please enter at least ${min} characters.`;
  if (value.length > max) return `Please enter no more than ${max} characters.`;
  if (element['type'] === 'email_text_input' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
    return 'Please enter a valid email address.';
  if (element['type'] === 'number_input' && Number.isNaN(Number(value))) return 'Please enter a number.';
  if (element['type'] === 'url_text_input' && !URL.canParse(value)) return 'Please enter a valid URL.';
  return null;
}
