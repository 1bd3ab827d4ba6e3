import { asList, asText, asWire, isWire, type Wire } from '../../wire.ts';
import {
  accessory,
  actionsElement,
  anyText,
  blockId,
  cardButtons,
  contextElement,
  imageElement,
  inputElement,
  mrkdwn,
  plainText,
} from './elements.ts';
import { anything, choice, exactlyOneOf, flag, list, number, Report, type Rule, shape, text, typed } from './rules.ts';

export type Surface = 'message' | 'modal' | 'home';

/** Limits from https://docs.slack.dev/reference/block-kit/blocks. */
const MAX_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };
const MAX_TABLE_CHARACTERS = 10_000;
const MAX_DATA_TABLE_CHARACTERS = 20_000;
const MAX_MARKDOWN_CHARACTERS = 12_000;

const block = (required: Readonly<Record<string, Rule>>, optional: Readonly<Record<string, Rule>> = {}, also?: Rule): Rule =>
  shape(required, { block_id: blockId, ...optional }, also);

const richText: Rule = block({ elements: list(anything, { min: 0, max: 1000 }) });
const cell: Rule = typed(
  {
    raw_text: shape({ text: text(10_000, 0) }),
    raw_number: shape({ value: number(-1e15, 1e15) }, { text: text(200) }),
    rich_text: richText,
  },
  'table cell',
);
const equalRows: Rule = (value, path, report) => {
  const lengths = new Set(asList(asWire(value)['rows']).map((row) => asList(row).length));
  if (lengths.size > 1) report.add(`${path}/rows`, 'all rows must have the same number of cells');
};
const card: Rule = block(
  {},
  {
    hero_image: anything,
    icon: anything,
    slack_icon: anything,
    title: mrkdwn(150),
    subtitle: mrkdwn(150),
    subtext: mrkdwn(150),
    body: mrkdwn(200),
    actions: cardButtons,
  },
);

const BLOCKS: Readonly<Record<string, Rule>> = {
  section: block(
    {},
    { text: anyText(3000), fields: list(anyText(2000), { max: 10 }), accessory, expand: flag },
    (value, path, report) => {
      const { text: body, fields } = asWire(value);
      if (body === undefined && fields === undefined) report.add(path, 'either text or fields must be given');
    },
  ),
  header: block({ text: plainText(150) }, { level: number(1, 4) }),
  divider: block({}),
  context: block({ elements: list(contextElement, { max: 10 }) }),
  actions: block({ elements: list(actionsElement, { max: 25 }) }, {}, uniqueActionIds),
  image: block(
    { alt_text: text(2000) },
    { image_url: text(3000), slack_file: anything, title: plainText(2000) },
    exactlyOneOf('image_url', 'slack_file'),
  ),
  input: block(
    { label: plainText(2000), element: inputElement },
    { hint: plainText(2000), optional: flag, dispatch_action: flag },
  ),
  table: block(
    { rows: list(list(cell, { max: 20 }), { max: 100 }) },
    { column_settings: list(anything, { min: 0, max: 20 }) },
    equalRows,
  ),
  data_table: block(
    { rows: list(list(cell, { max: 20 }), { min: 2, max: 201 }), caption: text(2000) },
    { page_size: number(1, 100), row_header_column_index: number(0, 19) },
    equalRows,
  ),
  data_visualization: block({ title: text(50), chart: anything }),
  rich_text: richText,
  markdown: block({ text: text(MAX_MARKDOWN_CHARACTERS) }),
  alert: block({ text: anyText(200) }, { level: choice('default', 'info', 'warning', 'error', 'success') }),
  card,
  carousel: block({ elements: list(card, { max: 10 }) }),
  container: block(
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
  ),
  file: block({ external_id: text(255), source: choice('remote') }),
  video: block(
    { video_url: text(3000), thumbnail_url: text(3000), alt_text: text(2000), title: plainText(200) },
    {
      title_url: text(3000),
      author_name: text(50),
      provider_name: text(50),
      provider_icon_url: text(3000),
      description: plainText(200),
    },
  ),
  context_actions: block({ elements: list(anything, { max: 5 }) }),
  task_card: block(
    { task_id: text(255), title: text(300), status: choice('in_progress', 'complete', 'error') },
    { details: richText, output: richText, sources: anything },
  ),
  plan: block({ title: text(300) }, { tasks: anything }),
};

/** Blocks that Slack shows only in some places; the others go everywhere. */
const ONLY_ON: Readonly<Record<string, readonly Surface[]>> = {
  table: ['message', 'home'],
  data_table: ['message', 'home'],
  data_visualization: ['message'],
  carousel: ['message', 'home'],
  container: ['message', 'home'],
  alert: ['modal'],
  markdown: ['message'],
  file: ['message'],
  context_actions: ['message'],
  task_card: ['message'],
  plan: ['message'],
};

const anyBlock = typed(BLOCKS, 'block type');

/** Every way in which the blocks break Slack's documented rules, each with its place; empty when they are fine. */
export function blockProblems(blocks: unknown, surface: Surface, path = '/blocks'): readonly string[] {
  const report = new Report();
  list(anyBlock, { min: 0, max: MAX_BLOCKS[surface] })(blocks, path, report);
  const present = asList(blocks).filter(isWire);
  const nested = (entry: Wire): Wire[] => asList(entry['child_blocks']).filter(isWire);
  for (const [index, entry] of present.entries()) {
    checkSurface(entry, surface, `${path}/${index}`, report);
    for (const [childIndex, child] of nested(entry).entries()) {
      anyBlock(child, `${path}/${index}/child_blocks/${childIndex}`, report);
    }
  }
  const all = present.flatMap((entry) => [entry, ...nested(entry)]);
  checkUniqueBlockIds(all, path, report);
  checkTotals(all, path, report);
  return report.problems;
}

function checkSurface(entry: Wire, surface: Surface, path: string, report: Report): void {
  const type = asText(entry['type']) ?? '';
  const allowed = ONLY_ON[type];
  if (allowed !== undefined && !allowed.includes(surface)) report.add(path, `a ${type} block is not allowed in a ${surface}`);
}

function checkUniqueBlockIds(blocks: readonly Wire[], path: string, report: Report): void {
  const seen = new Set<unknown>();
  for (const entry of blocks) {
    const id = entry['block_id'];
    if (id === undefined) continue;
    if (seen.has(id)) report.add(path, `block_id "${String(id)}" already exists`);
    seen.add(id);
  }
}

function checkTotals(blocks: readonly Wire[], path: string, report: Report): void {
  const ofType = (type: string): readonly Wire[] => blocks.filter((entry) => entry['type'] === type);
  const characters = (entries: readonly Wire[]): number => entries.reduce((sum, entry) => sum + textLength(entry), 0);
  if (ofType('table').length > 1) report.add(path, 'only one table is allowed');
  if (ofType('data_visualization').length > 2) report.add(path, 'no more than 2 data_visualization blocks are allowed');
  if (characters(ofType('table')) > MAX_TABLE_CHARACTERS)
    report.add(path, `tables must be less than ${MAX_TABLE_CHARACTERS + 1} characters`);
  if (characters(ofType('data_table')) > MAX_DATA_TABLE_CHARACTERS)
    report.add(path, `data tables must be less than ${MAX_DATA_TABLE_CHARACTERS + 1} characters`);
  if (characters(ofType('markdown')) > MAX_MARKDOWN_CHARACTERS)
    report.add(path, `markdown must be less than ${MAX_MARKDOWN_CHARACTERS + 1} characters in all`);
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
