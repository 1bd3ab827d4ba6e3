import { fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptySandboxFolder, prepareSandboxFolder } from '../../src/cli/sandbox-folder.ts';
import type { Delivery, SandboxBot } from '../../src/sandbox/sandbox-bot.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { MAIN } from './bot-process.ts';
import { SlackClient } from './slack.ts';

/** The invented company with the bot that the sandbox itself runs: on its clock, to be killed and started again. */
export interface SandboxWithBot {
  readonly sandbox: Sandbox;
  readonly bot: SandboxBot;
  readonly slack: SlackClient;
  readonly dataDir: string;
  /** Calls the control API as the page does. */
  post(verb: string, body?: unknown): Promise<{ readonly status: number; readonly json: Record<string, unknown> }>;
  get(verb: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function startSandboxWithBot(delivery: Delivery = 'socket'): Promise<SandboxWithBot> {
  const folder = await mkdtemp(join(tmpdir(), 'seatwarden-sandbox-'));
  const dataDir = join(folder, 'data', 'sandbox');
  await prepareSandboxFolder(dataDir);
  const manifest: unknown = JSON.parse(await readFile(new URL('../../slack-manifest.json', import.meta.url), 'utf8'));
  const env = { PATH: process.env['PATH'], HOME: folder, LOG_LEVEL: 'silent' };
  const sandbox = await startSandbox({
    manifest,
    bot: {
      dataDir,
      spawn: () => fork(MAIN, ['sandbox-bot'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
      forget: () => emptySandboxFolder(dataDir),
    },
  });
  const { bot } = sandbox;
  if (bot === null) throw new Error('the sandbox has no bot');
  const close = async (): Promise<void> => {
    await bot.kill();
    await sandbox.close();
    // A process of the bot that was killed may still be at its last write.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    await bot.start(delivery);
  } catch (error) {
    await close();
    throw error;
  }
  const api = `${sandbox.slack.url}/sandbox/api`;
  return {
    sandbox,
    bot,
    slack: new SlackClient(sandbox.slack.control),
    dataDir,
    async post(verb, body = {}) {
      const response = await fetch(`${api}/${verb}`, { method: 'POST', body: JSON.stringify(body) });
      return { status: response.status, json: (await response.json()) as Record<string, unknown> };
    },
    get: async (verb) => (await (await fetch(`${api}/${verb}`)).json()) as Record<string, unknown>,
    close,
  };
}
