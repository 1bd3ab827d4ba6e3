import type { Snooze } from '../domain/digest.ts';
import { normaliseEmail } from '../domain/person.ts';
import { holderEmail, type Seat } from '../domain/seat.ts';
import { daysUntil, type Instant } from '../domain/time.ts';
import { count } from '../words.ts';
import type { IntegrationFacts, ReportFacts } from './facts.ts';
import { isPaid, leftOutWords } from './judge.ts';
import {
  byName,
  column,
  MoneySum,
  narrowed,
  packOf,
  personOf,
  rowKey,
  SLICE,
  sourceNotes,
  sourcesOf,
  targetOf,
  totalWords,
} from './parts.ts';
import type { ReportDefinition, ReportRow } from './report.ts';

const COLUMNS = [
  column('person', 'Person', 'person'),
  column('app', 'App', 'text'),
  column('product', 'Product', 'text'),
  column('team', 'Team', 'text'),
  column('pack', 'Pack', 'text'),
  column('ends', 'Ends', 'date'),
  column('days', 'Days left', 'days', 'unsaid'),
  column('what', 'State', 'text', 'statement'),
  column('renews', 'Renews by itself', 'yes-no'),
  column('lastUse', 'Last used', 'date'),
  column('id', 'Id', 'text', 'unsaid'),
];

type State = 'expired' | 'overdue' | 'ending' | 'renewing';

const STATE_WORDS: Readonly<Record<State, string>> = {
  expired: 'Expired',
  overdue: 'Past its date',
  ending: 'About to end',
  renewing: 'About to renew',
};
const TONES = { expired: 'wrong', overdue: 'wrong', ending: 'warn', renewing: 'note' } as const;
const ORDER: readonly State[] = ['expired', 'overdue', 'ending', 'renewing'];

export const expiredSubscriptions: ReportDefinition = {
  id: 'expired-subscriptions',
  title: 'Expired subscriptions',
  summary: 'Seats somebody still has whose subscription has ended, or is about to.',
  needs: [],
  *build(all, { expiryLeadDays }, request, now) {
    const facts = narrowed(all, request.integrationId);
    const horizon = expiryLeadDays[0] ?? 0;
    const found: { readonly state: State; readonly row: ReportRow }[] = [];
    const numbers: Record<State, number> = { expired: 0, overdue: 0, ending: 0, renewing: 0 };
    let leftOut = 0;
    const money = new MoneySum();
    for (const integration of facts.integrations) {
      for (const [at, { holding, active }] of integration.holdings.entries()) {
        if (at % SLICE === 0) yield;
        if (!active || holding.kind === 'account' || holding.holder === null) continue;
        const days = holding.validUntil === null ? null : daysUntil(now, holding.validUntil);
        const state = stateOf(holding, days, horizon);
        if (state === null) continue;
        const snooze = facts.snoozed.get(normaliseEmail(holderEmail(holding) ?? ''));
        found.push({ state, row: toRow(holding, { state, days, leadDays: expiryLeadDays, snooze }, integration, facts) });
        if (snooze !== undefined) {
          leftOut += 1;
          continue;
        }
        numbers[state] += 1;
        if ((state === 'ending' || state === 'overdue') && isPaid(holding)) money.add(holding, facts);
      }
    }
    found.sort(
      (a, b) =>
        Number(isLeftOut(a.row)) - Number(isLeftOut(b.row)) ||
        ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
        soonest(a.row, b.row),
    );
    const over = numbers.expired + numbers.overdue;
    const sources = sourcesOf(facts, now);
    const total = money.total('ending', 'About to end or past its date');
    return {
      id: 'expired-subscriptions',
      title: 'Expired subscriptions',
      asOf: now,
      headline: [
        over === 0
          ? 'Nobody has a seat whose subscription has ended.'
          : `${count(over, 'seat is', 'seats are')} still somebody’s although the subscription has ended.`,
        numbers.ending === 0
          ? `None ends by itself in the next ${count(horizon, 'day')}.`
          : `${count(numbers.ending, 'seat ends', 'seats end')} in the next ${count(horizon, 'day')}, worth ${totalWords(total)}.`,
        ...(numbers.renewing === 0
          ? []
          : [`${count(numbers.renewing, 'seat renews by itself', 'seats renew by themselves')} in that time.`]),
        ...(leftOut === 0 ? [] : [`${count(leftOut, 'seat')} left alone, with the reason.`]),
      ],
      counts: [
        { key: 'expired', label: 'Expired', value: numbers.expired },
        { key: 'overdue', label: 'Past its date', value: numbers.overdue },
        { key: 'ending', label: 'About to end', value: numbers.ending },
        { key: 'renewing', label: 'About to renew', value: numbers.renewing },
        ...(leftOut === 0 ? [] : [{ key: 'excluded', label: 'Left alone', value: leftOut }]),
      ],
      money: [total],
      columns: COLUMNS,
      rows: found.map(({ row }) => row),
      charts: [],
      sources,
      notes: sourceNotes(sources),
    };
  },
};

function stateOf(seat: Seat, days: number | null, horizon: number): State | null {
  if (seat.status === 'expired') return 'expired';
  if (days === null || days > horizon) return null;
  // Whatever was to renew by itself has not, as far as the vendor tells, and is somebody's still.
  if (days < 0) return 'overdue';
  return seat.autoRenews === true ? 'renewing' : 'ending';
}

function isLeftOut({ tier }: ReportRow): boolean {
  return tier === 'excluded';
}

interface Standing {
  readonly state: State;
  readonly days: number | null;
  readonly leadDays: readonly number[];
  readonly snooze: Snooze | undefined;
}

function toRow(seat: Seat, standing: Standing, integration: IntegrationFacts, facts: ReportFacts): ReportRow {
  const { state, days, leadDays, snooze } = standing;
  return {
    key: rowKey(seat),
    // Nobody is reminded of whom they left out.
    ...(snooze === undefined ? { stage: stageOf(state, days, leadDays) } : {}),
    tone: snooze === undefined ? TONES[state] : 'note',
    cells: {
      person: personOf(seat, facts),
      app: integration.name,
      product: seat.product.name,
      team: seat.team?.name ?? null,
      pack: packOf(seat),
      ends: seat.validUntil,
      days,
      what: snooze === undefined ? STATE_WORDS[state] : `${STATE_WORDS[state]}; ${leftOutWords(snooze)}`,
      renews: seat.autoRenews,
      lastUse: seat.lastActivity.kind === 'at' ? seat.lastActivity.at : null,
      id: seat.externalId,
    },
    target: targetOf(seat),
    tier: snooze === undefined ? null : 'excluded',
    reason: null,
  };
}

/** Which warning it is, so that each of them is told once: the shortest lead time it has come into, then each week past the date. */
export function stageOf(state: string, days: number | null, leadDays: readonly number[]): string {
  if (days !== null && days < 0) return `over-${Math.floor(-days / 7)}`;
  if (days === null || state === 'expired') return state;
  const lead = leadDays.filter((one) => days <= one).at(-1);
  return lead === undefined ? state : `${state}-${lead}`;
}

function soonest(a: ReportRow, b: ReportRow): number {
  const [x, y] = [a.cells['ends'], b.cells['ends']].map((ends) => (typeof ends === 'string' ? ends : '9')) as [Instant, Instant];
  return byName(x, y) || byName(a.key, b.key);
}
