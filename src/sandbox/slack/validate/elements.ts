import { asList, asWire, isWire } from '../../wire.ts';
import { anything, choice, exactlyOneOf, flag, list, number, type Rule, shape, text, typed } from './rules.ts';

/** Limits from https://docs.slack.dev/reference/block-kit/composition-objects and /block-elements. */

export function plainText(max: number): Rule {
  return typed({ plain_text: shape({ text: text(max) }, { emoji: flag }) }, 'text object, plain_text expected');
}

export function mrkdwn(max: number): Rule {
  return typed({ mrkdwn: shape({ text: text(max) }, { verbatim: flag }) }, 'text object, mrkdwn expected');
}

export function anyText(max: number): Rule {
  return typed(
    { plain_text: shape({ text: text(max) }, { emoji: flag }), mrkdwn: shape({ text: text(max) }, { verbatim: flag }) },
    'text object',
  );
}

export const actionId = text(255);
export const blockId = text(255);

const confirm: Rule = shape(
  { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
  { style: choice('primary', 'danger') },
);

const optionWith = (label: Rule): Rule => shape({ text: label, value: text(75) }, { description: anyText(75), url: text(3000) });
const option = optionWith(plainText(75));
const richOption = optionWith(anyText(75));
const optionGroup = shape({ label: plainText(75), options: list(option, { max: 100 }) });

const focus = { focus_on_load: flag };
const base = { action_id: actionId };
const selectBase = { ...base, placeholder: plainText(150), confirm, ...focus };

const button: Rule = shape(
  { text: plainText(75) },
  { ...base, value: text(2000, 0), url: text(3000), style: choice('primary', 'danger'), confirm, accessibility_label: text(75) },
);

export const imageElement: Rule = shape(
  { alt_text: text(2000) },
  { image_url: text(3000), slack_file: anything },
  exactlyOneOf('image_url', 'slack_file'),
);

const staticOptions = { options: list(option, { max: 100 }), option_groups: list(optionGroup, { max: 100 }) };
const select = (extra: Readonly<Record<string, Rule>>, also?: Rule): Rule => shape({}, { ...selectBase, ...extra }, also);
const multi = (extra: Readonly<Record<string, Rule>>, also?: Rule): Rule =>
  select({ max_selected_items: number(1, 100), ...extra }, also);
const onlyListed: Rule = (value, path, report) => {
  exactlyOneOf('options', 'option_groups')(value, path, report);
  uniqueOptions(value, path, report);
};
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
  multi_users_select: multi({ initial_users: anything }),
  multi_conversations_select: multi({ ...conversations, initial_conversations: anything }),
  multi_channels_select: multi({ initial_channels: anything }),
};

const CHOICES: Readonly<Record<string, Rule>> = {
  checkboxes: shape(
    { options: list(richOption, { max: 10 }) },
    { ...base, ...focus, confirm, initial_options: list(richOption, { max: 10 }) },
    uniqueOptions,
  ),
  radio_buttons: shape(
    { options: list(richOption, { max: 10 }) },
    { ...base, ...focus, confirm, initial_option: richOption },
    uniqueOptions,
  ),
};

const DATES: Readonly<Record<string, Rule>> = {
  datepicker: shape({}, { ...selectBase, initial_date: text(10) }),
  timepicker: shape({}, { ...selectBase, initial_time: text(5), timezone: text(60) }),
};

const datetimepicker = shape({}, { ...base, ...focus, confirm, initial_date_time: number(0, 9_999_999_999) });
const overflow = shape({ options: list(option, { max: 5 }) }, { ...base, confirm }, uniqueOptions);
const workflowButton = shape(
  { text: plainText(75), workflow: anything },
  { ...base, style: choice('primary', 'danger'), accessibility_label: text(75) },
);

const lineInput = { ...base, ...focus, placeholder: plainText(150), dispatch_action_config: anything };
const TYPED_INPUTS: Readonly<Record<string, Rule>> = {
  plain_text_input: shape(
    {},
    {
      ...lineInput,
      initial_value: text(3000, 0),
      multiline: flag,
      min_length: number(0, 3000),
      max_length: number(1, 3000),
    },
  ),
  email_text_input: shape({}, { ...lineInput, initial_value: text(3000, 0) }),
  url_text_input: shape({}, { ...lineInput, initial_value: text(3000, 0) }),
  number_input: shape(
    { is_decimal_allowed: flag },
    { ...lineInput, initial_value: text(100, 0), min_value: text(40), max_value: text(40) },
  ),
  file_input: shape({}, { ...base, filetypes: anything, max_files: number(1, 10) }),
};

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
    plain_text: shape({ text: text(2000) }, { emoji: flag }),
    mrkdwn: shape({ text: text(2000) }, { verbatim: flag }),
  },
  'element of a context block',
);

export const cardButtons: Rule = list(typed({ button }, 'element of a card'), { max: 3, min: 0 });

function uniqueOptions(value: unknown, path: string, report: { add(path: string, problem: string): void }): void {
  const groups = asList(asWire(value)['option_groups']).map((group) => asWire(group)['options']);
  const options = [asWire(value)['options'], ...groups].flatMap(asList).filter(isWire);
  const values = options.map((entry) => entry['value']);
  if (new Set(values).size < values.length) report.add(path, 'the values of the options must differ');
}
