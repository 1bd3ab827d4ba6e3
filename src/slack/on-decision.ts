import { setTimeout as wait } from 'node:timers/promises';
import { describeState } from '../domain/action-request.ts';
import { toInstant } from '../domain/time.ts';
import { decideRequest, requireDenier } from '../services/decide-request.ts';
import { deliver } from '../services/deliver.ts';
import { finishTask, giveUpTask, requireTaskRight } from '../services/finish-task.ts';
import { getRequest } from '../services/get-request.ts';
import { identifyCaller } from '../services/identify-caller.ts';
import { readDetails } from '../services/read-details.ts';
import { rowsCsv } from '../services/rows-csv.ts';
import { stopBulk } from '../services/stop-bulk.ts';
import { requireUndoer, undoRequest } from '../services/undo-request.ts';
import { withdrawRequest } from '../services/withdraw-request.ts';
import { Answer } from './answer.ts';
import { explain } from './explain.ts';
import { openModal } from './modal.ts';
import { type SubmitAck, showResult } from './on-form.ts';
import { publishHome } from './on-home.ts';
import type { Room } from './room.ts';
import { sendCsv } from './send-csv.ts';
import { sendingView } from './views/action-form.ts';
import type { ModalView } from './views/blocks.ts';
import { denyForm } from './views/deny-form.ts';
import { detailsView } from './views/details.ts';
import { stateOf } from './views/form-inputs.ts';
import { messageView } from './views/message.ts';
import { REASON_ID } from './views/reason-forms.ts';
import { askedView, doneView, failedView, inPlaceView } from './views/result.ts';
import { taskNotDoneForm } from './views/task-form.ts';
import { undoForm } from './views/undo-form.ts';
import type { Press, Submission } from './wire.ts';

const AFTER_ACK_MS = 300;
const TOO_LATE = 'Slack took too long to open the window.';

export async function onApprove(room: Room, press: Press): Promise<void> {
  try {
    const caller = await identifyCaller(room.world, press.userId);
    const decided = await decideRequest(room.world, caller, press.value, 'approve', null);
    await tellWhereNoCardIs(room, press, describeState(decided));
  } catch (error) {
    await new Answer(room, press).sorry('approve', error);
    await repair(room, press);
  }
}

export async function onDeny(room: Room, press: Press): Promise<void> {
  try {
    const request = await getRequest(room.world, press.value);
    if (request.state === 'pending') {
      await requireDenier(room.world, await identifyCaller(room.world, press.userId), request);
      return await openOrSay(room, press, denyForm(request));
    }
    await new Answer(room, press).say(messageView(describeState(request)));
  } catch (error) {
    await new Answer(room, press).sorry('deny', error);
  }
  await repair(room, press);
}

export async function onUndo(room: Room, press: Press): Promise<void> {
  try {
    const request = await getRequest(room.world, press.value);
    if (request.state === 'succeeded' && request.undo !== null) {
      await requireUndoer(room.world, await identifyCaller(room.world, press.userId), request);
      return await openOrSay(room, press, undoForm(request));
    }
    const words = request.state === 'succeeded' ? `“${request.presetTitle}” cannot be undone from here.` : describeState(request);
    await new Answer(room, press).say(messageView(words));
  } catch (error) {
    await new Answer(room, press).sorry('undo', error);
  }
  room.world.background.run('deliver', () => deliver(room.world, press.value));
}

export async function onWithdraw(room: Room, press: Press): Promise<void> {
  try {
    const caller = await identifyCaller(room.world, press.userId);
    const withdrawn = await withdrawRequest(room.world, caller, press.value);
    await tellWhereNoCardIs(room, press, describeState(withdrawn));
  } catch (error) {
    await new Answer(room, press).sorry('withdraw', error);
  }
}

export async function onStop(room: Room, press: Press): Promise<void> {
  try {
    const caller = await identifyCaller(room.world, press.userId);
    await stopBulk(room.world, caller, press.value);
    await tellWhereNoCardIs(room, press, 'It stops after the row at hand. What is done stays done.');
  } catch (error) {
    await new Answer(room, press).sorry('stop', error);
    await repair(room, press);
  }
}

export async function onTaskDone(room: Room, press: Press): Promise<void> {
  try {
    const caller = await identifyCaller(room.world, press.userId);
    const done = await finishTask(room.world, caller, press.value);
    await tellWhereNoCardIs(room, press, describeState(done));
  } catch (error) {
    await new Answer(room, press).sorry('task', error);
    await repair(room, press);
  }
}

export async function onTaskNotDone(room: Room, press: Press): Promise<void> {
  try {
    const request = await getRequest(room.world, press.value);
    if (request.state === 'by-hand') {
      await requireTaskRight(room.world, await identifyCaller(room.world, press.userId), request);
      return await openOrSay(room, press, taskNotDoneForm(request));
    }
    await new Answer(room, press).say(messageView(describeState(request)));
  } catch (error) {
    await new Answer(room, press).sorry('task', error);
  }
  await repair(room, press);
}

/** Where each fact comes from, what people wrote, and every row of a bulk request, as a file, too; for those who may look at requests. */
export async function onDetails(room: Room, press: Press): Promise<void> {
  const answer = new Answer(room, press);
  try {
    const { world } = room;
    const caller = await identifyCaller(world, press.userId);
    const { request, comments } = await readDetails(world, caller, press.value);
    await answer.say(detailsView(request, comments, toInstant(world.clock.now())));
    if (request.bulk === undefined) return;
    const title = `All rows of request ${request.id}`;
    const { length } = request.bulk.rows;
    await sendCsv(room, press, { name: `${request.id}.csv`, title, rows: length, text: rowsCsv(request) });
  } catch (error) {
    await answer.sorry('details', error);
  }
}

interface Sent {
  readonly ack: SubmitAck;
  readonly work: (() => Promise<void>) | null;
}

export function onDenySent(room: Room, sent: Submission): Sent {
  return withReason(sent, 'Say why you deny it: the person who asked will read it.', (reason) =>
    settle(room, sent, 'deny', async () => {
      const caller = await identifyCaller(room.world, sent.userId);
      const denied = await decideRequest(room.world, caller, sent.metadata, 'deny', reason);
      return doneView('Denied', `${denied.requester.name} reads your reason now. Nothing was changed.`);
    }),
  );
}

export function onTaskNotDoneSent(room: Room, sent: Submission): Sent {
  return withReason(sent, 'Say what was in the way: the person who asked will read it.', (reason) =>
    settle(room, sent, 'task', async () => {
      const caller = await identifyCaller(room.world, sent.userId);
      const ended = await giveUpTask(room.world, caller, sent.metadata, reason);
      return doneView('Ended', `${ended.requester.name} reads your reason now. Nothing was changed.`);
    }),
  );
}

export function onUndoSent(room: Room, sent: Submission): Sent {
  return withReason(sent, 'Say why: the approver will read it.', (reason) =>
    settle(room, sent, 'undo', async () => {
      const caller = await identifyCaller(room.world, sent.userId);
      const result = await undoRequest(room.world, caller, sent.metadata, reason);
      if (result.ok) return askedView(result.request, room.world.settings().approvals.channel);
      const problems = result.problems.map((problem) => problem.message).join('\n');
      return result.inPlace === null
        ? failedView(problems, null)
        : inPlaceView(problems, result.inPlace, await getRequest(room.world, sent.metadata));
    }),
  );
}

function withReason(sent: Submission, missing: string, work: (reason: string) => Promise<void>): Sent {
  const reason = (stateOf(sent.values, REASON_ID)?.value ?? '').trim();
  if (reason === '') return { ack: { response_action: 'errors', errors: { [REASON_ID]: missing } }, work: null };
  return { ack: { response_action: 'update', view: sendingView() }, work: () => work(reason) };
}

async function settle(room: Room, sent: Submission, what: string, work: () => Promise<ModalView>): Promise<void> {
  const settled = wait(AFTER_ACK_MS);
  let view: ModalView;
  try {
    view = await work();
  } catch (error) {
    const { message, hint } = explain(room.world, what, error);
    view = failedView(message, hint);
    room.world.background.run('deliver', () => deliver(room.world, sent.metadata));
  }
  await settled;
  await showResult(room, sent, view);
}

async function openOrSay(room: Room, press: Press, view: ModalView): Promise<void> {
  if ((await openModal(room, press, view)) === null)
    await new Answer(room, press).say(messageView(TOO_LATE, 'Press the button again.'));
}

/** On a card the change shows by itself; in a list or on Home it would not. */
async function tellWhereNoCardIs(room: Room, press: Press, words: string): Promise<void> {
  if (press.view?.type === 'home') return publishHome(room, press.userId);
  if (press.message === null || press.message.ephemeral) await new Answer(room, press).say(messageView(words));
}

/** A button that should not be there any more: the very message that was pressed is rendered from the stored state. */
async function repair(room: Room, press: Press): Promise<void> {
  const { world } = room;
  world.background.run('deliver', () => deliver(world, press.value));
  const place = press.message;
  if (place === null || place.ephemeral) return;
  try {
    const request = await getRequest(world, press.value);
    await world.notifier.updateCard(request, { ...place, id: request.id, version: 0, shownVersion: request.version });
  } catch (cause) {
    room.log.info('slack.not-repaired', { cause });
  }
}
