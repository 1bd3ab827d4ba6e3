import { setTimeout as wait } from 'node:timers/promises';
import { identifyCaller } from '../services/identify-caller.ts';
import { lookupPerson } from '../services/lookup-person.ts';
import { resolvePerson } from '../services/resolve-person.ts';
import { Answer } from './answer.ts';
import { explain } from './explain.ts';
import { readPage } from './ids.ts';
import { openModal, updateModal } from './modal.ts';
import { type SubmitAck, showResult } from './on-form.ts';
import type { Room } from './room.ts';
import { type ModalView, noticeModal, plain } from './views/blocks.ts';
import { fitBlocks, LIMITS } from './views/limits.ts';
import { lookupSurface, lookupView } from './views/lookup.ts';
import { lookupForm, readLookup } from './views/lookup-form.ts';
import { messageView } from './views/message.ts';
import { failedView } from './views/result.ts';
import { foreign } from './views/text.ts';
import type { Incoming, Press, Shortcut, Submission } from './wire.ts';

const AFTER_ACK_MS = 300;
/** Two blocks a row leave room for headings below the 100 blocks of a window. */
const ROWS_IN_MODAL = 30;

/** Next and Previous: the facts are read again, and the page takes the place of the one before. */
export async function onPage(room: Room, press: Press): Promise<void> {
  const answer = new Answer(room, press);
  const wanted = readPage(press.value);
  if (wanted === null) return answer.say(messageView('This button is from an older version.', 'Look the person up again.'));
  try {
    const caller = await identifyCaller(room.world, press.userId);
    const choice = await resolvePerson(room.world, wanted.email);
    if (choice.kind !== 'one') return await answer.say(messageView('That person cannot be found any more.'));
    await answer.say(lookupView(await lookupPerson(room.world, caller, choice.person), wanted.page), true);
  } catch (error) {
    await answer.sorry('page', error);
  }
}

/** The shortcut, and the button on Home. */
export async function onOpenLookup(room: Room, incoming: Incoming): Promise<void> {
  if ((await openModal(room, incoming, lookupForm())) === null)
    await new Answer(room, incoming).say(
      messageView('Slack took too long to open the window.', 'Try again, or type `/licenses` and a name.'),
    );
}

/** On somebody's message: what its author holds. */
export async function onAuthorShortcut(room: Room, shortcut: Shortcut): Promise<void> {
  const viewId = await openModal(room, shortcut, searching());
  if (viewId === null || shortcut.author === null) return;
  await updateModal(room, viewId, await found(room, shortcut.userId, `<@${shortcut.author}>`));
}

export function onLookupSent(
  room: Room,
  sent: Submission,
): { readonly ack: SubmitAck; readonly work: (() => Promise<void>) | null } {
  const read = readLookup(sent.values);
  if ('errors' in read) return { ack: { response_action: 'errors', errors: read.errors }, work: null };
  return {
    ack: { response_action: 'update', view: searching() },
    work: async () => {
      const settled = wait(AFTER_ACK_MS);
      const view = await found(room, sent.userId, read.text);
      await settled;
      await showResult(room, sent, view);
    },
  };
}

function searching(): ModalView {
  return noticeModal('Licences', [':hourglass_flowing_sand: Looking …']);
}

async function found(room: Room, userId: string, text: string): Promise<ModalView> {
  try {
    const caller = await identifyCaller(room.world, userId);
    const choice = await resolvePerson(room.world, text);
    if (choice.kind === 'none') return failedView(choice.text, 'Try an e-mail address.');
    if (choice.kind === 'several') {
      const names = choice.members
        .slice(0, 25)
        .map((member) => `• ${foreign(member.name)}  ·  ${foreign(member.email ?? 'no e-mail')}`);
      const left = choice.members.length - names.length;
      return noticeModal('Who is meant?', [
        `${choice.members.length} people fit. Look up one of them by e-mail:`,
        ...names,
        ...(left > 0 ? [`• and ${left} more`] : []),
      ]);
    }
    const result = await lookupPerson(room.world, caller, choice.person);
    return {
      type: 'modal',
      title: plain('Licences', LIMITS.viewTitle),
      close: plain('Close', 24),
      blocks: fitBlocks(lookupSurface(result, ROWS_IN_MODAL), LIMITS.viewBlocks),
    };
  } catch (error) {
    const { message, hint } = explain(room.world, 'lookup', error);
    return failedView(message, hint);
  }
}
