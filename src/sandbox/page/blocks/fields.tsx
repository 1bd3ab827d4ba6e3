import { useState } from 'preact/hooks';
import { asText, asWire, type Wire } from '../../wire.ts';
import type { PageEntry } from '../api.ts';
import { usePage } from '../context.ts';
import { fromLocalInput, toLocalInput } from '../dates.ts';
import { type ElementProps, useSend } from './entry.ts';

const INPUT_TYPES: Readonly<Record<string, string>> = {
  email_text_input: 'email',
  url_text_input: 'url',
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
};

const LONGEST = 3_000;

/** Text, numbers, dates and times. */
export function Fields(props: ElementProps) {
  const { screen, confirm } = usePage();
  const send = useSend(props);
  const { element } = props;
  const type = asText(element['type']) ?? '';
  const zone = screen.me.timezone;
  const [text, setText] = useState(() => shownState(props.state, type, zone));
  const placeholder = asText(asWire(element['placeholder'])['text']) ?? '';
  const limit = Number(element['max_length'] ?? LONGEST);
  const left = limit - text.length;
  const finish = async (typed: string): Promise<void> => {
    if (await confirm(element['confirm'])) await send(toEntry(typed, type, zone));
  };
  if (type === 'file_input') return <p class="block-unknown">Files cannot be put into a form here.</p>;
  const common = {
    value: text,
    placeholder,
    dir: 'auto' as const,
    autoComplete: 'off',
    autoFocus: element['focus_on_load'] === true,
    'aria-labelledby': props.labelledBy,
    'aria-label': props.labelledBy === undefined ? placeholder || 'Value' : undefined,
    'aria-describedby': props.describedBy,
    'aria-invalid': props.invalid,
    'aria-required': props.required,
    onInput: (event: { currentTarget: { value: string } }) => {
      setText(event.currentTarget.value);
      if (props.isInput === true && props.form !== undefined) void send(toEntry(event.currentTarget.value, type, zone));
    },
    onChange: (event: { currentTarget: { value: string } }) => void finish(event.currentTarget.value),
  };
  const remaining = left < Math.min(100, limit / 2) && (
    <small class={`left ${left < 0 ? 'over' : ''}`}>{left < 0 ? `${-left} too many` : `${left} left`}</small>
  );
  if (element['multiline'] === true || type === 'rich_text_input')
    return (
      <>
        <textarea rows={3} {...common} />
        {remaining}
      </>
    );
  return (
    <>
      <input
        type={INPUT_TYPES[type] ?? 'text'}
        inputMode={type !== 'number_input' ? undefined : element['is_decimal_allowed'] === true ? 'decimal' : 'numeric'}
        {...common}
      />
      {remaining}
    </>
  );
}

function shownState(state: Wire, type: string, zone: string): string {
  if (type === 'datetimepicker') {
    const at = Number(state['selected_date_time'] ?? 0);
    return at === 0 ? '' : toLocalInput(at, zone);
  }
  return asText(state['value']) ?? asText(state['selected_date']) ?? asText(state['selected_time']) ?? '';
}

function toEntry(typed: string, type: string, zone: string): PageEntry {
  if (typed === '') return null;
  return type === 'datetimepicker' ? String(fromLocalInput(typed, zone)) : typed;
}
