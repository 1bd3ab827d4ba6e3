import type { ActionRequest } from '../../domain/action-request.ts';
import type { InPlace } from '../../services/undo-request.ts';
import { count } from '../../words.ts';
import { ACTIONS } from '../ids.ts';
import { actions, button, type ModalView, noticeModal } from './blocks.ts';
import { bold, foreign, foreignLines, momentToken } from './text.ts';

/** What became of a form that was sent: where the request is, and who decides. */
export function askedView(request: ActionRequest, channel: string | null): ModalView {
  if (request.policy.approvals === 0) {
    return noticeModal('On its way', [
      ':white_check_mark: *No approval is needed, so it is being done now.*',
      foreign(request.sentence, 1_000),
      `You get a direct message with the result. Request \`${foreign(request.id)}\`.`,
    ]);
  }
  const where = channel === null ? 'the approvers have it as a direct message' : `the approvers see it in <#${foreign(channel)}>`;
  return noticeModal('Asked', [
    ':white_check_mark: *Asked.* Nothing is changed yet.',
    bold(foreign(request.sentence, 1_000)),
    `${count(request.policy.approvals, 'other person', 'other people')} must approve; ${where}. It expires ${momentToken(request.expiresAt)}.`,
    `You get a direct message when it is decided. Request \`${foreign(request.id)}\`; take it back with \`/licenses requests\`.`,
  ]);
}

export function doneView(title: string, words: string): ModalView {
  return noticeModal(title, [`:white_check_mark: ${foreign(words, 1_500)}`]);
}

/** Why it did not work and what to do, inside the window where the person is. */
export function failedView(message: string, hint: string | null): ModalView {
  return noticeModal('That did not work', [`:warning: ${foreignLines(message)}`, ...(hint === null ? [] : [foreignLines(hint)])]);
}

/** The very seat is gone: what can be had in its place, one press away. */
export function inPlaceView(problems: string, inPlace: InPlace, request: ActionRequest): ModalView {
  const { product, free } = inPlace;
  const name = foreign(product.name);
  const whom = request.affected?.email ?? request.affected?.name ?? '';
  const [words, text, command] =
    free === null
      ? [`No other seat of ${name} is free.`, 'Get in the queue', `request ${product.name}`]
      : [
          `Another seat of ${name} is free${free.team === null ? '' : ` in ${foreign(free.team.name)}`}.`,
          'Give that one',
          `assign ${whom} ${product.name}`,
        ];
  const view = noticeModal('That seat is gone', [`:warning: ${foreignLines(problems)}`, words]);
  return { ...view, blocks: [...view.blocks, actions([button({ actionId: ACTIONS.pick, text, value: command })])] };
}
