import type { Caller } from '../command.ts';
import { UsageError } from '../domain/errors.ts';
import type { World } from '../ports/world.ts';
import type { FilterPreview } from '../reply.ts';
import { findSync } from './find-sync.ts';
import { someRecords } from './propose-mapping.ts';
import { requireRight } from './rights.ts';

const RECORDS = 5_000;
const SAMPLES = 5;
const SAMPLE_CHARACTERS = 160;

/** How many records a filter lets through, with samples of both sides; changes nothing. */
export async function previewFilter(world: World, caller: Caller, integration: string, source: string): Promise<FilterPreview> {
  await requireRight(world, caller, 'admin');
  const plan = findSync(world, integration);
  const text = source.trim() === '' ? (plan.filter ?? '') : source.trim();
  if (text === '')
    throw new UsageError('usage.filter', `${plan.name} has no filter; type one to try it.`, {
      hint: `For example \`/licenses sync ${plan.integrationId} filter record.team.name != 'Sandbox'\`.`,
    });
  const filter = world.expressions.filter(text);
  const { records, more, problem } = await someRecords(world, plan.integrationId, RECORDS);
  const inside: string[] = [];
  const outside: string[] = [];
  let passing = 0;
  let failing = 0;
  for (const record of records) {
    let passes: boolean;
    try {
      passes = filter.passes(record);
    } catch {
      failing += 1;
      continue;
    }
    if (passes) passing += 1;
    const side = passes ? inside : outside;
    if (side.length < SAMPLES) side.push(JSON.stringify(record).slice(0, SAMPLE_CHARACTERS));
  }
  return { name: plan.name, filter: text, records: records.length, more, problem, passing, failing, inside, outside };
}
