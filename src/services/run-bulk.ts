import { type ActionRequest, type BulkRow, FINAL_STATES } from '../domain/action-request.ts';
import { ConflictError } from '../domain/errors.ts';
import { toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { joinWords } from '../words.ts';
import { changeRequest, SYSTEM, subjectOf } from './change-request.ts';
import { deliver } from './deliver.ts';
import { executeOne, outcome } from './execute-one.ts';
import { frozen } from './freeze.ts';
import { getRequest } from './get-request.ts';

/** As many rows as an outcome names one by one. */
const NAMED = 5;

/**
 * Brings an approved bulk request on, one row after the other. Each row becomes a request of its own under an id that
 * follows from the row, so that after a crash the same row is found again and never run twice. It pauses while everything
 * is frozen, stops between rows when somebody said so, and is called again until every row has an end.
 */
export async function runBulk(world: World, request: ActionRequest, signal: AbortSignal): Promise<void> {
  if (request.state !== 'approved' && request.state !== 'executing') return;
  if ((await frozen(world)) !== null) return;
  let bulk = request.state === 'approved' ? await changeRequest(world, request, { kind: 'started' }, SYSTEM) : request;
  world.background.run('deliver', () => deliver(world, bulk.id));
  let open = 0;
  for (const [index, row] of rowsOf(bulk).entries()) {
    if (row.state !== 'waiting') continue;
    if (signal.aborted) return;
    bulk = await getRequest(world, bulk.id);
    const id = rowId(bulk, index);
    const begun = await world.store.get('requests', id);
    if (begun === null && (bulk.bulk?.stoppedBy ?? null) !== null) continue;
    if (begun === null && (await frozen(world)) !== null) return;
    if (begun === null) await makeRow(world, bulk, row, id);
    await executeOne(world, id, signal);
    const ended = await getRequest(world, id);
    // What a vendor does later, or a person by hand, goes on in its own request.
    const settled = FINAL_STATES.includes(ended.state) || ended.state === 'scheduled' || ended.state === 'by-hand';
    if (!settled) {
      // Its outcome is not known yet; the others need not wait for it.
      open += 1;
      continue;
    }
    bulk = await rowEnded(world, bulk.id, index, ended.state, ended.outcome?.message ?? null);
    world.background.run('deliver', () => deliver(world, bulk.id));
  }
  if (open === 0) await finish(world, bulk.id);
}

/** `R7K2QM04X-07`: the same row has the same id whoever looks. */
export function rowId(bulk: ActionRequest, index: number): string {
  return `${bulk.id}-${String(index + 1).padStart(2, '0')}`;
}

function rowsOf(request: ActionRequest): readonly BulkRow[] {
  return request.bulk?.rows ?? [];
}

async function makeRow(world: World, bulk: ActionRequest, row: BulkRow, id: string): Promise<void> {
  const now = toInstant(world.clock.now());
  const { bulk: _rows, ...common } = bulk;
  const doc: ActionRequest = {
    ...common,
    id,
    version: 1,
    state: 'approved',
    target: row.target,
    inputs: row.inputs,
    sentence: row.sentence,
    affected: row.affected,
    evidence: row.evidence,
    // It was decided with the others; nobody has to look at a card of its own.
    policy: { name: bulk.policy.name, approvals: 0, because: `Part of request ${bulk.id}. ${bulk.policy.because}`, stages: [] },
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    outcome: null,
    trigger: 'bulk',
    partOf: bulk.id,
  };
  const detail = { preset: `${doc.connectorId}/${doc.presetId}`, partOf: bulk.id, sentence: row.sentence, inputs: row.inputs };
  try {
    await world.store.commit({
      put: [{ collection: 'requests', doc, expected: null }],
      audit: [{ at: now, actor: SYSTEM, verb: 'request.created', subject: subjectOf(doc), requestId: id, detail }],
    });
  } catch (cause) {
    // Another process was faster; the row is there, and that is all that is wanted.
    if (!(cause instanceof ConflictError)) throw cause;
  }
}

async function rowEnded(
  world: World,
  bulkId: string,
  index: number,
  state: BulkRow['state'],
  message: string | null,
): Promise<ActionRequest> {
  for (let attempt = 1; ; attempt += 1) {
    const now = await getRequest(world, bulkId);
    if (rowsOf(now)[index]?.state !== 'waiting') return now;
    try {
      return await changeRequest(world, now, { kind: 'row', index, state, message }, SYSTEM);
    } catch (cause) {
      // Somebody pressed Stop meanwhile.
      if (!(cause instanceof ConflictError) || cause.code !== 'conflict.version' || attempt >= 3) throw cause;
    }
  }
}

async function finish(world: World, bulkId: string): Promise<void> {
  const bulk = await getRequest(world, bulkId);
  if (bulk.state !== 'executing') return;
  const rows = rowsOf(bulk);
  const done = rows.filter((row) => row.state === 'succeeded' || row.state === 'undone');
  const message = bulkWords(bulk);
  const end =
    done.length > 0
      ? ({ kind: 'succeeded', outcome: outcome(world, message, null), undo: null } as const)
      : ({ kind: 'failed', outcome: outcome(world, message, 'bulk.none') } as const);
  await changeRequest(world, bulk, end, SYSTEM);
  world.log.info('request.bulk-ended', { request: bulk.id, rows: rows.length, done: done.length });
}

/** `11 of 12 done. Left out: …`: never just "finished". */
export function bulkWords(bulk: ActionRequest): string {
  const rows = rowsOf(bulk);
  const done = rows.filter((row) => row.state === 'succeeded' || row.state === 'undone').length;
  const others = rows.filter((row) => row.state === 'failed' || row.state === 'excluded');
  const untouched = rows.filter((row) => row.state === 'waiting').length;
  const named = others.slice(0, NAMED).map((row) => `${row.sentence.replace(/\.$/, '')}: ${row.message ?? 'not done'}`);
  const left = others.length - named.length;
  return [
    `${done} of ${rows.length} done.`,
    ...(named.length === 0
      ? []
      : [
          joinWords(
            named.map((text) => text.replace(/\.$/, '')),
            'and',
          ).concat('.'),
        ]),
    ...(left > 0 ? [`${left} more were not done.`] : []),
    ...(untouched > 0 ? [`${untouched} were not begun, because ${bulk.bulk?.stoppedBy?.name ?? 'somebody'} stopped it.`] : []),
  ].join(' ');
}
