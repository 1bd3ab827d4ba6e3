import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { type KillReport, killRounds, seeded } from '../test/support/kill-rounds.ts';
import { presetsNeverCrash, repliesNeverCrash } from '../test/support/mangling.ts';

/**
 * The long proofs: `npm run soak -- [rounds] [seed]`. Prints a table and writes it to docs/reliability.md; exit code 1 when
 * a promise did not hold.
 */
const rounds = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? 7);
const MANGLED = 10_000;

presetsNeverCrash(MANGLED, seed);
await repliesNeverCrash(MANGLED, seed);
const started = Date.now();
const report = await killRounds(rounds, seeded(seed));
const page = reliabilityPage(report, Math.round((Date.now() - started) / 1000));
mkdirSync(new URL('../docs', import.meta.url), { recursive: true });
writeFileSync(new URL('../docs/reliability.md', import.meta.url), page);
console.log(page);
process.exitCode = report.broken.length === 0 ? 0 : 1;

function reliabilityPage({ kills, asked, byState, lostAnswers, broken }: KillReport, seconds: number): string {
  const states = Object.entries(byState)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
  return `# Reliability

What happens when the process is killed, and how that is tested.

## Killed at random moments

The real bot runs in its own process against the local Slack (signed HTTP) and the local vendors. In each round two people ask
for a licence to be revoked, two approvers press **Approve** at the same instant, and in three rounds of ten the vendor acts and
its answer is lost. The bot is killed with SIGKILL within 300 ms after a random step (typed, submitted, asked, and four times of
seven approved) and started again. At the end the store, the vendor's own record of effects, the audit chain and every card are compared.

| what | result |
| --- | --- |
| kills | ${kills} |
| requests stored | ${asked} (${states}) |
| answers lost after the vendor acted | ${lostAnswers} |
| acknowledged requests lost, effects repeated, states that differ from the vendor, cards with stale buttons, breaks in the audit chain | ${broken.length} |

${broken.map((problem) => `- ${problem}\n`).join('')}Last run: \`npm run soak -- ${rounds} ${seed}\`, ${seconds} s, Node ${process.version}, ${cpus().length} cores. \`npm test\` runs twelve kills with a new
seed each time.

## Other proofs in \`npm test\`

| promise | test |
| --- | --- |
| two approvers at the same instant execute once, 1,000 times over | \`test/services/request-life.test.ts\` |
| no state machine step out of order, no start before enough people agreed (1,000 random histories) | \`test/domain/action-request.test.ts\` |
| any removed, repeated, swapped, edited or torn audit event is found and named | \`test/domain/audit.test.ts\`, \`test/adapters/\` |
| 40 kills of the store alone under four writers; a full disk; torn last lines; two processes on one folder | \`test/adapters/\` |
| no preset text, however mangled, crashes the loader or is refused without a reason; no vendor's answer, however mangled, crashes a load, which ends complete, incomplete or failed and says which (10,000 rounds each with \`npm run soak\`, a sample in \`npm test\`) | \`test/connector/mangled.test.ts\` |
| vendor faults: 401, 403, 404, 422, 429, 500, HTML, half a body, an empty page, a hang, a reset before sending, an answer lost after acting | \`test/connector/\`, \`test/e2e/\` |
| Slack answers 429 or 500, or loses a message; stale, unsigned and malformed payloads | \`test/slack/\`, \`test/e2e/\` |
`;
}
