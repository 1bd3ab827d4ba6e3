import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sampleSchema } from '../../src/cli/samples/sample-schema.ts';
import { configSchema } from '../../src/config/schema.ts';
import { presetSchema } from '../../src/preset/preset-schema.ts';
import { connectorSchema } from '../../src/preset/schema.ts';

const SCHEMAS = [
  ['connector.schema.json', connectorSchema],
  ['preset.schema.json', presetSchema],
  ['sample.schema.json', sampleSchema],
  ['config.schema.json', configSchema],
] as const;

const publishedAs = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(`docs/schemas/${file}`, 'utf8')) as Record<string, unknown>;

/** Paths of the keys an editor would complete without a word about them. */
function* unexplained(schema: unknown, path: readonly string[] = []): Generator<string> {
  if (Array.isArray(schema)) for (const part of schema) yield* unexplained(part, path);
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return;
  const { properties = {}, ...others } = schema as { properties?: Record<string, { description?: string; $ref?: string }> };
  for (const [key, property] of Object.entries(properties)) {
    if (property.description === undefined && property.$ref === undefined) yield [...path, key].join('.');
    yield* unexplained(property, [...path, key]);
  }
  for (const part of Object.values(others)) yield* unexplained(part, path);
}

describe('the published schemas', () => {
  it.each(SCHEMAS)('%s says of every key what it is for', (file) => {
    expect([...unexplained(publishedAs(file))]).toEqual([]);
  });

  it.each(SCHEMAS)('%s is what the loader checks by (else: npm run schema)', (file, schema) => {
    const { title, ...published } = publishedAs(file);
    expect(title).toMatch(/^Seatwarden /);
    expect(published).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }))));
  });
});
