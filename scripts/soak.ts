import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { runHistories } from '../test/support/approval-model.ts';
import { killRounds, seeded } from '../test/support/kill-rounds.ts';
import { presetsNeverCrash, repliesNeverCrash } from '../test/support/mangling.ts';
import { simultaneousPairs } from '../test/support/simultaneous-pairs.ts';

const USAGE = `Usage: npm run soak -- [--only part,…] [--share 0.1] [--seed 7]
  --only   of pairs, histories, presets, replies, sync, store, kills
  --share  how much of each part, where a whole one takes too long`;

/** What one part found; `rows` go into the table of its section as they are. */
interface Result {
  readonly rows: Readonly<Record<string, string | number>>;
  readonly broken: readonly string[];
}

interface Kept extends Result {
  readonly command: string;
  readonly seconds: number;
  readonly machine: string;
}

interface Part {
  readonly count: number;
  readonly title: string;
  readonly text: string;
  readonly inTests: string;
  run(count: number, seed: number): Promise<Result>;
}

const PARTS: Readonly<Record<string, Part>> = {
  kills: {
    count: 500,
    title: 'Killed at random moments',
    text: `The real bot runs in its own process against the local Slack (signed HTTP) and the local vendors. In each round two people ask
for a licence to be revoked, two approvers press **Approve** at the same instant, and in three rounds of ten the vendor acts and
its answer is lost. The bot is killed with SIGKILL within 300 ms after a random step (typed, submitted, asked, and four times of
seven approved) and started again. At the end the store, the vendor's own record of effects, the audit chain and every card are compared.`,
    inTests: 'five kills with a new seed each time, over signed HTTP and over Socket Mode',
    async run(count, seed) {
      const { kills, asked, byState, lostAnswers, broken } = await killRounds(count, seeded(seed));
      const states = Object.entries(byState).map(([state, amount]) => `${amount} ${state}`);
      return {
        rows: { kills, 'requests stored': `${asked} (${states.join(', ')})`, 'answers lost after the vendor acted': lostAnswers },
        broken,
      };
    },
  },
  pairs: {
    count: 10_000,
    title: 'Two people at the same instant',
    text: 'Pairs of approvers press **Approve** at the same instant, one of them twice.',
    inTests: '500 pairs',
    async run(count) {
      const { wrong, told } = await simultaneousPairs(count);
      return {
        rows: { pairs: count, 'second presses that were told by name who was first': told },
        broken: wrong === 0 ? [] : [`after ${wrong} pairs the vendor had not acted exactly once`],
      };
    },
  },
  histories: {
    count: 100_000,
    title: 'Random histories',
    text: `Up to 25 steps drawn from asking (for one thing or two), approving, denying, withdrawing, standing in, breaking the glass,
freezing, lifting, undoing, hours passing, unfinished work being brought on, the process dying after any commit, two presses at
once, vendors that refuse, act and lose the answer, or cannot be read, and a disk that refuses. After each step: no acknowledged
request or vote is lost, no effect happened twice, nothing started before its policy was met by people who may, no cap is passed,
nothing leaves in a freeze, and the model of who may decide agrees with every answer in both directions. In the end nothing is
left hanging, states agree with the vendor, and the audit chain verifies.`,
    inTests: '2,000 histories with a new seed each time',
    async run(count, seed) {
      const { runs, steps } = await runHistories(count, seed);
      return { rows: { histories: runs, steps }, broken: [] };
    },
  },
  sync: {
    count: 100,
    title: 'Killed in the middle of a sync',
    text: `A process syncs again and again while the vendor's licences change all the time, is killed with SIGKILL at a random point of a run,
and started again. Each time the inventory is that of one moment, its history tells how it came to be, and the audit chain is whole.`,
    inTests: 'six kills',
    run: (count) => inVitest('test/services/sync-kill.test.ts', { SYNC_KILLS: String(count) }, { kills: count }),
  },
  store: {
    count: 200,
    title: 'Killed while it stores',
    text: 'Four writers at once in a process that is killed with SIGKILL up to 120 ms after its first acknowledgement, and started again.',
    inTests: 'ten kills',
    run: (count) => inVitest('test/adapters/store-crash.test.ts', { STORE_KILLS: String(count) }, { kills: count }),
  },
  presets: {
    count: 10_000,
    title: 'Mangled presets',
    text: `Valid connectors with keys and values removed, repeated, swapped, or replaced by values of other types and hostile texts. Each one
loads or is refused, never both, and a refusal names file, place and problem.`,
    inTests: '25',
    run: (count, seed) => counted('mangled connectors', count, () => presetsNeverCrash(count, seed)),
  },
  replies: {
    count: 10_000,
    title: 'Mangled answers of a vendor',
    text: `Pages mangled in the same way, cut off, with odd statuses and wrong totals. Each load ends as complete, incomplete or failed and says
which; complete only when every record it was told of is among those seen.`,
    inTests: '150',
    run: (count, seed) => counted('loads', count, () => repliesNeverCrash(count, seed)),
  },
};

const KEPT = new URL('../docs/reliability.json', import.meta.url);
const options = readOptions();
const kept = JSON.parse(readFileSync(KEPT, 'utf8')) as Record<string, Kept>;
for (const name of options.only) {
  const part = PARTS[name] as Part;
  const count = Math.max(1, Math.round(part.count * options.share));
  const started = Date.now();
  const result = await part.run(count, options.seed);
  const seconds = Math.round((Date.now() - started) / 1_000);
  console.error(`${name}: ${result.broken.length === 0 ? 'all held' : result.broken.join('; ')}, ${seconds} s`);
  const share = options.share === 1 ? '' : ` --share ${options.share}`;
  const command = `npm run soak -- --only ${name}${share} --seed ${options.seed}`;
  kept[name] = { ...result, command, seconds, machine: `Node ${process.version}, ${cpus().length} cores` };
  if (result.broken.length > 0) process.exitCode = 1;
  // After each part, so that one that is broken off keeps those before it.
  writeFileSync(KEPT, `${JSON.stringify(kept, null, 2)}\n`);
  writeFileSync(new URL('../docs/reliability.md', import.meta.url), reliabilityPage());
}
process.exit();

function readOptions(): { readonly only: readonly string[]; readonly share: number; readonly seed: number } {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', default: Object.keys(PARTS).join(',') },
        share: { type: 'string', default: '1' },
        seed: { type: 'string', default: '7' },
      },
    });
    const only = values.only.split(',');
    const unknown = only.find((name) => PARTS[name] === undefined);
    if (unknown !== undefined) throw new Error(`There is no part "${unknown}".`);
    return { only, share: Number(values.share), seed: Number(values.seed) };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return process.exit(2);
  }
}

/** A proof that is a test: run with a greater number. */
function inVitest(file: string, env: Readonly<Record<string, string>>, rows: Result['rows']): Promise<Result> {
  return new Promise((resolve) => {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--retry', '0', file];
    execFile(process.execPath, args, { env: { ...process.env, ...env }, maxBuffer: 2 ** 24 }, (error, out) => {
      resolve({ rows, broken: error === null ? [] : [out.slice(-2_000)] });
    });
  });
}

async function counted(what: string, count: number, work: () => void | Promise<void>): Promise<Result> {
  try {
    await work();
    return { rows: { [what]: count }, broken: [] };
  } catch (error) {
    return { rows: { [what]: count }, broken: [String(error).slice(0, 2_000)] };
  }
}

function reliabilityPage(): string {
  return `# Reliability

What happens when the process is killed, when people press at the same instant and when vendors and disks fail, and how that is
tested. The long proofs are run by \`npm run soak\`, which writes this page; \`npm test\` runs a sample of each.

${Object.entries(PARTS)
  .map(([name, part]) => section(part, kept[name]))
  .join('\n')}
## Other proofs in \`npm test\`

| promise | test |
| --- | --- |
| every right at every command and button | \`test/services/rights-table.test.ts\` |
| no state machine step out of order, no start before enough people agreed (1,000 random histories) | \`test/domain/action-request.test.ts\` |
| a bulk request goes on after a crash and does no row twice | \`test/services/bulk.test.ts\` |
| any removed, repeated, swapped, edited or torn audit event is found and named, in the log and in an export | \`test/domain/audit.test.ts\`, \`test/adapters/\` |
| a full disk; torn last lines; two processes on one folder | \`test/adapters/\` |
| vendor faults: 401, 403, 404, 422, 429, 500, HTML, half a body, an empty page, a hang, a reset before sending, an answer lost after acting | \`test/connector/\`, \`test/e2e/\` |
| Slack answers 429 or 500, or loses a message; stale, unsigned and malformed payloads | \`test/slack/\`, \`test/e2e/\` |

\`npm run mutate\` changes one small thing at a time in the policies and the state machine and asks whether a test notices.
Of 465 changes 460 were noticed; the other five are ones that nothing can tell apart, each with its reason in
\`scripts/mutants-accepted.json\`.
`;
}

function section({ title, text, inTests }: Part, last: Kept | undefined): string {
  const head = `## ${title}\n\n${text}\n`;
  if (last === undefined) return `${head}\nNot run in full yet; \`npm test\` runs ${inTests}.\n`;
  const rows = { ...last.rows, 'promises that did not hold': last.broken.length };
  const table = Object.entries(rows).map(([what, result]) => `| ${what} | ${result} |`);
  const broken = last.broken.map((problem) => `- ${problem}\n`).join('');
  return `${head}
| what | result |
| --- | --- |
${table.join('\n')}

${broken}Last run: \`${last.command}\`, ${last.seconds} s, ${last.machine}. \`npm test\` runs ${inTests}.
`;
}
