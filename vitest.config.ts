import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What starts processes, browsers or many servers; longest first, so that no worker is left alone with one of them. */
const LONGEST_FIRST = ['e2e', 'bench', 'browser', 'cli', 'sandbox', 'services', 'adapters', 'app', 'ops'];
/** Everything in these rooms gets what it needs handed in, so that their tests can share one copy of the modules. */
const ROOMS = ['config', 'connector', 'domain', 'policies', 'preset', 'presets', 'reports', 'services', 'slack'];

/** These start servers or wait for processes, and share one copy of the modules as well: what they start is their own. */
const SHARED = ['adapters', 'app', 'ops', 'sandbox'];
// Processes and browsers side by side on a busy machine take their time.
const PATIENT = { testTimeout: 60_000, hookTimeout: 90_000 };

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const folder = /[\\/]test[\\/](\w+)[\\/]/.exec(moduleId)?.[1] ?? '';
      const at = LONGEST_FIRST.indexOf(folder);
      return at === -1 ? LONGEST_FIRST.length : at;
    };
    return files.toSorted((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

const of = (folders: readonly string[]): string[] => folders.map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: of([...ROOMS, ...SHARED]),
          ...PATIENT,
        },
      },
      { extends: true, test: { name: 'shared', include: of(SHARED), isolate: false, ...PATIENT } },
      { extends: true, test: { name: 'rooms', include: of(ROOMS), isolate: false } },
    ],
  },
});
