import type { ActionRequest } from '../../domain/action-request.ts';
import { personWords } from '../../words.ts';
import { type Block, type ModalView, plain, sections } from './blocks.ts';
import { bold, foreign, foreignLines, quote } from './text.ts';

export const REASON_ID = 'reason';
const REASON_MAX = 1_000;

export interface ReasonForm {
  readonly callbackId: string;
  readonly request: ActionRequest;
  readonly title: string;
  readonly submit: string;
  readonly lines: readonly string[];
  readonly hint: string;
  readonly optional: boolean;
}

/** A window about one request that asks for a reason. Its metadata is the request's id and nothing else. */
export function reasonForm(form: ReasonForm): ModalView {
  const blocks: Block[] = [
    ...sections(form.lines),
    {
      type: 'input',
      block_id: REASON_ID,
      label: plain('Reason'),
      hint: plain(form.hint),
      optional: form.optional,
      element: { type: 'plain_text_input', action_id: REASON_ID, multiline: true, max_length: REASON_MAX },
    },
  ];
  return {
    type: 'modal',
    callback_id: form.callbackId,
    private_metadata: form.request.id,
    title: plain(form.title, 24),
    submit: plain(form.submit, 24),
    close: plain('Cancel', 24),
    blocks,
  };
}

/** What is asked, by whom and why, above the reason. */
export function requestLines(request: ActionRequest): readonly string[] {
  return [
    bold(foreign(request.sentence, 1_000)),
    `Asked by ${foreign(personWords(request.requester))}`,
    ...(request.reason === null ? [] : quote(foreignLines(request.reason)).split('\n')),
  ];
}
