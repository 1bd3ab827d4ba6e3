import type { Wire } from '../wire.ts';
import type { FormValues, TrafficEntry, UserRole, Warning } from './model.ts';

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
  readonly warnings: readonly Warning[];
}

export interface ScreenPerson {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly title: string;
  readonly role: UserRole;
}

export interface ScreenConversation {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'dm';
  readonly topic: string;
  readonly isPrivate: boolean;
  readonly memberCount: number;
  readonly unread: number;
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
