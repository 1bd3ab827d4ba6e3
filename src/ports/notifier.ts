import type { ActionRequest } from '../domain/action-request.ts';
import type { PersonRef } from '../domain/person.ts';
import type { SeatOffer, Term } from '../domain/records.ts';
import type { CardRecord, OwedNotice } from './store.ts';

export interface Place {
  readonly channel: string;
  readonly ts: string;
}

export type TermEvent = 'ends' | 'late' | 'asked' | 'renewed';

/** Shows people what happened to a request. Every method may be called again with the same state. */
export interface Notifier {
  /**
   * Posts the request's card without buttons and tells where it stands. Buttons come with `updateCard`, once the place
   * is stored, so that a crash in between never leaves a live button nobody knows of.
   */
  postCard(request: ActionRequest): Promise<Place & { readonly asked?: readonly string[] }>;
  /** Further copies of the card as direct messages, without buttons until the next `updateCard`. Whom Slack refuses is left out. */
  askAlso(request: ActionRequest, userIds: readonly string[]): Promise<readonly Place[]>;
  /** Renders the card from state. Resolves false when the message is gone or may not be edited any more. */
  updateCard(request: ActionRequest, card: CardRecord): Promise<boolean>;
  /** Sends one direct message. Resolves false when the person cannot be reached, which is final. */
  tell(notice: OwedNotice, request: ActionRequest): Promise<boolean>;
  /** Says that a request still waits: to people directly, or beneath its card when `userIds` is null. */
  remind(request: ActionRequest, card: CardRecord, userIds: readonly string[] | null): Promise<void>;
  /** Asks a holder whether they can spare their seat: Keep or Release. */
  offer(offer: SeatOffer): Promise<void>;
  /** Says that what was given ends soon, that it should have ended and cannot be asked back yet, that more time is asked for (both with Renew), or that it was given more time. */
  tellTerm(term: Term, person: PersonRef, what: TermEvent): Promise<void>;
  /** Says something to a channel, for everybody there. Resolves false when Slack does not let it post there. */
  announce(channel: string, words: string): Promise<boolean>;
}
