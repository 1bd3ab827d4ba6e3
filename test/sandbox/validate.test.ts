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
