import type { Wire } from '../wire.ts';
import type { BrokenRule, FormValues, TrafficEntry, UserRole, UserStatus } from './model.ts';

/** What one person's client shows: made by the server, drawn by the page. JSON only. */
export interface Screen {
  readonly now: string;
  readonly team: string;
  readonly app: {
    readonly userId: string;
    readonly name: string;
    readonly connected: boolean;
    readonly commands: readonly { readonly command: string; readonly description: string; readonly usageHint: string }[];
    readonly shortcuts: readonly { readonly kind: 'global' | 'message'; readonly name: string; readonly callbackId: string }[];
  };
  readonly me: ScreenPerson;
  readonly people: readonly ScreenPerson[];
  readonly groups: readonly { readonly id: string; readonly handle: string }[];
  readonly conversations: readonly ScreenConversation[];
  readonly home: ScreenView | null;
  readonly modal: ScreenView | null;
  readonly notices: readonly { readonly id: number; readonly text: string }[];
  /** Messages others have not read yet, by person id. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly hints: readonly CommandHint[];
  readonly trafficCount: number;
  /** The newest rules of Slack's that the app did not keep, oldest first. */
  readonly broken: readonly BrokenRule[];
  readonly brokenCount: number;
  readonly scheduled: readonly {
    readonly id: string;
    readonly channel: string;
    readonly text: string;
    readonly postAt: string;
  }[];
  readonly rateLimits: 'off' | 'documented';
  /** The custom steps that the manifest declares. */
  readonly steps: readonly { readonly callbackId: string; readonly title: string; readonly inputs: readonly string[] }[];
  readonly stepRuns: readonly ScreenStepRun[];
}

export interface ScreenStepRun {
  readonly id: string;
  readonly callbackId: string;
  readonly state: 'running' | 'completed' | 'failed';
  readonly outputs: Wire;
  readonly error: string | null;
}

export interface ScreenPerson {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly title: string;
  readonly role: UserRole;
  /** IANA name. */
  readonly timezone: string;
  readonly status: UserStatus | null;
}

export interface ScreenConversation {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'dm';
  readonly topic: string;
  readonly isPrivate: boolean;
  readonly memberCount: number;
  readonly unread: number;
  /** Unread messages that notify this person. */
  readonly mentions: number;
  /** The last message seen; what is newer is unread. Empty: none seen. */
  readonly lastRead: string;
  /** Messages and replies alike, oldest first. */
  readonly messages: readonly ScreenMessage[];
}

export interface ScreenMessage {
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Wire[];
  readonly ephemeral: boolean;
  readonly edited: boolean;
  readonly threadTs: string | null;
  /** A reply that the conversation shows as well. */
  readonly broadcast: boolean;
  /** On the message that a thread hangs from. */
  readonly thread: { readonly replies: number; readonly users: readonly string[]; readonly lastTs: string } | null;
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
  readonly pinned: boolean;
  readonly files: readonly ScreenFile[];
  /** What this person entered into the message's inputs. */
  readonly values: FormValues;
  /** Mentions in it that made devices ring. */
  readonly rings: readonly string[];
}

export interface ScreenFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly size: number;
  /** On the page's own origin. */
  readonly url: string;
  readonly by: string;
  readonly deleted: boolean;
}

export interface ScreenView {
  readonly id: string;
  readonly hash: string;
  readonly title: string;
  readonly submit: string | null;
  readonly close: string;
  readonly depth: number;
  readonly blocks: readonly Wire[];
  readonly values: FormValues;
  readonly errors: Readonly<Record<string, string>>;
  readonly trouble: string | null;
  readonly busy: boolean;
}

/** A subcommand offered while somebody types. */
export interface CommandHint {
  readonly text: string;
  readonly summary: string;
}

export type TrafficPage = readonly TrafficEntry[];
