import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVitest } from 'vitest/node';

/**
 * Changes one small thing at a time in the pure rules and asks whether a test notices: `npm run mutate -- [file part]`. Works on
 * a copy, so that the tree stays as it is. A mutant that survives is printed; exit code 1 when one has no stated reason.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MUTATED = [
  'src/policies',
  'src/domain/action-request.ts',
  'src/domain/approval.ts',
  'src/domain/access.ts',
  'src/domain/audit.ts',
  'src/domain/until.ts',
  'src/domain/local-time.ts',
];
/** The pure tests first; only what they leave alive is tried on the services. */
const PURE = ['test/policies', 'test/domain'];
const SERVICES = [
  'test/services/approval-policies.test.ts',
  'test/services/standing-in.test.ts',
  'test/services/brakes.test.ts',
  'test/services/bulk.test.ts',
];

/** Each finds what it changes in a line of code, and says what takes its place. */
const MUTATORS: readonly (readonly [RegExp, (found: string) => readonly string[]])[] = [
  [/(?<![=!<>])(===|!==)(?!=)/g, (found) => [found === '===' ? '!==' : '===']],
  [
    /(?<=[\w)\]] )(<=|>=|<|>)(?= [\w(-])/g,
    (found) => ({ '<': ['<=', '>='], '<=': ['<', '>'], '>': ['>=', '<='], '>=': ['>', '<'] })[found] ?? [],
  ],
  [/&&|\|\|/g, (found) => [found === '&&' ? '||' : '&&']],
  [/\.(some|every)\(/g, (found) => [found === '.some(' ? '.every(' : '.some(']],
  [/(?<=return )(true|false)(?=;)/g, (found) => [found === 'true' ? 'false' : 'true']],
  [/(?<=[\w)\]] )([+*-])(?= [\w(])/g, (found) => [found === '+' ? '-' : '+']],
  [/(?<=[(!&|] ?)!(?=[\w(])/g, () => ['']],
  [/(?<![\w.'"“’#-])(\d+)(?![\w.'"”:}-])/g, (found) => [String(Number(found) + 1)]],
  [/Math\.(max|min)/g, (found) => [found.endsWith('max') ? 'Math.min' : 'Math.max']],
];

/**
 * Survivors nobody needs to kill, with the reason: the line as it is in the source, and the change.
 */
const ACCEPTED: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('mutants-accepted.json', import.meta.url), 'utf8'),
);

interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly key: string;
  readonly text: string;
}

const only = process.argv[2] ?? '';
const copy = mkdtempSync(join(tmpdir(), 'seatwarden-mutants-'));
let failed = 1;
try {
  for (const name of ['src', 'test', 'commands', 'presets', 'package.json', 'tsconfig.json', 'slack-manifest.json'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(
    join(copy, 'vitest.config.ts'),
    "export default { test: { include: ['test/**/*.test.ts'], pool: 'threads', maxWorkers: 2, isolate: false, bail: 1 } };\n",
  );
  failed = await mutateAll();
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);

async function mutateAll(): Promise<number> {
  const vitest = await createVitest('test', {
    root: copy,
    watch: false,
    reporters: [{}],
    config: join(copy, 'vitest.config.ts'),
  });
  await vitest.start([...PURE, ...SERVICES]);
  const rounds = [await vitest.getRelevantTestSpecifications(PURE), await vitest.getRelevantTestSpecifications(SERVICES)];
  if (failures(vitest) > 0) throw new Error('The tests fail without any mutant.');
  const mutants = MUTATED.flatMap(filesOf)
    .filter((file) => file.includes(only))
    .flatMap(mutantsOf);
  let killed = 0;
  const survived: Mutant[] = [];
  for (const [at, mutant] of mutants.entries()) {
    const path = join(copy, mutant.file);
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, mutant.text);
    let noticed = false;
    for (const specs of rounds) {
      if (noticed) break;
      vitest.invalidateFile(path);
      vitest.state.filesMap.clear();
      await vitest.rerunTestSpecifications(specs).catch(() => {
        noticed = true;
      });
      noticed ||= failures(vitest) > 0;
    }
    if (noticed) killed += 1;
    else survived.push(mutant);
    if (!noticed) process.stderr.write(`alive: ${mutant.file}:${mutant.line} ${mutant.key}\n`);
    writeFileSync(path, before);
    vitest.invalidateFile(path);
    if (process.stderr.isTTY || at % 50 === 49)
      process.stderr.write(`${at + 1} of ${mutants.length}, ${survived.length} alive\n`);
  }
  const unexplained = survived.filter((mutant) => ACCEPTED[mutant.key] === undefined);
  for (const mutant of survived) {
    const reason = ACCEPTED[mutant.key];
    process.stdout.write(
      `${reason === undefined ? 'ALIVE' : 'accepted'}  ${mutant.file}:${mutant.line}  ${mutant.key}${reason === undefined ? '' : `  (${reason})`}\n`,
    );
  }
  process.stdout.write(
    `${mutants.length} mutants, ${killed} killed, ${survived.length - unexplained.length} accepted with a reason, ${unexplained.length} alive.\n`,
  );
  await vitest.close();
  return unexplained.length;
}

function failures(vitest: Awaited<ReturnType<typeof createVitest>>): number {
  return vitest.state.getFailedFilepaths().length + vitest.state.getUnhandledErrors().length;
}

function filesOf(place: string): readonly string[] {
  if (place.endsWith('.ts')) return [place];
  return readdirSync(join(ROOT, place))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${place}/${basename(name)}`);
}

function mutantsOf(file: string): readonly Mutant[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const lines = source.split('\n');
  return lines.flatMap((line, at) => {
    // A loop that never ends is noticed by everybody, and by nothing that could go on counting.
    if (
      /^\s*(\/\/|\*|\/\*|import |export type|export interface|readonly |for \(|while \()/.test(line) ||
      /=> ?(string|boolean)\b.*;$/.test(line)
    )
      return [];
    return MUTATORS.flatMap(([pattern, changes]) =>
      [...line.matchAll(pattern)].flatMap((match) =>
        changes(match[0]).map((change) => {
          const changed = line.slice(0, match.index) + change + line.slice(match.index + match[0].length);
          const text = lines.with(at, changed).join('\n');
          return { file, line: at + 1, key: `${basename(file)}: ${line.trim()} -> ${changed.trim()}`, text };
        }),
      ),
    );
  });
}
