import { asText, asWire, type Wire } from '../wire.ts';
import { readView } from './content.ts';
import type { Ack } from './delivery.ts';
import type { Dispatch } from './dispatch.ts';
import { elementsOf, missingEntries } from './form.ts';
import { ImpossibleAct } from './impossible-act.ts';
import { ApiError } from './methods/method.ts';
import { pushView } from './methods/views.ts';
import type { SlackUser, View } from './model.ts';
import { viewObject } from './objects.ts';
import type { Payloads } from './payloads.ts';
import type { Workspace } from './workspace.ts';

/** How a person ends a modal: by submitting or by closing it. */
export class ModalActs {
  readonly #workspace: Workspace;
  readonly #dispatch: Dispatch;
  readonly #payloads: Payloads;

  constructor(workspace: Workspace, dispatch: Dispatch, payloads: Payloads) {
    this.#workspace = workspace;
    this.#dispatch = dispatch;
    this.#payloads = payloads;
  }

  /** Submits the person's topmost modal. Missing entries are shown without asking the app, as in Slack. */
  async submit(user: SlackUser): Promise<void> {
    const userId = user.id;
    const view = this.#top(userId);
    view.errors = missingEntries(view.blocks, view.values);
    view.trouble = null;
    if (Object.keys(view.errors).length > 0) {
      this.#workspace.changed();
      return;
    }
    view.busy = true;
    this.#workspace.changed();
    const ack = await this.#dispatch.send('interactive', `view_submission ${String(view.content['callback_id'] ?? '')}`, {
      type: 'view_submission',
      ...this.#payloads.envelope(user),
      trigger_id: this.#payloads.trigger(userId),
      view: viewObject(this.#workspace, view),
      response_urls: this.#responseUrls(user, view),
    });
    view.busy = false;
    const problem = this.#afterSubmit(userId, view, ack);
    if (problem !== null) {
      view.trouble = 'We had some trouble connecting. Try again?';
      if (ack.ok)
        this.#workspace.breaks('views.response', `view_submission ${String(view.content['callback_id'] ?? '')}`, problem);
    }
    this.#workspace.changed();
  }

  /** Does what the app answered; tells what is wrong with the answer, or null. */
  #afterSubmit(userId: string, view: View, ack: Ack): string | null {
    if (!ack.ok) return ack.error;
    const reply = asWire(ack.body);
    const stack = this.#workspace.stack(userId);
    const others = stack.filter((each) => each !== view);
    try {
      switch (reply['response_action']) {
        case undefined:
          this.#workspace.stacks.set(userId, view.content['clear_on_close'] === true ? [] : others);
          return null;
        case 'clear':
          this.#workspace.stacks.set(userId, []);
          return null;
        case 'update':
          this.#workspace.replaceView(view, readView(reply['view'], 'modal', this.#workspace, 'response_action update'));
          return null;
        case 'push':
          pushView(this.#workspace, userId, readView(reply['view'], 'modal', this.#workspace, 'response_action push'));
          return null;
        case 'errors':
          return showErrors(view, asWire(reply['errors']));
        default:
          return `unknown response_action "${String(reply['response_action'])}"`;
      }
    } catch (error) {
      if (error instanceof ApiError) return error.broken?.what ?? error.code;
      throw error;
    }
  }

  /** Closes the topmost modal, or all of them. */
  async close(user: SlackUser, everything: boolean): Promise<void> {
    const userId = user.id;
    const view = this.#top(userId);
    const all = everything || view.content['clear_on_close'] === true;
    const stack = this.#workspace.stack(userId);
    this.#workspace.stacks.set(userId, all ? [] : stack.filter((each) => each !== view));
    this.#workspace.changed();
    if (view.content['notify_on_close'] !== true) return;
    await this.#dispatch.send('interactive', `view_closed ${String(view.content['callback_id'] ?? '')}`, {
      type: 'view_closed',
      ...this.#payloads.envelope(user),
      view: viewObject(this.#workspace, view),
      is_cleared: all,
    });
  }

  /** One for each conversation that was chosen in a select with `response_url_enabled`. */
  #responseUrls(user: SlackUser, view: View): readonly Wire[] {
    return elementsOf(view.blocks).flatMap(({ element, blockId, actionId }) => {
      if (element['response_url_enabled'] !== true) return [];
      const state = asWire(view.values[blockId]?.[actionId]);
      const channel = asText(state['selected_conversation'] ?? state['selected_channel']);
      if (channel === undefined) return [];
      const url = this.#payloads.responseUrl(channel, user.id);
      return [{ block_id: blockId, action_id: actionId, channel_id: channel, response_url: url }];
    });
  }

  #top(userId: string): View {
    const view = this.#workspace.stack(userId).at(-1);
    if (view === undefined) throw new ImpossibleAct('no window is open');
    return view;
  }
}

function showErrors(view: View, errors: Wire): string | null {
  const inputs = new Set(view.blocks.filter((block) => block['type'] === 'input').map((block) => block['block_id']));
  const unknown = Object.keys(errors).filter((id) => !inputs.has(id));
  if (Object.keys(errors).length === 0) return 'response_action errors without errors';
  if (unknown.length > 0) return `errors name blocks that are no inputs of the view: ${unknown.join(', ')}`;
  view.errors = Object.fromEntries(Object.entries(errors).map(([id, text]) => [id, String(text)]));
  return null;
}
