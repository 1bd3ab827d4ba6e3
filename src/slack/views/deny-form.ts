import type { ActionRequest } from '../../domain/action-request.ts';
import { CALLBACKS } from '../ids.ts';
import type { ModalView } from './blocks.ts';
import { reasonForm, requestLines } from './reason-forms.ts';

export function denyForm(request: ActionRequest): ModalView {
  return reasonForm({
    callbackId: CALLBACKS.deny,
    request,
    title: 'Deny this request',
    submit: 'Deny',
    lines: requestLines(request),
    hint: 'The person who asked will read it.',
    optional: false,
  });
}
