import { UsageError } from '../domain/errors.ts';
import type { SyncProgress, SyncSession } from '../domain/sync-session.ts';
import { startSync } from '../services/start-sync.ts';
import { runOfSession } from '../services/sync-runs.ts';
import { progressBar, progressWords, QUIET_MS } from '../sync-words.ts';
import { sessionText } from './sync-text.ts';
import { clean } from './terminal-text.ts';
import { done, EXIT, textOption, type VerbResult, type WorldVerb } from './verb.ts';

const TOLD_EVERY_MS = 200;
/** Where nobody watches, a line now and then shows that it goes on. */
const NOTED_EVERY_MS = 10_000;

export const sync: WorldVerb = {
  kind: 'world',
  name: 'sync',
  usage: 'sync <integration> [--test] [--limit <records>] [--as <email>] [--json]',
  summary: 'Loads everybody and everything of an integration; --test writes nothing and shows what would change.',
  options: { test: { type: 'boolean' }, limit: { type: 'string' } },
  words: [1, 1],
  changes: true,
  async run({ world }, caller, args, note) {
    const test = args.options['test'] === true;
    const wish = { integration: args.positionals[0] ?? '', test, limit: readLimit(textOption(args, 'limit'), test) };
    const started = await startSync(world, caller, wish);
    note(`Session ${started.sessionId} of ${started.name}${wish.test ? ' (test: nothing is written)' : ''}`, false);
    const last = { told: 0, noted: Date.now(), heard: Date.now() };
    const tell = (progress: SyncProgress): void => {
      const now = Date.now();
      if (now - last.told < TOLD_EVERY_MS) return;
      last.told = now;
      const line = [progressBar(progress), progressWords(progress)].filter((part) => part !== null).join('  ');
      note(line, true);
      if (now - last.noted < NOTED_EVERY_MS) return;
      last.noted = now;
      note(line, false);
    };
    const hear = (progress: SyncProgress): void => {
      last.heard = Date.now();
      tell(progress);
    };
    // The run takes its place in the next turn of the event loop.
    await Promise.resolve();
    const follow = setInterval(() => {
      const run = runOfSession(world.store, started.sessionId);
      if (run === null) return;
      run.listeners.add(hear);
      const quietMs = Date.now() - last.heard;
      if (quietMs >= QUIET_MS) tell({ ...run.progress, quietMs });
    }, 20);
    try {
      const session = await started.ended;
      return { ...done(clean(sessionText(session)), session), exitCode: exitCodeOf(session) } satisfies VerbResult;
    } finally {
      clearInterval(follow);
      note('', true);
    }
  },
};

function readLimit(text: string | null, test: boolean): number | null {
  if (text === null) return null;
  const limit = Number(text);
  if (test && Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new UsageError(
    'usage.limit',
    test
      ? `--limit ${text} is not a number of records.`
      : '--limit is for tests: part of a load says nothing about who is missing.',
  );
}

function exitCodeOf(session: SyncSession): number {
  switch (session.outcome) {
    case 'succeeded':
      return EXIT.done;
    case 'held':
      return EXIT.refused;
    case 'cancelled':
      return EXIT.failed;
    default:
      return session.reasons.some((one) => one.code.startsWith('store') || one.code === 'fault') ? EXIT.failed : EXIT.vendor;
  }
}
