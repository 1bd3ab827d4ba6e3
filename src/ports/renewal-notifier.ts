import type { Renewal } from '../domain/renewal.ts';
import type { Instant } from '../domain/time.ts';
import type { Refused } from './digest-notifier.ts';
import type { Place } from './notifier.ts';

/** Shows renewals where they are decided: a card in a channel, with further posts in its thread. */
export interface RenewalNotifier {
  /**
   * Posts one of a renewal's posts: beneath its card, or as the card where there is none yet. Tells why when
   * it is refused for a reason that will not pass. @throws TransportError; with `neverSent` it was not posted, else nobody knows.
   */
  post(renewal: Renewal, post: string): Promise<Place | Refused>;
  /** Looks for a post that may have gone out since; `unknown` where it cannot look. */
  find(renewal: Renewal, post: string, since: Instant): Promise<Place | 'unknown' | null>;
  /** Renders the card from state. Resolves false when it is gone or may not be edited any more. */
  update(renewal: Renewal): Promise<boolean>;
}
