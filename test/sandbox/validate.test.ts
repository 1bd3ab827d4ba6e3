import { describe, expect, it } from 'vitest';
import { blockProblems } from '../../src/sandbox/slack/validate/blocks.ts';
import { viewProblems, viewTooLarge } from '../../src/sandbox/slack/validate/views.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const button = (extra: Record<string, unknown> = {}) => ({
  type: 'button',
  text: plain('Go'),
  action_id: 'seat:revoke',
  ...extra,
});
const section = (extra: Record<string, unknown> = {}) => ({ type: 'section', text: { type: 'mrkdwn', text: 'Hi' }, ...extra });

describe('blockProblems', () => {
  it('accepts a message with a section, its button and a context', () => {
    const blocks = [
      section({ accessory: button() }),
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'now' }] },
      { type: 'divider' },
    ];
    expect(blockProblems(blocks, 'message')).toEqual([]);
  });

  it.each([
    ['a text over 3,000 characters', section({ text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }), /less than 3001 characters/],
    ['eleven fields', section({ fields: Array.from({ length: 11 }, () => plain('f')) }), /no more than 10 items/],
    ['an unknown block', { type: 'banner' }, /unsupported block type: banner/],
    ['a block without a type', {}, /unsupported block type: no type/],
    ['an unknown field', section({ colour: 'red' }), /invalid additional property: colour/],
    ['a disabled button', { type: 'actions', elements: [button({ disabled: true })] }, /invalid additional property: disabled/],
    ['a button text over 75', { type: 'actions', elements: [button({ text: plain('x'.repeat(76)) })] }, /less than 76/],
    ['a button value over 2,000', { type: 'actions', elements: [button({ value: 'x'.repeat(2001) })] }, /less than 2001/],
    ['one action id twice in a block', { type: 'actions', elements: [button(), button()] }, /"seat:revoke" already exists/],
    [
      '26 buttons',
      { type: 'actions', elements: Array.from({ length: 26 }, (_, i) => button({ action_id: `a${i}` })) },
      /no more than 25/,
    ],
    ['a section with nothing', { type: 'section' }, /either text or fields/],
    ['a mrkdwn header', { type: 'header', text: { type: 'mrkdwn', text: '*x*' } }, /plain_text expected/],
    ['an empty text', section({ text: { type: 'mrkdwn', text: '' } }), /more than 0 characters/],
    ['a table with uneven rows', { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }], []] }, /same number of cells/],
    ['an alert in a message', { type: 'alert', text: plain('careful') }, /not allowed in a message/],
    [
      'a select without options',
      { type: 'actions', elements: [{ type: 'static_select', action_id: 'x' }] },
      /exactly one of options/,
    ],
  ])('refuses %s', (_why, block, expected) => {
    expect(blockProblems([block], 'message').join('\n')).toMatch(expected);
  });

  it('refuses 51 blocks in a message but takes them in a modal', () => {
    const blocks = Array.from({ length: 51 }, () => ({ type: 'divider' }));
    expect(blockProblems(blocks, 'message').join()).toMatch(/no more than 50 items/);
    expect(blockProblems(blocks, 'modal')).toEqual([]);
  });

  it('refuses the same block id twice', () => {
    expect(blockProblems([section({ block_id: 'a' }), section({ block_id: 'a' })], 'message').join()).toMatch(
      /"a" already exists/,
    );
  });

  it('says where the mistake is', () => {
    expect(blockProblems([section(), section({ text: plain('') })], 'message')[0]).toContain(
      '[json-pointer:/blocks/1/text/text]',
    );
  });
});

describe('viewProblems', () => {
  const input = { type: 'input', label: plain('Reason'), element: { type: 'plain_text_input', action_id: 'reason' } };

  it('accepts a modal with an input and a submit button', () => {
    const view = { type: 'modal', title: plain('Revoke'), submit: plain('Ask'), blocks: [input] };
    expect(viewProblems(view, 'modal')).toEqual([]);
  });

  it.each([
    ['an input without a submit button', { type: 'modal', title: plain('Revoke'), blocks: [input] }, /needs a submit button/],
    ['a title over 24', { type: 'modal', title: plain('x'.repeat(25)), blocks: [] }, /less than 25/],
    [
      'private metadata over 3,000',
      { type: 'modal', title: plain('x'), private_metadata: 'x'.repeat(3001), blocks: [] },
      /less than 3001/,
    ],
    ['a home view as modal', { type: 'home', blocks: [] }, /must be one of: modal/],
    ['no view at all', undefined, /must be an object/],
  ])('refuses %s', (_why, view, expected) => {
    expect(viewProblems(view, 'modal').join('\n')).toMatch(expected);
  });

  it('calls a view over 250 KB too large', () => {
    expect(viewTooLarge({ blocks: 'x'.repeat(250_001) })).toBe(true);
    expect(viewTooLarge({ blocks: [] })).toBe(false);
  });
});
