import type { ActionRequest } from '../../domain/action-request.ts';
import type { Instant } from '../../domain/time.ts';
import { ageOf, count } from '../../words.ts';
import { ACTIONS } from '../ids.ts';
import { approveButton, canUndo, denyButton, statusLine, undoButton } from './approval-card.ts';
import {
  actions,
  type Block,
  type Button,
  button,
  context,
  divider,
  header,
  type MessageView,
  message,
  sections,
} from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { bold, foreign } from './text.ts';

/** Two blocks each and the headings stay below the 50 blocks of a message. */
const WAITING_SHOWN = 12;
const MINE_SHOWN = 9;

export function requestsView(waiting: readonly ActionRequest[], mine: readonly ActionRequest[], now: Instant): MessageView {
  const open = waiting.filter((request) => request.state === 'pending').length;
  const gist = `${count(open, 'request')} ${open === 1 ? 'waits' : 'wait'} for a decision; ${count(mine.length, 'request')} of yours.`;
  return message(gist, fitBlocks(requestBlocks(waiting, mine, now), LIMITS.messageBlocks));
}

export function requestBlocks(waiting: readonly ActionRequest[], mine: readonly ActionRequest[], now: Instant): Block[] {
  if (waiting.length === 0 && mine.length === 0) return sections(['There are no requests.']);
  return [
    ...(waiting.length === 0 ? [] : [header('Requests of others'), ...list(waiting, WAITING_SHOWN, now, otherButtons)]),
    ...(waiting.length > 0 && mine.length > 0 ? [divider] : []),
    ...(mine.length === 0 ? [] : [header('Your requests'), ...list(mine, MINE_SHOWN, now, myButtons)]),
  ];
}

function list(
  requests: readonly ActionRequest[],
  max: number,
  now: Instant,
  buttonsOf: (request: ActionRequest) => Button[],
): Block[] {
  const left = requests.length - max;
  return [
    ...requests.slice(0, max).flatMap((request) => {
      const buttons = buttonsOf(request);
      return [...sections(requestLines(request, now)), ...(buttons.length === 0 ? [] : [actions(buttons)])];
    }),
    ...(left > 0 ? [context(`${count(left, 'more request')} not shown here; decide these first, then ask again.`)] : []),
  ];
}

function requestLines(request: ActionRequest, now: Instant): readonly string[] {
  const status = statusLine(request);
  const reason = request.reason === null ? '' : `  ·  “${foreign(request.reason, 200)}”`;
  return [
    `${status.symbol} ${status.words}`,
    bold(foreign(request.sentence, 600)),
    `\`${foreign(request.id)}\`  ·  asked by ${foreign(request.requester.name)} ${ageOf(request.createdAt, now)}${reason}`,
  ];
}

function otherButtons(request: ActionRequest): Button[] {
  return request.state === 'pending' ? [approveButton(request), denyButton(request)] : [];
}

function myButtons(request: ActionRequest): Button[] {
  if (request.state === 'pending') {
    return [
      button({
        actionId: ACTIONS.withdraw,
        text: 'Withdraw',
        value: request.id,
        confirm: {
          title: 'Withdraw this request?',
          text: 'Nothing will be done, and the approvers will see that you withdrew it.',
          yes: 'Withdraw',
        },
        label: `Withdraw request ${request.id}`,
      }),
    ];
  }
  return canUndo(request) ? [undoButton(request)] : [];
}
