import type { UndoPlan } from './action-request.ts';
import type { Decision } from './approval.ts';
import type { Member, PersonRef } from './person.ts';
import type { Instant } from './time.ts';

/** Whether anything may be changed at a vendor. One document, `freeze`; missing is the same as not frozen. */
export interface Freeze {
  readonly id: 'freeze';
  readonly version: number;
  readonly state: 'frozen' | 'open';
  readonly by: PersonRef;
  readonly at: Instant;
  readonly reason: string | null;
  /** Who wants it lifted; two different people have to. */
  readonly lifting: readonly { readonly by: PersonRef; readonly at: Instant }[];
}

/** What somebody wrote about a request, in its card's thread or at a terminal. */
export interface Comment {
  readonly id: string;
  readonly version: number;
  readonly requestId: string;
  readonly by: PersonRef;
  readonly at: Instant;
  readonly text: string;
}

/** Reminders of one request, by whom they went to (a user id, or `channel`). */
export interface ReminderLog {
  /** The request's id. */
  readonly id: string;
  readonly version: number;
  readonly sent: Readonly<Record<string, { readonly stage: number; readonly count: number }>>;
}

/** Somebody who wants a seat of a product of which none is free. */
export interface WaitingPlace {
  readonly id: string;
  readonly version: number;
  readonly state: 'waiting' | 'asked' | 'served' | 'left';
  readonly integrationId: string;
  readonly product: { readonly code: string; readonly name: string };
  readonly person: PersonRef;
  readonly reason: string | null;
  readonly since: Instant;
  /** The request that was made when a seat became free. */
  readonly requestId: string | null;
  /** Until when it is wanted; missing where it is for good. */
  readonly until?: Instant;
  /** When holders of idle seats were last asked; missing before. */
  readonly offeredAt?: Instant;
}

/** A seat that was offered up for somebody who waits: Keep or Release. */
export interface SeatOffer {
  readonly id: string;
  readonly version: number;
  readonly state: 'open' | 'kept' | 'released' | 'void';
  /** For whom the seat is asked; null where nobody waits and the seat is only idle. */
  readonly waitingId: string | null;
  readonly integrationId: string;
  readonly seatId: string;
  readonly product: { readonly code: string; readonly name: string };
  readonly holder: PersonRef;
  /** How long it has been idle, in words. */
  readonly because: string;
  readonly offeredAt: Instant;
  readonly endsAt: Instant;
  /** When the holder answered; missing before. */
  readonly answeredAt?: Instant;
}

/** A hand-over: a seat is released and then given to somebody; when that fails, it is given back. */
export interface Handover {
  readonly id: string;
  readonly version: number;
  readonly state: 'releasing' | 'assigning' | 'done' | 'returning' | 'returned' | 'failed';
  readonly waitingId: string | null;
  readonly to: PersonRef;
  readonly from: PersonRef;
  readonly releaseId: string;
  readonly assignId: string | null;
  readonly returnId: string | null;
  readonly at: Instant;
  readonly message: string | null;
}

/** Something that was given until a day. */
export interface Term {
  /** The request that gave it. */
  readonly id: string;
  readonly version: number;
  /** `ending` while the request that takes it back is open. */
  readonly state: 'running' | 'ending' | 'ended';
  readonly integrationId: string;
  /** How it is taken back. */
  readonly plan: UndoPlan;
  /** What was given, in the words of its request. */
  readonly sentence: string;
  readonly person: PersonRef | null;
  readonly requester: PersonRef;
  readonly until: Instant;
  /** Days before the end at which both were reminded. */
  readonly reminded: readonly number[];
  /** The request that takes it back. */
  readonly endedBy: string | null;
  /** When it is tried again to ask it back, and why it could not be the last time. */
  readonly askAgain?: Instant;
  readonly late?: string;
  /** More time that is asked for and not agreed to by everybody yet. */
  readonly moreTime?: MoreTime;
}

export interface MoreTime {
  readonly until: Instant;
  /** Who has it or asked for it and wants to keep it; null when an approver began. */
  readonly askedBy: PersonRef | null;
  readonly decisions: readonly Decision[];
}

/** Where the audit chain stood when a day was over. */
export interface DayHead {
  /** The day, `2026-11-24`. */
  readonly id: string;
  readonly version: number;
  readonly seq: number;
  readonly hash: string;
  readonly postedAt: Instant | null;
}

/** Somebody who used the bot, as the chat told last; for a terminal while the chat is down. */
export interface KnownMember {
  /** The user id. */
  readonly id: string;
  readonly version: number;
  readonly member: Member;
  readonly seenAt: Instant;
}

/** Changed by everybody who takes something away, so that two who look at a cap at the same time cannot both pass it. */
export interface Gate {
  readonly id: string;
  readonly version: number;
}
