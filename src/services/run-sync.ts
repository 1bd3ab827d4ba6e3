import { setImmediate as turn } from 'node:timers/promises';
import { type GuardReason, guardDepartures, guardStrangers } from '../domain/departure-guard.ts';
import { ConflictError, UsageError } from '../domain/errors.ts';
import type { Inventory } from '../domain/inventory.ts';
import { mergeAccounts } from '../domain/merge-accounts.ts';
import type { PersonRef } from '../domain/person.ts';
import { inSlices } from '../domain/slices.ts';
import type { Departure } from '../domain/sync-change.ts';
import { type MergeResult, SyncMerge } from '../domain/sync-merge.ts';
import type { SyncPlan } from '../domain/sync-plan.ts';
import {
  type SessionReason,
  type SyncOutcome,
  type SyncSession,
  type SyncTrigger,
  startedSession,
} from '../domain/sync-session.ts';
import { toInstant } from '../domain/time.ts';
import type { Connector } from '../ports/connector.ts';
import type { LoadReason, LoadReport } from '../ports/load.ts';
import type { World } from '../ports/world.ts';
import { confirmDepartures } from './confirm-departures.ts';
import { endSession, storeStart } from './end-session.ts';
import { LoadMeter } from './load-meter.ts';
import { SyncCancelled, type SyncRun, tellProgress, withRun } from './sync-runs.ts';

export interface SyncOrder {
  readonly plan: SyncPlan;
  readonly trigger: SyncTrigger;
  readonly by: PersonRef | null;
  readonly test: boolean;
  /** For a test: the first so many records; null for all. */
  readonly limit: number | null;
  /** The session's id, when it was told already. */
  readonly sessionId?: string;
}

/** What a run came to, before it is written down. */
interface Found {
  readonly outcome: SyncOutcome;
  readonly reasons: readonly SessionReason[];
  readonly result: MergeResult | null;
  readonly departures: readonly Departure[];
  readonly applied: boolean;
  readonly report: LoadReport;
}

/** A load that stopped in the middle; what came of it is no picture of anything, so nothing of it is taken. */
const BROKEN: readonly LoadReason['code'][] = ['vendor', 'transport', 'cancelled', 'unexpected'];

/**
 * One run of an integration: loads, compares, guards, and puts the result in force in one step. A test writes nothing but
 * its session. Ends with the session as stored, whatever happened at the vendor.
 * @throws ConflictError when the integration is being synced already; StoreError when the session cannot be kept.
 */
export async function runSync(world: World, order: SyncOrder, signal?: AbortSignal): Promise<SyncSession> {
  const { plan } = order;
  const connector = world.connectors.get(plan.integrationId);
  if (connector === null) throw new UsageError('usage.unknown-integration', `There is no integration “${plan.integrationId}”.`);
  const id = order.sessionId ?? world.newId();
  return withRun(world.store, plan.integrationId, id, plan.name, signal, async (run) => {
    const session = startedSession({
      id,
      integrationId: plan.integrationId,
      name: plan.name,
      trigger: order.trigger,
      origin: connector.origin ?? [],
      test: order.test,
      limit: order.limit,
      by: order.by,
      fingerprint: plan.fingerprint,
      startedAt: toInstant(world.clock.now()),
    });
    await storeStart(world, session);
    const meter = new LoadMeter(world, run);
    const merge: { current: SyncMerge | null } = { current: null };
    try {
      const found = await load(world, connector, order, session, run, meter, merge);
      return await endSession(world, session, { ...found, meter, faults: merge.current?.faults ?? [] });
    } catch (cause) {
      // The store refused, or this is a bug: what was stored before stands, and the session says what happened.
      world.log.error('sync.failed', { integration: plan.integrationId, session: id, cause });
      const reasons = [asReason(cause)];
      return endSession(world, session, {
        outcome: 'failed',
        reasons,
        result: null,
        departures: [],
        applied: false,
        meter,
        faults: merge.current?.faults ?? [],
      });
    }
  });
}

async function load(
  world: World,
  connector: Connector,
  order: SyncOrder,
  session: SyncSession,
  run: SyncRun,
  meter: LoadMeter,
  holder: { current: SyncMerge | null },
): Promise<Found> {
  const { plan } = order;
  const { signal } = run.abort;
  const before = await world.inventories.get(plan.integrationId);
  const merge = new SyncMerge({ before, plan, now: session.startedAt, mergeAccounts });
  holder.current = merge;
  const report = await connector.load(
    order.limit === null ? {} : { limit: order.limit },
    async (page) => {
      merge.add(page.records);
      meter.take(page);
      // Pages that wait already come without a pause; others must get their turn.
      await turn();
    },
    signal,
  );
  meter.end(report);
  const ended = { report, result: null, departures: [], applied: false } as const;
  if (signal.reason instanceof SyncCancelled)
    return {
      ...ended,
      outcome: 'cancelled',
      reasons: [reason('cancelled', `${signal.reason.by} cancelled it; nothing was written.`)],
    };
  const broken = report.reasons.find((one) => BROKEN.includes(one.code));
  if (report.outcome === 'failed' || broken !== undefined || signal.aborted)
    return { ...ended, outcome: report.outcome === 'failed' ? 'failed' : 'incomplete', reasons: reasonsOf(report, signal) };

  tellProgress(run, { ...run.progress, step: 'comparing' });
  const unmapped = failures(merge, report);
  const reasons = [...reasonsOf(report, signal), ...doubts(meter, before), ...unmapped];
  const limited = order.limit !== null && report.reasons.some((one) => one.code === 'limit');
  const whole = report.outcome === 'complete' && reasons.length === 0;
  const departures = await inSlices(merge.settle(whole), turn);
  const { known, both, listed } = merge.overlap;
  const active = activeBefore(before);
  const guard = (limited ? null : guardStrangers(known, both, listed)) ?? guardDepartures(departures, active, plan.deactivate);
  const outcome: SyncOutcome = whole || (limited && unmapped.length === 0) ? 'succeeded' : 'incomplete';
  if (order.test) {
    const result = await inSlices(merge.finish(new Set()), turn);
    const told = guard === null ? [] : [reason(guard.code, `A real run would be held: ${guard.message}`)];
    return { report, outcome, reasons: [...told, ...(limited ? unmapped : reasons)], result, departures, applied: false };
  }
  if (guard !== null) return held(world, plan, session, merge, departures, guard, report);

  tellProgress(run, { ...run.progress, step: 'confirming' });
  const gone =
    before === null || !plan.deactivate.enabled
      ? new Set<string>()
      : await confirmDepartures(world, connector, merge, before, departures, signal);
  const result = await inSlices(merge.finish(gone), turn);
  const stopped = whyNotWrite(world, plan, signal);
  if (stopped !== null) return { report, outcome: 'cancelled', reasons: [stopped], result: null, departures, applied: false };
  tellProgress(run, { ...run.progress, step: 'writing' });
  if (result.next !== null) await world.inventories.replace(inventoryOf(plan, session, result.next), result.changes);
  await world.inventories.dropHeld(plan.integrationId);
  return { report, outcome, reasons, result, departures: [], applied: true };
}

async function held(
  world: World,
  plan: SyncPlan,
  session: SyncSession,
  merge: SyncMerge,
  departures: readonly Departure[],
  guard: GuardReason,
  report: LoadReport,
): Promise<Found> {
  const result = await inSlices(merge.finish(new Set(), true), turn);
  if (result.next !== null) await world.inventories.hold(inventoryOf(plan, session, result.next), result.changes);
  return { report, outcome: 'held', reasons: [reason(guard.code, guard.message)], result, departures, applied: false };
}

function inventoryOf(plan: SyncPlan, session: SyncSession, next: Pick<Inventory, 'holdings' | 'people'>): Inventory {
  const { integrationId, connectorId, app, credential, fingerprint } = plan;
  return {
    head: {
      integrationId,
      connectorId,
      app,
      credential,
      origin: session.origin ?? [],
      fingerprint,
      sessionId: session.id,
      writtenAt: session.startedAt,
    },
    ...next,
  };
}

/** A listing that ended as it should and still cannot be trusted to name everything. */
function doubts(meter: LoadMeter, before: Inventory | null): readonly SessionReason[] {
  if (meter.records === 0 && before !== null && before.people.size + before.holdings.size > 0)
    return [reason('empty', 'The listing was empty though there were records before, so nobody was deactivated.')];
  return [];
}

/** From this many records with errors on, half of all are no accident of single records. */
const MANY_FAILED = 10;

/** Most or all records could not be taken: the mapping does not fit what the vendor sends, which is nothing to be quiet about. */
function failures({ faults }: SyncMerge, { counts }: LoadReport): readonly SessionReason[] {
  const failed = new Set(faults.map((fault) => fault.index)).size;
  const all = Math.max(counts.kept, counts.faulty);
  if (failed === 0 || failed < (failed >= MANY_FAILED ? all / 2 : all)) return [];
  return [
    {
      code: 'unmapped',
      message: `${failed} of ${all} records could not be taken, so nobody was deactivated. The first: ${faults[0]?.reason ?? ''}`,
      hint: 'Compare the mapping with what the vendor sends; `mapping` proposes what fits.',
    },
  ];
}

/** Right before writing: whether somebody stopped it, or what it was made by is not in force any more. */
function whyNotWrite(world: World, plan: SyncPlan, signal: AbortSignal): SessionReason | null {
  if (signal.reason instanceof SyncCancelled)
    return reason('cancelled', `${signal.reason.by} cancelled it; nothing was written.`);
  if (signal.aborted) return reason('stopped', 'The bot was stopped before anything was written.');
  const now = world.settings().syncs.find((one) => one.integrationId === plan.integrationId);
  if (now?.fingerprint === plan.fingerprint) return null;
  return {
    code: 'configuration-changed',
    message: 'The configuration of the integration was changed while it ran, so nothing was written.',
    hint: 'Run it again.',
  };
}

function activeBefore(before: Inventory | null): { readonly people: number; readonly holdings: number } {
  const active = (items: Iterable<{ readonly active: boolean }>): number => {
    let count = 0;
    for (const item of items) if (item.active) count += 1;
    return count;
  };
  return before === null
    ? { people: 0, holdings: 0 }
    : { people: active(before.people.values()), holdings: active(before.holdings.values()) };
}

function reasonsOf(report: LoadReport, signal: AbortSignal): readonly SessionReason[] {
  const reasons = report.reasons.map(({ code, message, hint }) => ({ code, message, hint }));
  if (!signal.aborted) return reasons;
  const why = signal.reason instanceof ConflictError ? signal.reason.message : 'The bot was stopped while it ran.';
  return [reason('stopped', why)];
}

function reason(code: string, message: string): SessionReason {
  return { code, message, hint: null };
}

function asReason(cause: unknown): SessionReason {
  if (cause instanceof Error && 'code' in cause && 'hint' in cause)
    return { code: String(cause.code), message: cause.message, hint: typeof cause.hint === 'string' ? cause.hint : null };
  return { code: 'fault', message: 'A fault in Seatwarden ended it; nothing was written.', hint: 'The log has the details.' };
}
