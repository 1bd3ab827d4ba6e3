import type { ActionRequest } from '../domain/action-request.ts';
import type { CardRecord, OwedNotice } from './store.ts';

/** Shows people what happened to a request. Every method may be called again with the same state. */
export interface Notifier {
  /**
   * Posts the request's card without buttons and tells where it stands. Buttons come with `updateCard`, once the place
   * is stored, so that a crash in between never leaves a live button nobody knows of.
   */
  postCard(request: ActionRequest): Promise<{ readonly channel: string; readonly ts: string }>;
  /** Renders the card from state. Resolves false when the message is gone or may not be edited any more. */
  updateCard(request: ActionRequest, card: CardRecord): Promise<boolean>;
  /** Sends one direct message. Resolves false when the person cannot be reached, which is final. */
  tell(notice: OwedNotice, request: ActionRequest): Promise<boolean>;
}
