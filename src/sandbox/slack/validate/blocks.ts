import { asList, asText, asWire, isWire, type Wire } from '../../wire.ts';
import type { RuleId } from '../slack-rules.ts';
import { chart } from './charts.ts';
import {
  accessory,
  actionsElement,
  anyText,
  blockId,
  cardButtons,
  contextActionsElement,
  contextElement,
  imageElement,
  imageSource,
  inputElement,
  mrkdwn,
  plainText,
} from './elements.ts';
import { richTextElements } from './rich-text.ts';
import {
  all,
  anything,
  choice,
  exactlyOneOf,
  flag,
  list,
  type Mistake,
  number,
  Report,
  type Rule,
  ruled,
  shape,
  text,
  typed,
} from './rules.ts';

export type Surface = 'message' | 'modal' | 'home';

/** Limits from https://docs.slack.dev/reference/block-kit/blocks. */
const MAX_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };
const MAX_TABLE_CHARACTERS = 10_000;
const MAX_DATA_TABLE_CHARACTERS = 20_000;
const MAX_MARKDOWN_CHARACTERS = 12_000;

type Fields = Readonly<Record<string, Rule>>;

const block = (rule: RuleId, required: Fields, optional: Fields = {}, also?: Rule): Rule =>
  ruled(rule, shape(required, { block_id: blockId, ...optional }, also));

const richText: Rule = block('blocks.rich-text', { elements: richTextElements });
const rawText = shape({ text: text(10_000, 0) });
const rawNumber = shape({ value: number(-1e15, 1e15) }, { text: text(200) });
const cell: Rule = typed({ raw_text: rawText, raw_number: rawNumber, rich_text: richText }, 'table cell');
const equalRows: Rule = (value, path, report) => {
  const lengths = new Set(asList(asWire(value)['rows']).map((row) => asList(row).length));
  if (lengths.size > 1) report.add(`${path}/rows`, 'all rows must have the same number of cells');
};
const plainHeader: Rule = (value, path, report) => {
  const [header] = asList(asWire(value)['rows']);
  for (const [index, each] of asList(header).entries()) {
    if (asWire(each)['type'] === 'rich_text') report.add(`${path}/rows/0/${index}`, 'the header cannot be rich_text');
  }
};
const columnSetting: Rule = (value, path, report) => {
  // Slack takes null for a column without settings.
  if (value !== null) shape({}, { align: choice('left', 'center', 'right'), is_wrapped: flag })(value, path, report);
};
const oneOf =
  (...names: readonly string[]): Rule =>
  (value, path, report) => {
    if (!names.some((name) => asWire(value)[name] !== undefined)) report.add(path, `one of ${names.join(', ')} is needed`);
  };

const card: Rule = block(
  'blocks.card',
  {},
  {
    hero_image: imageElement,
    icon: imageElement,
    slack_icon: anything,
    title: mrkdwn(150),
    subtitle: mrkdwn(150),
    subtext: mrkdwn(150),
    body: mrkdwn(200),
    actions: cardButtons,
  },
  oneOf('hero_image', 'title', 'actions', 'body'),
);

const taskFields = {
  details: richText,
  output: richText,
  sources: list(typed({ url: shape({ url: text(3000), text: text(300) }, { icon_url: text(3000) }) }, 'source'), {
    min: 0,
    max: 100,
  }),
};
const task = (...statuses: readonly string[]): Rule =>
  block('blocks.task-card', { task_id: text(255), title: text(300), status: choice(...statuses) }, taskFields);

const BLOCKS: Readonly<Record<string, Rule>> = {
  section: block(
    'blocks.section',
    {},
    { text: anyText(3000), fields: list(anyText(2000), { max: 10 }), accessory, expand: flag },
    (value, path, report) => {
      const { text: body, fields } = asWire(value);
      if (body === undefined && fields === undefined) report.add(path, 'either text or fields must be given');
    },
  ),
  header: block('blocks.header', { text: plainText(150) }, { level: number(1, 4) }),
  divider: block('blocks.fields', {}),
  context: block('blocks.context', { elements: list(contextElement, { max: 10 }) }),
  actions: block('blocks.actions', { elements: list(actionsElement, { max: 25 }) }, {}, uniqueActionIds),
  image: block(
    'blocks.image',
    { alt_text: text(2000) },
    { ...imageSource, title: plainText(2000) },
    exactlyOneOf('image_url', 'slack_file'),
  ),
  input: block(
    'blocks.input',
    { label: plainText(2000), element: inputElement },
    { hint: plainText(2000), optional: flag, dispatch_action: flag },
  ),
  table: block(
    'blocks.table',
    { rows: list(list(cell, { max: 20 }), { max: 100 }) },
    { column_settings: list(columnSetting, { min: 0, max: 20 }) },
    equalRows,
  ),
  data_table: block(
    'blocks.data-table',
    { rows: list(list(cell, { max: 20 }), { min: 2, max: 201 }), caption: text(2000) },
    { page_size: number(1, 100), row_header_column_index: number(0, 19) },
    all(equalRows, plainHeader),
  ),
  data_visualization: block('blocks.data-visualization', { title: text(50), chart }),
  rich_text: richText,
  markdown: block('blocks.markdown', { text: text(MAX_MARKDOWN_CHARACTERS) }),
  alert: block('blocks.alert', { text: anyText(200) }, { level: choice('default', 'info', 'warning', 'error', 'success') }),
  card,
  carousel: block('blocks.carousel', { elements: list(typed({ card }, 'element of a carousel'), { max: 10 }) }),
  container: block(
    'blocks.container',
    { child_blocks: list(anything, { max: 10 }) },
    {
      title: plainText(150),
      rich_text_title: richText,
      subtitle: anyText(150),
      width: choice('narrow', 'standard', 'wide', 'full'),
      icon: imageElement,
      is_collapsible: flag,
      default_collapsed: flag,
      has_header_divider: flag,
    },
    all(oneOf('title', 'rich_text_title'), (value, path, report) => {
      const { default_collapsed: collapsed, is_collapsible: collapsible } = asWire(value);
      if (collapsed === true && collapsible !== true) report.add(path, 'default_collapsed needs is_collapsible');
    }),
  ),
  file: block('blocks.file', { external_id: text(255), source: choice('remote') }),
  video: block(
    'blocks.video',
    { video_url: text(3000), thumbnail_url: text(3000), alt_text: text(2000), title: plainText(200) },
    {
      title_url: text(3000),
      author_name: text(50),
      provider_name: text(50),
      provider_icon_url: text(3000),
      description: plainText(200),
    },
  ),
  context_actions: block('blocks.context-actions', { elements: list(contextActionsElement, { max: 5 }) }, {}, uniqueActionIds),
  task_card: task('in_progress', 'complete', 'error'),
  plan: block(
    'blocks.task-card',
    { title: text(300) },
    {
      tasks: list(typed({ task_card: task('pending', 'in_progress', 'complete', 'error') }, 'task of a plan'), {
        min: 0,
        max: 100,
      }),
    },
  ),
};

/** What a container may hold. */
const CHILDREN = ['actions', 'context', 'divider', 'file', 'header', 'image', 'input', 'rich_text', 'section', 'table', 'video'];

/** Blocks that Slack shows only in some places; the others go everywhere. */
const ONLY_ON: Readonly<Record<string, readonly Surface[]>> = {
  table: ['message', 'home'],
  data_table: ['message', 'home'],
  data_visualization: ['message'],
  carousel: ['message', 'home'],
  container: ['message', 'home'],
  alert: ['modal'],
  markdown: ['message'],
  file: [],
  context_actions: ['message'],
  task_card: ['message'],
  plan: ['message'],
};

const anyBlock = typed(BLOCKS, 'block type', 'blocks.type');
const childBlock = typed(
  Object.fromEntries(CHILDREN.map((type) => [type, BLOCKS[type] as Rule])),
  'block of a container',
  'blocks.container',
);

/** Every way in which the blocks break Slack's documented rules, each with its place; empty when they are fine. */
export function blockProblems(blocks: unknown, surface: Surface, path = '/blocks'): readonly string[] {
  return blockMistakes(blocks, surface, path).map(({ problem }) => problem);
}

/** The same, each with the rule that is broken. */
export function blockMistakes(blocks: unknown, surface: Surface, path = '/blocks'): readonly Mistake[] {
  const report = new Report();
  ruled('blocks.count', list(anyBlock, { min: 0, max: MAX_BLOCKS[surface] }))(blocks, path, report);
  const present = asList(blocks).filter(isWire);
  const nested = (entry: Wire): Wire[] => asList(entry['child_blocks']).filter(isWire);
  for (const [index, entry] of present.entries()) {
    checkSurface(entry, surface, `${path}/${index}`, report);
    for (const [childIndex, child] of nested(entry).entries()) {
      childBlock(child, `${path}/${index}/child_blocks/${childIndex}`, report);
    }
  }
  const every = present.flatMap((entry) => [entry, ...nested(entry)]);
  checkUniqueBlockIds(every, path, report);
  checkTotals(every, path, report);
  checkFocus(every, path, report);
  return report.mistakes;
}

function checkSurface(entry: Wire, surface: Surface, path: string, report: Report): void {
  const type = asText(entry['type']) ?? '';
  const allowed = ONLY_ON[type];
  const rule = type === 'file' ? 'blocks.file' : 'blocks.surface';
  if (allowed !== undefined && !allowed.includes(surface))
    report.add(path, `a ${type} block is not allowed in a ${surface}`, rule);
}

function checkUniqueBlockIds(blocks: readonly Wire[], path: string, report: Report): void {
  const seen = new Set<unknown>();
  for (const entry of blocks) {
    const id = entry['block_id'];
    if (id === undefined) continue;
    if (seen.has(id)) report.add(path, `block_id "${String(id)}" already exists`, 'blocks.block-id');
    seen.add(id);
  }
}

function checkTotals(blocks: readonly Wire[], path: string, report: Report): void {
  const ofType = (type: string): readonly Wire[] => blocks.filter((entry) => entry['type'] === type);
  const characters = (entries: readonly Wire[]): number => entries.reduce((sum, entry) => sum + textLength(entry), 0);
  const atMost = (limit: number, type: string, what: string, rule: RuleId): void => {
    if (characters(ofType(type)) > limit) report.add(path, `${what} must be less than ${limit + 1} characters in all`, rule);
  };
  if (ofType('table').length > 1) report.add(path, 'only one table is allowed', 'blocks.table');
  if (ofType('data_visualization').length > 2)
    report.add(path, 'no more than 2 data_visualization blocks are allowed', 'blocks.data-visualization');
  atMost(MAX_TABLE_CHARACTERS, 'table', 'tables', 'blocks.table');
  atMost(MAX_DATA_TABLE_CHARACTERS, 'data_table', 'data tables', 'blocks.data-table');
  atMost(MAX_MARKDOWN_CHARACTERS, 'markdown', 'markdown', 'blocks.markdown');
}

function checkFocus(blocks: readonly Wire[], path: string, report: Report): void {
  const focused = JSON.stringify(blocks).match(/"focus_on_load":true/g) ?? [];
  if (focused.length > 1) report.add(path, 'focus_on_load may be set on one element only', 'elements.focus');
}

function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textLength(item), 0);
  if (!isWire(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, item]) => sum + (name === 'text' && typeof item === 'string' ? item.length : textLength(item)),
    0,
  );
}

function uniqueActionIds(value: unknown, path: string, report: Report): void {
  const ids = asList(asWire(value)['elements']).flatMap((element) => asText(asWire(element)['action_id']) ?? []);
  for (const id of new Set(ids.filter((candidate, index) => ids.indexOf(candidate) !== index)))
    report.add(`${path}/elements`, `action_id "${id}" already exists`);
}
