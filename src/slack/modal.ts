import { callSlack, FOR_A_PERSON, refusalOf } from './call-slack.ts';
import type { Room } from './room.ts';
import type { ModalView } from './views/blocks.ts';
import type { Incoming } from './wire.ts';

/** The window is closed, or was opened too late. */
const GONE = ['not_found', 'view_not_found'];
const TOO_LATE = ['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id', 'trigger_expired', 'trigger_exchanged'];

/**
 * Opens a window for the person who pressed; on top of the one they are in. Resolves with its id, or null when too much
 * time went by: a trigger lives three seconds (https://docs.slack.dev/interactivity/handling-user-interaction).
 */
export async function openModal(room: Room, incoming: Incoming, view: ModalView): Promise<string | null> {
  const call = { trigger_id: incoming.triggerId, view };
  try {
    const opened = await callSlack(
      () => (incoming.view?.type === 'modal' ? room.client.views.push(call) : room.client.views.open(call)),
      // A trigger works once, so a second try could only be refused.
      { ...FOR_A_PERSON, repeatable: false },
    );
    return opened.view?.id ?? null;
  } catch (error) {
    if (TOO_LATE.includes(refusalOf(error) ?? '')) return null;
    throw error;
  }
}

/** False when the person has closed the window meanwhile. */
export async function updateModal(room: Room, viewId: string, view: ModalView): Promise<boolean> {
  try {
    await callSlack(() => room.client.views.update({ view_id: viewId, view }), FOR_A_PERSON);
    return true;
  } catch (error) {
    if (GONE.includes(refusalOf(error) ?? '')) return false;
    throw error;
  }
}
