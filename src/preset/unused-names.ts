import type { ConfigMistake } from '../domain/errors.ts';
import type { ConnectorFolder } from './compile-connector.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Inputs, variables and credential fields that are declared and never used: harmless for running, and nearly always a slip
 * (a query that was forgotten, a name that was changed in one place). Files that are no objects have none.
 */
export function unusedNames({ connector, presets }: ConnectorFolder): readonly ConfigMistake[] {
  const mistakes: ConfigMistake[] = [];
  const files = [connector, ...presets.values()];
  const everywhere = files.flatMap(({ json }) => textsIn(json));
  for (const part of ['variables', 'credential'] as const) {
    for (const name of Object.keys(asObject(asObject(connector.json)[part])))
      if (!uses(everywhere, part, name))
        mistakes.push({ file: connector.file, path: `${part}.${name}`, problem: 'is used by no expression of the connector' });
  }
  for (const { file, json } of presets.values()) {
    const { inputs, ...rest } = asObject(json);
    const texts = textsIn(rest);
    for (const name of Object.keys(asObject(inputs)))
      if (!uses(texts, 'input', name))
        mistakes.push({ file, path: `inputs.${name}`, problem: 'is used by no expression of the preset' });
  }
  return mistakes;
}

function uses(texts: readonly string[], root: string, name: string): boolean {
  const use = new RegExp(`\\b${root}\\.${name}\\b`);
  return texts.some((text) => use.test(text));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
