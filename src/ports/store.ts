import type { ActionRequest } from '../domain/action-request.ts';
import type { Delegation } from '../domain/approval.ts';
import type { AuditDraft, AuditEvent, AuditSeal } from '../domain/audit.ts';
import type { HomeChoice } from '../domain/cockpit.ts';
import type { DigestRecord, DigestTrouble, Snooze } from '../domain/digest.ts';
import type { PersonRef } from '../domain/person.ts';
import type {
  Comment,
  DayHead,
  Freeze,
  Gate,
  Handover,
  KnownMember,
  ReminderLog,
  SeatOffer,
  Term,
  WaitingPlace,
} from '../domain/records.ts';
import type { Renewal } from '../domain/renewal.ts';
import type { SyncSession } from '../domain/sync-session.ts';
import type { SyncMemory, Trouble } from '../domain/sync-trouble.ts';
import type { Instant } from '../domain/time.ts';

/** Where a request is shown, and which version of it was shown last. */
export interface CardRecord {
  /** The request's id. */
  readonly id: string;
  readonly version: number;
  readonly channel: string;
  readonly ts: string;
  /** 0 until the card with its buttons was shown for the first time. */
  readonly shownVersion: number;
  /** Those who have it as a direct message, beside the channel; missing in cards of versions before there were any. */
  readonly asked?: readonly string[];
}

export type NoticeEvent =
  | 'asked'
  | 'stage'
  | 'escalated'
  | 'approved'
  | 'denied'
  | 'expired'
  | 'withdrawn'
  | 'succeeded'
  | 'failed'
  | 'unknown'
  | 'undone'
  | 'scheduled'
  | 'task'
  | 'broke-glass';

/** A direct message that is owed. Written in the same commit as the change it tells of; removed once it is sent. */
export interface OwedNotice {
  readonly id: string;
  readonly version: number;
  readonly requestId: string;
  readonly to: PersonRef;
  /** Why this person hears of it, which decides the wording. */
  readonly as: 'requester' | 'affected' | 'approver' | 'watcher';
  readonly event: NoticeEvent;
  readonly owedSince: Instant;
  readonly attempts: number;
}

/** The last slot of a scheduled job that was finished, for example `sync:jetbrains` at 03:00. */
export interface JobSlot {
  /** The job's id. */
  readonly id: string;
  readonly version: number;
  readonly lastSlot: Instant;
}

/** A message to a contact of an integration that is owed. Written in the same commit as what it tells of. */
export interface SyncNotice {
  readonly id: string;
  readonly version: number;
  readonly integrationId: string;
  readonly name: string;
  /** A Slack user id or an e-mail, as the configuration names the contact. */
  readonly to: string;
  readonly event: 'trouble' | 'recovered';
  /** What is wrong, or what was. */
  readonly trouble: Trouble;
  readonly sessionId: string | null;
  readonly owedSince: Instant;
  /** Whether the direct message is gone, and the e-mail; one that is not needed counts as gone. */
  readonly told?: boolean;
  readonly mailed: boolean;
  readonly attempts: number;
}

export interface Collections {
  readonly requests: ActionRequest;
  readonly cards: CardRecord;
  readonly notices: OwedNotice;
  readonly slots: JobSlot;
  readonly delegations: Delegation;
  readonly switches: Freeze;
  readonly comments: Comment;
  readonly reminders: ReminderLog;
  readonly waiting: WaitingPlace;
  readonly offers: SeatOffer;
  readonly handovers: Handover;
  readonly terms: Term;
  readonly heads: DayHead;
  readonly gates: Gate;
  readonly sessions: SyncSession;
  readonly syncs: SyncMemory;
  readonly syncNotices: SyncNotice;
  readonly digests: DigestRecord;
  readonly digestTroubles: DigestTrouble;
  readonly snoozes: Snooze;
  readonly homes: HomeChoice;
  readonly renewals: Renewal;
  readonly members: KnownMember;
}

export type CollectionName = keyof Collections;

export type Put = {
  [Name in CollectionName]: {
    readonly collection: Name;
    readonly doc: Collections[Name];
    /** The version that must be stored now; null when the document must not exist yet. */
    readonly expected: number | null;
  };
}[CollectionName];

export interface Removal {
  readonly collection: CollectionName;
  readonly id: string;
}

export interface Commit {
  readonly put?: readonly Put[];
  readonly remove?: readonly Removal[];
  readonly audit?: readonly AuditDraft[];
}

/**
 * What the bot remembers. Documents are plain JSON values; what is handed out is frozen or a copy, never the live object.
 */
export interface Store {
  get<Name extends CollectionName>(collection: Name, id: string): Promise<Collections[Name] | null>;
  /** Documents in order of creation; with `states`, only those whose `state` is one of them (requests, sessions). */
  list<Name extends CollectionName>(
    collection: Name,
    query?: { readonly states?: readonly string[] },
  ): Promise<readonly Collections[Name][]>;
  /**
   * All of it or nothing, and on disk when the promise resolves.
   * @throws ConflictError (`conflict.version`) when a document is not at its expected version: nothing was written.
   * @throws StoreError (`store.write`) when the disk refuses: nothing was changed.
   */
  commit(change: Commit): Promise<void>;
  readonly audit: {
    /** Events in order, oldest first. */
    read(): AsyncIterable<AuditEvent>;
    head(): Promise<{ readonly seq: number; readonly hash: string }>;
    /**
     * Packs the events of days before `day` (`2026-11-25`). `sealed` is told of each day before its file goes, and writes it
     * down. Missing where events are kept in another way.
     */
    archive?(day: string, sealed: (seal: AuditSeal) => Promise<void>): Promise<readonly AuditSeal[]>;
  };
  /** Resolves when the store can read and write now; rejects with StoreError saying what is wrong. */
  check(): Promise<void>;
  close(): Promise<void>;
}
