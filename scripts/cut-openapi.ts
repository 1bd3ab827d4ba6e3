import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Cuts the Copilot calls out of GitHub's description of its API: `tsx scripts/cut-openapi.ts <api.github.com.json> <version>`,
 * with the file `generated/api.github.com.json` of the npm package @octokit/openapi (MIT). The package has 385 MB, too many to
 * install for every test run; what the tests hold calls against is the very text of these operations.
 */
const [file = '', version = ''] = process.argv.slice(2);
const TARGET = new URL('../test/presets/github-copilot.openapi.json', import.meta.url);

type Json = Record<string, unknown>;
interface Description {
  readonly openapi: string;
  readonly info: Json;
  readonly paths: Record<string, unknown>;
}

const whole = JSON.parse(readFileSync(file, 'utf8')) as Description;
const paths = Object.fromEntries(Object.entries(whole.paths).filter(([path]) => /\/copilot(\/billing|$)/.test(path)));
const components: Record<string, Json> = {};
const left = [...refsOf(paths)];
for (let ref = left.pop(); ref !== undefined; ref = left.pop()) {
  const [, , kind = '', name = ''] = ref.split('/');
  components[kind] ??= {};
  const group = components[kind];
  if (name in group) continue;
  const found = (whole as unknown as { components: Record<string, Json> }).components[kind]?.[name];
  group[name] = withoutExamples(found);
  left.push(...refsOf(group[name]));
}
const note = `Cut from @octokit/openapi ${version} (MIT, https://github.com/octokit/openapi) by scripts/cut-openapi.ts.`;
const cut = { openapi: whole.openapi, info: { ...whole.info, 'x-note': note }, paths: withoutExamples(paths), components };
writeFileSync(TARGET, `${JSON.stringify(cut)}\n`);

function* refsOf(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') yield inner;
    else yield* refsOf(inner);
  }
}

/** Examples are most of it, and nothing is held against them. */
function withoutExamples(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutExamples);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, inner]) => !(key === 'examples' && typeof inner === 'object' && !Array.isArray(inner)),
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutExamples(inner)]));
}
