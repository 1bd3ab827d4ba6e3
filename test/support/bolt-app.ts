import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { Sandbox } from '../../src/sandbox/start.ts';
import { silentLogger } from './silent-logger.ts';
import { SlackClient } from './slack.ts';

export interface BoltApp {
  readonly app: App;
  readonly slack: SlackClient;
  stop(): Promise<void>;
}

/** A Bolt app of the test's own with Bolt's own receiver, joined to the sandbox's Slack. */
export async function startBoltApp(sandbox: Sandbox, mode: 'socket' | 'http', listen: (app: App) => void): Promise<BoltApp> {
  const clientOptions = {
    slackApiUrl: sandbox.slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 5_000,
  };
  const receiver =
    mode === 'socket'
      ? new SocketModeReceiver({
          appToken: sandbox.environment['SLACK_APP_TOKEN'] ?? '',
          logger: silentLogger,
          installerOptions: { clientOptions },
        })
      : new HTTPReceiver({ signingSecret: sandbox.signingSecret, logger: silentLogger });
  // Otherwise the constructor asks Slack who it is and leaves the answer to nobody, even after a short test's end.
  const tokenVerificationEnabled = false;
  const app = new App({
    tokenVerificationEnabled,
    token: sandbox.environment['SLACK_BOT_TOKEN'] ?? '',
    logger: silentLogger,
    clientOptions,
    receiver,
  });
  listen(app);
  const slack = new SlackClient(sandbox.slack.control);
  if (mode === 'socket') {
    await app.start();
    await slack.connected();
  } else {
    const server = (await app.start({ port: 0, host: '127.0.0.1' })) as Server;
    const { port } = server.address() as AddressInfo;
    sandbox.slack.control.deliverTo({ kind: 'http', url: `http://127.0.0.1:${port}/slack/events` });
  }
  return { app, slack, stop: async () => void (await app.stop()) };
}
