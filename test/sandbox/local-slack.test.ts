import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../../slack-manifest.json' with { type: 'json' };
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { type BoltApp, startBoltApp } from '../support/bolt-app.ts';
import { buttonsOf, type SlackClient, textOf } from '../support/slack.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });

let sandbox: Sandbox;
let bolt: BoltApp;
let slack: SlackClient;
let app: App;

async function startBot(mode: 'socket' | 'http'): Promise<void> {
  sandbox = await startSandbox({ manifest, ackMs: 400 });
  bolt = await startBoltApp(sandbox, mode, listeners);
  ({ app, slack } = bolt);
}

function listeners(bot: App): void {
  bot.command('/licenses', async ({ command, ack, respond }) => {
    if (command.text === 'slow') return;
    await ack();
    if (command.text === 'twice') {
      for (let count = 0; count < 6; count += 1) await respond(`answer ${count}`).catch(() => undefined);
      return;
    }
    await respond({
      text: `You asked for ${command.text}`,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `You asked for ${command.text}` } },
        {
          type: 'actions',
          elements: [
            { type: 'button', text: plain('Revoke'), action_id: 'seat:revoke', value: 'CARA0WS094' },
            { type: 'button', text: plain('Dismiss'), action_id: 'reply:dismiss' },
          ],
        },
      ],
    });
  });
  bot.action('reply:dismiss', async ({ ack, respond }) => {
    await ack();
    await respond({ delete_original: true });
  });
  bot.action('seat:revoke', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({
      trigger_id: (body as { trigger_id: string }).trigger_id,
      view: {
        type: 'modal',
        callback_id: 'seat:revoke-form',
        title: plain('Revoke a seat'),
        submit: plain('Ask'),
        blocks: [
          {
            type: 'input',
            block_id: 'why',
            label: plain('Reason'),
            element: { type: 'plain_text_input', action_id: 'text', multiline: true },
          },
        ],
      },
    });
  });
  bot.view('seat:revoke-form', async ({ ack, view, body, client }) => {
    const reason = view.state.values['why']?.['text']?.value ?? '';
    if (reason.length < 4) {
      await ack({ response_action: 'errors', errors: { why: 'Please say a little more.' } });
      return;
    }
    await ack();
    await client.chat.postMessage({
      channel: 'C02LICENCES',
      text: `<@${body.user.id}> asks: ${reason}`,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `Ada asks: ${reason}` } },
        { type: 'actions', elements: [{ type: 'button', text: plain('Approve'), action_id: 'request:approve', value: 'r1' }] },
      ],
    });
  });
  bot.action('request:approve', async ({ ack, body, client }) => {
    await ack();
    const { channel, message } = body as { channel: { id: string }; message: { ts: string } };
    await client.chat.update({ channel: channel.id, ts: message.ts, text: `Approved by <@${body.user.id}>`, blocks: [] });
  });
  bot.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Your seats' } }] },
    });
  });
}

afterEach(async () => {
  await bolt.stop();
  await sandbox.close();
});

describe.each(['socket', 'http'] as const)('a Bolt app over %s', (mode) => {
  beforeEach(() => startBot(mode));

  it('goes from a command through a modal to an approved card', async () => {
    const ada = slack.as('ada');
    const dan = slack.as('dan');
    await ada.types('/licenses cara@example.com');
    const reply = await ada.sees(/You asked for <mailto:cara@example.com\|cara@example.com>/);
    expect(buttonsOf(reply)).toEqual(['Revoke', 'Dismiss']);
    expect(slack.as('bob').messages()).not.toContain(reply);

    await ada.presses('Revoke', { in: reply });
    await ada.seesModal(/Revoke a seat/);
    await ada.submits();
    expect(ada.errors()).toEqual({ Reason: 'Please complete this required field.' });
    await ada.fills({ Reason: 'idl' }).submits();
    expect(ada.errors()).toEqual({ Reason: 'Please say a little more.' });
    await ada.fills({ Reason: 'idle for months' }).submits();
    await ada.seesNoModal();

    const card = await dan.sees(/Ada asks: idle for months/, { in: '#it-licences' });
    await dan.presses('Approve', { in: card });
    await dan.seesChange(card, /Approved by <@U01DAN>/);
    expect(buttonsOf(card)).toEqual([]);
  });

  it('takes an ephemeral answer away when the app deletes it', async () => {
    const ada = slack.as('ada');
    await ada.types('/licenses @bob');
    const reply = await ada.sees(/<@U01BOB\|bob>/);
    await ada.presses('Dismiss', { in: reply });
    await slack.until(
      () => 'the answer stayed',
      () => (ada.messages().includes(reply.kind === 'message' ? reply.message : (undefined as never)) ? undefined : true),
    );
  });

  it('publishes a Home to the person who opens it', async () => {
    expect(textOf(await slack.as('bob').opensHome(/Your seats/))).toContain('Your seats');
  });

  it('tells the person when the app does not acknowledge in time', async () => {
    const ada = slack.as('ada');
    await ada.types('/licenses slow');
    await ada.sees('`/licenses` failed with the error "operation_timeout"');
  });

  it('takes five answers to one command and no more', async () => {
    const ada = slack.as('ada');
    await ada.types('/licenses twice');
    await ada.sees(/answer 4/);
    await slack.until(
      () => 'the sixth answer was never refused',
      () => slack.control.workspace.traffic.find((entry) => JSON.stringify(entry.response).includes('used_url')),
    );
  });
});

describe('the local Web API', () => {
  beforeEach(() => startBot('http'));
  const call = async (method: string, body: unknown, token = sandbox.environment['SLACK_BOT_TOKEN']) => {
    const response = await fetch(`${sandbox.slack.apiUrl}${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { ok: boolean; error?: string; response_metadata?: { messages?: string[] } };
  };

  it.each([
    ['a wrong token', 'auth.test', {}, 'invalid_auth', 'xoxb-wrong'],
    ['the app token for a bot method', 'auth.test', {}, 'not_allowed_token_type', 'xapp-sandbox-app'],
    ['an unknown method', 'admin.users.remove', {}, 'unknown_method', undefined],
    [
      'a scope the manifest does not ask for',
      'reactions.add',
      { channel: 'C01GENERAL', timestamp: '1.1', name: 'eyes' },
      'missing_scope',
      undefined,
    ],
    ['a channel the app is not in', 'chat.postMessage', { channel: 'C03RANDOM', text: 'hi' }, 'not_in_channel', undefined],
    ['an unknown channel', 'chat.postMessage', { channel: 'C99', text: 'hi' }, 'channel_not_found', undefined],
    ['a message without content', 'chat.postMessage', { channel: 'C01GENERAL' }, 'no_text', undefined],
    [
      'bad blocks',
      'chat.postMessage',
      { channel: 'C01GENERAL', text: 'x', blocks: [{ type: 'nope' }] },
      'invalid_blocks',
      undefined,
    ],
    ['a long update', 'chat.update', { channel: 'C01GENERAL', ts: '1.1', text: 'x' }, 'message_not_found', undefined],
    [
      'a trigger that never was',
      'views.open',
      { trigger_id: 'x', view: { type: 'modal', title: plain('x'), blocks: [] } },
      'invalid_trigger_id',
      undefined,
    ],
    ['an e-mail sent as JSON', 'users.lookupByEmail', { email: 'ada@example.com' }, 'invalid_arguments', undefined],
  ])('refuses %s', async (_why, method, body, error, token) => {
    expect(await call(method, body, token)).toMatchObject({ ok: false, error });
  });

  it('opens one modal per trigger and only within three seconds', async () => {
    const ada = slack.as('ada');
    let trigger = '';
    app.command('/licenses', async ({ command }) => {
      trigger = command.trigger_id;
    });
    await ada.types('/licenses x');
    await slack.until(
      () => 'no trigger',
      () => (trigger === '' ? undefined : true),
    );
    const view = { type: 'modal', title: plain('x'), blocks: [] };
    expect(await call('views.open', { trigger_id: trigger, view })).toMatchObject({ ok: true });
    expect(await call('views.open', { trigger_id: trigger, view })).toMatchObject({ error: 'exchanged_trigger_id' });
    await ada.types('/licenses y');
    sandbox.clock.advance(3_500);
    expect(await call('views.open', { trigger_id: trigger, view })).toMatchObject({ error: 'expired_trigger_id' });
  });

  it('can be told to limit calls and to lose an answer', async () => {
    slack.control.faults.add({ kind: 'status', status: 429, retryAfter: 7, path: 'chat.postMessage' });
    slack.control.faults.add({ kind: 'lose-answer', path: 'chat.postMessage' });
    const post = { channel: 'C01GENERAL', text: 'hello there' };
    expect(await call('chat.postMessage', post)).toMatchObject({ ok: false, error: 'ratelimited' });
    await expect(call('chat.postMessage', post)).rejects.toThrow();
    expect(slack.as('bob').messages('#general').at(-1)?.text).toBe('hello there');
  });

  it('notes every mention that would make devices ring', async () => {
    await call('chat.postMessage', { channel: 'C01GENERAL', text: 'Ping <!channel> and &lt;!here&gt;' });
    expect(slack.control.workspace.rings).toEqual([expect.objectContaining({ mention: '<!channel>' })]);
  });
});
