import type { Reply } from '../../reply.ts';
import { count } from '../../words.ts';
import { ACTIONS } from '../ids.ts';
import { type Block, button, context, type MessageView, message, plain, sections, sectionWith } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { bold, foreign, foreignLines, foreignPlain } from './text.ts';

type Choose = Extract<Reply, { kind: 'choose' }>;

/** More than this and a menu is easier to read than buttons. */
const BUTTONS = 12;

/** What was meant? Each choice carries the command that asks again with it. */
export function chooseView(reply: Choose): MessageView {
  const text = foreignLines(reply.text);
  return message(text, [...sections([text]), ...(reply.options.length <= BUTTONS ? rows(reply) : menu(reply))]);
}

function rows(reply: Choose): Block[] {
  return reply.options.map((option) =>
    sectionWith(
      `${bold(foreign(option.title, 150))}\n${foreign(option.detail, 300)}`,
      button({
        actionId: ACTIONS.pick,
        text: 'Choose',
        value: commandWith(reply, option.value),
        label: `Choose ${foreignPlain(option.title, 60)}`,
      }),
    ),
  );
}

/** A menu entry holds 75 characters, so the command itself stands in the block's id. */
function menu(reply: Choose): Block[] {
  const fitting = reply.options.filter((option) => commandWith(reply, option.value).length <= LIMITS.option);
  const shown = fitting.slice(0, LIMITS.options);
  const left = reply.options.length - shown.length;
  const blocks: Block[] =
    shown.length === 0
      ? []
      : [
          {
            type: 'actions',
            elements: [
              {
                type: 'static_select',
                action_id: ACTIONS.pick,
                placeholder: plain('Choose one'),
                options: shown.map((option) => ({
                  text: plain(`${foreignPlain(option.title, 40)} (${foreignPlain(option.detail, 30)})`, LIMITS.option),
                  value: commandWith(reply, option.value),
                })),
              },
            ],
          },
        ];
  return left > 0 ? [...blocks, context(`${count(left, 'more choice')} not shown: say it more exactly.`)] : blocks;
}

function commandWith(reply: Choose, value: string): string {
  return reply.command.replace('{}', () => value);
}
