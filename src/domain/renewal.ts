import type { PersonRef } from './person.ts';
import type { Instant } from './time.ts';

/** What is to become of a pack on the day it renews. */
export type RenewalKind = 'all' | 'fewer' | 'none';

export interface RenewalDecision {
  readonly kind: RenewalKind;
  /** How many seats are to be renewed: all of them, fewer, or 0. */
  readonly seats: number;
  /** How many there were when it was decided. */
  readonly of: number;
  readonly by: PersonRef;
  readonly at: Instant;
  readonly reason: string;
}

/** A pack as the last post about it told. Plain text from vendors. */
export interface RenewalFacts {
  readonly asOf: Instant;
  readonly app: string;
  readonly product: string;
  readonly pack: string | null;
  /** The day it renews or ends. */
  readonly on: Instant;
  /** Whole days until then. */
  readonly days: number;
  /** By itself; null while its seats do not agree or the vendor does not say. */
  readonly renews: boolean | null;
  readonly seats: number;
  readonly used: number;
  readonly free: number;
  readonly idle: number;
  /** As many as are needed. */
  readonly keep: number;
  readonly suggestion: string;
  /** A year, in words; null where nothing has a price. */
  readonly cost: string | null;
  readonly saves: string | null;
}

interface Place {
  readonly channel: string;
  readonly ts: string;
}

/** One renewal of one pack: its thread, and what was decided. Written before each post and after it. */
export interface Renewal {
  readonly id: string;
  readonly version: number;
  /** Of its row in the report, without the lead time. */
  readonly key: string;
  readonly integrationId: string;
  /** Where its thread is begun. */
  readonly channel: string;
  readonly facts: RenewalFacts;
  /** The card above the thread; null until it is posted. */
  readonly root: Place | null;
  /** Posts that are owed, in order: `lead-60`, `decision-1`. */
  readonly due: readonly string[];
  /** Those that were posted; null where that cannot be told. */
  readonly posts: Readonly<Record<string, Place | null>>;
  /** The post that was on its way when this was written. */
  readonly sending: { readonly post: string; readonly at: Instant } | null;
  /** Why Slack refused the next post; it is not tried again before the next day. Null where it did not. */
  readonly refused: string | null;
  /** The last one holds. */
  readonly decisions: readonly RenewalDecision[];
  /** What the card shows: see `shownOf`. */
  readonly shown: string;
}

export function leadPost(days: number): string {
  return `lead-${days}`;
}

export function decisionPost(number: number): string {
  return `decision-${number}`;
}

/** The decision a post tells of; null for a post at a lead time. */
export function decisionOf({ decisions }: Renewal, post: string): RenewalDecision | null {
  const number = /^decision-(\d+)$/.exec(post)?.[1];
  return number === undefined ? null : (decisions[Number(number) - 1] ?? null);
}

/** Changes whenever the card has to be shown again. */
export function shownOf({ facts, decisions }: Renewal): string {
  return `${facts.asOf}/${decisions.length}`;
}

/** Something of it is not on Slack yet, and may be taken there now. */
export function isBehind(renewal: Renewal): boolean {
  if (renewal.refused !== null) return false;
  return renewal.due.some((post) => !(post in renewal.posts)) || (renewal.root !== null && renewal.shown !== shownOf(renewal));
}

/** `Renew all 10`, `Renew 4 of 10`, `Do not renew`. */
export function decisionWords({ kind, seats, of }: Pick<RenewalDecision, 'kind' | 'seats' | 'of'>): string {
  if (kind === 'none') return 'Do not renew';
  return kind === 'all' ? `Renew all ${of}` : `Renew ${seats} of ${of}`;
}
