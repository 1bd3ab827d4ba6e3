import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { sampleSchema } from '../src/cli/samples/sample-schema.ts';
import { configSchema } from '../src/config/schema.ts';
import { presetSchema } from '../src/preset/preset-schema.ts';
import { connectorSchema } from '../src/preset/schema.ts';

/*
 * Writes the JSON Schemas that editors complete with, from the zod schemas the files are checked by. With `--check` writes
 * nothing and fails when one of them is not what it would write.
 */

const SCHEMAS: readonly { readonly file: string; readonly title: string; readonly schema: z.ZodType }[] = [
  { file: 'connector.schema.json', title: 'Seatwarden connector', schema: connectorSchema },
  { file: 'preset.schema.json', title: 'Seatwarden preset', schema: presetSchema },
  { file: 'sample.schema.json', title: 'Seatwarden sample', schema: sampleSchema },
  { file: 'config.schema.json', title: 'Seatwarden configuration', schema: configSchema },
];

const folder = new URL('../docs/schemas/', import.meta.url);
const check = process.argv.includes('--check');
const stale: string[] = [];
mkdirSync(folder, { recursive: true });

for (const { file, title, schema } of SCHEMAS) {
  const json = { title, ...z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }) };
  const text = `${JSON.stringify(json, null, 2)}\n`;
  const place = new URL(file, folder);
  if (!check) writeFileSync(place, text);
  else if (read(place) !== text) stale.push(file);
}

if (stale.length > 0) {
  process.stderr.write(`Out of date in docs/schemas: ${stale.join(', ')}. Run "npm run schema".\n`);
  process.exitCode = 1;
} else process.stderr.write(check ? 'docs/schemas is up to date.\n' : `Wrote ${SCHEMAS.length} schemas to docs/schemas.\n`);

function read(place: URL): string | null {
  try {
    return readFileSync(place, 'utf8');
  } catch {
    return null;
  }
}
