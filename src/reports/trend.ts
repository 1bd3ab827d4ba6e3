import type { Chart } from '../domain/chart.ts';
import type { EntryHead, HistoryEntry, HistoryReader } from '../domain/history.ts';
import { addMs, DAY_MS, type Instant } from '../domain/time.ts';
import type { ReportFacts } from './facts.ts';
import { byName } from './parts.ts';
import { activityOf, bitsOf, change, IS, type Mutable, NOT_BOUGHT, sinceOf, type UseState } from './use-state.ts';

const WEEKS = 26;
const IDLE_DAYS = 90;
/** As many lines as Slack draws. */
const SERIES = 6;

interface Point {
  bought: number;
  used: number;
  idle: number;
}

/** The ends of the days that are whole weeks before the end of today, oldest first. */
export function weeksBefore(now: Instant): readonly Instant[] {
  const end = `${now.slice(0, 10)}T23:59:59.999Z`;
  return Array.from({ length: WEEKS + 1 }, (_, week) => addMs(end, (week - WEEKS) * 7 * DAY_MS));
}

/** Counts one app's seats week by week while its history goes by, oldest entry first. */
export class SeatTrend implements HistoryReader {
  readonly #moments: readonly Instant[];
  readonly #points: Point[] = [];
  readonly #states = { seat: new Map<string, UseState>(), account: new Map<string, UseState>() };
  #begins: Instant | null = null;

  constructor(now: Instant) {
    this.#moments = weeksBefore(now);
  }

  /** When the history begins; null when there is none. */
  get begins(): Instant | null {
    return this.#begins;
  }

  skips({ kind }: EntryHead): boolean {
    return kind === 'person';
  }

  take(entry: HistoryEntry): void {
    const { at, kind, id, state } = entry;
    this.#begins ??= at;
    this.#countUntil(at);
    if (kind === 'person') return;
    const states = this.#states[kind];
    if (state !== undefined) {
      states.set(id, { kind, since: sinceOf(kind, state), lastActivity: activityOf(state), is: bitsOf(entry, state) });
      return;
    }
    // Nobody sees it before it is counted, so it need not be a new one.
    const known: Mutable<UseState> = states.get(id) ?? { kind, since: null, lastActivity: null, is: 0 };
    change(known, entry);
    states.set(id, known);
  }

  /** After the last entry. Forgets what is no longer needed, so that it can be kept. */
  finish(): this {
    this.#countUntil(null);
    this.#states.seat.clear();
    this.#states.account.clear();
    return this;
  }

  /** One for each week. */
  get points(): readonly Readonly<Point>[] {
    return this.#points;
  }

  /** All the weeks that ended before an instant. */
  #countUntil(at: Instant | null): void {
    for (;;) {
      const moment = this.#moments[this.#points.length];
      if (moment === undefined || (at !== null && at <= moment)) return;
      const point: Point = { bought: 0, used: 0, idle: 0 };
      const cutoff = Date.parse(moment) - IDLE_DAYS * DAY_MS;
      for (const state of this.#states.seat.values()) count(state, cutoff, point);
      for (const state of this.#states.account.values()) count(state, cutoff, point);
      this.#points.push(point);
    }
  }
}

/** Seats idle (for 90 days) week by week, app by app where there are as many as a picture can tell apart. */
export function idleTrendChart({ integrations }: ReportFacts, now: Instant): readonly Chart[] {
  const known = integrations.flatMap(({ name, trend }) => (trend === null ? [] : [{ name, trend }]));
  const span = spanOf(
    known.map(({ trend }) => trend),
    now,
  );
  const idle = known.filter(({ trend }) => trend.points.some((point) => point.idle > 0));
  if (span === null || idle.length === 0) return [];
  const along = (label: string, trends: readonly SeatTrend[]) => ({
    label,
    points: span.weeks.map((moment, at) => ({
      label: moment.slice(0, 10),
      value: trends.reduce((sum, { points }) => sum + (points[span.from + at]?.idle ?? 0), 0),
    })),
  });
  const series =
    idle.length > SERIES
      ? [
          along(
            'All apps',
            idle.map(({ trend }) => trend),
          ),
        ]
      : idle.map(({ name, trend }) => along(name, [trend]));
  return [{ key: 'idle-over-time', title: `Seats idle for ${IDLE_DAYS} days, over time`, kind: 'line', unit: 'seats', series }];
}

/** The weeks from the first of which anything is known, half a year at most; null while there are not two. */
function spanOf(
  trends: readonly SeatTrend[],
  now: Instant,
): { readonly from: number; readonly weeks: readonly Instant[] } | null {
  const first = trends.flatMap(({ begins }) => begins ?? []).toSorted(byName)[0];
  const weeks = weeksBefore(now);
  const from = first === undefined ? -1 : weeks.findIndex((moment) => moment >= first);
  return from === -1 || weeks.length - from < 2 ? null : { from, weeks: weeks.slice(from) };
}

/** Seats bought, used and idle (for 90 days), as far back as the history goes and half a year at most. */
export function seatTrendChart({ integrations }: ReportFacts, now: Instant): readonly Chart[] {
  const trends = integrations.flatMap(({ trend }) => trend ?? []);
  const span = spanOf(trends, now);
  if (span === null) return [];
  const sum = (key: keyof Point, week: number): number =>
    trends.reduce((total, { points }) => total + (points[week]?.[key] ?? 0), 0);
  const series = (label: string, key: keyof Point) => ({
    label,
    points: span.weeks.map((moment, at) => ({ label: moment.slice(0, 10), value: sum(key, span.from + at) })),
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

function count({ is, since, lastActivity }: UseState, cutoff: number, point: Point): void {
  if ((is & NOT_BOUGHT) !== 0) return;
  point.bought += 1;
  if ((is & IS.free) !== 0) return;
  point.used += 1;
  const from = lastActivity === 'never' ? since : lastActivity;
  if (from !== null && from <= cutoff) point.idle += 1;
}
