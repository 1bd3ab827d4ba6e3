import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigMistake } from '../../domain/errors.ts';
import { schemaMistakes } from '../../preset/mistakes.ts';
import { type Sample, sampleSchema } from './sample-schema.ts';

/** Reads the samples of a connector's folder; every mistake in every file comes back. */
export function readSamples(folder: string): {
  readonly samples: ReadonlyMap<string, Sample>;
  readonly mistakes: readonly ConfigMistake[];
} {
  const dir = join(folder, 'samples');
  const samples = new Map<string, Sample>();
  const mistakes: ConfigMistake[] = [];
  for (const name of namesIn(dir)) {
    const file = join(dir, name);
    let json: unknown;
    try {
      json = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    } catch (error) {
      const problem = error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'cannot be read';
      mistakes.push({ file, path: '', problem });
      continue;
    }
    const parsed = sampleSchema.safeParse(json);
    if (parsed.success) samples.set(name, parsed.data);
    else mistakes.push(...schemaMistakes(file, sampleSchema, json, parsed.error));
  }
  return { samples, mistakes };
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.json'))
      .toSorted();
  } catch {
    return [];
  }
}
