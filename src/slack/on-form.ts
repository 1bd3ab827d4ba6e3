import { setTimeout as wait } from 'node:timers/promises';
import type { FormOpening } from '../reply.ts';
import { identifyCaller } from '../services/identify-caller.ts';
import { prepareForm } from '../services/prepare-form.ts';
import { type AskProblem, requestAction } from '../services/request-action.ts';
import { Answer } from './answer.ts';
import { explain } from './explain.ts';
import { actionIdFor, openingValue, readOpening } from './ids.ts';
import { openModal, updateModal } from './modal.ts';
import type { Room } from './room.ts';
import {
  type FilledForm,
  type FormMetadata,
  formView,
  loadingForm,
  readForm,
  readMetadata,
  sendingView,
} from './views/action-form.ts';
import { actions, button, type ModalView, message, sections } from './views/blocks.ts';
import { messageView } from './views/message.ts';
import { askedView, failedView } from './views/result.ts';
import type { Incoming, Press, Submission } from './wire.ts';

/** Slack applies the answer to a submission after it has read it; an update that comes sooner would be overwritten. */
const AFTER_ACK_MS = 300;

const STALE = 'This button is from an older version, or was changed.';

/** What a submission is answered with at once. */
export type SubmitAck =
  | { readonly response_action: 'update'; readonly view: ModalView }
  | { readonly response_action: 'errors'; readonly errors: Readonly<Record<string, string>> };

/** Revoke, Deactivate, Update, Assign and the rest: the button names the preset and its target. */
export async function onActionButton(room: Room, press: Press): Promise<void> {
  const opening = readOpening(press.value);
  if (opening === null) return new Answer(room, press).say(messageView(STALE, 'Look the person up again.'));
  await openForm(room, press, opening);
}

/** Opens the form at once and fills it when the vendor has answered, or says in it why it cannot be. */
export async function openForm(room: Room, incoming: Incoming, opening: FormOpening): Promise<void> {
  const viewId = await openModal(room, incoming, loadingForm());
  if (viewId === null) return offerAgain(room, incoming, opening);
  const view = await filledForm(room, incoming.userId, opening);
  await updateModal(room, viewId, view);
}

async function filledForm(room: Room, userId: string, opening: FormOpening): Promise<ModalView> {
  try {
    const caller = await identifyCaller(room.world, userId);
    return formView(await prepareForm(room.world, caller, opening), opening.given);
  } catch (error) {
    const { message: words, hint } = explain(room.world, 'form', error);
    return failedView(words, hint);
  }
}

/** The look-up took longer than a window may be opened for; a press on this button starts a new three seconds. */
async function offerAgain(room: Room, incoming: Incoming, opening: FormOpening): Promise<void> {
  const preset = room.world.connectors.get(opening.target.integrationId)?.presets.get(opening.presetId);
  const title = preset?.title ?? 'the form';
  const words = `“${title}” is ready.`;
  const open = button({
    actionId: actionIdFor(preset?.verb ?? 'run'),
    text: 'Open the form',
    value: openingValue(opening.presetId, opening.target, opening.given),
    style: 'primary',
  });
  await new Answer(room, incoming).say(message(words, [...sections([words]), actions([open])]));
}

/** What to answer a sent form with, and what to do afterwards. */
export function onFormSent(
  room: Room,
  sent: Submission,
): { readonly ack: SubmitAck; readonly work: (() => Promise<void>) | null } {
  const meta = readMetadata(sent.metadata);
  const preset = meta === null ? undefined : room.world.connectors.get(meta.target.integrationId)?.presets.get(meta.presetId);
  if (meta === null || preset === undefined) {
    return { ack: { response_action: 'update', view: failedView(STALE, 'Look the person up again.') }, work: null };
  }
  const read = readForm(preset, meta, sent.values);
  if (Object.keys(read.errors).length > 0) return { ack: { response_action: 'errors', errors: read.errors }, work: null };
  return { ack: { response_action: 'update', view: sendingView() }, work: () => ask(room, sent, meta, read) };
}

async function ask(room: Room, sent: Submission, meta: FormMetadata, filled: FilledForm): Promise<void> {
  const settled = wait(AFTER_ACK_MS);
  const view = await askedOrWhyNot(room, sent, meta, filled);
  await settled;
  await showResult(room, sent, view);
}

async function askedOrWhyNot(room: Room, sent: Submission, meta: FormMetadata, filled: FilledForm): Promise<ModalView> {
  const { world } = room;
  try {
    const caller = await identifyCaller(world, sent.userId);
    const { presetId, target } = meta;
    const result = await requestAction(world, caller, {
      presetId,
      target,
      inputs: filled.inputs,
      reason: filled.reason === '' ? null : filled.reason,
      ...(meta.until === undefined ? {} : { until: meta.until }),
    });
    if (result.ok) return askedView(result.request, world.settings().approvals.channel);
    return await formAgain(room, sent.userId, meta, filled, result.problems);
  } catch (error) {
    const { message: words, hint } = explain(world, 'ask', error);
    return failedView(words, hint);
  }
}

/** The form as it was filled in, with each problem at its field. */
async function formAgain(
  room: Room,
  userId: string,
  meta: FormMetadata,
  filled: FilledForm,
  problems: readonly AskProblem[],
): Promise<ModalView> {
  try {
    const caller = await identifyCaller(room.world, userId);
    const form = await prepareForm(room.world, caller, {
      presetId: meta.presetId,
      target: meta.target,
      given: meta.given,
      ...(meta.until === undefined ? {} : { until: meta.until }),
    });
    return formView(form, meta.given, filled, problems);
  } catch (error) {
    const { message: words } = explain(room.world, 'form', error);
    return failedView(problems.map((problem) => problem.message).join('\n'), words);
  }
}

/** In the window, or as a direct message when the person has closed it. */
export async function showResult(room: Room, sent: Submission, view: ModalView): Promise<void> {
  const shown = sent.view !== null && (await updateModal(room, sent.view.id, view));
  if (shown) return;
  const blocks = view.blocks.filter((block) => block.type !== 'input') as Parameters<typeof message>[1];
  await new Answer(room, sent).directly(message(textOf(view), blocks));
}

function textOf(view: ModalView): string {
  const texts = view.blocks.flatMap((block) =>
    'text' in block && typeof block.text === 'object' ? [block.text?.text ?? ''] : [],
  );
  return texts.join(' ');
}
