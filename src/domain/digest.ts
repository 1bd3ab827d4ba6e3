import type { Chart } from './chart.ts';
import type { PersonRef } from './person.ts';
import type { ReportId } from './report-settings.ts';
import type { Instant } from './time.ts';

/** One line of a digest. Its words are plain text from vendors and people, to be escaped where they are shown. */
export interface DigestRow {
  readonly tone: 'wrong' | 'warn' | 'note';
  /** What it is about, such as the person or the product. */
  readonly title: string;
  readonly words: string;
  /** Why it is told now: it was not there before, or has come to its next lead time or a further week past its date. */
  readonly news: 'new' | 'again' | null;
  /** Whom to look up for a review; null where the row is about nobody. */
  readonly email: string | null;
}

/** What is otherwise than in the digest before. */
export interface DigestChange {
  /** When that was made; null for the first one. */
  readonly since: Instant | null;
  readonly added: number;
  /** Known before, and told again because a lead time or a further week past the date has come. */
  readonly again: number;
  readonly gone: number;
  readonly total: number;
}

/** A report, cut down to what one message shows. */
export interface Digest {
  readonly reportId: ReportId;
  readonly title: string;
  /** The time it is for; a digest is posted once for each. */
  readonly period: Instant;
  readonly asOf: Instant;
  /** It was due so long ago that this is said. */
  readonly late: boolean;
  readonly change: DigestChange;
  /** Whole sentences; the first is the gist. */
  readonly headline: readonly string[];
  readonly counts: readonly { readonly label: string; readonly value: number }[];
  readonly money: readonly string[];
  /** At most ten, what is new first; none where names are kept out. */
  readonly rows: readonly DigestRow[];
  /** Rows beyond those. */
  readonly more: number;
  readonly names: 'shown' | 'kept-out';
  readonly charts: readonly Chart[];
  readonly notes: readonly string[];
  /** Seats and users that can be taken back from here. */
  readonly reclaimable: number;
}

/** A list in full, beneath a digest. */
export interface DigestTable {
  readonly caption: string;
  readonly head: readonly { readonly label: string; readonly isNumber: boolean }[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What was last posted of a report. Written before anything is posted, and again after each message. */
export interface DigestRecord {
  /** The report's id. */
  readonly id: string;
  readonly version: number;
  readonly period: Instant;
  readonly state: 'posting' | 'posted';
  /** Where it went: a channel, user or e-mail as configured, and the message; null when it cannot be told or was refused. */
  readonly placed: Readonly<Record<string, { readonly channel: string; readonly ts: string } | null>>;
  /** Where a message was on its way when this was written. */
  readonly sending: string | null;
  /** Marks of the rows of the digest before, and when that was made; null before the first. */
  readonly before: { readonly at: Instant; readonly keys: readonly string[] } | null;
  /** The same of this one. */
  readonly now: { readonly at: Instant; readonly keys: readonly string[] };
}

/** Somebody whose seats are left out of what reports suggest until a day. */
export interface Snooze {
  /** Their lower-case e-mail. */
  readonly id: string;
  readonly version: number;
  readonly until: Instant;
  readonly reason: string;
  readonly by: PersonRef;
  readonly at: Instant;
}

/** Why a digest could not be posted, until one is. */
export interface DigestTrouble {
  /** The report's id, or `renewal-threads`. */
  readonly id: string;
  readonly version: number;
  /** In plain words, with what to do. */
  readonly message: string;
  readonly since: Instant;
  /** Slack user ids of admins who have not heard of it yet. */
  readonly owed: readonly string[];
}
