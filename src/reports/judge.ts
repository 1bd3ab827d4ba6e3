import type { Confidence } from '../domain/action-request.ts';
import type { Snooze } from '../domain/digest.ts';
import { idleDaysFor } from '../domain/idle-threshold.ts';
import { normaliseEmail } from '../domain/person.ts';
import type { SeatOffer } from '../domain/records.ts';
import type { IdleRules } from '../domain/report-settings.ts';
import { type Holding, holderEmail } from '../domain/seat.ts';
import { addMs, DAY_MS, daysBetween, type Instant } from '../domain/time.ts';
import { confidenceOf } from '../policies/confidence.ts';
import { plainDay } from '../words.ts';
import type { DirectoryPerson, ReportFacts } from './facts.ts';

/**
 * What one held seat or paid user is to those who look for idle ones: `in-use` (or held for too short a time to tell),
 * `idle`, or `unknown`, which is never idle.
 */
export interface Judgement extends Confidence {
  readonly use: 'in-use' | 'idle' | 'unknown';
  /** Days since the last use, or since it is held where it never was used; null where nothing tells, and for what is in use. */
  readonly days: number | null;
  readonly never: boolean;
}

/** Judges seats and users by the rules of the configuration and by what is known of people. */
export class Judge {
  readonly #facts: ReportFacts;
  readonly #rules: IdleRules;
  readonly #days: number | null;
  readonly #sameForAll: boolean;
  readonly #now: Instant;
  readonly #protected: People;
  readonly #services: People;
  readonly #onLeave: People;
  readonly #partTime: People;
  readonly #kept = new Map<string, Instant>();
  readonly #cutoffs = new Map<number, Instant>();

  /** With `days` the same threshold for everything. */
  constructor(facts: ReportFacts, rules: IdleRules, now: Instant, days: number | null = null) {
    this.#facts = facts;
    this.#rules = rules;
    this.#sameForAll = Object.keys(rules.thresholds).length === 0;
    this.#days = days;
    this.#now = now;
    this.#protected = new People(facts.protected);
    this.#services = new People(rules.serviceAccounts);
    this.#onLeave = new People(rules.onLeave);
    this.#partTime = new People(rules.partTime);
    for (const offer of facts.offers) if (offer.state === 'kept') this.#kept.set(offerKey(offer), offer.offeredAt);
  }

  thresholdOf(holding: Holding): number {
    if (this.#days !== null) return this.#days;
    return this.#sameForAll ? this.#rules.inactiveDays : idleDaysFor(holding, this.#rules);
  }

  judge(holding: Holding): Judgement {
    const threshold = this.thresholdOf(holding);
    const never = holding.lastActivity.kind === 'never';
    const from = lastUse(holding);
    // Instants compare as they are written, and reading each one's date is most of what a large company costs.
    const idle = from !== null && (from <= this.#before(threshold) || (never && from > this.#before(this.#rules.newDays)));
    if (from !== null && !idle) return IN_USE;
    const { tier, because } = this.#confidence(holding, threshold);
    return { tier, because, never, use: idle ? 'idle' : 'unknown', days: from === null ? null : daysBetween(from, this.#now) };
  }

  /** The instant so many days ago. */
  #before(days: number): Instant {
    let instant = this.#cutoffs.get(days);
    if (instant === undefined) {
      instant = addMs(this.#now, -days * DAY_MS);
      this.#cutoffs.set(days, instant);
    }
    return instant;
  }

  #confidence(holding: Holding, threshold: number): Confidence {
    const email = holderEmail(holding);
    const person = email === null ? null : normaliseEmail(email);
    const known = person === null ? undefined : this.#facts.directory?.get(person);
    const of = (people: People): boolean => people.has(person, known?.userId ?? null);
    const login = holding.kind === 'seat' && holding.holder?.kind === 'login' ? holding.holder.label : null;
    const confidence = confidenceOf(
      // Who a login is may be unknown; it is a person all the same.
      login === null ? holding : ({ ...holding, holder: { kind: 'person', email: login, name: null } } as Holding),
      { now: this.#now, inactiveDays: threshold, protected: of(this.#protected), newDays: this.#rules.newDays },
    );
    if (confidence.tier === 'excluded') return confidence;
    if (of(this.#services)) return { tier: 'excluded', because: 'it is a service account' };
    const away = of(this.#onLeave) ? 'the person is on leave' : awayWords(known, this.#rules);
    if (away !== null) return { tier: 'excluded', because: away };
    const snooze = person === null ? undefined : this.#facts.snoozed.get(person);
    if (snooze !== undefined) return { tier: 'excluded', because: leftOutWords(snooze) };
    const kept = this.#kept.get(`${holding.integrationId}/${holding.externalId}`);
    if (kept !== undefined && Date.parse(kept) + this.#rules.coolDownDays * DAY_MS > Date.parse(this.#now))
      return { tier: 'excluded', because: `it was kept when asked about on ${plainDay(kept)}` };
    if (of(this.#partTime)) return { tier: 'ask-first', because: `the person works part-time; ${confidence.because}` };
    if (login !== null) return { tier: 'ask-first', because: `only the login is known, not the person; ${confidence.because}` };
    return confidence;
  }
}

const IN_USE: Judgement = { use: 'in-use', tier: 'excluded', because: 'it is in use', days: null, never: false };

/** Why somebody who was snoozed is left out. */
export function leftOutWords({ until, reason }: Snooze): string {
  return `left out until ${plainDay(until)} (${reason})`;
}

/** Whether a tier may be counted on when seats or money are added up. */
export function isReclaimable({ use, tier }: Pick<Judgement, 'use' | 'tier'>): boolean {
  return use === 'idle' && (tier === 'certain' || tier === 'probable');
}

/** Whether it is somebody's and is paid for, so that its being idle matters. Expired seats are another matter. */
export function isJudged(holding: Holding): boolean {
  if (holding.kind === 'account') return holding.enabled && holding.paidSeat !== false;
  if (holding.status === 'expired') return false;
  return holding.holder !== null && (holding.holder.kind === 'person' || holding.holder.kind === 'login');
}

/** Whether it costs anything: an expired subscription does not any more, and a trial not yet. */
export function isPaid(holding: Holding): boolean {
  return holding.kind === 'account'
    ? holding.enabled && holding.paidSeat !== false
    : holding.status !== 'expired' && !holding.trial;
}

/** When it was last used; where it never was, since when it is held. */
function lastUse(holding: Holding): Instant | null {
  const { lastActivity } = holding;
  if (lastActivity.kind === 'at') return lastActivity.at;
  if (lastActivity.kind === 'unknown') return null;
  return holding.kind === 'seat' ? holding.assignedAt : holding.createdAt;
}

function offerKey(offer: SeatOffer): string {
  return `${offer.integrationId}/${offer.seatId}`;
}

function awayWords(known: DirectoryPerson | undefined, rules: IdleRules): string | null {
  const status = known?.status ?? null;
  if (status === null) return null;
  const text = status.text.toLowerCase();
  const away = rules.awayStatus.some((one) => one === status.emoji || (!one.startsWith(':') && text.includes(one.toLowerCase())));
  return away ? `the person’s Slack status says away (${status.text === '' ? status.emoji : status.text})` : null;
}

/** A list of people by e-mail or Slack user id. */
class People {
  readonly #entries: ReadonlySet<string>;

  constructor(entries: readonly string[]) {
    this.#entries = new Set(entries.map((entry) => (entry.includes('@') ? normaliseEmail(entry) : entry)));
  }

  has(email: string | null, userId: string | null): boolean {
    return (email !== null && this.#entries.has(email)) || (userId !== null && this.#entries.has(userId));
  }
}
