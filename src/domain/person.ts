/** Somebody as far as we can name them: at least one of `userId` and `email` is set. */
export interface PersonRef {
  /** Slack user id, null when the person is known by e-mail alone. */
  readonly userId: string | null;
  /** Lower-case e-mail, null when Slack does not tell it. */
  readonly email: string | null;
  readonly name: string;
}

/** A workspace member with what decides whether they may use the bot. */
export interface Member extends PersonRef {
  readonly userId: string;
  readonly active: boolean;
  readonly isBot: boolean;
  readonly isGuest: boolean;
  /** From another workspace or organisation (Slack Connect). */
  readonly isExternal: boolean;
  /** Owner or admin of the Slack workspace. */
  readonly isWorkspaceAdmin: boolean;
  /** IANA name such as `Europe/Berlin`. */
  readonly timezone: string | null;
  /** What they say of themselves, such as `:palm_tree:` and “on leave”; missing where they say nothing. */
  readonly status?: { readonly emoji: string; readonly text: string };
}

/** E-mails join people across vendors without regard to letter case or surrounding space. */
export function normaliseEmail(text: string): string {
  return text.trim().toLowerCase();
}

export function isEmail(text: string): boolean {
  return /^[^\s@<>|,;"]+@[^\s@<>|,;"]+\.[^\s@<>|,;".]+$/.test(text.trim());
}

/** True when both name one human: same Slack user, or same e-mail. Names never decide. */
export function samePerson(a: PersonRef | null, b: PersonRef | null): boolean {
  if (a === null || b === null) return false;
  if (a.userId !== null && a.userId === b.userId) return true;
  return a.email !== null && b.email !== null && normaliseEmail(a.email) === normaliseEmail(b.email);
}

/** What is stored of a member. A directory without Slack has only e-mails as ids; those are kept as e-mails alone. */
export function refOf(member: PersonRef): PersonRef {
  const userId = member.userId?.includes('@') === true ? null : member.userId;
  return { userId, email: member.email, name: member.name };
}
