import type { HistoryEntry, HistoryState } from './domain/history.ts';
import type { Scalar } from './domain/seat.ts';
import type { Departure, SyncChange, SyncCounts } from './domain/sync-change.ts';
import type { SyncOutcome, SyncProgress, SyncSession } from './domain/sync-session.ts';
import type { Instant } from './domain/time.ts';
import type { SyncHealth } from './reply.ts';
import { ageOf, count } from './words.ts';

const OUTCOMES: Readonly<Record<SyncOutcome, string>> = {
  succeeded: 'Succeeded',
  incomplete: 'Incomplete',
  held: 'Held',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export function outcomeWords(session: SyncSession): string {
  if (session.outcome === null) return 'Running';
  return session.test ? `Test run: ${OUTCOMES[session.outcome].toLowerCase()}` : OUTCOMES[session.outcome];
}

/** `3 created, 2 updated, 95 unchanged`; what is 0 is left out. */
export function countsWords(counts: SyncCounts): string {
  const parts = (['created', 'updated', 'deactivated', 'reactivated', 'unchanged'] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => `${counts[name].toLocaleString('en-US')} ${name}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** How many people, seats and accounts it changed or would change, leaving out those that `departures` tells of. */
export function changesTotal(session: SyncSession): number {
  const of = ({ created, updated, reactivated, deactivated }: SyncCounts): number =>
    created + updated + reactivated + (session.departuresTotal > 0 ? 0 : deactivated);
  return of(session.people) + of(session.holdings);
}

/** The changes to show beside the departures, which tell of everything that is or would be deactivated. */
export function changesBesideDepartures(session: SyncSession): SyncSession['changes'] {
  return session.departuresTotal === 0 ? session.changes : session.changes.filter((one) => one.change !== 'deactivated');
}

/** One line for each figure of a session that ended. */
export function sessionFigures(session: SyncSession): readonly string[] {
  const left = [
    session.filtered > 0 ? `${count(session.filtered, 'record')} left out by the filter` : null,
    session.skipped > 0 ? `${count(session.skipped, 'record')} left out by the mode` : null,
    session.failed > 0 ? `${count(session.failed, 'record')} with errors` : null,
    session.repeated > 0 ? `${count(session.repeated, 'record')} that came twice` : null,
  ].filter((line) => line !== null);
  const would = session.test || session.state === 'held' ? ' (nothing of it is written)' : '';
  return [
    `People: ${countsWords(session.people)}${would}`,
    `Seats and accounts: ${countsWords(session.holdings)}${would}`,
    ...(left.length === 0 ? [] : [left.join(', ')]),
  ];
}

export function effortWords(session: SyncSession): string {
  const waited = session.waitedMs >= 1_000 ? `, ${durationWords(session.waitedMs)} of it waiting for limits` : '';
  const took =
    session.endedAt === null ? '' : ` in ${durationWords(Date.parse(session.endedAt) - Date.parse(session.startedAt))}`;
  return `${count(session.records, 'record')} on ${count(session.pages, 'page')}, ${count(session.vendorCalls, 'vendor call')}${took}${waited}`;
}

/** A page that takes this long is worth a word. */
export const QUIET_MS = 10_000;

export function progressWords(progress: SyncProgress): string {
  const { records, total, pages, perSecond, waitedMs, leftMs, step, quietMs = 0 } = progress;
  if (step !== 'loading')
    return { comparing: 'Comparing …', confirming: 'Asking about those that are missing …', writing: 'Writing …' }[step];
  if (quietMs >= QUIET_MS)
    return `${records.toLocaleString('en-US')} records, ${count(pages, 'page')}; waiting for ${durationWords(quietMs)}: the vendor is slow, or its limit is used up`;
  const of = total === null ? '' : ` of ${total.toLocaleString('en-US')}`;
  const waited = waitedMs >= 1_000 ? `, waited ${durationWords(waitedMs)} for limits` : '';
  const left = leftMs === null ? '' : `, about ${durationWords(leftMs)} to go`;
  return `${records.toLocaleString('en-US')}${of} records, ${count(pages, 'page')}, ${Math.round(perSecond).toLocaleString('en-US')} a second${waited}${left}`;
}

/** Twenty steps, filled as far as it is; null when the vendor does not say how many records there are. */
export function progressBar({ records, total }: SyncProgress): string | null {
  if (total === null || total === 0) return null;
  const filled = Math.min(20, Math.floor((records / total) * 20));
  return `${'█'.repeat(filled)}${'░'.repeat(20 - filled)} ${Math.min(100, Math.floor((records / total) * 100))} %`;
}

export function durationWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 1) return 'less than a second';
  if (seconds < 90) return count(seconds, 'second');
  if (seconds < 5_400) return count(Math.round(seconds / 60), 'minute');
  return count(Math.round(seconds / 3_600), 'hour');
}

const BECAUSE: Readonly<Record<Departure['reason'], string>> = {
  missing: 'not in the listing',
  disabled: 'switched off at the vendor',
  released: 'holds nothing there any more',
  filtered: 'left out by the filter',
};

export function departureWords(one: Departure): string {
  return `${one.title}: ${BECAUSE[one.reason]}`;
}

export function changeWords(change: SyncChange): string {
  const fields = change.fields.map(([name, before, after]) => `${name} ${valueWords(before)} → ${valueWords(after)}`);
  const because = change.because === null ? [] : [BECAUSE[change.because]];
  const told = [...because, ...fields];
  return `${change.kind} ${change.title} ${change.change}${told.length === 0 ? '' : `: ${told.join('; ')}`}`;
}

export function historyWords(entry: HistoryEntry): string {
  if (entry.monthEnd === true) return `${entry.title}: as it was at the end of the month`;
  return changeWords({ ...entry, because: entry.because ?? null });
}

export function heldWords(state: HistoryState): string {
  const { product, team, role, roles, status } = state.values;
  const told = [team, role === product ? null : role, roles, status].filter(
    (one) => one !== null && one !== undefined && one !== '',
  );
  return `${product ?? state.title}${told.length === 0 ? '' : ` (${told.join(', ')})`}`;
}

function valueWords(value: Scalar): string {
  return value === null || value === '' ? '(nothing)' : String(value);
}

/** `live, 2,040 people, 3,100 seats and accounts, synced 3 hours ago`. */
export function healthWords(health: SyncHealth, now: Instant): string {
  const state = health.state === 'draft' ? 'draft: does not run on its schedule' : health.state;
  const synced = health.confirmedAt === null ? 'never synced' : `synced ${ageOf(health.confirmedAt, now)}`;
  const app = health.app === health.name ? '' : ` · app ${health.app}`;
  return `${state}${app} · ${health.people.toLocaleString('en-US')} people, ${health.holdings.toLocaleString('en-US')} seats and accounts · ${synced}`;
}
