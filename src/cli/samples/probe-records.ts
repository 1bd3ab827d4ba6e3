import type { HoldingKind } from '../../preset/loaded.ts';
import { type MappingContext, mapRecord, type RecordMapping, RecordProblem } from '../../preset/map-record.ts';

/** What became of records in which one value after the other was taken away or replaced. */
export interface Probe {
  readonly tried: number;
  /** Values a record cannot be read without, as paths in it. */
  readonly needed: readonly string[];
  /** Faults of the mapping: a record that broke it instead of being read or rejected in words. */
  readonly broken: readonly string[];
}

const UNKNOWN = 'something-nobody-knows-yet';
const DEEPEST = 5;
type Path = readonly (string | number)[];

/** Nulls, drops and replaces each value of each record in turn, and reads what is left. */
export function probeRecords(
  records: readonly unknown[],
  as: readonly HoldingKind[],
  mapping: RecordMapping,
  context: MappingContext,
): Probe {
  let tried = 0;
  const needed = new Set<string>();
  const broken = new Set<string>();
  const reads = (record: unknown, what: string): boolean => {
    tried += 1;
    try {
      for (const kind of as) mapRecord(record, kind, mapping, context);
      return true;
    } catch (error) {
      if (!(error instanceof RecordProblem)) broken.add(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  };
  for (const record of records) {
    if (!reads(record, 'as it is')) continue;
    for (const path of pathsOf(record)) {
      const name = path.map((key) => (typeof key === 'number' ? '[]' : key)).join('.').replaceAll('.[]', '[]');
      const without = reads(changed(record, path, undefined), `${name} left out`);
      const nulled = reads(changed(record, path, null), `${name} null`);
      if (!without || !nulled) needed.add(name);
      reads(changed(record, path, UNKNOWN), `${name} unknown`);
    }
  }
  return { tried, needed: [...needed].toSorted(), broken: [...broken].toSorted() };
}

/** Every place in a record; of a list the first item stands for all. */
function pathsOf(value: unknown, above: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null || above.length >= DEEPEST) return [];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.slice(0, 1).map((item) => [0, item] as const)
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => [[...above, key], ...pathsOf(inner, [...above, key])]);
}

/** A copy in which one place holds another value; undefined takes it out. */
function changed(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to;
  if (Array.isArray(value)) {
    const items = value.map((item, index) => (index === key ? changed(item, rest, to) : item));
    return items.filter((item) => item !== undefined);
  }
  const copy = { ...(value as Record<string, unknown>) };
  const inner = changed(copy[key], rest, to);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}
