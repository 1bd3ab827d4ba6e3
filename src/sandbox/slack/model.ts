import type { Wire } from '../wire.ts';

export type UserRole = 'owner' | 'admin' | 'member' | 'guest' | 'deactivated' | 'bot';

export interface SlackUser {
  readonly id: string;
  /** The short name after the `@`. */
  readonly handle: string;
  readonly realName: string;
  readonly email: string | null;
  readonly title: string;
  readonly timezone: string;
  readonly role: UserRole;
}

export interface SlackGroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly userIds: readonly string[];
}

export interface Conversation {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'dm';
  readonly topic: string;
  readonly isPrivate: boolean;
  readonly members: Set<string>;
  isArchived: boolean;
}

export interface Message {
  readonly channel: string;
  readonly ts: string;
  /** Who wrote it: a person, the app's bot user or Slackbot. */
  readonly user: string;
  text: string;
  blocks: readonly Wire[];
  /** The only person who sees it; null for everyone in the conversation. */
  readonly ephemeralTo: string | null;
  readonly threadTs: string | null;
  readonly metadata: unknown;
  editedAt: string | null;
}

/** `values[block_id][action_id]`, as Slack sends it in `view.state`. */
export type FormValues = Record<string, Record<string, Wire>>;

export interface View {
  readonly id: string;
  readonly userId: string;
  /** What the app sent, with every block and action id filled in. */
  content: Wire;
  blocks: readonly Wire[];
  values: FormValues;
  hash: string;
  readonly rootId: string;
  readonly previousId: string | null;
  /** By block id, as the app answered. */
  errors: Record<string, string>;
  /** Shown when the app did not answer a submission properly. */
  trouble: string | null;
  busy: boolean;
}

/** Something the server saw go by, for the inspector. Tokens are never in it. */
export interface TrafficEntry {
  readonly id: number;
  readonly at: string;
  readonly kind: 'web-api' | 'delivery' | 'response-url' | 'vendor';
  readonly name: string;
  readonly request: unknown;
  readonly response: unknown;
  readonly ok: boolean;
  readonly ms: number;
}

/** A mention that makes somebody's device ring. */
export interface Ring {
  readonly channel: string;
  readonly ts: string;
  readonly mention: string;
}

export interface Warning {
  readonly where: string;
  readonly problem: string;
}

/** Told to one person outside any conversation, as Slack's own small error lines are. */
export interface Notice {
  readonly id: number;
  readonly userId: string;
  readonly text: string;
}

export const SLACKBOT_ID = 'USLACKBOT';
