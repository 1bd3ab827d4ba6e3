import type { Chart } from '../domain/chart.ts';
import { applyEntry, type HistoryEntry, type HistoryState } from '../domain/history.ts';
import { addMs, DAY_MS, type Instant } from '../domain/time.ts';
import type { ReportFacts } from './facts.ts';
import { byName, SLICE } from './parts.ts';

const WEEKS = 26;
const IDLE_DAYS = 90;

interface Point {
  bought: number;
  used: number;
  idle: number;
}

/** Seats bought, used and idle (for 90 days) week by week, as far back as the history goes and half a year at most. */
export function* seatTrend(facts: ReportFacts, now: Instant): Generator<void, readonly Chart[]> {
  const begins = facts.integrations.flatMap(({ history }) => history[0]?.at ?? []);
  const first = begins.toSorted(byName)[0] ?? now;
  const moments = Array.from({ length: WEEKS + 1 }, (_, week) => addMs(now, (week - WEEKS) * 7 * DAY_MS)).filter(
    (at) => at >= first,
  );
  if (moments.length < 2) return [];
  const points = moments.map((): Point => ({ bought: 0, used: 0, idle: 0 }));
  for (const { history } of facts.integrations) yield* addTrend(history, moments, points);
  const series = (label: string, key: keyof Point) => ({
    label,
    points: points.map((point, at) => ({ label: (moments[at] ?? '').slice(0, 10), value: point[key] })),
  });
  return [
    {
      key: 'seats-over-time',
      title: 'Seats over time',
      kind: 'line',
      unit: 'seats',
      series: [series('Bought', 'bought'), series('Used', 'used'), series(`Idle for ${IDLE_DAYS} days`, 'idle')],
    },
  ];
}

function* addTrend(history: readonly HistoryEntry[], moments: readonly Instant[], points: readonly Point[]): Generator<void> {
  const states = new Map<string, HistoryState>();
  let next = 0;
  for (const [at, moment] of moments.entries()) {
    for (let entry = history[next]; entry !== undefined && entry.at <= moment; entry = history[++next]) {
      if (next % SLICE === 0) yield;
      if (entry.kind === 'person') continue;
      const id = `${entry.kind}/${entry.id}`;
      states.set(id, applyEntry(states.get(id) ?? null, entry));
    }
    const point = points[at];
    if (point === undefined) continue;
    const cutoff = addMs(moment, -IDLE_DAYS * DAY_MS);
    let counted = 0;
    for (const state of states.values()) {
      if (++counted % SLICE === 0) yield;
      count(state, cutoff, point);
    }
  }
}

function count({ kind, active, values }: HistoryState, cutoff: Instant, point: Point): void {
  if (!active) return;
  if (kind === 'account' ? values['enabled'] === false || values['paidSeat'] === false : values['status'] === 'expired') return;
  point.bought += 1;
  if (kind === 'seat' && values['holder'] === null) return;
  point.used += 1;
  const last = values['lastActivity'];
  const from = last === 'never' ? values[kind === 'seat' ? 'assignedAt' : 'createdAt'] : last;
  if (typeof from === 'string' && from !== 'unknown' && from <= cutoff) point.idle += 1;
}
