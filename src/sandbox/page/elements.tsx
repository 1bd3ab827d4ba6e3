import { useId, useRef, useState } from 'preact/hooks';
import { asList, asText, asWire, isWire, type Wire } from '../wire.ts';
import type { PageEntry, PagePlace } from './api.ts';
import { usePage } from './context.ts';
import { Icon } from './icons.tsx';
import { isSafeHref } from './mrkdwn.ts';
import { Plain, TextObject } from './text.tsx';
import { useDismiss } from './use-dismiss.ts';

export interface ElementProps {
  readonly element: Wire;
  readonly blockId: string;
  readonly place: PagePlace;
  /** The element's state as the server keeps it. */
  readonly state: Wire;
  /** Collects entries of a form instead of sending them one by one. */
  readonly collect?: ((blockId: string, actionId: string, entry: PageEntry) => void) | undefined;
  readonly labelledBy?: string;
  readonly describedBy?: string | undefined;
  readonly invalid?: boolean;
}

/** Any interactive element of a block. */
export function Element(props: ElementProps) {
  const type = asText(props.element['type']) ?? '';
  if (type === 'button' || type === 'workflow_button') return <ButtonElement {...props} />;
  if (type === 'overflow') return <Overflow {...props} />;
  if (type === 'image') return <Picture element={props.element} />;
  if (type === 'checkboxes' || type === 'radio_buttons') return <Choices {...props} />;
  if (type.endsWith('_select')) return <Select {...props} />;
  return <LineInput {...props} />;
}

function useSend({ element, blockId, place, collect }: ElementProps) {
  const page = usePage();
  const actionId = asText(element['action_id']) ?? '';
  return async (entry: PageEntry): Promise<void> => {
    if (collect !== undefined) return collect(blockId, actionId, entry);
    await page.act({ act: 'use', place, blockId, actionId, entry });
  };
}

function ButtonElement(props: ElementProps) {
  const page = usePage();
  const send = useSend({ ...props, collect: undefined });
  const [busy, setBusy] = useState(false);
  const { element } = props;
  const press = async (): Promise<void> => {
    if (!(await page.confirm(element['confirm']))) return;
    const url = asText(element['url']);
    if (url !== undefined && isSafeHref(url)) window.open(url, '_blank', 'noreferrer');
    setBusy(true);
    await send(null);
    setBusy(false);
  };
  return (
    <button
      type="button"
      class={`button ${asText(element['style']) ?? ''}`}
      aria-label={asText(element['accessibility_label'])}
      aria-busy={busy}
      onClick={() => void press()}
    >
      <TextObject value={element['text']} />
    </button>
  );
}

function Overflow(props: ElementProps) {
  const page = usePage();
  const send = useSend({ ...props, collect: undefined });
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  useDismiss(open, root, () => setOpen(false));
  const choose = async (value: string): Promise<void> => {
    setOpen(false);
    if (await page.confirm(props.element['confirm'])) await send(value);
  };
  return (
    <span class="menu" ref={root}>
      <button type="button" class="button square" aria-label="More actions" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="more" />
      </button>
      {open && (
        <div class="popover" role="menu">
          {options(props.element).map((option) => (
            <button key={option.value} type="button" role="menuitem" onClick={() => void choose(option.value)}>
              <Plain text={option.label} />
            </button>
          ))}
        </div>
      )}
    </span>
  );
}

function Picture({ element }: { readonly element: Wire }) {
  const url = asText(element['image_url']);
  return url === undefined ? null : <img src={url} alt={asText(element['alt_text']) ?? ''} loading="lazy" />;
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly raw: Wire;
}

function options(element: Wire): readonly Option[] {
  return asList(element['options'])
    .filter(isWire)
    .map((raw) => ({ value: asText(raw['value']) ?? '', label: asText(asWire(raw['text'])['text']) ?? '', raw }));
}

function chosen(state: Wire): readonly string[] {
  const many = asList(state['selected_options']).map((option) => asText(asWire(option)['value']) ?? '');
  const one = asText(asWire(state['selected_option'])['value']);
  return one === undefined ? many : [one];
}

function Choices(props: ElementProps) {
  const send = useSend(props);
  const name = useId();
  const many = props.element['type'] === 'checkboxes';
  const [picked, setPicked] = useState<readonly string[]>(() => chosen(props.state));
  const toggle = (value: string, on: boolean): void => {
    const next = many ? [...picked.filter((each) => each !== value), ...(on ? [value] : [])] : [value];
    setPicked(next);
    void send(many ? next : (next[0] ?? null));
  };
  return (
    <fieldset class="choices" aria-labelledby={props.labelledBy}>
      {options(props.element).map((option) => (
        <label key={option.value}>
          <input
            type={many ? 'checkbox' : 'radio'}
            name={name}
            checked={picked.includes(option.value)}
            onChange={(event) => toggle(option.value, event.currentTarget.checked)}
          />
          <span>
            <TextObject value={option.raw['text']} />
            {isWire(option.raw['description']) && (
              <small>
                <TextObject value={option.raw['description']} />
              </small>
            )}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Select(props: ElementProps) {
  const page = usePage();
  const send = useSend(props);
  const { element, state } = props;
  const type = asText(element['type']) ?? '';
  const multiple = type.startsWith('multi_');
  const [offered, setOffered] = useState<readonly Option[]>([]);
  const single = asText(state['selected_user']) ?? asText(state['selected_conversation']) ?? asText(state['selected_channel']);
  const several = [state['selected_users'], state['selected_conversations'], state['selected_channels']]
    .flatMap(asList)
    .map(String);
  const current = single !== undefined ? [single] : [...several, ...chosen(state)];
  const groups = groupsFor(type, element, page.screen, offered);
  const placeholder = asText(asWire(element['placeholder'])['text']) ?? 'Choose…';
  const suggest = async (query: string): Promise<void> => {
    const actionId = asText(element['action_id']) ?? '';
    const answer = await page.act({ act: 'suggest', place: props.place, blockId: props.blockId, actionId, query });
    setOffered(options(asWire(answer)));
  };
  const change = async (select: HTMLSelectElement): Promise<void> => {
    const values = [...select.selectedOptions].map((option) => option.value).filter((value) => value !== '');
    if (await page.confirm(element['confirm'])) await send(multiple ? values : (values[0] ?? null));
  };
  return (
    <span class="select">
      {type.includes('external') && (
        <input type="search" placeholder={placeholder} onInput={(event) => void suggest(event.currentTarget.value)} />
      )}
      <select
        multiple={multiple}
        aria-labelledby={props.labelledBy}
        aria-label={props.labelledBy === undefined ? placeholder : undefined}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid}
        onChange={(event) => void change(event.currentTarget)}
      >
        {!multiple && (
          <option value="" selected={current.length === 0}>
            {placeholder}
          </option>
        )}
        {groups.map((group) => {
          const drawn = group.options.map((option) => (
            <option key={option.value} value={option.value} selected={current.includes(option.value)}>
              {option.label}
            </option>
          ));
          return group.label === null ? drawn : <optgroup label={group.label}>{drawn}</optgroup>;
        })}
      </select>
    </span>
  );
}

function groupsFor(
  type: string,
  element: Wire,
  screen: ReturnType<typeof usePage>['screen'],
  offered: readonly Option[],
): readonly { readonly label: string | null; readonly options: readonly Option[] }[] {
  const plain = (value: string, label: string): Option => ({ value, label, raw: {} });
  if (type.includes('users')) {
    const people = screen.people.filter((person) => person.role !== 'deactivated');
    return [{ label: null, options: people.map((person) => plain(person.id, person.name)) }];
  }
  if (type.includes('conversations') || type.includes('channels')) {
    const channels = screen.conversations.filter((each) => each.kind === 'channel');
    return [{ label: null, options: channels.map((each) => plain(each.id, `#${each.name}`)) }];
  }
  if (type.includes('external')) {
    const initial = isWire(element['initial_option']) ? options({ options: [element['initial_option']] }) : [];
    return [{ label: null, options: offered.length > 0 ? offered : initial }];
  }
  const grouped = asList(element['option_groups']).filter(isWire);
  if (grouped.length === 0) return [{ label: null, options: options(element) }];
  return grouped.map((group) => ({ label: asText(asWire(group['label'])['text']) ?? '', options: options(group) }));
}

const INPUT_TYPES: Readonly<Record<string, string>> = {
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'number',
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
};

function LineInput(props: ElementProps) {
  const send = useSend(props);
  const { element, state } = props;
  const type = asText(element['type']) ?? '';
  const initial = asText(state['value']) ?? asText(state['selected_date']) ?? asText(state['selected_time']) ?? '';
  const [text, setText] = useState(initial);
  const toEntry = (typed: string): PageEntry =>
    type === 'datetimepicker' && typed !== ''
      ? String(Math.floor(new Date(typed).getTime() / 1_000))
      : typed === ''
        ? null
        : typed;
  const common = {
    value: text,
    placeholder: asText(asWire(element['placeholder'])['text']) ?? '',
    maxLength: Number(element['max_length'] ?? 3_000),
    autoFocus: element['focus_on_load'] === true,
    'aria-labelledby': props.labelledBy,
    'aria-describedby': props.describedBy,
    'aria-invalid': props.invalid,
    onInput: (event: { currentTarget: { value: string } }) => {
      setText(event.currentTarget.value);
      if (props.collect !== undefined) void send(toEntry(event.currentTarget.value));
    },
    onChange: (event: { currentTarget: { value: string } }) => void send(toEntry(event.currentTarget.value)),
  };
  if (element['multiline'] === true) return <textarea rows={3} {...common} />;
  return (
    <input type={INPUT_TYPES[type] ?? 'text'} step={element['is_decimal_allowed'] === true ? 'any' : undefined} {...common} />
  );
}
