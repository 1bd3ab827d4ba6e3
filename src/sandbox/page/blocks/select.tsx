import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Screen } from '../../slack/screen.ts';
import { asList, asText, asWire, isWire, type Wire } from '../../wire.ts';
import { usePage } from '../context.ts';
import { Icon } from '../icons.tsx';
import { useDismiss } from '../keys.ts';
import { usePlacement } from '../popup.tsx';
import { Plain } from '../text.tsx';
import { chosenOptions, type ElementProps, type Option, options, useSend } from './entry.ts';

const LIST_WIDTH_PX = 280;
const ASK_AFTER_MS = 120;

interface Group {
  readonly label: string | null;
  readonly options: readonly Option[];
}

/** Every kind of select, with one choice or several: type to narrow it down, arrows and Enter to choose. */
export function Select(props: ElementProps) {
  const page = usePage();
  const { element } = props;
  const type = asText(element['type']) ?? '';
  const many = type.startsWith('multi_');
  const send = useSend(props);
  const listId = useId();
  const root = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState('');
  const [marked, setMarked] = useState(0);
  const [chosen, setChosen] = useState<readonly Option[]>(() => current(props.state, page.screen));
  const external = useExternal(props, type.includes('external'), query, open);
  const placement = usePlacement(root, open, LIST_WIDTH_PX);
  const close = (): void => {
    setOpen(false);
    setQuery('');
  };
  useDismiss(open, root, close);
  const groups = external?.groups ?? narrowed(groupsFor(type, element, page.screen), query);
  const flat = groups.flatMap((group) => group.options);
  const at = Math.min(marked, flat.length - 1);
  const placeholder = asText(asWire(element['placeholder'])['text']) ?? 'Choose…';
  const isChosen = (option: Option): boolean => chosen.some((each) => each.value === option.value);

  const set = async (next: readonly Option[]): Promise<void> => {
    const before = chosen;
    setChosen(next);
    if (!(await page.confirm(element['confirm']))) return setChosen(before);
    await send(many ? next.map((option) => option.value) : (next[0]?.value ?? null));
  };
  const pick = (option: Option): void => {
    const limit = Number(element['max_selected_items'] ?? Number.POSITIVE_INFINITY);
    if (!many) {
      close();
      void set([option]);
    } else if (isChosen(option)) void set(chosen.filter((each) => each.value !== option.value));
    else if (chosen.length < limit) void set([...chosen, option]);
    else page.toast(`No more than ${limit} can be chosen here.`);
    setQuery('');
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) {
      event.preventDefault();
      if (!open) setOpen(true);
      else if (flat.length > 0) setMarked((at + move + flat.length) % flat.length);
    } else if (event.key === 'Enter') {
      // Inside a form Enter would submit it.
      event.preventDefault();
      const option = flat[at];
      if (!open) setOpen(true);
      else if (option !== undefined) pick(option);
    } else if (event.key === 'Backspace' && query === '' && chosen.length > 0 && many) {
      void set(chosen.slice(0, -1));
    } else if (event.key === 'Tab') close();
  };
  const label = props.labelledBy === undefined ? placeholder : undefined;
  const single = many ? undefined : chosen[0];
  return (
    <div class={`select ${many ? 'many' : ''}`} ref={root}>
      {many &&
        chosen.map((option) => (
          <span key={option.value} class="picked">
            <Plain text={option.label} />
            <button
              type="button"
              aria-label={`Remove ${option.label}`}
              onClick={() => void set(chosen.filter((each) => each.value !== option.value))}
            >
              <Icon name="close" />
            </button>
          </span>
        ))}
      <input
        ref={box}
        type="text"
        role="combobox"
        autoComplete="off"
        aria-expanded={open}
        aria-haspopup="listbox"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open && flat.length > 0 ? `${listId}-${at}` : undefined}
        aria-labelledby={props.labelledBy}
        aria-label={label}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid}
        aria-required={props.required}
        placeholder={single === undefined ? placeholder : undefined}
        value={open ? query : (single?.label ?? '')}
        onClick={() => setOpen(true)}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setMarked(0);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
      />
      <Icon name="down" />
      {placement !== null && (
        <div
          class="popover options"
          role="listbox"
          id={listId}
          aria-label={placeholder}
          aria-multiselectable={many}
          style={{
            ...placement,
            maxHeight: Math.min(placement.maxHeight, 320),
            width: Math.max(placement.minWidth, LIST_WIDTH_PX),
          }}
        >
          {flat.length === 0 && <p class="note">{external?.note ?? 'Nothing fits.'}</p>}
          {groups.map((group, index) => (
            <fieldset key={index} aria-label={group.label ?? undefined}>
              {group.label !== null && (
                <p class="group" aria-hidden="true">
                  {group.label}
                </p>
              )}
              {group.options.map((option) => (
                <Line
                  key={option.value}
                  id={`${listId}-${flat.indexOf(option)}`}
                  option={option}
                  marked={flat.indexOf(option) === at}
                  chosen={isChosen(option)}
                  onPick={() => pick(option)}
                />
              ))}
            </fieldset>
          ))}
        </div>
      )}
    </div>
  );
}

function Line(props: {
  readonly id: string;
  readonly option: Option;
  readonly marked: boolean;
  readonly chosen: boolean;
  readonly onPick: () => void;
}) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (props.marked) line.current?.scrollIntoView({ block: 'nearest' });
  }, [props.marked]);
  const description = asText(asWire(props.option.raw['description'])['text']);
  return (
    <div
      ref={line}
      id={props.id}
      role="option"
      tabIndex={-1}
      aria-selected={props.chosen}
      class={props.marked ? 'marked' : ''}
      onMouseDown={(event) => {
        event.preventDefault();
        props.onPick();
      }}
    >
      <span>
        <Plain text={props.option.label} />
        {description !== undefined && <small>{description}</small>}
      </span>
      {props.chosen && <Icon name="check" />}
    </div>
  );
}

/** The options of an external select come from the app, while somebody types. Null for the other kinds. */
function useExternal(props: ElementProps, external: boolean, query: string, open: boolean) {
  const page = usePage();
  const [found, setFound] = useState<readonly Group[] | null>(null);
  const least = Number(props.element['min_query_length'] ?? 3);
  const asks = external && open && query.length >= least;
  useEffect(() => {
    if (!asks) return setFound(null);
    let stale = false;
    const timer = setTimeout(() => {
      const actionId = asText(props.element['action_id']) ?? '';
      void page.act({ act: 'suggest', place: props.place, blockId: props.blockId, actionId, query }).then((answer) => {
        if (!stale) setFound([{ label: null, options: options(asWire(answer)) }]);
      });
    }, ASK_AFTER_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [asks, query]);
  if (!external) return null;
  const wait = least - query.length;
  const note = wait > 0 ? `Type ${wait} more character${wait === 1 ? '' : 's'}.` : found === null ? 'Looking…' : 'Nothing fits.';
  return { groups: found ?? [], note };
}

const plain = (value: string, label: string): Option => ({ value, label, raw: {} });

function current(state: Wire, screen: Screen): readonly Option[] {
  const ids = [state['selected_user'], state['selected_conversation'], state['selected_channel']].filter(
    (each) => typeof each === 'string',
  );
  const several = [state['selected_users'], state['selected_conversations'], state['selected_channels']].flatMap(asList);
  return [...[...ids, ...several].map((id) => plain(String(id), nameOf(String(id), screen))), ...chosenOptions(state)];
}

function nameOf(id: string, screen: Screen): string {
  const room = screen.conversations.find((each) => each.id === id);
  return screen.people.find((person) => person.id === id)?.name ?? (room === undefined ? id : `#${room.name}`);
}

function narrowed(groups: readonly Group[], query: string): readonly Group[] {
  const wanted = query.trim().toLowerCase();
  return groups
    .map((group) => ({ ...group, options: group.options.filter((option) => option.label.toLowerCase().includes(wanted)) }))
    .filter((group) => group.options.length > 0);
}

function groupsFor(type: string, element: Wire, screen: Screen): readonly Group[] {
  if (type.includes('users')) {
    const people = screen.people.filter((person) => person.role !== 'deactivated' && person.role !== 'bot');
    return [{ label: null, options: people.map((person) => plain(person.id, person.name)) }];
  }
  if (type.includes('conversations') || type.includes('channels')) {
    const channels = screen.conversations.filter((each) => each.kind === 'channel');
    return [{ label: null, options: channels.map((each) => plain(each.id, `#${each.name}`)) }];
  }
  const grouped = asList(element['option_groups']).filter(isWire);
  if (grouped.length === 0) return [{ label: null, options: options(element) }];
  return grouped.map((group) => ({ label: asText(asWire(group['label'])['text']) ?? '', options: options(group) }));
}
