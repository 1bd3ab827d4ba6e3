import type { AuditDraft } from '../domain/audit.ts';
import type { Departure, SyncFault } from '../domain/sync-change.ts';
import type { MergeResult } from '../domain/sync-merge.ts';
import { SAMPLES, type SessionReason, type SyncOutcome, type SyncSession } from '../domain/sync-session.ts';
import { isNews, NO_MEMORY, type SyncMemory, type Trouble, type TroubleKind, troubleAfter } from '../domain/sync-trouble.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { SessionDetail } from '../ports/inventory.ts';
import type { Put, SyncNotice } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { actorOf, SYSTEM } from './change-request.ts';
import { deliverSession } from './deliver-sessions.ts';
import type { LoadMeter } from './load-meter.ts';
import { againOnConflict } from './on-conflict.ts';
import { runOfSession } from './sync-runs.ts';

/** Kept of each integration; their details go with them. */
const SESSIONS_KEPT = 60;

export async function memoryOf(world: World, integrationId: string): Promise<SyncMemory> {
  return (await world.store.get('syncs', integrationId)) ?? { id: integrationId, ...NO_MEMORY };
}

/** The put that takes the place of what is remembered. */
export function remember(before: SyncMemory, change: Partial<SyncMemory>): Put {
  const expected = before.version === 0 ? null : before.version;
  return { collection: 'syncs', doc: { ...before, ...change, version: before.version + 1 }, expected };
}

export async function storeStart(world: World, session: SyncSession): Promise<void> {
  const superseded = await againOnConflict(() => storeStarted(world, session));
  runOfSession(world.store, session.id)?.markStored();
  for (const one of superseded) world.background.run('deliver-session', () => deliverSession(world, one.id));
}

async function storeStarted(world: World, session: SyncSession): Promise<readonly SyncSession[]> {
  const memory = await memoryOf(world, session.integrationId);
  const held = (await world.store.list('sessions', { states: ['held'] })).filter(
    (one) => one.integrationId === session.integrationId && !session.test,
  );
  const superseded = held.map((one): Put => {
    const reasons = [...one.reasons, { code: 'superseded', message: `Session ${session.id} was started instead.`, hint: null }];
    const doc: SyncSession = { ...one, version: one.version + 1, state: 'ended', outcome: 'cancelled', reasons };
    return { collection: 'sessions', doc, expected: one.version };
  });
  await world.store.commit({
    put: [
      { collection: 'sessions', doc: session, expected: null },
      ...superseded,
      ...(session.test ? [] : [remember(memory, { lastSessionId: session.id, lastStartedAt: session.startedAt })]),
    ],
    audit: [auditOf(session, 'sync.started', session.startedAt, { trigger: session.trigger, test: session.test })],
  });
  return held;
}

export interface SessionEnd {
  readonly outcome: SyncOutcome;
  readonly reasons: readonly SessionReason[];
  readonly result: MergeResult | null;
  readonly departures: readonly Departure[];
  readonly applied: boolean;
  readonly meter: LoadMeter;
  readonly faults: readonly SyncFault[];
  readonly report?: { readonly reasons: readonly { readonly code: string; readonly status?: number | null }[] };
}

/** Writes down how a run ended, with what the contacts are to hear, in one commit. */
export async function endSession(world: World, started: SyncSession, end: SessionEnd): Promise<SyncSession> {
  await keepDetails(world, started, end);
  // Where it is shown may be kept at the same moment, and so may what is remembered of the integration.
  const session = await againOnConflict(() => storeEnd(world, started, end));
  world.log.info('sync.ended', { integration: session.integrationId, session: session.id, outcome: session.outcome });
  world.background.run('deliver-session', () => deliverSession(world, session.id));
  await forgetOldSessions(world, session.integrationId);
  return session;
}

async function storeEnd(world: World, started: SyncSession, end: SessionEnd): Promise<SyncSession> {
  const now = toInstant(world.clock.now());
  const stored = (await world.store.get('sessions', started.id)) ?? started;
  const memory = await memoryOf(world, started.integrationId);
  const session = endedSession(stored, end, now);
  const { puts, changed } = session.test ? { puts: [], changed: {} } : afterRun(world, session, end, memory, now);
  await world.store.commit({
    put: [
      { collection: 'sessions', doc: session, expected: stored.version },
      ...(session.test ? [] : [remember(memory, changed)]),
      ...puts,
    ],
    audit: [
      auditOf(session, 'sync.ended', now, {
        outcome: session.outcome,
        test: session.test,
        applied: session.applied,
        reasons: session.reasons.map((one) => one.code),
        records: session.records,
        people: session.people,
        holdings: session.holdings,
        failed: session.failed,
      }),
    ],
  });
  return session;
}

function endedSession(stored: SyncSession, end: SessionEnd, now: Instant): SyncSession {
  const { meter, result, faults, departures } = end;
  return {
    ...stored,
    version: stored.version + 1,
    state: end.outcome === 'held' ? 'held' : 'ended',
    outcome: end.outcome,
    reasons: end.reasons,
    endedAt: now,
    pages: meter.pages,
    records: meter.records,
    total: meter.total,
    vendorCalls: meter.vendorCalls,
    waitedMs: meter.waitedMs,
    ...(result === null ? {} : result.counts),
    faults: faults.slice(0, SAMPLES),
    failed: result?.counts.failed ?? new Set(faults.map((fault) => fault.index)).size,
    changes: samplesOf(result),
    departures: departures.slice(0, SAMPLES),
    departuresTotal: departures.length,
    applied: end.applied,
  };
}

/** Deactivations first: they are what people look for. */
function samplesOf(result: MergeResult | null): SyncSession['changes'] {
  if (result === null) return [];
  const kinds = ['deactivated', 'reactivated', 'updated', 'created'] as const;
  return kinds.flatMap((kind) => {
    const some = [];
    for (const change of result.changes) {
      if (change.change === kind) some.push(change);
      if (some.length === SAMPLES) break;
    }
    return some;
  });
}

async function keepDetails(world: World, session: SyncSession, end: SessionEnd): Promise<void> {
  const changes = end.result?.changes ?? [];
  const departures = session.test ? end.departures : [];
  // A held session's changes are kept with what it holds.
  if (end.faults.length + changes.length + departures.length === 0) return;
  await world.inventories.writeDetails(session.id, detailsOf(end, departures)).catch((cause: unknown) => {
    world.log.error('sync.details-not-kept', { session: session.id, cause });
  });
}

function* detailsOf({ faults, result }: SessionEnd, departures: readonly Departure[]): Generator<SessionDetail> {
  for (const fault of faults) yield { fault };
  const gone = new Set<string>();
  for (const change of result?.changes ?? []) {
    if (change.change === 'deactivated') gone.add(`${change.kind}/${change.id}`);
    yield { change };
  }
  for (const departure of departures) if (!gone.has(`${departure.kind}/${departure.id}`)) yield { departure };
}

/** What is remembered of the integration after a run, and what its contacts are to hear. */
function afterRun(
  world: World,
  session: SyncSession,
  end: SessionEnd,
  memory: SyncMemory,
  now: Instant,
): { readonly puts: readonly Put[]; readonly changed: Partial<SyncMemory> } {
  const confirmed = session.applied && session.outcome === 'succeeded' ? { confirmedAt: session.startedAt } : {};
  // Somebody stopped it: that is neither trouble nor its end.
  if (session.outcome === 'cancelled' || end.reasons.some((one) => one.code === 'stopped'))
    return { puts: [], changed: confirmed };
  if (session.outcome === 'succeeded') {
    const puts = memory.trouble === null ? [] : noticesTo(world, session, 'recovered', memory.trouble, now);
    return { puts, changed: { ...confirmed, trouble: null } };
  }
  const trouble = troubleAfter(memory.trouble, troubleOf(session, end), now);
  const puts = isNews(memory.trouble, trouble) ? noticesTo(world, session, 'trouble', trouble, now) : [];
  return { puts, changed: { ...confirmed, trouble } };
}

function troubleOf(session: SyncSession, end: SessionEnd): { kind: TroubleKind; message: string; hint: string | null } {
  const [first] = session.reasons;
  const refused = end.report?.reasons.some(({ status }) => status === 401 || status === 403) === true;
  const kind: TroubleKind =
    session.outcome === 'held' ? 'held' : refused ? 'credential' : session.outcome === 'incomplete' ? 'incomplete' : 'failed';
  return {
    kind,
    message: first?.message ?? `The sync of ${session.name} did not succeed.`,
    hint: first?.hint ?? (refused ? 'Renew the credential, then run the sync again.' : null),
  };
}

/** One notice for each contact. */
export function noticesTo(
  world: World,
  about: { readonly integrationId: string; readonly name: string; readonly id: string | null },
  event: SyncNotice['event'],
  trouble: Trouble,
  now: Instant,
): readonly Put[] {
  const plan = world.settings().syncs.find((one) => one.integrationId === about.integrationId);
  return (plan?.contacts ?? []).map((to): Put => {
    const id = `${about.integrationId}:${event}:${trouble.kind}:${now}:${to}`;
    const { integrationId, name } = about;
    const doc: SyncNotice = {
      id,
      version: 1,
      integrationId,
      name,
      to,
      event,
      trouble,
      sessionId: about.id,
      owedSince: now,
      mailed: false,
      attempts: 0,
    };
    return { collection: 'syncNotices', doc, expected: null };
  });
}

function auditOf(
  session: SyncSession,
  verb: AuditDraft['verb'],
  at: Instant,
  detail: Readonly<Record<string, unknown>>,
): AuditDraft {
  const actor = session.by === null ? SYSTEM : actorOf(session.by, session.trigger === 'cli' ? 'cli' : 'slack');
  return { at, actor, verb, subject: `${session.integrationId}/session/${session.id}`, requestId: null, detail };
}

async function forgetOldSessions(world: World, integrationId: string): Promise<void> {
  const all = (await world.store.list('sessions')).filter((one) => one.integrationId === integrationId && one.state === 'ended');
  const old = all.slice(0, Math.max(all.length - SESSIONS_KEPT, 0));
  if (old.length === 0) return;
  await world.store.commit({ remove: old.map(({ id }) => ({ collection: 'sessions', id })) });
  for (const { id } of old) await world.inventories.dropDetails(id);
}
