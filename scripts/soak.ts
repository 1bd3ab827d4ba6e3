import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { type ModelRun, runHistories } from '../test/support/approval-model.ts';
import { type KillReport, killRounds, seeded } from '../test/support/kill-rounds.ts';
import { type PairReport, simultaneousPairs } from '../test/support/simultaneous-pairs.ts';

/**
 * The long proofs: `npm run soak -- [kills] [pairs] [histories] [seed]`. Prints a page and writes it to docs/reliability.md; exit
 * code 1 when a promise did not hold.
 */
const [kills = 500, pairs = 10_000, histories = 100_000, seed = 7] = process.argv.slice(2).map(Number);
const pairReport = await timed('pairs', () => simultaneousPairs(pairs));
const modelReport = await timed('histories', () => runHistories(histories, seed));
const killReport = await timed('kills', () => killRounds(kills, seeded(seed)));
const page = reliabilityPage();
mkdirSync(new URL('../docs', import.meta.url), { recursive: true });
writeFileSync(new URL('../docs/reliability.md', import.meta.url), page);
console.log(page);
process.exitCode = killReport.value.broken.length === 0 && pairReport.value.wrong === 0 ? 0 : 1;

async function timed<T>(what: string, work: () => Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const started = Date.now();
  const value = await work();
  const seconds = Math.round((Date.now() - started) / 1000);
  console.error(`${what}: ${seconds} s`);
  return { value, seconds };
}

function reliabilityPage(): string {
  const { kills: killed, asked, byState, lostAnswers, broken }: KillReport = killReport.value;
  const { wrong, told }: PairReport = pairReport.value;
  const { runs, steps }: ModelRun = modelReport.value;
  const states = Object.entries(byState)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
  return `# Reliability

What happens when the process is killed, when people press at the same instant and when vendors and disks fail, and how that is
tested. Last run: \`npm run soak -- ${kills} ${pairs} ${histories} ${seed}\`, Node ${process.version}, ${cpus().length} cores.

## Killed at random moments

The real bot runs in its own process against the local Slack (signed HTTP) and the local vendors. In each round two people ask
for a licence to be revoked, two approvers press **Approve** at the same instant, and in three rounds of ten the vendor acts and
its answer is lost. The bot is killed with SIGKILL within 300 ms after a random step (typed, submitted, asked, and four times of
seven approved) and started again. At the end the store, the vendor's own record of effects, the audit chain and every card are compared.

| what | result |
| --- | --- |
| kills | ${killed} |
| requests stored | ${asked} (${states}) |
| answers lost after the vendor acted | ${lostAnswers} |
| acknowledged requests lost, effects repeated, states that differ from the vendor, cards with stale buttons, breaks in the audit chain | ${broken.length} |

${broken.map((problem) => `- ${problem}\n`).join('')}${killReport.seconds} s. \`npm test\` runs twelve kills with a new seed each time.

## Two people at the same instant

| what | result |
| --- | --- |
| pairs of approvers who press at the same instant, one of them twice | ${pairs} |
| pairs after which the vendor had not acted exactly once | ${wrong} |
| second presses that were told by name who was first | ${told} |

${pairReport.seconds} s. \`npm test\` runs 500.

## Random histories

Up to 25 steps drawn from asking (for one thing or two), approving, denying, withdrawing, standing in, breaking the glass,
freezing, lifting, undoing, hours passing, unfinished work being brought on, the process dying after any commit, two presses at
once, vendors that refuse, act and lose the answer, or cannot be read, and a disk that refuses. After each step: no acknowledged
request or vote is lost, no effect happened twice, nothing started before its policy was met by people who may, no cap is passed,
nothing leaves in a freeze, and the model of who may decide agrees with every answer in both directions. In the end nothing is
left hanging, states agree with the vendor, and the audit chain verifies.

| what | result |
| --- | --- |
| histories | ${runs} |
| steps | ${steps} |
| broken promises | 0 |

${modelReport.seconds} s. \`npm test\` runs 2,000 with a new seed each time.

## Other proofs in \`npm test\`

| promise | test |
| --- | --- |
| every right at every command and button | \`test/services/rights-table.test.ts\` |
| no state machine step out of order, no start before enough people agreed (1,000 random histories) | \`test/domain/action-request.test.ts\` |
| a bulk request goes on after a crash and does no row twice | \`test/services/bulk.test.ts\` |
| any removed, repeated, swapped, edited or torn audit event is found and named, in the log and in an export | \`test/domain/audit.test.ts\`, \`test/adapters/\` |
| 40 kills of the store alone under four writers; a full disk; torn last lines; two processes on one folder | \`test/adapters/\` |
| vendor faults: 401, 403, 404, 422, 429, 500, HTML, half a body, an empty page, a hang, a reset before sending, an answer lost after acting | \`test/connector/\`, \`test/e2e/\` |
| Slack answers 429 or 500, or loses a message; stale, unsigned and malformed payloads | \`test/slack/\`, \`test/e2e/\` |

\`npm run mutate\` changes one small thing at a time in the policies and the state machine and asks whether a test notices.
`;
}
