import type { Account, Scalar, Seat } from '../../src/domain/seat.ts';
import type { SyncPlan } from '../../src/domain/sync-plan.ts';
import type { LoadCounts, LoadedRecord, LoadReason, LoadReport, OnPage } from '../../src/ports/load.ts';
import { aSeat } from './world.ts';

export function aPlan(over: Partial<SyncPlan> = {}): SyncPlan {
  return {
    integrationId: 'vendor',
    connectorId: 'vendor',
    name: 'Vendor',
    app: 'Vendor',
    credential: 'vendor-main',
    state: 'live',
    load: 'users-and-saas-users',
    mode: 'create-and-update',
    schedule: { cron: '0 3 * * *', timezone: 'UTC' },
    filter: null,
    mapping: { email: '{{ record.email }}', username: '{{ record.email }}' },
    customFields: [],
    syncKey: 'email',
    role: 'Employee',
    deactivate: { enabled: true, maxShare: 0.2, maxCount: 50 },
    contacts: ['UDAN'],
    fingerprint: 'plan-1',
    ...over,
  };
}

export function anAccount(email: string | null, over: Partial<Account> = {}): Account {
  return {
    kind: 'account',
    integrationId: 'vendor',
    connectorId: 'vendor',
    externalId: `A-${email ?? 'nobody'}`,
    email,
    name: email ?? 'Nobody',
    enabled: true,
    administrator: false,
    paidSeat: true,
    roles: [],
    lastActivity: { kind: 'at', at: '2026-11-01T09:00:00.000Z' },
    createdAt: '2026-01-10T09:00:00.000Z',
    fields: {},
    readAt: '2026-11-23T09:00:00.000Z',
    ...over,
  };
}

type Person = Readonly<Record<string, Scalar>>;

/** What a load gives of an account or seat that could be read whole. */
export function recordOf(holding: Account | Seat, over: Partial<LoadedRecord> & { person?: Person | null } = {}): LoadedRecord {
  const email = holding.kind === 'account' ? holding.email : holding.holder?.kind === 'person' ? holding.holder.email : null;
  return {
    index: 0,
    listing: 'load',
    raw: {},
    kept: true,
    seats: holding.kind === 'seat' ? [holding] : [],
    accounts: holding.kind === 'account' ? [holding] : [],
    person: email === null ? null : { email, username: email },
    custom: {},
    seen: [{ kind: holding.kind, id: holding.externalId }],
    faults: [],
    ...over,
  };
}

export function seatOf(id: string, email: string | null, over: Partial<Seat> = {}): Seat {
  const holder = email === null ? null : ({ kind: 'person', email, name: null } as const);
  return aSeat({ externalId: id, holder, status: holder === null ? 'free' : 'active', ...over });
}

export interface ScriptedLoad {
  readonly pages: readonly (readonly LoadedRecord[])[];
  readonly total?: number | null;
  readonly reasons?: readonly (Pick<LoadReason, 'code'> & Partial<LoadReason>)[];
  readonly outcome?: LoadReport['outcome'];
  /** Awaited before each page. */
  readonly beforePage?: (number: number) => Promise<void> | void;
}

/** A load that gives these pages and ends as told; stops when it is aborted, as the engine does. */
export async function scriptedLoad(script: ScriptedLoad, onPage: OnPage, signal: AbortSignal): Promise<LoadReport> {
  const counts: { -readonly [Name in keyof LoadCounts]: number } = {
    pages: 0,
    records: 0,
    kept: 0,
    seats: 0,
    accounts: 0,
    faulty: 0,
    vendorCalls: 0,
    waitedMs: 0,
  };
  const told = (script.reasons ?? []).map((one): LoadReason => {
    const base = { listing: 'load', status: null, message: `${one.code} happened.`, hint: null };
    return { ...base, ...one };
  });
  const reasons: LoadReason[] = [...told];
  for (const page of script.pages) {
    await script.beforePage?.(counts.pages + 1);
    if (signal.aborted) {
      reasons.push({ code: 'cancelled', listing: 'load', status: null, message: 'It was stopped.', hint: null });
      break;
    }
    counts.pages += 1;
    counts.vendorCalls += 1;
    const from = counts.records;
    counts.records += page.length;
    counts.kept += page.filter((record) => record.kept).length;
    counts.faulty += page.filter((record) => record.faults.length > 0).length;
    await onPage({
      number: counts.pages,
      records: page.map((record, at) => ({ ...record, index: from + at })),
      counts: { ...counts },
      total: script.total ?? null,
    });
  }
  const outcome = script.outcome ?? (reasons.length === 0 ? 'complete' : counts.pages === 0 ? 'failed' : 'incomplete');
  return { outcome, reasons, counts, startedAt: '2026-11-23T09:00:00.000Z', finishedAt: '2026-11-23T09:00:00.000Z' };
}
