import { setTimeout as wait } from 'node:timers/promises';
import { ConflictError } from '../domain/errors.ts';
import { decisionWords, type RenewalKind } from '../domain/renewal.ts';
import { decideRenewal, getRenewal, mayDecideRenewal } from '../services/decide-renewal.ts';
import { deliverRenewal } from '../services/deliver-renewal.ts';
import { identifyCaller } from '../services/identify-caller.ts';
import { decidedWords } from '../words.ts';
import { Answer } from './answer.ts';
import { explain } from './explain.ts';
import { readJson } from './ids.ts';
import { openModal } from './modal.ts';
import { type SubmitAck, showResult } from './on-form.ts';
import type { Room } from './room.ts';
import { sendingView } from './views/action-form.ts';
import type { ModalView } from './views/blocks.ts';
import { messageView } from './views/message.ts';
import { readRenewal, readRenewalMeta, renewalErrors, renewalForm } from './views/renewal.ts';
import { doneView, failedView } from './views/result.ts';
import type { Press, Submission } from './wire.ts';

/** Slack applies the answer to a submission after it has read it; an update that comes sooner would be overwritten. */
const AFTER_ACK_MS = 300;

export function onRenewAll(room: Room, press: Press): Promise<void> {
  return open(room, press, 'all');
}

export function onRenewFewer(room: Room, press: Press): Promise<void> {
  return open(room, press, 'fewer');
}

export function onRenewNone(room: Room, press: Press): Promise<void> {
  return open(room, press, 'none');
}

export function onRenewChange(room: Room, press: Press): Promise<void> {
  return open(room, press, null);
}

/** A button of a card that shows no decision is stale once there is one: it says who decided. */
async function open(room: Room, press: Press, kind: RenewalKind | null): Promise<void> {
  const { world } = room;
  try {
    const caller = await identifyCaller(world, press.userId);
    const renewal = await getRenewal(world, press.value);
    await mayDecideRenewal(world, caller, renewal);
    const last = renewal.decisions.at(-1) ?? null;
    if (kind !== null && last !== null) {
      world.background.run('deliver-renewal', async () => void (await deliverRenewal(world, renewal.id)));
      throw new ConflictError('conflict.renewal', decidedWords(last), {
        hint: 'Press “Change the decision…” to decide otherwise, with a reason.',
      });
    }
    if ((await openModal(room, press, renewalForm(renewal, kind))) === null)
      await new Answer(room, press).say(messageView('Slack took too long to open the window.', 'Press the button again.'));
  } catch (error) {
    await new Answer(room, press).sorry('renewal', error);
  }
}

export function onRenewalSent(
  room: Room,
  sent: Submission,
): { readonly ack: SubmitAck; readonly work: (() => Promise<void>) | null } {
  const meta = readRenewalMeta(readJson(sent.metadata));
  const filled = readRenewal(sent.values);
  const kind = meta?.kind ?? filled.kind;
  const errors = renewalErrors({ ...filled, kind });
  if (Object.keys(errors).length > 0) return { ack: { response_action: 'errors', errors: { ...errors } }, work: null };
  const work = async (): Promise<void> => {
    const settled = wait(AFTER_ACK_MS);
    const view = await decided(room, sent, async () => {
      if (meta === null || kind === null) return failedView('This window is from an older version.', 'Press the button again.');
      const caller = await identifyCaller(room.world, sent.userId);
      const { decisions } = await decideRenewal(room.world, caller, { ...meta, ...filled, kind });
      const last = decisions.at(-1);
      return doneView('Decided', `${last === undefined ? '' : decisionWords(last)}. The thread and the report show it.`);
    });
    await settled;
    await showResult(room, sent, view);
  };
  return { ack: { response_action: 'update', view: sendingView() }, work };
}

async function decided(room: Room, sent: Submission, work: () => Promise<ModalView>): Promise<ModalView> {
  try {
    return await work();
  } catch (error) {
    const { message, hint } = explain(room.world, `renewal:${sent.callbackId}`, error);
    return failedView(message, hint);
  }
}
