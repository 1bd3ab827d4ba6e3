import { CALLBACKS } from '../ids.ts';
import { type ModalView, plain } from './blocks.ts';
import { stateOf, type ViewValues } from './form-inputs.ts';

const MEMBER_ID = 'member';
const TEXT_ID = 'who';

/** Whom to look up: somebody in Slack, or an e-mail or name typed. */
export function lookupForm(): ModalView {
  return {
    type: 'modal',
    callback_id: CALLBACKS.lookup,
    title: plain('Look up licences', 24),
    submit: plain('Look up', 24),
    close: plain('Cancel', 24),
    blocks: [
      {
        type: 'input',
        block_id: TEXT_ID,
        label: plain('E-mail or name'),
        optional: true,
        element: { type: 'plain_text_input', action_id: TEXT_ID, placeholder: plain('cara@example.com'), max_length: 250 },
      },
      {
        type: 'input',
        block_id: MEMBER_ID,
        label: plain('Or choose a colleague'),
        optional: true,
        element: { type: 'users_select', action_id: MEMBER_ID },
      },
    ],
  };
}

/** What to resolve, or which field is wrong. */
export function readLookup(
  values: ViewValues,
): { readonly text: string } | { readonly errors: Readonly<Record<string, string>> } {
  const typed = (stateOf(values, TEXT_ID)?.value ?? '').trim();
  if (typed !== '') return { text: typed };
  const chosen = stateOf(values, MEMBER_ID)?.selected_user ?? null;
  return chosen === null
    ? { errors: { [TEXT_ID]: 'Type an e-mail or a name, or choose a colleague below.' } }
    : { text: `<@${chosen}>` };
}
