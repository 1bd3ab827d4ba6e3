import type { Digest, DigestTable } from '../domain/digest.ts';
import type { Instant } from '../domain/time.ts';
import type { Place } from './notifier.ts';

export interface DigestFile {
  readonly name: string;
  readonly title: string;
  readonly content: string | Uint8Array;
}

/** Why a message was not taken, for good, in a sentence with what to do about it. */
export interface Refused {
  readonly refused: string;
}

/** Posts digests where people read them. */
export interface DigestNotifier {
  /**
   * Posts a digest to a channel, user id or e-mail; or tells why it is refused for a reason that will not pass.
   * @throws TransportError; with `neverSent` it was not posted, else nobody knows.
   */
  post(to: string, digest: Digest): Promise<Place | Refused>;
  /** A single line in place of a digest that would say nothing new. Otherwise as `post`. */
  postLine(to: string, digest: Digest): Promise<Place | Refused>;
  /** Looks for a digest that may have been posted since; `unknown` where it cannot look, as in direct messages. */
  find(to: string, digest: Digest, since: Instant): Promise<Place | 'unknown' | null>;
  /** The whole list and files beneath a digest. The digest stands without them, too: what is refused is logged. */
  attach(place: Place, table: DigestTable | null, files: readonly DigestFile[]): Promise<void>;
  /** Says something to one person directly. Resolves false when they cannot be reached, which is final. */
  warn(userId: string, words: string): Promise<boolean>;
}
