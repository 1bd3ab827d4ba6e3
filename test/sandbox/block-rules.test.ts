import { expect, it } from 'vitest';
import { RULES, type RuleId } from '../../src/sandbox/slack/slack-rules.ts';
import { blockMistakes, type Surface } from '../../src/sandbox/slack/validate/blocks.ts';

type Block = Record<string, unknown>;

const plain = (text: string): Block => ({ type: 'plain_text', text });
const mrkdwn = (text: string): Block => ({ type: 'mrkdwn', text });
const long = (length: number): string => 'x'.repeat(length);
const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));
const button = (extra: Block = {}): Block => ({ type: 'button', text: plain('Go'), action_id: 'go', ...extra });
const actions = (...elements: Block[]): Block => ({ type: 'actions', elements });
const section = (extra: Block = {}): Block => ({ type: 'section', text: mrkdwn('Hi'), ...extra });
const option = (value: string, extra: Block = {}): Block => ({ text: plain(value), value, ...extra });
const select = (extra: Block = {}): Block => ({
  type: 'static_select',
  action_id: 's',
  options: [option('a'), option('b')],
  ...extra,
});
const input = (element: Block, extra: Block = {}): Block => ({ type: 'input', label: plain('Why'), element, ...extra });
const textInput = (extra: Block = {}): Block => ({ type: 'plain_text_input', action_id: 't', ...extra });
const richText = (...elements: Block[]): Block => ({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] });
const cell = (text: string): Block => ({ type: 'raw_text', text });
const table = (rows: Block[][], extra: Block = {}): Block => ({ type: 'table', rows, ...extra });
const dataTable = (rows: Block[][], extra: Block = {}): Block => ({ type: 'data_table', caption: 'Seats', rows, ...extra });
const rows = (count: number, cells = 2): Block[][] => times(count, () => times(cells, () => cell('x')));
const image = (extra: Block = {}): Block => ({ type: 'image', image_url: 'https://a.example/x.png', alt_text: 'x', ...extra });
const chart = (more: Block, extra: Block = {}): Block => ({ type: 'data_visualization', title: 'Seats', chart: more, ...extra });
const pie = (...values: number[]): Block => ({
  type: 'pie',
  segments: values.map((value, index) => ({ label: `s${index}`, value })),
});
const bars = (names: string[], labels: string[], categories = labels, axis: Block = {}): Block => ({
  type: 'bar',
  series: names.map((name) => ({ name, data: labels.map((label) => ({ label, value: 1 })) })),
  axis_config: { categories, ...axis },
});
const card = (extra: Block = {}): Block => ({ type: 'card', title: mrkdwn('WebStorm'), ...extra });
const container = (child: Block[], extra: Block = {}): Block => ({
  type: 'container',
  title: plain('More'),
  child_blocks: child,
  ...extra,
});
const task = (status: string): Block => ({ type: 'task_card', task_id: 't', title: 'Sync', status });
const confirm = { title: plain('Sure?'), text: plain('Really?'), confirm: plain('Yes'), deny: plain('No') };
const video = (extra: Block = {}): Block => ({
  type: 'video',
  video_url: 'https://a.example/v',
  thumbnail_url: 'https://a.example/t.png',
  alt_text: 'x',
  title: plain('x'),
  ...extra,
});

/** One payload that Slack takes for each kind of block. */
const FINE: readonly (readonly [surface: Surface, ...blocks: Block[]])[] = [
  ['message', section({ fields: times(10, () => mrkdwn(long(2000))), accessory: button() }), { type: 'divider' }],
  ['message', { type: 'header', text: plain(long(150)), level: 2 }, { type: 'context', elements: times(10, () => mrkdwn('x')) }],
  ['message', actions(...times(25, (index) => button({ action_id: `a${index}`, value: long(2000), confirm })))],
  ['modal', input(textInput({ min_length: 1, max_length: 3000 })), input(select({ initial_option: option('a') }))],
  ['modal', { type: 'alert', level: 'warning', text: plain(long(200)) }],
  ['message', table(rows(100, 20), { column_settings: [null, { align: 'right', is_wrapped: true }] })],
  ['home', dataTable(rows(201, 20), { page_size: 100, row_header_column_index: 1 })],
  ['message', chart(pie(1, 2, 3)), chart(bars(['Used', 'Bought'], ['Jan', 'Feb'], ['Jan', 'Feb'], { x_label: 'Month' }))],
  ['message', card({ body: mrkdwn(long(200)), actions: times(3, (index) => button({ action_id: `c${index}` })) })],
  ['home', { type: 'carousel', elements: times(10, () => card()) }],
  ['message', container([section(), actions(button())], { is_collapsible: true, default_collapsed: true })],
  ['message', { type: 'markdown', text: long(12_000) }],
  [
    'message',
    richText(
      { type: 'text', text: 'See ', style: { bold: true } },
      { type: 'link', url: 'https://a.example', text: 'x' },
      { type: 'date', timestamp: 1_700_000_000, format: '{date}', fallback: 'then' },
    ),
  ],
  ['message', image({ title: plain('x') }), video(), task('complete'), { type: 'plan', title: 'Sync', tasks: [task('pending')] }],
];

it.each(FINE.map(([surface, ...blocks]) => ({ surface, blocks })))(
  'lets pass what Slack takes, in a $surface',
  ({ surface, blocks }) => {
    expect(blockMistakes(blocks, surface)).toEqual([]);
  },
);

const BROKEN: readonly (readonly [rule: RuleId, what: string, surface: Surface, ...blocks: Block[]])[] = [
  ['blocks.count', '51 blocks in a message', 'message', ...times(51, () => ({ type: 'divider' }))],
  ['blocks.count', '101 blocks on a Home', 'home', ...times(101, () => ({ type: 'divider' }))],
  ['blocks.type', 'an unknown block', 'message', { type: 'banner' }],
  ['blocks.fields', 'an unknown field', 'message', section({ colour: 'red' })],
  ['blocks.fields', 'a missing field', 'message', { type: 'header' }],
  ['blocks.surface', 'an alert in a message', 'message', { type: 'alert', text: plain('x') }],
  ['blocks.surface', 'a chart on a Home', 'home', chart(pie(1))],
  ['blocks.surface', 'a table in a modal', 'modal', table(rows(2))],
  ['blocks.surface', 'markdown in a modal', 'modal', { type: 'markdown', text: 'x' }],
  ['blocks.block-id', 'one id twice', 'message', section({ block_id: 'a' }), section({ block_id: 'a' })],
  [
    'blocks.block-id',
    'an id twice, once in a container',
    'message',
    section({ block_id: 'a' }),
    container([section({ block_id: 'a' })]),
  ],
  ['blocks.block-id', 'a long id', 'message', section({ block_id: long(256) })],
  ['blocks.section', 'a long text', 'message', section({ text: mrkdwn(long(3001)) })],
  ['blocks.section', 'eleven fields', 'message', section({ fields: times(11, () => plain('f')) })],
  ['blocks.section', 'a long field', 'message', section({ fields: [plain(long(2001))] })],
  ['blocks.section', 'nothing in it', 'message', { type: 'section' }],
  ['blocks.header', 'a long header', 'message', { type: 'header', text: plain(long(151)) }],
  ['blocks.header', 'a fifth level', 'message', { type: 'header', text: plain('x'), level: 5 }],
  ['blocks.context', 'eleven elements', 'message', { type: 'context', elements: times(11, () => mrkdwn('x')) }],
  ['blocks.context', 'none', 'message', { type: 'context', elements: [] }],
  ['blocks.actions', '26 buttons', 'message', actions(...times(26, (index) => button({ action_id: `a${index}` })))],
  ['blocks.actions', 'one action_id twice', 'message', actions(button(), button())],
  ['blocks.input', 'a long label', 'modal', input(textInput(), { label: plain(long(2001)) })],
  ['blocks.input', 'a button as input', 'modal', input(button())],
  ['blocks.image', 'no source', 'message', { type: 'image', alt_text: 'x' }],
  ['blocks.image', 'two sources', 'message', image({ slack_file: { id: 'F1' } })],
  ['blocks.image', 'a long alt_text', 'message', image({ alt_text: long(2001) })],
  ['blocks.rich-text', 'an unknown element', 'message', richText({ type: 'marquee', text: 'x' })],
  ['blocks.rich-text', 'text right in the block', 'message', { type: 'rich_text', elements: [{ type: 'text', text: 'x' }] }],
  ['blocks.table', '101 rows', 'message', table(rows(101))],
  ['blocks.table', '21 cells', 'message', table(rows(1, 21))],
  ['blocks.table', 'two tables', 'message', table(rows(1)), table(rows(1))],
  ['blocks.table', 'uneven rows', 'message', table([[cell('a')], []])],
  ['blocks.table', '10,001 characters', 'message', table([[cell(long(5_000)), cell(long(5_001))]])],
  ['blocks.table', '21 column settings', 'message', table(rows(1), { column_settings: times(21, () => ({})) })],
  ['blocks.data-table', 'a header alone', 'message', dataTable(rows(1))],
  ['blocks.data-table', '202 rows', 'message', dataTable(rows(202))],
  ['blocks.data-table', 'a rich header', 'message', dataTable([[richText({ type: 'text', text: 'x' })], [cell('x')]])],
  ['blocks.data-table', '101 rows a page', 'message', dataTable(rows(2), { page_size: 101 })],
  [
    'blocks.data-table',
    '20,001 characters',
    'message',
    dataTable([
      [cell(long(10_000)), cell(long(10_000))],
      [cell('x'), cell('')],
    ]),
  ],
  ['blocks.data-visualization', 'three charts', 'message', ...times(3, () => chart(pie(1)))],
  ['blocks.data-visualization', 'a long title', 'message', chart(pie(1), { title: long(51) })],
  ['blocks.data-visualization', '13 segments', 'message', chart(pie(...times(13, () => 1)))],
  ['blocks.data-visualization', 'a segment of nothing', 'message', chart(pie(1, 0))],
  [
    'blocks.data-visualization',
    'seven series',
    'message',
    chart(
      bars(
        times(7, (index) => `n${index}`),
        ['a'],
      ),
    ),
  ],
  [
    'blocks.data-visualization',
    '21 points',
    'message',
    chart(
      bars(
        ['n'],
        times(21, (index) => `p${index}`),
      ),
    ),
  ],
  ['blocks.data-visualization', 'a point without a category', 'message', chart(bars(['n'], ['a', 'b'], ['a', 'c']))],
  ['blocks.data-visualization', 'a long label', 'message', chart(bars(['n'], [long(21)]))],
  ['blocks.data-visualization', 'one name twice', 'message', chart(bars(['n', 'n'], ['a']))],
  ['blocks.data-visualization', 'a long axis title', 'message', chart(bars(['n'], ['a'], ['a'], { y_label: long(51) }))],
  ['blocks.card', 'an empty card', 'message', { type: 'card' }],
  ['blocks.card', 'a long body', 'message', card({ body: mrkdwn(long(201)) })],
  ['blocks.card', 'a long title', 'message', card({ title: mrkdwn(long(151)) })],
  ['blocks.card', 'four buttons', 'message', card({ actions: times(4, (index) => button({ action_id: `c${index}` })) })],
  ['blocks.carousel', 'eleven cards', 'message', { type: 'carousel', elements: times(11, () => card()) }],
  ['blocks.carousel', 'a section', 'message', { type: 'carousel', elements: [section()] }],
  ['blocks.container', 'no title', 'message', { type: 'container', child_blocks: [section()] }],
  ['blocks.container', 'eleven children', 'message', container(times(11, () => section()))],
  ['blocks.container', 'a card in it', 'message', container([card()])],
  ['blocks.container', 'folded but not foldable', 'message', container([section()], { default_collapsed: true })],
  ['blocks.alert', 'a long alert', 'modal', { type: 'alert', text: plain(long(201)) }],
  ['blocks.alert', 'an unknown level', 'modal', { type: 'alert', text: plain('x'), level: 'panic' }],
  [
    'blocks.markdown',
    '12,001 characters in two',
    'message',
    ...[6_000, 6_001].map((size) => ({ type: 'markdown', text: long(size) })),
  ],
  ['blocks.video', 'a long author', 'message', video({ author_name: long(51) })],
  ['blocks.file', 'a file block', 'message', { type: 'file', external_id: 'x', source: 'remote' }],
  [
    'blocks.context-actions',
    'six elements',
    'message',
    { type: 'context_actions', elements: times(6, (index) => icon(`i${index}`)) },
  ],
  ['blocks.task-card', 'pending outside a plan', 'message', task('pending')],
  ['elements.action-id', 'a long action_id', 'message', actions(button({ action_id: long(256) }))],
  ['elements.button', 'a long text', 'message', actions(button({ text: plain(long(76)) }))],
  ['elements.button', 'a long value', 'message', actions(button({ value: long(2001) }))],
  ['elements.button', 'a long url', 'message', actions(button({ url: long(3001) }))],
  ['elements.button', 'an unknown style', 'message', actions(button({ style: 'loud' }))],
  ['blocks.fields', 'a disabled button', 'message', actions(button({ disabled: true }))],
  ['elements.select', '101 options', 'message', actions(select({ options: times(101, (index) => option(`o${index}`)) }))],
  [
    'elements.select',
    'options and groups',
    'message',
    actions(select({ option_groups: [{ label: plain('g'), options: [option('c')] }] })),
  ],
  ['elements.select', 'neither', 'message', actions({ type: 'static_select', action_id: 's' })],
  ['elements.select', 'a long placeholder', 'message', actions(select({ placeholder: plain(long(151)) }))],
  [
    'elements.overflow',
    'six options',
    'message',
    actions({ type: 'overflow', action_id: 'o', options: times(6, (index) => option(`o${index}`)) }),
  ],
  [
    'elements.choices',
    'eleven boxes',
    'message',
    actions({ type: 'checkboxes', action_id: 'c', options: times(11, (index) => option(`o${index}`)) }),
  ],
  ['elements.dates', 'no date', 'modal', input({ type: 'datepicker', action_id: 'd', initial_date: '25.11.2026' })],
  ['elements.dates', 'a thirteenth month', 'modal', input({ type: 'datepicker', action_id: 'd', initial_date: '2026-13-01' })],
  ['elements.dates', 'no time', 'modal', input({ type: 'timepicker', action_id: 'd', initial_time: '24:00' })],
  [
    'elements.dates',
    'milliseconds',
    'modal',
    input({ type: 'datetimepicker', action_id: 'd', initial_date_time: 1_764_000_000_000 }),
  ],
  ['elements.inputs', 'a long first value', 'modal', input(textInput({ initial_value: long(3001) }))],
  ['elements.inputs', 'shortest over longest', 'modal', input(textInput({ min_length: 9, max_length: 3 }))],
  ['elements.inputs', 'more than 3,000', 'modal', input(textInput({ max_length: 3001 }))],
  ['elements.image', 'no source', 'message', { type: 'context', elements: [{ type: 'image', alt_text: 'x' }] }],
  ['elements.initial', 'none of the options', 'modal', input(select({ initial_option: option('z') }))],
  [
    'elements.initial',
    'an option with another text',
    'modal',
    input(select({ initial_option: { text: plain('A'), value: 'a' } })),
  ],
  [
    'elements.focus',
    'two focused inputs',
    'modal',
    ...['a', 'b'].map((id) => input(textInput({ action_id: id, focus_on_load: true }))),
  ],
  ['objects.text', 'mrkdwn in a header', 'message', { type: 'header', text: mrkdwn('*x*') }],
  ['objects.text', 'mrkdwn on a button', 'message', actions(button({ text: mrkdwn('*x*') }))],
  ['objects.option', 'a long text', 'message', actions(select({ options: [option('a', { text: plain(long(76)) })] }))],
  ['objects.option', 'a long value', 'message', actions(select({ options: [option(long(76), { text: plain('x') })] }))],
  [
    'objects.option',
    'a long description',
    'message',
    actions(select({ options: [option('a', { description: plain(long(76)) })] })),
  ],
  ['objects.option', 'one value twice', 'message', actions(select({ options: [option('a'), option('a')] }))],
  ['objects.confirm', 'a long title', 'message', actions(button({ confirm: { ...confirm, title: plain(long(101)) } }))],
  ['objects.confirm', 'a long text', 'message', actions(button({ confirm: { ...confirm, text: plain(long(301)) } }))],
  ['objects.confirm', 'a long button', 'message', actions(button({ confirm: { ...confirm, deny: plain(long(31)) } }))],
];

function icon(id: string): Block {
  return { type: 'icon_button', icon: 'trash', text: plain('Delete'), action_id: id };
}

const CASES = BROKEN.map(([rule, what, surface, ...blocks]) => ({ rule, what, surface, blocks }));

it.each(CASES)('$rule: refuses $what in a $surface', ({ rule, surface, blocks }) => {
  expect(blockMistakes(blocks, surface).map((mistake) => mistake.rule)).toContain(rule);
});

it('has a case for every rule about blocks, elements and their parts', () => {
  const about = Object.keys(RULES).filter((rule) => /^(blocks|elements|objects)\./.test(rule));
  expect(about.filter((rule) => !BROKEN.some(([broken]) => broken === rule))).toEqual([]);
});
