import type { Wire } from '../wire.ts';
import type { RuleId, Treatment } from './slack-rules.ts';

export type UserRole = 'owner' | 'admin' | 'member' | 'guest' | 'deactivated' | 'bot';

export interface SlackUser {
  readonly id: string;
  /** The short name after the `@`. */
  readonly handle: string;
  readonly realName: string;
  readonly email: string | null;
  readonly title: string;
  /** IANA name. */
  readonly timezone: string;
  readonly role: UserRole;
  readonly status?: UserStatus | null;
}

export interface UserStatus {
  /** `:palm_tree:`, or empty. */
  readonly emoji: string;
  readonly text: string;
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
  /** A reply that the conversation shows as well. */
  readonly broadcast: boolean;
  readonly metadata: unknown;
  readonly files: readonly SlackFile[];
  /** Who reacted, by emoji name. */
  readonly reactions: Map<string, Set<string>>;
  pinned: boolean;
  /** The run of a custom step that posted it. */
  readonly stepRunId: string | null;
  editedAt: string | null;
}

export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly bytes: Uint8Array;
  readonly user: string;
  /** Unix seconds. */
  readonly created: number;
  /** Conversations it was shared to; empty while it is private. */
  readonly channels: Set<string>;
  deleted: boolean;
}

/** A message that the app has asked to be posted later. */
export interface ScheduledMessage {
  readonly id: string;
  readonly channel: string;
  /** Unix seconds. */
  readonly postAt: number;
  readonly createdAt: number;
  readonly text: string;
  readonly blocks: readonly Wire[];
  readonly threadTs: string | null;
}

/** One run of a custom step of the app. */
export interface StepRun {
  readonly id: string;
  readonly callbackId: string;
  readonly userId: string;
  readonly inputs: Wire;
  state: 'running' | 'completed' | 'failed';
  outputs: Wire;
  error: string | null;
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
  /** Real milliseconds until the answer or acknowledgement. */
  readonly ms: number;
  /** How long the app has to acknowledge; null where it is Slack or a vendor that answers. */
  readonly limitMs: number | null;
  /** 0 for the first attempt, then the number of the repeat. */
  readonly retryNum: number;
  readonly via: 'http' | 'socket' | null;
}

/** A mention that makes somebody's device ring. */
export interface Ring {
  readonly channel: string;
  readonly ts: string;
  readonly mention: string;
}

/** A rule of Slack's that the app did not keep: refused as Slack refuses it, or noted down where Slack lets it pass. */
export interface BrokenRule {
  readonly id: number;
  /** ISO time of the sandbox's clock. */
  readonly at: string;
  readonly rule: RuleId;
  readonly treatment: 'refused' | 'recorded';
  /** The method, payload or answer in which it happened: `chat.postMessage`, `response_url`, `/licenses`. */
  readonly where: string;
  readonly what: string;
  /** The page of Slack's documentation that says so. */
  readonly source: string;
  /** The traffic entry that it belongs to. */
  readonly trafficId: number | null;
}

export type { RuleId, Treatment };

/** Told to one person outside any conversation, as Slack's own small error lines are. */
export interface Notice {
  readonly id: number;
  readonly userId: string;
  readonly text: string;
}

export const SLACKBOT_ID = 'USLACKBOT';
