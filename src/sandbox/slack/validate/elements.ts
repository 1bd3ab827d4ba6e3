import { asList, asText, asWire, isWire, type Wire } from '../../wire.ts';
import {
  all,
  anything,
  choice,
  exactlyOneOf,
  flag,
  list,
  matching,
  number,
  type Report,
  type Rule,
  ruled,
  shape,
  text,
  typed,
} from './rules.ts';

/** Limits from https://docs.slack.dev/reference/block-kit/composition-objects and /block-elements. */

const plain = (max: number): Rule => shape({ text: text(max) }, { emoji: flag });
const marked = (max: number): Rule => shape({ text: text(max) }, { verbatim: flag });

export function plainText(max: number): Rule {
  return typed({ plain_text: plain(max) }, 'text object, plain_text expected', 'objects.text');
}

export function mrkdwn(max: number): Rule {
  return typed({ mrkdwn: marked(max) }, 'text object, mrkdwn expected', 'objects.text');
}

export function anyText(max: number): Rule {
  return typed({ plain_text: plain(max), mrkdwn: marked(max) }, 'text object', 'objects.text');
}

export const actionId = ruled('elements.action-id', text(255));
export const blockId = ruled('blocks.block-id', text(255));

const confirm: Rule = ruled(
  'objects.confirm',
  shape(
    { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
    { style: choice('primary', 'danger') },
  ),
);

const optionWith = (label: Rule, extra: Readonly<Record<string, Rule>> = {}): Rule =>
  ruled('objects.option', shape({ text: label, value: text(75) }, { description: anyText(75), ...extra }));
const option = optionWith(plainText(75));
const overflowOption = optionWith(plainText(75), { url: text(3000) });
const richOption = optionWith(anyText(75));
const optionGroup = shape({ label: plainText(75), options: list(option, { max: 100 }) });

const focus = { focus_on_load: flag };
const base = { action_id: actionId };
const selectBase = { ...base, placeholder: plainText(150), confirm, ...focus };

export const button: Rule = ruled(
  'elements.button',
  shape(
    { text: plainText(75) },
    {
      ...base,
      value: text(2000, 0),
      url: text(3000),
      style: choice('primary', 'danger'),
      confirm,
      accessibility_label: text(75),
    },
  ),
);

const slackFile: Rule = shape({}, { id: text(50), url: text(3000) }, exactlyOneOf('id', 'url'));

export const imageSource = { image_url: text(3000), slack_file: slackFile };

export const imageElement: Rule = ruled(
  'elements.image',
  shape({ alt_text: text(2000) }, imageSource, exactlyOneOf('image_url', 'slack_file')),
);

const staticOptions = { options: list(option, { max: 100 }), option_groups: list(optionGroup, { max: 100 }) };
const select = (extra: Readonly<Record<string, Rule>>, also?: Rule): Rule =>
  ruled('elements.select', shape({}, { ...selectBase, ...extra }, also));
const multi = (extra: Readonly<Record<string, Rule>>, also?: Rule): Rule =>
  select({ max_selected_items: number(1, 100), ...extra }, also);
const onlyListed: Rule = all(exactlyOneOf('options', 'option_groups'), uniqueOptions, initialIsListed);
const userId = text(50);
const ids = list(userId, { min: 0, max: 100 });
const conversations = {
  initial_conversation: text(50),
  default_to_current_conversation: flag,
  response_url_enabled: flag,
  filter: anything,
};

const SELECTS: Readonly<Record<string, Rule>> = {
  static_select: select({ ...staticOptions, initial_option: option }, onlyListed),
  external_select: select({ initial_option: option, min_query_length: number(0, 100) }),
  users_select: select({ initial_user: text(50) }),
  conversations_select: select(conversations),
  channels_select: select({ initial_channel: text(50), response_url_enabled: flag }),
  multi_static_select: multi({ ...staticOptions, initial_options: list(option, { max: 100 }) }, onlyListed),
  multi_external_select: multi({ initial_options: list(option, { max: 100 }), min_query_length: number(0, 100) }),
  multi_users_select: multi({ initial_users: ids }),
  multi_conversations_select: multi({ ...conversations, initial_conversations: ids }),
  multi_channels_select: multi({ initial_channels: ids }),
};

const chooseFrom = (initial: Readonly<Record<string, Rule>>): Rule =>
  ruled(
    'elements.choices',
    shape(
      { options: list(richOption, { max: 10 }) },
      { ...base, ...focus, confirm, ...initial },
      all(uniqueOptions, initialIsListed),
    ),
  );
const CHOICES: Readonly<Record<string, Rule>> = {
  checkboxes: chooseFrom({ initial_options: list(richOption, { max: 10 }) }),
  radio_buttons: chooseFrom({ initial_option: richOption }),
};

const aDate = all(matching(/^\d{4}-\d{2}-\d{2}$/, 'a date like 2026-11-25'), (value, path, report) => {
  if (Number.isNaN(Date.parse(String(value)))) report.add(path, 'must be a date of the calendar');
});
const aTime = matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time like 09:30');
const DATES: Readonly<Record<string, Rule>> = {
  datepicker: ruled('elements.dates', shape({}, { ...selectBase, initial_date: aDate })),
  timepicker: ruled('elements.dates', shape({}, { ...selectBase, initial_time: aTime, timezone: text(60) })),
};

// Ten digits: seconds, never milliseconds.
const datetimepicker = ruled(
  'elements.dates',
  shape({}, { ...base, ...focus, confirm, initial_date_time: number(1_000_000_000, 9_999_999_999) }),
);
const overflow = ruled(
  'elements.overflow',
  shape({ options: list(overflowOption, { max: 5 }) }, { ...base, confirm }, uniqueOptions),
);
const workflowButton = shape(
  { text: plainText(75), workflow: anything },
  { ...base, style: choice('primary', 'danger'), accessibility_label: text(75) },
);

const dispatchConfig = shape({}, { trigger_actions_on: list(choice('on_enter_pressed', 'on_character_entered'), { max: 2 }) });
const lineInput = { ...base, ...focus, placeholder: plainText(150), dispatch_action_config: dispatchConfig };
const shortestBelowLongest: Rule = (value, path, report) => {
  const { min_length: min, max_length: max } = asWire(value);
  if (typeof min === 'number' && typeof max === 'number' && min > max)
    report.add(path, 'min_length must not be above max_length');
};
const INPUTS: Readonly<Record<string, Rule>> = {
  plain_text_input: shape(
    {},
    {
      ...lineInput,
      initial_value: text(3000, 0),
      multiline: flag,
      min_length: number(0, 3000),
      max_length: number(1, 3000),
    },
    shortestBelowLongest,
  ),
  email_text_input: shape({}, { ...lineInput, initial_value: text(3000, 0) }),
  url_text_input: shape({}, { ...lineInput, initial_value: text(3000, 0) }),
  number_input: shape(
    { is_decimal_allowed: flag },
    { ...lineInput, initial_value: text(100, 0), min_value: text(40), max_value: text(40) },
  ),
  file_input: shape({}, { ...base, filetypes: list(text(20), { max: 100 }), max_files: number(1, 10) }),
};
const TYPED_INPUTS = Object.fromEntries(Object.entries(INPUTS).map(([type, rule]) => [type, ruled('elements.inputs', rule)]));

const richTextInput = shape({}, { ...lineInput, initial_value: anything });

export const accessory: Rule = typed(
  { button, overflow, image: imageElement, workflow_button: workflowButton, ...SELECTS, ...CHOICES, ...DATES },
  'accessory',
);

export const actionsElement: Rule = typed(
  {
    button,
    overflow,
    workflow_button: workflowButton,
    datetimepicker,
    rich_text_input: richTextInput,
    ...SELECTS,
    ...CHOICES,
    ...DATES,
  },
  'element of an actions block',
);

export const inputElement: Rule = typed(
  { datetimepicker, rich_text_input: richTextInput, ...TYPED_INPUTS, ...SELECTS, ...CHOICES, ...DATES },
  'element of an input block',
);

export const contextElement: Rule = typed(
  {
    image: imageElement,
    plain_text: plain(2000),
    mrkdwn: marked(2000),
  },
  'element of a context block',
);

export const cardButtons: Rule = list(typed({ button }, 'element of a card'), { max: 3, min: 0 });

const feedbackButton = shape({ text: plainText(75), value: text(2000) }, { accessibility_label: text(75) });

export const contextActionsElement: Rule = typed(
  {
    feedback_buttons: shape({ positive_button: feedbackButton, negative_button: feedbackButton }, base),
    icon_button: shape(
      { icon: choice('trash'), text: plainText(75) },
      { ...base, value: text(2000, 0), confirm, accessibility_label: text(75), visible_to_user_ids: ids },
    ),
  },
  'element of a context_actions block',
);

/** What an app may offer for an external select (https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload). */
export const offeredOptions: Rule = ruled(
  'ack.options',
  shape(
    {},
    { options: list(option, { min: 0, max: 100 }), option_groups: list(optionGroup, { min: 0, max: 100 }) },
    all(exactlyOneOf('options', 'option_groups'), uniqueOptions),
  ),
);

function listedOptions(element: Wire): readonly Wire[] {
  const groups = asList(element['option_groups']).map((group) => asWire(group)['options']);
  return [element['options'], ...groups].flatMap(asList).filter(isWire);
}

function uniqueOptions(value: unknown, path: string, report: Report): void {
  const values = listedOptions(asWire(value)).map((entry) => entry['value']);
  if (new Set(values).size < values.length) report.add(path, 'the values of the options must differ', 'objects.option');
}

/** What is chosen at first must equal an option, text and all; Slack refuses the whole payload otherwise. */
function initialIsListed(value: unknown, path: string, report: Report): void {
  const element = asWire(value);
  const listed = listedOptions(element).map(fingerprint);
  for (const [name, chosen] of [
    ['initial_option', element['initial_option'] === undefined ? [] : [element['initial_option']]],
    ['initial_options', asList(element['initial_options'])],
  ] as const) {
    if (chosen.some((each) => !listed.includes(fingerprint(each))))
      report.add(`${path}/${name}`, 'must be one of the options', 'elements.initial');
  }
}

function fingerprint(option: unknown): string {
  const { text: label, value } = asWire(option);
  return JSON.stringify([asText(asWire(label)['text']), asText(asWire(label)['type']), asText(value)]);
}
