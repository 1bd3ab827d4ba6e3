import type { types } from '@slack/bolt';
import { type Block, LIMITS, splitLines } from './limits.ts';
import { cut } from './text.ts';

export type { Block } from './limits.ts';
export type Button = types.Button;
export type ModalView = types.ModalView;
export type HomeView = types.HomeView;

/** A whole message: `text` is what notifications and screen readers say, so it carries the gist alone. */
export interface MessageView {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** mrkdwn that makes no links or mentions by itself: only what we wrote as such. */
export function mrkdwn(text: string): types.MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

export function plain(text: string, max: number = LIMITS.header): types.PlainTextElement {
  return { type: 'plain_text', text: cut(text, max), emoji: true };
}

export function header(text: string): Block {
  return { type: 'header', text: plain(text, LIMITS.header) };
}

/** As many sections as the lines need. */
export function sections(lines: readonly string[]): Block[] {
  return splitLines(lines).map((text) => ({ type: 'section', text: mrkdwn(text) }));
}

export function sectionWith(text: string, accessory: types.Button | types.StaticSelect): Block {
  return { type: 'section', text: mrkdwn(cut(text, LIMITS.section)), accessory };
}

export function context(...texts: readonly string[]): Block {
  return {
    type: 'context',
    elements: texts.slice(0, LIMITS.contextElements).map((text) => mrkdwn(cut(text, LIMITS.section))),
  };
}

export const divider: Block = { type: 'divider' };

export interface ButtonSpec {
  readonly actionId: string;
  readonly text: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string };
  /** What a screen reader says where the label alone is not enough. */
  readonly label?: string;
}

export function button(spec: ButtonSpec): Button {
  return {
    type: 'button',
    action_id: spec.actionId,
    text: plain(spec.text, LIMITS.buttonText),
    value: spec.value,
    ...(spec.style === undefined ? {} : { style: spec.style }),
    ...(spec.label === undefined ? {} : { accessibility_label: cut(spec.label, 75) }),
    ...(spec.confirm === undefined
      ? {}
      : {
          confirm: {
            title: plain(spec.confirm.title, 100),
            text: plain(spec.confirm.text, 300),
            confirm: plain(spec.confirm.yes, 30),
            deny: plain('Cancel', 30),
          },
        }),
  };
}

/** One row of buttons; `action_id`s that occur twice get a number, since Slack wants them unique within a block. */
export function actions(buttons: readonly Button[]): Block {
  const seen = new Map<string, number>();
  const elements = buttons.slice(0, LIMITS.actions).map((element) => {
    const id = element.action_id ?? '';
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    return times === 1 ? element : { ...element, action_id: `${id}:${times}` };
  });
  return { type: 'actions', elements };
}

export function message(text: string, blocks: readonly Block[]): MessageView {
  return { text: cut(text, LIMITS.messageText), blocks };
}

/** A modal of words alone: it loads, it worked, or why it did not. */
export function noticeModal(title: string, lines: readonly string[], close = 'Close'): ModalView {
  return { type: 'modal', title: plain(title, LIMITS.viewTitle), close: plain(close, 24), blocks: sections(lines) };
}
