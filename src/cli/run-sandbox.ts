import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commands } from '../../commands/index.ts';
import { createPinoLog } from '../adapters/pino-log.ts';
import { type OpsServer, startOpsServer } from '../ops/ops-server.ts';
import type { Readiness } from '../ops/readiness.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { BotEnded, type SandboxBot } from '../sandbox/sandbox-bot.ts';
import { type Sandbox, startSandbox } from '../sandbox/start.ts';
import { readSetup } from '../setup.ts';
import { sandboxDir } from './find-bot.ts';
import { emptySandboxFolder, prepareSandboxFolder } from './sandbox-folder.ts';
import { done, type Host, type VerbResult } from './verb.ts';

/** Variables that would lead the bot of the sandbox out of it. */
const REAL = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_API_URL',
  'SEATWARDEN_CONFIG',
  'DATABASE_URL',
] as const;
const ASK_MS = 2_000;

/**
 * Runs the bot unchanged, in a process of its own, against a local Slack and local vendors, until this process is asked to
 * end. Page, health and metrics are served from here, so they answer although the bot was killed.
 */
export async function runSandbox(host: Host): Promise<VerbResult> {
  const { dataDir, environment } = await readSetup({ cwd: host.cwd, env: { ...host.env, ...blank(REAL) } });
  const stopped = host.untilStopped();
  // Its configuration is made up, so there is nothing to read again.
  host.onReload(() => undefined);
  const folder = sandboxDir(dataDir);
  const spawn = (): ChildProcess => host.fork(['sandbox-bot'], { ...host.env, ...blank(REAL) });
  // It loads while the company is set up.
  let early: ChildProcess | null = spawn();
  let sandbox: Sandbox | null = null;
  let ops: OpsServer | null = null;
  try {
    await prepareSandboxFolder(folder);
    const manifest: unknown = JSON.parse(await readFile(join(PACKAGE_ROOT, 'slack-manifest.json'), 'utf8'));
    sandbox = await startSandbox({
      manifest,
      hints: commands.map(({ usage, summary }) => ({ text: `/licenses ${usage}`, summary })),
      bot: {
        dataDir: folder,
        spawn: () => {
          const child = early ?? spawn();
          early = null;
          return child;
        },
        forget: () => emptySandboxFolder(folder),
      },
    });
    const { bot } = sandbox;
    if (bot === null) throw new Error('the sandbox was started without its bot');
    ops = await startOpsServer({
      host: environment.host,
      port: environment.port,
      ready: () => readiness(bot),
      metrics: () => metrics(bot),
      handlers: [sandbox.handler],
      log: createPinoLog({ level: environment.logLevel, clock: sandbox.clock }),
    });
    // Before the bot says its first word: who skims the log must not take this for the real thing.
    host.print(
      `SANDBOX: no Slack is connected. This is a local Slack with an invented company, and nothing here is real: ${ops.url}`,
    );
    if (await isUp(bot, stopped)) {
      host.print(
        `Ready: open ${ops.url}. For a real Slack set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, in .env for example; docs/configuration.md tells how.`,
      );
      await stopped;
    }
    return done('', null);
  } catch (error) {
    // What it said is a result of this very program's, from another process.
    if (error instanceof BotEnded && error.failure !== null) return error.failure as VerbResult;
    throw error;
  } finally {
    early?.kill('SIGKILL');
    await sandbox?.close();
    await ops?.close();
  }
}

/** False when the process is asked to end before the bot is ready. @throws BotEnded */
async function isUp(bot: SandboxBot, stopped: Promise<void>): Promise<boolean> {
  const started = bot.start().then(() => true);
  const up = await Promise.race([started, stopped.then(() => false)]);
  // It ends with a reason of its own when it is stopped in the middle.
  if (!up) started.catch(() => undefined);
  return up;
}

/** What the bot says of itself, or that it is away. */
async function readiness(bot: SandboxBot): Promise<Readiness> {
  try {
    const answer = await ask(bot, '/readyz');
    return (await answer.json()) as Readiness;
  } catch {
    const { state, because } = bot.status();
    return { ready: false, checks: [{ name: 'bot', ok: false, message: because ?? `is ${state}` }] };
  }
}

async function metrics(bot: SandboxBot): Promise<string> {
  try {
    return await (await ask(bot, '/metrics')).text();
  } catch {
    return '# The bot is away, so it counts nothing.\n';
  }
}

async function ask(bot: SandboxBot, path: string): Promise<Response> {
  const url = bot.url();
  if (url === null) throw new Error('the bot is away');
  return fetch(`${url}${path}`, { signal: AbortSignal.timeout(ASK_MS) });
}

function blank(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, '']));
}
