import type { SyncProgress, SyncSession } from '../domain/sync-session.ts';
import type { SyncNotice } from './store.ts';

/** Shows people how a sync goes. Every method may be called again with the same state. */
export interface SessionNotifier {
  /** Posts the session's card to a person or channel; null when they cannot be reached, which is final. */
  post(
    to: string,
    session: SyncSession,
    progress: SyncProgress | null,
  ): Promise<{ readonly channel: string; readonly ts: string } | null>;
  /** Renders the card from state. Resolves false when the message is gone or may not be edited any more. */
  update(
    place: { readonly channel: string; readonly ts: string },
    session: SyncSession,
    progress: SyncProgress | null,
  ): Promise<boolean>;
  /** Sends one direct message. Resolves false when the person cannot be reached, which is final. */
  tell(notice: SyncNotice): Promise<boolean>;
}
