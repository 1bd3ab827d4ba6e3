import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commands } from '../../commands/index.ts';
import { readDataLock } from '../adapters/data-lock.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import type { Store } from '../ports/store.ts';
import { startSandbox } from '../sandbox/start.ts';
import { readSetup } from '../setup.ts';
import { sandboxDir } from './find-bot.ts';
import { runBot } from './run-bot.ts';
import type { Host, VerbResult } from './verb.ts';

/** Variables that would lead the bot of the sandbox out of it. */
const REAL = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_API_URL', 'SEATWARDEN_CONFIG'] as const;

/** Runs the bot unchanged against a local Slack and local vendors, until the process is asked to end. */
export async function runSandbox(host: Host): Promise<VerbResult> {
  const { dataDir, variables } = await readSetup({ cwd: host.cwd, env: { ...host.env, ...blank(REAL) } });
  const folder = sandboxDir(dataDir);
  // The local Slack and vendors begin anew with each run, so what a bot remembered of the last one is of no use.
  if ((await readDataLock(folder)) === null) await rm(folder, { recursive: true, force: true });
  const manifest: unknown = JSON.parse(await readFile(join(PACKAGE_ROOT, 'slack-manifest.json'), 'utf8'));
  const hints = commands.map(({ usage, summary }) => ({ text: `/licenses ${usage}`, summary }));
  let store: Store | null = null;
  const onReset = (): void => {
    if (store !== null) void forget(store);
  };
  const sandbox = await startSandbox({ manifest, hints, onReset });
  try {
    const setup = await readSetup({
      cwd: host.cwd,
      env: { ...variables, ...blank(REAL), ...sandbox.environment },
      config: sandbox.config,
      dataDir: folder,
    });
    return await runBot(host, { setup, clock: sandbox.clock, handlers: [sandbox.handler] }, (bot) => {
      store = bot.world.store;
      host.print(
        `SANDBOX: no Slack is connected. This is a local Slack with an invented company, and nothing here is real: ${bot.url()}`,
      );
      host.print(
        'For the real one set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, in .env for example; docs/configuration.md tells how.',
      );
    });
  } finally {
    await sandbox.close();
  }
}

function blank(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, '']));
}

/** After a reset the company knows of no request, so neither may the bot. The audit log stays: it is never cut. */
async function forget(store: Store): Promise<void> {
  for (const collection of ['requests', 'cards', 'notices'] as const) {
    const remove = (await store.list(collection)).map(({ id }) => ({ collection, id }));
    if (remove.length > 0) await store.commit({ remove });
  }
}
