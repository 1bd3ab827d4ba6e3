import type { Member } from '../domain/person.ts';

/** The company's people as the chat knows them. */
export interface Directory {
  /** Fresh enough to decide rights on (at most a minute old); null when there is no such member. */
  byId(userId: string): Promise<Member | null>;
  byEmail(email: string): Promise<Member | null>;
  /** Active members whose display name, real name or handle contains the text, best match first. */
  search(text: string): Promise<readonly Member[]>;
  /** Member ids of a user group. */
  group(groupId: string): Promise<readonly string[]>;
  /**
   * Every member, those who left included, some minutes old at most unless `fresh`: for counting and for asking people, not
   * for deciding rights. Missing where nobody can tell.
   */
  everyone?(fresh?: boolean): Promise<readonly Member[]>;
}
