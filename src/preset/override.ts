import { z } from 'zod';
import type { ConfigMistake } from '../domain/errors.ts';
import { didYouMean } from '../domain/suggest.ts';
import { type ConnectorFolder, compileConnector } from './compile-connector.ts';
import type { LoadedConnector } from './loaded.ts';
import { mergePatch } from './merge-patch.ts';
import { schemaMistakes } from './mistakes.ts';

const patch = z.record(z.string(), z.unknown());

const overrideSchema = z.strictObject({
  connector: patch.optional(),
  presets: z.record(z.string(), patch.nullable()).optional(),
});

/** An integration's credential is checked by the connector's own fields, and its folder by the id. */
const FIXED = ['id', 'credential'];

/**
 * A connector of its own for one integration: the folder's files with the patches of an override file, checked and compiled
 * as a whole. Mistakes are told where they stand in the override file; `connector` is null when there is any.
 */
export function compileOverride(
  base: ConnectorFolder,
  { file, json }: { readonly file: string; readonly json: unknown },
): { readonly connector: LoadedConnector | null; readonly mistakes: readonly ConfigMistake[] } {
  const parsed = overrideSchema.safeParse(json);
  if (!parsed.success) return { connector: null, mistakes: schemaMistakes(file, overrideSchema, json, parsed.error) };
  const { connector = {}, presets = {} } = parsed.data;
  const ids = [...base.presets.keys()];
  const mistakes: ConfigMistake[] = [
    ...FIXED.filter((name) => name in connector).map((name) => ({
      file,
      path: `connector.${name}`,
      problem: 'cannot be overridden',
    })),
    ...Object.keys(presets)
      .filter((id) => !base.presets.has(id))
      .map((id) => ({ file, path: `presets.${id}`, problem: `names no preset${didYouMean(id, ids)}`, allowed: ids })),
  ];
  if (mistakes.length > 0) return { connector: null, mistakes };
  const patched = new Map<string, { file: string; json: unknown }>();
  for (const [id, preset] of base.presets) {
    const change = presets[id];
    if (change !== null) patched.set(id, { file: `presets.${id}`, json: mergePatch(preset.json, change ?? {}) });
  }
  const changed = { file: 'connector', json: mergePatch(base.connector.json, connector) };
  const compiled = compileConnector({ folder: base.folder, connector: changed, presets: patched });
  return {
    connector: compiled.connector,
    // The files of the folder stand for themselves in the override, so that a mistake's file is where its path begins.
    mistakes: compiled.mistakes.map(({ file: part, path, ...rest }) => ({
      ...rest,
      file,
      path: path === '' || path.startsWith('[') ? `${part}${path}` : `${part}.${path}`,
    })),
  };
}
