import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, LogLevel } from '@slack/bolt';
import manifest from '../../slack-manifest.json' with { type: 'json' };
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => LogLevel.ERROR, setName() {} };
const plain = (text: string) => ({ type: 'plain_text' as const, text });

/** A small app in a sandbox of its own, which does with the page what our bot does not: windows on windows, files, reactions. */
export interface PageApp {
  readonly sandbox: Sandbox;
  readonly app: App;
  /** What was pressed, chosen and submitted, in order. */
  readonly heard: unknown[];
  close(): Promise<void>;
}

const SCOPES = ['files:write', 'files:read', 'reactions:write', 'reactions:read'];

export async function startPageApp(): Promise<PageApp> {
  const scopes = [...manifest.oauth_config.scopes.bot, ...SCOPES];
  const sandbox = await startSandbox({ manifest: { ...manifest, oauth_config: { scopes: { bot: scopes } } } });
  const app = new App({
    token: sandbox.environment['SLACK_BOT_TOKEN'] ?? '',
    signingSecret: sandbox.signingSecret,
    logger: silent,
    clientOptions: { slackApiUrl: sandbox.slack.apiUrl, retryConfig: { retries: 0 } },
  });
  const heard: unknown[] = [];
  app.command('/licenses', async ({ ack, command, client }) => {
    await ack();
    await client.views.open({ trigger_id: command.trigger_id, view: firstWindow() });
  });
  app.view('first', async ({ ack, view }) => {
    heard.push(view.state.values);
    await ack({ response_action: 'push', view: secondWindow() });
  });
  app.view('second', async ({ ack }) => ack({ response_action: 'errors', errors: { why: 'Say more than that.' } }));
  app.options('who', async ({ ack, options }) =>
    ack({ options: ['Cara Nunes', 'Carla Reis'].filter((name) => name.toLowerCase().includes(options.value)).map(toOption) }),
  );
  app.action(/.*/, async ({ ack, action }) => {
    heard.push(action);
    await ack();
  });
  const server = (await app.start({ port: 0, host: '127.0.0.1' })) as Server;
  const { port } = server.address() as AddressInfo;
  sandbox.slack.control.deliverTo({ kind: 'http', url: `http://127.0.0.1:${port}/slack/events` });
  return {
    sandbox,
    app,
    heard,
    close: async () => {
      await app.stop();
      await sandbox.close();
    },
  };
}

function toOption(name: string) {
  return { text: plain(name), value: name };
}

function firstWindow() {
  return {
    type: 'modal' as const,
    callback_id: 'first',
    title: plain('Whose seat'),
    submit: plain('Next'),
    blocks: [
      {
        type: 'input' as const,
        block_id: 'who',
        label: plain('Holder'),
        element: { type: 'external_select' as const, action_id: 'who', min_query_length: 2 },
      },
      {
        type: 'input' as const,
        block_id: 'apps',
        label: plain('Apps'),
        element: { type: 'multi_static_select' as const, action_id: 'apps', options: ['Rider', 'CLion', 'GoLand'].map(toOption) },
      },
      {
        type: 'input' as const,
        block_id: 'until',
        label: plain('Until'),
        element: { type: 'datepicker' as const, action_id: 'until' },
      },
    ],
  };
}

function secondWindow() {
  return {
    type: 'modal' as const,
    callback_id: 'second',
    title: plain('And why'),
    submit: plain('Ask'),
    blocks: [
      {
        type: 'input' as const,
        block_id: 'why',
        label: plain('Reason'),
        element: { type: 'plain_text_input' as const, action_id: 'why', multiline: true },
      },
    ],
  };
}
