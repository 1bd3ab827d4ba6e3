import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEntry, type HistoryEntry, type HistoryState, stateAt } from '../../src/domain/history.ts';
import { addMs, DAY_MS, daysBetween } from '../../src/domain/time.ts';
import { PastUse } from '../../src/reports/past-use.ts';
import { SeatTrend, weeksBefore } from '../../src/reports/trend.ts';
import { daysAgo, NOW } from '../support/report-facts.ts';

const DAY = daysAgo(90);
const QUESTION = { at: DAY, threshold: 45, newDays: 30 };

const anInstant = fc.integer({ min: 1, max: 300 }).map(daysAgo);
const activity = fc.oneof(anInstant, fc.constantFrom('never', 'unknown'));
const someone = fc.constantFrom('ada@example.com', 'Ada@Example.com', 'bob@example.com');
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
/** Each value a seat or an account may have, as a vendor might tell it. */
const VALUES = {
  seat: {
    holder: fc.oneof(someone, fc.constantFrom(null, 'build server')),
    holderName: maybe(fc.constantFrom('Ada', 'Bob')),
    product: maybe(fc.constantFrom('WebStorm', 'Rider')),
    team: maybe(fc.constant('Team')),
    status: fc.constantFrom('active', 'active', 'expired', 'suspended'),
    lastActivity: activity,
    assignedAt: maybe(anInstant),
    offlineCode: maybe(fc.boolean()),
  },
  account: {
    email: someone,
    name: maybe(fc.constantFrom('Ada', 'Bob')),
    enabled: fc.boolean(),
    administrator: maybe(fc.boolean()),
    paidSeat: maybe(fc.boolean()),
    lastActivity: activity,
    createdAt: maybe(anInstant),
  },
} as const;

const anEntry: fc.Arbitrary<HistoryEntry> = fc
  .record({
    kind: fc.constantFrom('seat' as const, 'account' as const),
    id: fc.constantFrom('1', '2', '3'),
    change: fc.constantFrom(
      'created' as const,
      'updated' as const,
      'updated' as const,
      'reactivated' as const,
      'deactivated' as const,
    ),
    person: maybe(fc.constantFrom('ada@example.com', 'bob@example.com')),
    at: anInstant,
    inactive: fc.boolean(),
    isWhole: fc.boolean(),
  })
  .chain(({ kind, change, inactive, isWhole, ...rest }) => {
    const state = fc.record<Record<string, string | boolean | null>>(VALUES[kind]);
    const whole = change === 'created' || change === 'reactivated' || (change === 'updated' && isWhole);
    return state.chain((values) =>
      fc.subarray(Object.entries(values)).map((changed) => ({
        ...rest,
        kind,
        change,
        title: 'Title',
        formerly: null,
        sessionId: 'S',
        fields: change === 'created' ? [] : changed.map(([name, value]) => [name, null, value] as const),
        ...(whole ? { state: values } : {}),
        ...(whole && change === 'updated' && inactive ? { inactive: true as const } : {}),
      })),
    );
  });

const aHistory = fc
  .array(anEntry, { maxLength: 14 })
  .map((entries) => entries.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)));

const isHeld = ({ kind, active, values, person }: HistoryState): boolean =>
  active &&
  (kind === 'account'
    ? values['enabled'] !== false && values['paidSeat'] !== false
    : values['holder'] !== null && values['status'] !== 'expired' && (person !== null || `${values['holder']}`.includes('@')));

/** The same question, asked of whole states. */
function byStates(history: readonly HistoryEntry[]) {
  const held = [...stateAt(history, DAY).values()].filter(isHeld);
  const hits = held.flatMap((state) => {
    const { kind, id, values } = state;
    if (values['administrator'] === true || values['offlineCode'] === true || values['status'] === 'suspended') return [];
    const since = values[kind === 'seat' ? 'assignedAt' : 'createdAt'] ?? null;
    if (since !== null && since > addMs(DAY, -30 * DAY_MS)) return [];
    const from = values['lastActivity'] === 'never' ? since : values['lastActivity'];
    if (typeof from !== 'string' || from === 'unknown' || from > addMs(DAY, -45 * DAY_MS)) return [];
    const holder = (one: HistoryState) => one.values[kind === 'seat' ? 'holder' : 'email'];
    let after = 'idle';
    let now = state;
    for (const entry of history) {
      if (after !== 'idle' || entry.at <= DAY || entry.kind !== kind || entry.id !== id) continue;
      now = applyEntry(now, entry);
      const last = now.values['lastActivity'];
      // An account stays its owner's whatever their address becomes.
      const isMoved = kind === 'seat' && holder(now) !== holder(state);
      if (!isHeld(now) || isMoved) after = 'moved';
      else if (typeof last === 'string' && last.startsWith('2') && last > DAY) after = 'back';
    }
    return [`${kind}/${id} ${holder(state)} ${daysBetween(from, DAY)} ${after}`];
  });
  return { held: held.length, hits: hits.toSorted() };
}

describe('the past', () => {
  test('is told as whole states tell it, whatever the history', () => {
    fc.assert(
      fc.property(aHistory, (history) => {
        const past = new PastUse(QUESTION);
        for (const entry of history) if (!past.skips(entry)) past.take(entry);
        const hits = past.hits.map(({ state, days, after }) => `${state.kind}/${state.id} ${state.holder} ${days} ${after}`);
        expect({ held: past.held, hits: hits.toSorted() }).toEqual(byStates(history));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is counted week by week as whole states count it', () => {
    fc.assert(
      fc.property(aHistory, (history) => {
        const trend = new SeatTrend(NOW);
        for (const entry of history) trend.take(entry);
        const points = weeksBefore(NOW).map((moment) => {
          const states = [...stateAt(history, moment).values()].filter(
            ({ kind, active, values }) =>
              active &&
              (kind === 'seat' ? values['status'] !== 'expired' : values['enabled'] !== false && values['paidSeat'] !== false),
          );
          const used = states.filter(({ kind, values }) => kind === 'account' || values['holder'] !== null);
          const idle = used.filter(({ kind, values }) => {
            const since = values[kind === 'seat' ? 'assignedAt' : 'createdAt'];
            const from = values['lastActivity'] === 'never' ? since : values['lastActivity'];
            return typeof from === 'string' && from !== 'unknown' && from <= addMs(moment, -90 * DAY_MS);
          });
          return { bought: states.length, used: used.length, idle: idle.length };
        });
        expect(trend.finish().points).toEqual(points);
      }),
      { numRuns: 500 },
    );
  });
});
