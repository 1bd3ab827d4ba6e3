import type { ActionRequest } from '../../domain/action-request.ts';
import { CALLBACKS } from '../ids.ts';
import type { ModalView } from './blocks.ts';
import { reasonForm, requestLines } from './reason-forms.ts';

/** Asks why a task could not be done. */
export function taskNotDoneForm(request: ActionRequest): ModalView {
  return reasonForm({
    callbackId: CALLBACKS.taskNotDone,
    request,
    title: 'Could not be done',
    submit: 'End it',
    lines: [...requestLines(request), 'The request ends without effect; it can be asked for again.'],
    hint: 'What was in the way? The person who asked will read it.',
    optional: false,
  });
}
