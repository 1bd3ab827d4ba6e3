import { setTimeout as wait } from 'node:timers/promises';
import type { Caller } from '../command.ts';
import { isEmail } from '../domain/person.ts';
import { REPORT_IDS, type ReportId } from '../domain/report-settings.ts';
import { askHoldersNow } from '../services/ask-holders.ts';
import { identifyCaller } from '../services/identify-caller.ts';
import { reclaim, reclaimChoices } from '../services/reclaim.ts';
import { snoozeChoices, snoozePerson } from '../services/snooze.ts';
import { Answer } from './answer.ts';
import { explain } from './explain.ts';
import { openModal, updateModal } from './modal.ts';
import { answerText } from './on-command.ts';
import { type SubmitAck, showResult } from './on-form.ts';
import type { Room } from './room.ts';
import { loadingForm, sendingView } from './views/action-form.ts';
import type { ModalView } from './views/blocks.ts';
import {
  askedHoldersWords,
  readReclaim,
  readSnooze,
  reclaimedView,
  reclaimForm,
  snoozedView,
  snoozeForm,
} from './views/digest-forms.ts';
import { messageView } from './views/message.ts';
import { failedView } from './views/result.ts';
import type { Press, Submission } from './wire.ts';

/** Slack applies the answer to a submission after it has read it; an update that comes sooner would be overwritten. */
const AFTER_ACK_MS = 300;

/** One row of a digest: what its person holds now, seen by whoever pressed alone. */
export async function onReviewRow(room: Room, press: Press): Promise<void> {
  // A vendor's text that is no address could be a command.
  if (isEmail(press.value)) await answerText(room, press, press.value, false);
}

export function onReclaim(room: Room, press: Press): Promise<void> {
  return openForReport(room, press, async (caller, id) => reclaimForm(await reclaimChoices(room.world, caller, id)));
}

export function onSnooze(room: Room, press: Press): Promise<void> {
  return openForReport(room, press, async (caller, id) => snoozeForm(await snoozeChoices(room.world, caller, id)));
}

export async function onAskHolders(room: Room, press: Press): Promise<void> {
  const answer = new Answer(room, press);
  try {
    const caller = await identifyCaller(room.world, press.userId);
    const asked = await askHoldersNow(room.world, caller, new AbortController().signal);
    await answer.say(messageView(askedHoldersWords(asked)));
  } catch (error) {
    await answer.sorry('digest:ask-holders', error);
  }
}

export function onReclaimSent(room: Room, sent: Submission): Sent {
  const { marks, reason } = readReclaim(sent.values);
  return submitted(room, sent, async (caller, reportId) =>
    reclaimedView(await reclaim(room.world, caller, { reportId, marks, reason })),
  );
}

export function onSnoozeSent(room: Room, sent: Submission): Sent {
  return submitted(room, sent, async (caller) => snoozedView(await snoozePerson(room.world, caller, readSnooze(sent.values))));
}

interface Sent {
  readonly ack: SubmitAck;
  readonly work: () => Promise<void>;
}

type Work = (caller: Caller, reportId: ReportId) => Promise<ModalView>;

/** The window opens at once and is filled when the report is made. */
async function openForReport(room: Room, press: Press, fill: Work): Promise<void> {
  const viewId = await openModal(room, press, loadingForm());
  if (viewId === null)
    return new Answer(room, press).say(messageView('Slack took too long to open the window.', 'Press it again.'));
  await updateModal(room, viewId, await workOrWhyNot(room, press.userId, press.value, fill));
}

function submitted(room: Room, sent: Submission, work: Work): Sent {
  return {
    ack: { response_action: 'update', view: sendingView() },
    work: async () => {
      const settled = wait(AFTER_ACK_MS);
      const view = await workOrWhyNot(room, sent.userId, sent.metadata, work);
      await settled;
      await showResult(room, sent, view);
    },
  };
}

async function workOrWhyNot(room: Room, userId: string, value: string, work: Work): Promise<ModalView> {
  try {
    const reportId = REPORT_IDS.find((id) => id === value);
    if (reportId === undefined) return failedView('This button is from an older version.', null);
    return await work(await identifyCaller(room.world, userId), reportId);
  } catch (error) {
    const { message, hint } = explain(room.world, 'digest', error);
    return failedView(message, hint);
  }
}
