/** One message of every kind of block that the page draws, for tests of the page. */
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const option = (text: string) => ({ text: plain(text), value: text });
const button = (text: string, action_id: string, more: object = {}) => ({
  type: 'button',
  text: plain(text),
  action_id,
  ...more,
});
const cell = (text: string) => ({ type: 'raw_text', text });

const PICTURE =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='88' height='88'%3E%3Crect width='88' height='88' fill='teal'/%3E%3C/svg%3E";
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'];
const series = (name: string, values: readonly number[]) => ({
  name,
  data: MONTHS.map((label, index) => ({ label, value: values[index] })),
});

export const IDLE_DAYS = [94, 7, 210, 31, 120, 3, 66, 150, 12, 45, 88, 19];

export const SECTIONS = [
  { type: 'header', text: plain('Every accessory') },
  {
    type: 'section',
    text: mrkdwn('Asked by <@U01ADA> of <!subteam^S01ITOPS> in <#C01GENERAL>, due <!date^1796079600^{date_num} {time}|soon>'),
    accessory: button('Delete', 'delete', {
      style: 'danger',
      confirm: {
        title: plain('Really?'),
        text: mrkdwn('This *cannot* be undone.'),
        confirm: plain('Delete it'),
        deny: plain('Keep'),
      },
    }),
  },
  { type: 'section', fields: [mrkdwn('*Who*\nCara'), mrkdwn('*Why*\nIdle for 94 days')] },
  {
    type: 'section',
    text: mrkdwn('More'),
    accessory: { type: 'overflow', action_id: 'more', options: [option('Snooze'), option('Skip')] },
  },
  {
    type: 'section',
    text: mrkdwn('Product'),
    accessory: {
      type: 'static_select',
      action_id: 'product',
      placeholder: plain('Choose a product'),
      options: [option('Rider'), option('CLion')],
    },
  },
  {
    type: 'section',
    text: mrkdwn('People'),
    accessory: {
      type: 'multi_users_select',
      action_id: 'people',
      placeholder: plain('Choose people'),
      initial_users: ['U01DAN'],
    },
  },
  {
    type: 'section',
    text: mrkdwn('Until'),
    accessory: { type: 'datepicker', action_id: 'until', placeholder: plain('Until'), initial_date: '2026-12-01' },
  },
  {
    type: 'section',
    text: mrkdwn('Keep?'),
    accessory: { type: 'radio_buttons', action_id: 'keep', options: [option('Keep'), option('Release')] },
  },
  {
    type: 'section',
    text: mrkdwn('Tell'),
    accessory: { type: 'checkboxes', action_id: 'tell', options: [option('The holder'), option('The team')] },
  },
  { type: 'section', text: mrkdwn('Logo'), accessory: { type: 'image', image_url: PICTURE, alt_text: 'A teal square' } },
  {
    type: 'context',
    elements: [mrkdwn('request R-12'), { type: 'image', image_url: 'https://pictures.example/x.png', alt_text: 'elsewhere' }],
  },
  { type: 'divider' },
  {
    type: 'image',
    title: plain('A picture'),
    image_url: 'https://pictures.example/y.png',
    alt_text: 'A picture that is not fetched',
  },
];

export const TABLES = [
  {
    type: 'table',
    rows: [
      [cell('Product'), cell('Free')],
      [cell('Rider'), cell('4')],
    ],
  },
  {
    type: 'data_table',
    caption: 'Idle seats',
    page_size: 5,
    rows: [
      [cell('Seat'), cell('Idle days')],
      ...IDLE_DAYS.map((days, index) => [cell(`Seat ${index + 1}`), { type: 'raw_number', value: days, text: String(days) }]),
    ],
  },
];

export const CHARTS = [
  {
    type: 'data_visualization',
    title: 'Seats by month',
    chart: {
      type: 'bar',
      series: [series('Used', [40, 42, 39, 45, 47, 44]), series('Bought', [50, 50, 50, 50, 60, 60])],
      axis_config: { categories: MONTHS, x_label: 'Month', y_label: 'Seats' },
    },
  },
  {
    type: 'data_visualization',
    title: 'Spend by app',
    chart: {
      type: 'pie',
      segments: [
        { label: 'JetBrains', value: 750 },
        { label: 'Aha!', value: 250 },
      ],
    },
  },
];

export const STACKS = [
  {
    type: 'card',
    title: mrkdwn('*Revoke Rider*'),
    body: mrkdwn('Idle for 94 days'),
    actions: [button('Approve', 'approve', { style: 'primary' })],
  },
  {
    type: 'carousel',
    elements: ['Rider', 'CLion'].map((name) => ({
      type: 'card',
      title: mrkdwn(name),
      actions: [button(`Assign ${name}`, name)],
    })),
  },
  {
    type: 'container',
    title: plain('Details'),
    is_collapsible: true,
    default_collapsed: true,
    child_blocks: [{ type: 'section', text: mrkdwn('Folded away') }],
  },
  { type: 'markdown', text: '## Heading\n\n**bold** <b>text</b>\n\n| a | b |\n|---|---|\n| 1 | 2 |' },
  {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'Rich' },
          { type: 'user', user_id: 'U01DAN' },
        ],
      },
      {
        type: 'rich_text_list',
        style: 'ordered',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'first' }] }],
      },
    ],
  },
  { type: 'task_card', task_id: 'read', title: 'Read JetBrains', status: 'complete' },
];

export const MESSAGES = [SECTIONS, TABLES, CHARTS, STACKS];
