import type { ActionRequest } from '../../domain/action-request.ts';
import type { InPlace } from '../../services/undo-request.ts';
import { count } from '../../words.ts';
import { type ModalView, noticeModal } from './blocks.ts';
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

/** The very seat is gone: what can be had in its place, as commands that can be copied. */
export function inPlaceView(problems: string, inPlace: InPlace, request: ActionRequest): ModalView {
  const product = foreign(inPlace.product.name);
  const whom = foreign(request.affected?.email ?? request.affected?.name ?? '');
  const offer =
    inPlace.free === null
      ? [`No other seat of ${product} is free. Get in the queue with \`/licenses request ${product}\`.`]
      : [
          `Another seat of ${product} is free${inPlace.free.team === null ? '' : ` in ${foreign(inPlace.free.team.name)}`}: \`/licenses assign ${whom} ${product}\`.`,
        ];
  return noticeModal('That seat is gone', [`:warning: ${foreignLines(problems)}`, ...offer]);
}
