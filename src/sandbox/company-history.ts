import { type CompanyPerson, type Office, PEOPLE } from './company.ts';
import { companyAccounts } from './company-accounts.ts';
import { companyCopilotSeats, loginOf } from './company-copilot.ts';
import { companyLicences } from './company-licences.ts';
import { companyScimUsers, SCIM_PRODUCT } from './company-scim.ts';
import { seeded, seedOf } from './seeded.ts';
import type { AhaUser } from './vendors/aha-user.ts';
import { assigneeEmail, type Licence } from './vendors/jetbrains-licence.ts';

const DAY_MS = 86_400_000;
/** How far back it goes. */
export const HISTORY_DAYS = 365;

export type HistoryVendor = 'jetbrains' | 'aha' | 'copilot' | 'scim';

/** Somebody's time with one seat. Days are written `2026-11-23`, in UTC. */
export interface Spell {
  readonly email: string;
  readonly from: string;
  /** The day it ended; null while it goes on. */
  readonly to: string | null;
}

/** What became of one seat over the last twelve months. */
export interface SeatHistory {
  readonly vendor: HistoryVendor;
  readonly externalId: string;
  readonly product: string;
  /** The day the company began to pay for it. */
  readonly boughtOn: string;
  /** Those who held it, first to last, never two at a time. */
  readonly spells: readonly Spell[];
  /** Days on which its holder used it, oldest first; null where the vendor tells nothing about use. */
  readonly activeDays: readonly string[] | null;
}

/** Somebody's time in the company. */
export interface Employment {
  readonly email: string;
  readonly name: string;
  readonly office: Office;
  /** Before the twelve months for most. */
  readonly joined: string;
  readonly left: string | null;
}

export interface ProductDay {
  readonly vendor: HistoryVendor;
  readonly product: string;
  readonly bought: number;
  readonly assigned: number;
  /** Used on that day. */
  readonly active: number;
  /** Held and not used for 90 days and more, those never used included. */
  readonly idle90: number;
}

export interface HistoryDay {
  readonly day: string;
  readonly headcount: number;
  readonly products: readonly ProductDay[];
}

export interface HistoryMonth {
  /** `2026-11`. */
  readonly month: string;
  readonly joined: number;
  readonly left: number;
  readonly seatsAssigned: number;
  readonly seatsReleased: number;
  /** As the last day of the month in the history found them. */
  readonly headcount: number;
  readonly products: readonly ProductDay[];
}

export interface CompanyHistory {
  readonly people: readonly Employment[];
  readonly seats: readonly SeatHistory[];
  /** Oldest first; the last one is today. */
  readonly days: readonly HistoryDay[];
  readonly months: readonly HistoryMonth[];
}

/** A holding as the vendors show it today. */
interface Holding {
  readonly vendor: HistoryVendor;
  readonly externalId: string;
  readonly product: string;
  readonly email: string | null;
  readonly from: number | null;
  readonly to: number | null;
  /** Undefined where the vendor tells nothing. */
  readonly seen: number | null | undefined;
}

/** Colleagues who left within the year; no vendor and no directory knows them any more. */
const FORMER: readonly (readonly [handle: string, name: string, office: Office, leftDaysAgo: number])[] = [
  ['gerben', 'Gerben Hoekstra', 'Rotterdam', 338],
  ['luisa', 'Luísa Quental', 'Porto', 291],
  ['tijmen', 'Tijmen Postma', 'Rotterdam', 247],
  ['diogo', 'Diogo Valadares', 'Porto', 203],
  ['marieke', 'Marieke Zwart', 'Rotterdam', 158],
  ['salome', 'Salomé Pinheiro', 'Porto', 116],
  ['oskar', 'Oskar Lund', 'Rotterdam', 34],
];

/**
 * The last twelve months of the invented company, day by day: who came and went, who held which seat and used it when. It
 * ends in exactly what the vendors show at `now`, and is the same every time it is made for one moment.
 */
export function companyHistory(now: Date): CompanyHistory {
  const today = Math.floor(now.getTime() / DAY_MS);
  const first = today - HISTORY_DAYS + 1;
  const holdings = [...licenceHoldings(now), ...accountHoldings(now), ...copilotHoldings(now), ...scimHoldings(now)];
  const people = employments(holdings, today);
  const seats = holdings.map((holding) => seatHistory(holding, people, first, today));
  const tallies = seats.map((seat) => new Tally(seat, first, today));
  const days = Array.from({ length: HISTORY_DAYS }, (_, index) => dayOf(first + index, people, tallies));
  return { people, seats, days, months: monthsOf(days, people, seats) };
}

function* licenceHoldings(now: Date): Generator<Holding> {
  for (const licence of companyLicences(now)) {
    const email = assigneeEmail(licence);
    if (licence.assignee !== undefined && licence.assignee !== null && email === null) continue;
    if (licence.domain !== undefined && licence.domain !== null) continue;
    yield {
      vendor: 'jetbrains',
      externalId: licence.licenseId,
      product: licence.product.name,
      email: email?.toLowerCase() ?? null,
      from: email === null ? null : assignedDay(licence, now),
      to: null,
      seen: licence.lastSeen === undefined ? undefined : dayNumber(licence.lastSeen?.lastSeenDate ?? null),
    };
  }
}

function assignedDay(licence: Licence, now: Date): number {
  // Where the vendor tells no day, it is longer ago than the history goes back.
  return dayNumber(licence.lastSeen?.lastAssignmentDate ?? null) ?? Math.floor(now.getTime() / DAY_MS) - 500;
}

function* accountHoldings(now: Date): Generator<Holding> {
  for (const user of companyAccounts(now)) {
    if (!user.paid_seat) continue;
    yield {
      vendor: 'aha',
      externalId: user.id,
      product: 'Aha! Roadmaps',
      email: user.email.toLowerCase(),
      from: dayNumber(user.created_at),
      to: user.enabled ? null : disabledDay(user),
      seen: dayNumber(user.accessed_at),
    };
  }
}

function disabledDay(user: AhaUser): number | null {
  return dayNumber(user.updated_at);
}

function* copilotHoldings(now: Date): Generator<Holding> {
  const emails = new Map(PEOPLE.map((person) => [loginOf(person), person.email]));
  for (const seat of companyCopilotSeats(now)) {
    if (seat.assignee === null) continue;
    yield {
      vendor: 'copilot',
      externalId: seat.assignee.login,
      product: 'GitHub Copilot Business',
      email: emails.get(seat.assignee.login) ?? null,
      from: dayNumber(seat.created_at),
      to: null,
      seen: dayNumber(seat.last_activity_at),
    };
  }
}

function* scimHoldings(now: Date): Generator<Holding> {
  for (const user of companyScimUsers(now)) {
    const email = user.emails?.[0]?.value ?? (user.userName.includes('@') ? user.userName : null);
    if (email === null) continue;
    yield {
      vendor: 'scim',
      externalId: user.id,
      product: SCIM_PRODUCT,
      email: email.toLowerCase(),
      from: dayNumber(user.meta?.created ?? null),
      to: user.active === false ? dayNumber(user.meta?.lastModified ?? null) : null,
      // SCIM has no attribute for use.
      seen: undefined,
    };
  }
}

function employments(holdings: readonly Holding[], today: number): Employment[] {
  const firstSeat = new Map<string, number>();
  for (const { email, from } of holdings) {
    if (email !== null && from !== null) firstSeat.set(email, Math.min(firstSeat.get(email) ?? from, from));
  }
  const present = PEOPLE.map((person): Employment => {
    const random = seeded(seedOf(`joined:${person.email}`));
    const before = today - 400 - Math.floor(random() * 1_500);
    const joined = Math.min(firstSeat.get(person.email) ?? before, today) - Math.floor(random() * 8);
    return {
      email: person.email,
      name: `${person.firstName} ${person.lastName}`,
      office: person.office,
      joined: dayText(joined),
      left: hasLeft(person) ? dayText(today - 58) : null,
    };
  });
  const former = FORMER.map(([handle, name, office, leftDaysAgo]): Employment => {
    const random = seeded(seedOf(`joined:${handle}`));
    const joined = today - leftDaysAgo - 200 - Math.floor(random() * 900);
    return { email: `${handle}@example.com`, name, office, joined: dayText(joined), left: dayText(today - leftDaysAgo) };
  });
  return [...former, ...present];
}

function hasLeft(person: CompanyPerson): boolean {
  return person.role === 'deactivated';
}

function seatHistory(holding: Holding, people: readonly Employment[], first: number, today: number): SeatHistory {
  const random = seeded(seedOf(`${holding.vendor}:${holding.externalId}`));
  const spells: Spell[] = [];
  const active: number[] = [];
  const since = holding.from ?? today + 1;
  // Seats of people, unlike accounts, had somebody before.
  const before = holding.vendor === 'jetbrains' && since > first + 20 ? formerHolder(people, since, first, today, random) : null;
  if (before !== null) {
    spells.push({ email: before.email, from: dayText(before.from), to: dayText(before.to) });
    active.push(...used(before.from, before.lastUse, first, random));
  }
  if (holding.email !== null && holding.from !== null) {
    spells.push({ email: holding.email, from: dayText(holding.from), to: holding.to === null ? null : dayText(holding.to) });
    if (holding.seen !== null && holding.seen !== undefined) active.push(...used(holding.from, holding.seen, first, random));
  }
  const began = before?.from ?? holding.from ?? first + Math.floor(random() * 200);
  return {
    vendor: holding.vendor,
    externalId: holding.externalId,
    product: holding.product,
    boughtOn: dayText(began - Math.floor(random() * 20)),
    spells,
    activeDays: holding.seen === undefined && holding.email !== null ? null : active.map(dayText),
  };
}

/** Somebody who left and held the seat until then; null when nobody fits. */
function formerHolder(
  people: readonly Employment[],
  until: number,
  first: number,
  today: number,
  random: () => number,
): { readonly email: string; readonly from: number; readonly to: number; readonly lastUse: number } | null {
  const fitting = people.filter(
    ({ left }) => left !== null && (dayNumber(left) ?? 0) < Math.min(until, today) && (dayNumber(left) ?? 0) > first,
  );
  const person = fitting[Math.floor(random() * fitting.length)];
  if (person?.left == null) return null;
  const to = dayNumber(person.left) ?? first;
  const from = Math.max(dayNumber(person.joined) ?? 0, to - 60 - Math.floor(random() * 300));
  // Many are idle for weeks before they go, some for months.
  return { email: person.email, from, to, lastUse: Math.max(from, to - Math.floor(random() ** 2 * 120)) };
}

/** Days of use from a day to the last one, on workdays mostly, with holidays and now and then a long break. */
function used(from: number, last: number, first: number, random: () => number): number[] {
  const days: number[] = [];
  const keenness = 0.45 + random() * 0.5;
  const breakAt = last - 30 - Math.floor(random() * 250);
  const breakDays = random() < 0.2 ? 40 + Math.floor(random() * 60) : 5 + Math.floor(random() * 15);
  for (let day = Math.max(from, first); day <= last; day += 1) {
    const onBreak = day >= breakAt && day < breakAt + breakDays;
    // Day 0 of the count was a Thursday.
    const weekday = (day + 4) % 7;
    const workday = weekday !== 0 && weekday !== 6;
    const uses = random() < (workday ? keenness : 0.04);
    if (day === last || (uses && !onBreak)) days.push(day);
  }
  return days;
}

/** Answers about one seat day by day, asked for days that only grow. */
class Tally {
  readonly seat: SeatHistory;
  readonly #bought: number;
  readonly #held: readonly { readonly from: number; readonly to: number }[];
  readonly #active: ReadonlySet<number>;
  #lastUse: number | null = null;

  constructor(seat: SeatHistory, first: number, today: number) {
    this.seat = seat;
    this.#bought = dayNumber(seat.boughtOn) ?? first;
    this.#held = seat.spells.map(({ from, to }) => ({ from: dayNumber(from) ?? first, to: dayNumber(to) ?? today + 1 }));
    this.#active = new Set((seat.activeDays ?? []).map((day) => dayNumber(day) ?? 0));
  }

  at(day: number): { readonly bought: boolean; readonly assigned: boolean; readonly active: boolean; readonly idle90: boolean } {
    const spell = this.#held.find(({ from, to }) => from <= day && day < to);
    const active = this.#active.has(day);
    if (active) this.#lastUse = day;
    const quietSince = spell === undefined ? day : Math.max(spell.from, this.#lastUse ?? spell.from);
    return {
      bought: this.#bought <= day,
      assigned: spell !== undefined,
      active,
      idle90: spell !== undefined && this.seat.activeDays !== null && day - quietSince >= 90,
    };
  }
}

function dayOf(day: number, people: readonly Employment[], tallies: readonly Tally[]): HistoryDay {
  const text = dayText(day);
  const products = new Map<string, { -readonly [Key in keyof ProductDay]: ProductDay[Key] }>();
  for (const tally of tallies) {
    const { vendor, product } = tally.seat;
    const key = `${vendor}/${product}`;
    const sum = products.get(key) ?? { vendor, product, bought: 0, assigned: 0, active: 0, idle90: 0 };
    const { bought, assigned, active, idle90 } = tally.at(day);
    sum.bought += Number(bought);
    sum.assigned += Number(assigned);
    sum.active += Number(active);
    sum.idle90 += Number(idle90);
    products.set(key, sum);
  }
  const headcount = people.filter(({ joined, left }) => joined <= text && (left === null || left > text)).length;
  return { day: text, headcount, products: [...products.values()] };
}

function monthsOf(days: readonly HistoryDay[], people: readonly Employment[], seats: readonly SeatHistory[]): HistoryMonth[] {
  const lastOf = new Map(days.map((day) => [day.day.slice(0, 7), day]));
  const begin = days[0]?.day ?? '';
  const spells = seats.flatMap((seat) => seat.spells);
  const within = (day: string | null, month: string): boolean => day !== null && day >= begin && day.startsWith(month);
  return [...lastOf].map(([month, last]) => ({
    month,
    joined: people.filter(({ joined }) => within(joined, month)).length,
    left: people.filter(({ left }) => within(left, month)).length,
    seatsAssigned: spells.filter(({ from }) => within(from, month)).length,
    seatsReleased: spells.filter(({ to }) => within(to, month)).length,
    headcount: last.headcount,
    products: last.products,
  }));
}

function dayNumber(instant: string | null): number | null {
  const at = Date.parse(instant ?? '');
  return Number.isNaN(at) ? null : Math.floor(at / DAY_MS);
}

function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
