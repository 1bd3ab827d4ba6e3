import type { ActionRequest } from '../../domain/action-request.ts';
import { CALLBACKS } from '../ids.ts';
import type { ModalView } from './blocks.ts';
import { reasonForm } from './reason-forms.ts';
import { bold, foreign } from './text.ts';

export function undoForm(request: ActionRequest): ModalView {
  return reasonForm({
    callbackId: CALLBACKS.undo,
    request,
    title: 'Undo',
    submit: 'Ask to undo',
    lines: [
      'This will be asked for:',
      bold(foreign(request.undo?.sentence ?? 'Nothing: it cannot be undone from here.', 1_000)),
      `It takes back: ${foreign(request.sentence, 1_000)}`,
      'It is a request like any other: the same rules say who must approve it, and it is checked again right before it is done.',
    ],
    hint: 'The approver will read it.',
    optional: false,
  });
}
