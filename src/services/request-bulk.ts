import type { Caller } from '../command.ts';
import {
  type ActionRequest,
  type BulkRow,
  type Evidence,
  OPEN_STATES,
  type TargetRef,
  type Trigger,
} from '../domain/action-request.ts';
import type { AppliedPolicy } from '../domain/approval.ts';
import { SeatwardenError, UsageError } from '../domain/errors.ts';
import { addMs, toInstant } from '../domain/time.ts';
import { underCaps } from '../policies/approvals-needed.ts';
import { joinPolicies } from '../policies/join-policies.ts';
import type { World } from '../ports/world.ts';
import { count } from '../words.ts';
import { throughCapGate } from './cap-gate.ts';
import { subjectOf } from './change-request.ts';
import { deliver } from './deliver.ts';
import { executeRequest } from './execute-request.ts';
import { refuseFrozen } from './freeze.ts';
import { noticesFor } from './notices.ts';
import { type PlannedAsk, planAsk } from './plan-ask.ts';
import { connectorFor, presetFor } from './prepare-form.ts';
import { createdEvent, patternProblems, type RequestResult, reasonProblems, refuseUndecidable } from './request-action.ts';
import { requireRight } from './rights.ts';
import { startedInLastDay } from './started-in-last-day.ts';

/** More than that is a campaign's work, and no card could be read. */
const ROWS_MAX = 200;
/** Vendors are read for so many rows at a time. */
const AT_ONCE = 4;

export interface BulkAsk {
  readonly presetId: string;
  readonly integrationId: string;
  readonly targets: readonly TargetRef[];
  readonly reason: string | null;
  readonly trigger?: Trigger;
  /** Seats of each product there are in all, by code, where somebody has counted them; for the cap on shares. */
  readonly pool?: Readonly<Record<string, number>>;
}

type Row = { readonly row: BulkRow; readonly planned: PlannedAsk | null };

/**
 * Asks for the same thing on many targets: one card with all of them, one decision, and an outcome for each row. A row that
 * cannot be done, that a policy forbids, or that is special or protected is listed with the reason and left out. What the
 * rule of each row asks for has to be met before any is done, and the caps count every row.
 * @throws UsageError, ForbiddenError.
 */
export async function requestBulk(world: World, caller: Caller, ask: BulkAsk): Promise<RequestResult> {
  await refuseFrozen(world);
  const trigger = ask.trigger ?? 'person';
  if (trigger === 'person') await requireRight(world, caller, 'request');
  const connector = connectorFor(world, ask.integrationId);
  const preset = presetFor(connector, ask.presetId);
  const targets = uniqueTargets(ask.targets);
  if (targets.length === 0) throw new UsageError('usage.targets', 'Nothing was chosen.', { hint: 'Choose one row at least.' });
  if (targets.length > ROWS_MAX)
    throw new UsageError('usage.targets', `${targets.length} rows are more than one request may have; the most is ${ROWS_MAX}.`, {
      hint: 'Ask for them in parts.',
    });
  const reason = ask.reason?.trim() ?? '';
  const problems = reasonProblems(reason, true);
  if (problems.length > 0) return { ok: false, problems };
  const rows: Row[] = [];
  for (let at = 0; at < targets.length; at += AT_ONCE) {
    const part = targets.slice(at, at + AT_ONCE);
    rows.push(...(await Promise.all(part.map((target) => planRow(world, caller, { connector, preset, target, trigger })))));
  }
  const planned = rows.flatMap((row) => (row.planned === null ? [] : [row.planned]));
  const rule = joinPolicies(planned.map((one) => one.ruling.policy));
  if (rule === null) {
    const why = rows.map(({ row }) => `${row.target.id}: ${row.message ?? ''}`).slice(0, 5);
    throw new UsageError('usage.none-fits', `None of the ${targets.length} can be done. ${why.join(' ')}`);
  }
  const patterns = planned.flatMap(({ ruling }) => patternProblems(reason, ruling.reason, ruling.policy.name, 'bulk'));
  if (patterns.length > 0) return { ok: false, problems: patterns.slice(0, 1) };
  const now = toInstant(world.clock.now());
  const share = shareOf(planned, ask.pool ?? (await poolOf(world, connector.id)));
  const draft = (policy: AppliedPolicy): ActionRequest => ({
    id: world.newId(),
    version: 1,
    state: policy.approvals === 0 ? 'approved' : 'pending',
    integrationId: connector.id,
    connectorId: connector.connectorId,
    connectorName: connector.name,
    presetId: preset.id,
    presetTitle: preset.title,
    effect: preset.effect,
    target: { integrationId: connector.id, kind: 'none', id: '' },
    inputs: {},
    sentence: `${preset.title}: ${count(planned.length, 'time')}${leftOutWords(rows.length - planned.length)}.`,
    affected: null,
    requester: caller.person,
    requestedVia: caller.via,
    reason,
    evidence: { readAt: earliestRead(planned) ?? now, holdings: [], facts: [], pinned: {}, warnings: [] },
    policy,
    decisions: [],
    createdAt: now,
    expiresAt: addMs(now, Math.min(...planned.map(({ ruling }) => ruling.expireAfterMs))),
    updatedAt: now,
    startedAt: null,
    looks: 0,
    outcome: null,
    undo: null,
    undoOf: null,
    undoneBy: null,
    trigger: trigger === 'person' ? 'bulk' : trigger,
    bulk: { rows: rows.map(({ row }) => row), stoppedBy: null, ...(share === null ? {} : { share }) },
  });
  const request = await throughCapGate(world, preset.effect, async (gate) => {
    const startedToday = await startedInLastDay(world);
    const facts = { effect: preset.effect, startedToday, count: planned.length, ...(share === null ? {} : { share }) };
    const made = draft(underCaps(rule, world.settings(), facts));
    await refuseUndecidable(world, caller, made);
    const { tellAffected } = world.settings().approvals;
    const notices = made.state === 'pending' ? noticesFor(made, 'asked', made.requester, now, tellAffected) : [];
    const put = [{ collection: 'requests', doc: made, expected: null } as const, ...notices];
    await world.store.commit({ put: made.state === 'approved' ? [...put, ...gate] : put, audit: [createdEvent(caller, made)] });
    return made;
  });
  world.background.run('deliver', () => deliver(world, request.id));
  if (request.state === 'approved') world.background.run('execute', (signal) => executeRequest(world, request.id, signal));
  return { ok: true, request };
}

function uniqueTargets(targets: readonly TargetRef[]): readonly TargetRef[] {
  return [...new Map(targets.map((target) => [`${target.kind}/${target.id}`, target])).values()];
}

async function planRow(world: World, caller: Caller, about: Omit<Parameters<typeof planAsk>[2], 'inputs'>): Promise<Row> {
  try {
    const open = await world.store.list('requests', { states: OPEN_STATES });
    const same = open.find((other) => other.presetId === about.preset.id && subjectOf(other) === subjectOf(about));
    if (same !== undefined) return leftOut(about.target, `it is asked for already in request ${same.id}`);
    // Each row was chosen by somebody with the right to ask; what is special is left out, whoever chose it.
    const answer = await planAsk(world, caller, {
      ...about,
      inputs: {},
      trigger: about.trigger === 'person' ? 'bulk' : about.trigger,
    });
    if (!answer.ok) return leftOut(about.target, answer.problems.map((problem) => problem.message).join(' '));
    const { planned } = answer;
    const { confidence } = planned.evidence;
    const row: BulkRow = {
      target: planned.plan.target,
      inputs: planned.plan.inputs,
      sentence: planned.plan.sentence,
      affected: planned.affected,
      evidence: planned.evidence,
      state: 'waiting',
      message: null,
    };
    if (confidence?.tier !== 'excluded') return { row, planned };
    return { row: { ...row, state: 'excluded', message: confidence.because }, planned: null };
  } catch (cause) {
    if (!(cause instanceof SeatwardenError)) throw cause;
    return leftOut(about.target, cause.message);
  }
}

function leftOut(target: TargetRef, because: string): Row {
  const evidence: Evidence = { readAt: '1970-01-01T00:00:00.000Z', holdings: [], facts: [], pinned: {}, warnings: [] };
  const row: BulkRow = { target, inputs: {}, sentence: target.id, affected: null, evidence, state: 'excluded', message: because };
  return { row, planned: null };
}

function leftOutWords(leftOut: number): string {
  return leftOut === 0 ? '' : `, ${leftOut} left out`;
}

function earliestRead(planned: readonly PlannedAsk[]): string | null {
  return planned.map(({ evidence }) => evidence.readAt).toSorted()[0] ?? null;
}

/** Seats of each product, as the last sync counted them; undefined where there was none. */
async function poolOf(world: World, integrationId: string): Promise<Readonly<Record<string, number>> | undefined> {
  const inventory = await world.inventories.get(integrationId).catch((cause: unknown) => {
    world.log.warn('bulk.no-inventory', { integration: integrationId, cause });
    return null;
  });
  if (inventory === null) return undefined;
  const pool: Record<string, number> = {};
  for (const { holding, active } of inventory.holdings.values())
    if (active && holding.kind === 'seat') pool[holding.product.code] = (pool[holding.product.code] ?? 0) + 1;
  return pool;
}

/** The largest share of one product's seats that would go; null when nobody has counted them. */
function shareOf(planned: readonly PlannedAsk[], pool: Readonly<Record<string, number>> | undefined): number | null {
  if (pool === undefined) return null;
  const taken = new Map<string, number>();
  for (const { target } of planned) {
    const code = target.seat?.product.code;
    if (code !== undefined) taken.set(code, (taken.get(code) ?? 0) + 1);
  }
  const shares = [...taken].flatMap(([code, rows]) => ((pool[code] ?? 0) > 0 ? [rows / (pool[code] as number)] : []));
  return shares.length === 0 ? null : Math.max(...shares);
}
