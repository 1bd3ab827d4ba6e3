import { existsSync } from 'node:fs';
import { verifyAudit } from '../adapters/audit-log.ts';
import { readSetup } from '../setup.ts';
import { count } from '../words.ts';
import { failure, usageFailure } from './failure.ts';
import { done, EXIT, type LocalVerb } from './verb.ts';

export const audit: LocalVerb = {
  kind: 'local',
  name: 'audit',
  usage: 'audit verify [--json]',
  summary: 'Checks that no audit event was changed, removed or moved.',
  options: {},
  words: [1, 1],
  async run(host, { positionals: [verb = ''] }) {
    if (verb !== 'verify') return usageFailure(`audit cannot "${verb}".`, `Usage: seatwarden ${audit.usage}`);
    const { dataDir } = await readSetup(host);
    if (!existsSync(dataDir)) {
      return usageFailure(
        `The data directory ${dataDir} does not exist, so there is nothing to verify.`,
        'Correct SEATWARDEN_DATA.',
      );
    }
    const finding = await verifyAudit(dataDir);
    if (finding.ok && finding.events === 0) {
      return done(
        `There is no audit event in ${dataDir}, so there is nothing to verify. Is that the right SEATWARDEN_DATA?`,
        finding,
      );
    }
    if (finding.ok) {
      const head = `The last is number ${finding.head.seq}, ${finding.head.hash}.`;
      return done(`The audit log is whole: ${count(finding.events, 'event')}. ${head}`, finding);
    }
    const where = `${finding.file ?? 'audit'}, line ${finding.line}`;
    return {
      ...failure(EXIT.failed, {
        code: 'audit.broken',
        message: `The audit log is broken at ${where}: ${finding.problem}.`,
        hint: 'Keep this directory as it is, and compare it with a backup.',
        mistakes: [],
      }),
      data: finding,
    };
  },
};
