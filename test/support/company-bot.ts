import { readFile } from 'node:fs/promises';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { BotProcess } from './bot-process.ts';
import { SlackClient } from './slack.ts';

export type SlackMode = 'socket' | 'http';

/** The invented company with a real bot, in its own process, at work in it. */
export interface CompanyBot {
  readonly sandbox: Sandbox;
  readonly slack: SlackClient;
  readonly bot: BotProcess;
  close(): Promise<void>;
}

/** Starts the local Slack and vendors in this process and the bot in another, joined over HTTP or Socket Mode. */
export async function startCompanyBot(mode: SlackMode, config: Readonly<Record<string, unknown>> = {}): Promise<CompanyBot> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../../slack-manifest.json', import.meta.url), 'utf8'));
  const sandbox = await startSandbox({ manifest });
  const { SLACK_APP_TOKEN, ...shared } = sandbox.environment;
  const bot = await BotProcess.prepare({
    config: { ...sandbox.config, ...config },
    env: mode === 'socket' ? sandbox.environment : { ...shared, SLACK_SIGNING_SECRET: sandbox.signingSecret },
  });
  if (mode === 'http') sandbox.slack.control.deliverTo({ kind: 'http', url: `${bot.url}/slack/events` });
  try {
    await bot.start();
  } catch (error) {
    await bot.remove();
    await sandbox.close();
    throw error;
  }
  const slack = new SlackClient(sandbox.slack.control);
  if (mode === 'socket') await slack.connected();
  return {
    sandbox,
    slack,
    bot,
    async close() {
      await bot.remove();
      await sandbox.close();
      slack.verdict();
    },
  };
}
