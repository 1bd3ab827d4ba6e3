import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchAcks, benchStalledAcks } from './acks.ts';
import { benchAcksWhileSyncing } from './acks-while-syncing.ts';
import type { Figure } from './figure.ts';
import { benchMemory, benchStart } from './lasting.ts';
import { benchLoading } from './loading.ts';
import { LocalWorld } from './local-world.ts';
import { benchLookups, benchSlowVendors } from './lookups.ts';
import { benchMapping } from './mapping.ts';
import { benchReporting } from './reporting.ts';
import { FULL, QUICK } from './scale.ts';
import { benchStoring } from './storing.ts';
import { benchSyncing } from './syncing.ts';
import { markdownTable, textTable } from './table.ts';

const USAGE = `Usage: npm run bench -- [--only name,…] [--json] [--quick] [--write]
  --only   of acks, lookups, store, mapping, loading, sync, syncing, reports, slow, stall, start, memory
  --quick  shows in less than a minute that everything runs; its numbers are too few to trust
  --write  keeps the results in docs/benchmarks.md`;

type Bench = (world: LocalWorld) => Promise<readonly Figure[]>;

const { values: options } = readOptions();
const scale = options.quick ? QUICK : FULL;
const benches = new Map<string, Bench>([
  ['store', () => benchStoring(scale)],
  ['mapping', () => benchMapping(scale)],
  ['loading', () => benchLoading(scale)],
  ['sync', () => benchSyncing(scale)],
  ['syncing', (world) => benchAcksWhileSyncing(world, scale)],
  ['reports', () => benchReporting(scale)],
  ['acks', (world) => benchAcks(world, scale)],
  ['lookups', (world) => benchLookups(world, scale)],
  ['slow', (world) => benchSlowVendors(world, scale)],
  ['stall', (world) => benchStalledAcks(world, scale)],
  ['start', (world) => benchStart(world, scale)],
  ['memory', (world) => benchMemory(world, scale)],
]);

const wanted = options.only?.split(',') ?? [...benches.keys()];
const unknown = wanted.find((name) => !benches.has(name));
if (unknown !== undefined) fail(`There is no figure "${unknown}".`);
const world = await LocalWorld.start();
const figures: Figure[] = [];
for (const name of wanted) {
  process.stderr.write(`Measuring ${name} …\n`);
  figures.push(...((await benches.get(name)?.(world)) ?? []));
}
await world.close();

if (options.json) console.log(JSON.stringify({ machine: machine(), quick: options.quick, figures }, null, 2));
else console.log(`${textTable(figures)}\n\n${machine()}`);
if (options.write) await writeFile(join(import.meta.dirname, '../docs/benchmarks.md'), page());
process.exit(figures.every(({ ok }) => ok) ? 0 : 1);

function readOptions() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(problem: string): never {
  process.stderr.write(`${problem}\n${USAGE}\n`);
  process.exit(2);
}

function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} x ${cpu?.model.trim() || 'CPU'}, ${memory} GB, ${process.platform}, Node ${process.versions.node}`;
}

function page(): string {
  const notes = figures.map(({ title, note }) => `- **${title}.** ${note}`).join('\n');
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  return `# Benchmarks

Every figure is measured beside its baseline in one run, turn about, on loopback addresses; read the comparison before the
times. The servers run in processes of their own. Last results, by \`${command}\` on ${machine()}, ${new Date().toISOString().slice(0, 10)}:

${markdownTable(figures)}

${notes}

The bot's own limits towards the vendors (for example ${'`limits`'} in ${'`presets/jetbrains/connector.json`'}) are lifted here:
they protect the vendor's service and would be all that is measured.
`;
}
