import { useId, useState } from 'preact/hooks';
import { asText, asWire, isWire } from '../../wire.ts';
import type { PageEntry } from '../api.ts';
import { usePage } from '../context.ts';
import { Icon } from '../icons.tsx';
import { isSafeHref } from '../mrkdwn.ts';
import { Menu } from '../popup.tsx';
import { Plain, TextObject } from '../text.tsx';
import { chosenOptions, type ElementProps, type Option, options, useSend } from './entry.ts';
import { Fields } from './fields.tsx';
import { Picture } from './pictures.tsx';
import { Select } from './select.tsx';

/** Any interactive element of a block. */
export function Element(props: ElementProps) {
  const type = asText(props.element['type']) ?? '';
  if (type === 'button' || type === 'workflow_button') return <ButtonElement {...props} />;
  if (type === 'icon_button') return <IconButton {...props} />;
  if (type === 'feedback_buttons') return <FeedbackButtons {...props} />;
  if (type === 'overflow') return <Overflow {...props} />;
  if (type === 'image') return <Picture picture={props.element} />;
  if (type === 'checkboxes' || type === 'radio_buttons') return <Choices {...props} />;
  if (type.endsWith('_select')) return <Select {...props} />;
  return <Fields {...props} />;
}

function usePress(props: ElementProps): readonly [busy: boolean, press: (entry?: PageEntry) => void] {
  const page = usePage();
  const send = useSend({ ...props, isInput: false });
  const [busy, setBusy] = useState(false);
  const press = async (entry: PageEntry): Promise<void> => {
    if (busy || !(await page.confirm(props.element['confirm']))) return;
    const url = asText(props.element['url']);
    if (url !== undefined && isSafeHref(url)) window.open(url, '_blank', 'noreferrer');
    setBusy(true);
    await send(entry);
    setBusy(false);
  };
  return [busy, (entry = null) => void press(entry)];
}

function ButtonElement(props: ElementProps) {
  const [busy, press] = usePress(props);
  const { element } = props;
  return (
    <button
      type="button"
      class={`button ${asText(element['style']) ?? ''}`}
      aria-label={asText(element['accessibility_label'])}
      aria-busy={busy}
      onClick={() => press()}
    >
      <TextObject value={element['text']} />
    </button>
  );
}

function IconButton(props: ElementProps) {
  const [busy, press] = usePress(props);
  const label = asText(props.element['accessibility_label']) ?? asText(asWire(props.element['text'])['text']) ?? '';
  return (
    <button type="button" class="ghost square" aria-label={label} title={label} aria-busy={busy} onClick={() => press()}>
      <Icon name={props.element['icon'] === 'trash' ? 'close' : 'info'} />
    </button>
  );
}

function FeedbackButtons(props: ElementProps) {
  const [busy, press] = usePress(props);
  return (
    <>
      {(['positive_button', 'negative_button'] as const).map((name) => {
        const button = asWire(props.element[name]);
        return (
          <button
            key={name}
            type="button"
            class="ghost"
            aria-label={asText(button['accessibility_label'])}
            aria-busy={busy}
            onClick={() => press(asText(button['value']) ?? null)}
          >
            {name === 'positive_button' ? '👍' : '👎'} <TextObject value={button['text']} />
          </button>
        );
      })}
    </>
  );
}

function Overflow(props: ElementProps) {
  const [, press] = usePress(props);
  const page = usePage();
  const choose = (option: Option): void => {
    const url = asText(option.raw['url']);
    if (url !== undefined && isSafeHref(url)) window.open(url, '_blank', 'noreferrer');
    press(option.value);
  };
  const items = options(props.element).map((option) => ({
    key: option.value,
    label: (
      <>
        <Plain text={option.label} />
        {isWire(option.raw['description']) && (
          <small>
            <TextObject value={option.raw['description']} />
          </small>
        )}
      </>
    ),
    onChoose: () => choose(option),
  }));
  return (
    <Menu
      label={asText(props.element['accessibility_label']) ?? 'More actions'}
      class="button square"
      items={page.screen.me.role === 'deactivated' ? [] : items}
    >
      <Icon name="more" />
    </Menu>
  );
}

function Choices(props: ElementProps) {
  const send = useSend(props);
  const page = usePage();
  const name = useId();
  const many = props.element['type'] === 'checkboxes';
  const [picked, setPicked] = useState<readonly string[]>(() => chosenOptions(props.state).map((option) => option.value));
  const toggle = async (value: string, on: boolean): Promise<void> => {
    const before = picked;
    const next = many ? [...picked.filter((each) => each !== value), ...(on ? [value] : [])] : [value];
    setPicked(next);
    if (!(await page.confirm(props.element['confirm']))) return setPicked(before);
    await send(many ? next : (next[0] ?? null));
  };
  return (
    <fieldset class="choices" aria-labelledby={props.labelledBy} aria-describedby={props.describedBy}>
      {options(props.element).map((option) => (
        <label key={option.value}>
          <input
            type={many ? 'checkbox' : 'radio'}
            name={name}
            checked={picked.includes(option.value)}
            aria-invalid={props.invalid}
            onChange={(event) => void toggle(option.value, event.currentTarget.checked)}
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
