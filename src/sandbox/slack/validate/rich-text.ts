import { anything, choice, flag, list, number, type Rule, ruled, shape, text, typed } from './rules.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
const style = shape(
  {},
  { bold: flag, italic: flag, strike: flag, code: flag, underline: flag, highlight: flag, client_highlight: flag, unlink: flag },
);
const styled = { style };

const inline = typed(
  {
    text: shape({ text: text(12_000, 1) }, styled),
    link: shape({ url: text(3000) }, { text: text(12_000), unsafe: flag, ...styled }),
    emoji: shape({ name: text(100) }, { unicode: text(100), skin_tone: number(1, 6), ...styled }),
    user: shape({ user_id: text(50) }, styled),
    usergroup: shape({ usergroup_id: text(50) }, styled),
    channel: shape({ channel_id: text(50) }, styled),
    broadcast: shape({ range: choice('here', 'channel', 'everyone') }, styled),
    color: shape({ value: text(20) }, styled),
    team: shape({ team_id: text(50) }, styled),
    date: shape({ timestamp: number(0, 99_999_999_999), format: text(200) }, { url: text(3000), fallback: text(200), ...styled }),
  },
  'element of rich text',
);

const elements = list(inline, { min: 0, max: 1000 });
const border = number(0, 1);
const section = shape({ elements });

export const richTextElements: Rule = list(
  typed(
    {
      rich_text_section: section,
      rich_text_quote: shape({ elements }, { border }),
      rich_text_preformatted: shape({ elements }, { border, language: text(50) }),
      rich_text_list: shape(
        {
          style: choice('bullet', 'ordered'),
          elements: list(typed({ rich_text_section: section }, 'item of a list'), { max: 1000 }),
        },
        { indent: number(0, 8), offset: number(0, 10_000), border },
      ),
    },
    'part of a rich_text block',
  ),
  { min: 0, max: 1000 },
);

/** A rich_text block wherever one stands. */
export const richText: Rule = ruled('blocks.rich-text', shape({ elements: richTextElements }, { block_id: anything }));
