import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SLACK_PATH, slackEndpoint } from '../../src/slack/http-endpoint.ts';
import { slackLogger } from '../../src/slack/slack-log.ts';
import { quietLog } from '../support/quiet-log.ts';

const SECRET = 'signing-secret';
const FORM = 'application/x-www-form-urlencoded';
const COMMAND = 'command=%2Flicenses&text=help&user_id=U01ADA&trigger_id=1.2';

let server: Server;
let commands: string[];

beforeEach(async () => {
  commands = [];
  const logger = slackLogger(quietLog);
  const receiver = new HTTPReceiver({ signingSecret: SECRET, endpoints: SLACK_PATH, logger });
  const app = new App({ receiver, token: 'xoxb-1', botId: 'B01', botUserId: 'U01BOT', logger });
  app.command(/^/, async ({ ack, command }) => {
    commands.push(command.text);
    await ack();
  });
  const handle = slackEndpoint({ receiver, signingSecret: SECRET, log: quietLog, open: () => true });
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

interface Sending {
  readonly type?: string;
  readonly secret?: string;
  readonly aheadSeconds?: number;
}

/** Sends a body the way Slack signs it; the status of the answer. */
async function send(body: string, { type = FORM, secret = SECRET, aheadSeconds = 0 }: Sending = {}): Promise<number> {
  const stamp = Math.floor(Date.now() / 1_000) + aheadSeconds;
  const hash = createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${SLACK_PATH}`, {
    method: 'POST',
    headers: { 'content-type': type, 'x-slack-signature': `v0=${hash}`, 'x-slack-request-timestamp': String(stamp) },
    body,
  });
  return response.status;
}

describe('the Slack endpoint', () => {
  it('takes a signed slash command', async () => {
    expect(await send(COMMAND)).toBe(200);
    expect(commands).toEqual(['help']);
  });

  it.each([`${FORM};charset=UTF-8`, 'Application/X-WWW-Form-Urlencoded; charset=utf-8'])(
    'takes a form called %s',
    async (type) => {
      expect(await send(COMMAND, { type })).toBe(200);
      expect(commands).toEqual(['help']);
    },
  );

  it.each([
    ['signed with another secret', COMMAND, { secret: 'another' }],
    ['dated in the future', COMMAND, { aheadSeconds: 3_600 }],
    ['from long ago', COMMAND, { aheadSeconds: -3_600 }],
    ['a payload signed with another secret', 'payload=%7B%7D', { secret: 'another' }],
    ['a payload dated in the future', 'payload=%7B%7D', { aheadSeconds: 3_600 }],
  ])('refuses what is %s', async (_why, body, sending) => {
    expect(await send(body, sending)).toBe(401);
    expect(commands).toEqual([]);
  });

  it.each([
    ['a payload that is no JSON', 'payload=nonsense', FORM],
    ['a payload whose name is written in escapes', 'p%61yload=nonsense', FORM],
    ['a payload behind other fields', `${COMMAND}&payload=7`, FORM],
    ['a list', '[]', 'application/json'],
  ])('refuses %s, though signed', async (_what, body, type) => {
    expect(await send(body, { type })).toBe(400);
    expect(commands).toEqual([]);
  });

  it('refuses a body that is longer than anything Slack sends', async () => {
    expect(await send(`${COMMAND}&text=${'x'.repeat(5_000_000)}`)).toBe(413);
    expect(commands).toEqual([]);
  });

  it('answers the certificate check without a signature and runs nothing of it', async () => {
    expect(await send(`ssl_check=1&${COMMAND}`, { secret: 'another' })).toBe(200);
    expect(commands).toEqual([]);
  });
});
