import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sampleSchema } from '../../src/cli/samples/sample-schema.ts';
import { configSchema } from '../../src/config/schema.ts';
import { presetSchema } from '../../src/preset/preset-schema.ts';
import { connectorSchema } from '../../src/preset/schema.ts';

describe('the published schemas', () => {
  it.each([
    ['connector.schema.json', connectorSchema],
    ['preset.schema.json', presetSchema],
    ['sample.schema.json', sampleSchema],
    ['config.schema.json', configSchema],
  ])('%s is what the loader checks by (else: npm run schema)', (file, schema) => {
    const { title, ...published } = JSON.parse(readFileSync(`docs/schemas/${file}`, 'utf8')) as Record<string, unknown>;
    expect(title).toMatch(/^Seatwarden /);
    expect(published).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }))));
  });
});
