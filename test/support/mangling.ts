import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { MockAgent } from 'undici';
import { createConnector } from '../../src/connector/create-connector.ts';
import { Secret } from '../../src/domain/secret.ts';
import { compileConnector } from '../../src/preset/compile-connector.ts';
import type { LoadedConnector } from '../../src/preset/loaded.ts';
import { mangled } from './mangle.ts';
import { quietLog } from './quiet-log.ts';
import { QUILLPAD_FILES } from './quillpad.ts';

type Files = Readonly<Record<string, unknown>>;

function filesOf(folder: string): Files {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown]));
}

const FOLDERS: readonly Files[] = [filesOf('presets/jetbrains'), filesOf('presets/aha'), QUILLPAD_FILES];

function compile(files: Files) {
  return compileConnector({
    folder: 'x',
    connector: { file: 'connector.json', json: files['connector.json'] },
    presets: new Map(
      Object.entries(files)
        .filter(([name]) => name !== 'connector.json')
        .map(([name, json]) => [name.replace('.json', ''), { file: name, json }] as const),
    ),
  });
}

/** However a preset is mangled: it loads or is refused, never both or neither, and a refusal names file, place and problem. */
export function presetsNeverCrash(rounds: number, seed?: number): void {
  const cases = FOLDERS.flatMap((files) => Object.keys(files).map((name) => ({ files, name })));
  const one = fc
    .constantFrom(...cases)
    .chain(({ files, name }) => mangled(files[name]).map((json) => ({ ...files, [name]: json })));
  fc.assert(
    fc.property(one, (files) => {
      const { connector, mistakes } = compile(files);
      if ((connector === null) !== mistakes.length > 0) throw new Error(`refused without a reason: ${JSON.stringify(mistakes)}`);
      for (const { file, problem } of mistakes) {
        if (!(file in files) || problem.trim() === '')
          throw new Error(`a mistake that cannot be found: ${JSON.stringify(mistakes)}`);
      }
    }),
    { numRuns: rounds, ...(seed === undefined ? {} : { seed }) },
  );
}

const licence = (id: string): object => ({
  licenseId: id,
  product: { code: 'II', name: 'IntelliJ IDEA Ultimate' },
  assignee: { type: 'USER', name: 'Nora', email: `${id}@oak.example` },
  lastSeen: { lastAssignmentDate: '2026-01-02T00:00:00Z', lastSeenDate: null, isOfflineCodeGenerated: false },
  subscription: { validUntilDate: '2027-03-31', isOutdated: false, isAutomaticallyRenewed: true, subscriptionPackRef: 'A/B' },
  team: { id: 7, name: 'Web' },
  isAvailableToAssign: false,
  isSuspended: false,
  isTrial: false,
});

/**
 * However a vendor's answers are mangled: a load ends as complete, incomplete or failed and says which; it is complete only
 * when every record it was told of is among those seen.
 */
export async function repliesNeverCrash(rounds: number, seed?: number): Promise<void> {
  const connector = compile(FOLDERS[0] as Files).connector as LoadedConnector;
  const pages = [['A1', 'A2'], ['A3']].map((ids) => ids.map(licence));
  const answer = fc.record({
    body: fc.oneof(mangled(pages[0]), mangled(pages[1]), fc.constant(pages[0]), fc.constant(pages[1])),
    status: fc.oneof(
      { weight: 6, arbitrary: fc.constant(200) },
      { weight: 1, arbitrary: fc.constantFrom(204, 302, 400, 401, 404, 500) },
    ),
    total: fc.oneof(fc.constantFrom('2', '3', '101', '', 'x', '-1'), fc.string({ maxLength: 4, unit: 'grapheme-ascii' })),
    cut: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 3 }), async (answers) => {
      const agent = new MockAgent();
      agent.disableNetConnect();
      const pool = agent.get('https://account.jetbrains.com');
      let at = 0;
      pool
        .intercept({ path: () => true, method: 'GET' })
        .reply(() => {
          const { body, status, total, cut } = answers[Math.min(at, answers.length - 1)] as (typeof answers)[number];
          at += 1;
          const text = JSON.stringify(body) ?? '';
          return {
            statusCode: status,
            data: text.slice(0, Math.ceil(text.length * cut)),
            responseOptions: { headers: { 'x-total-count': total.replace(/[^\x20-\x7e]/g, '') } },
          };
        })
        .persist();
      const opened = createConnector({
        id: 'x',
        connector,
        credential: { apiKey: new Secret('k3y-Th4t-must-never-show') },
        variables: { companyCode: '1' },
        clock: { now: () => new Date('2026-11-23T00:00:00Z') },
        log: quietLog,
        sleep: async () => {},
        dispatcher: agent,
      });
      let [records, named] = [0, 0];
      const report = await opened.load(
        {},
        (page) => {
          records += page.records.length;
          named += page.records.filter((record) => record.seen.length > 0).length;
        },
        new AbortController().signal,
      );
      await opened.close();
      const { outcome, reasons, counts } = report;
      if ((outcome === 'complete') !== (reasons.length === 0)) throw new Error(`it does not say why: ${outcome}`);
      if (counts.records !== records) throw new Error('records were dropped');
      if (outcome === 'complete' && named !== records) throw new Error('complete, with records nobody can name');
      for (const { message } of reasons) if (!/^[A-Z0-9].*\.$/s.test(message)) throw new Error(`no sentence: ${message}`);
    }),
    { numRuns: rounds, ...(seed === undefined ? {} : { seed }) },
  );
}
