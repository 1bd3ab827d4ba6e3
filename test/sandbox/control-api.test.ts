import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import slackManifest from '../../slack-manifest.json' with { type: 'json' };
import type { BrokenRule, TrafficEntry } from '../../src/sandbox/slack/model.ts';
import type { Screen } from '../../src/sandbox/slack/screen.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { type BoltApp, startBoltApp } from '../support/bolt-app.ts';

const parameter = { type: 'string', title: 'Licence', is_required: true };
const manifest = {
  ...slackManifest,
  oauth_config: { scopes: { bot: [...slackManifest.oauth_config.scopes.bot, 'files:write', 'reactions:write'] } },
  settings: {
    ...slackManifest.settings,
    org_deploy_enabled: true,
    function_runtime: 'remote',
    event_subscriptions: { bot_events: ['app_home_opened', 'function_executed'] },
  },
  functions: { free_it: { title: 'Free it', description: 'x', input_parameters: { licence: parameter }, output_parameters: {} } },
};
const plain = (text: string) => ({ type: 'plain_text' as const, text });

/** Everything here goes over HTTP, as a test in another language or process would do it. */
describe('the control API of the local Slack', () => {
  let sandbox: Sandbox;
  let bolt: BoltApp;

  const get = async <Answer>(verb: string): Promise<Answer> =>
    (await (await fetch(`${sandbox.slack.url}/sandbox/api/${verb}`)).json()) as Answer;
  const post = (verb: string, body: object): Promise<Response> =>
    fetch(`${sandbox.slack.url}/sandbox/api/${verb}`, { method: 'POST', body: JSON.stringify(body) });
  const act = (body: object): Promise<Response> => post('act', { as: 'U01ADA', ...body });
  const screenOf = (userId: string): Promise<Screen> => get(`screen?as=${userId}`);
  const conversation = async (userId: string, id: string) =>
    (await screenOf(userId)).conversations.find((each) => each.id === id);
  const lastIn = async (id: string, userId = 'U01ADA') => (await conversation(userId, id))?.messages.at(-1);

  function listen(app: App): void {
    app.command('/licenses', async ({ ack, command, client, respond }) => {
      await ack();
      if (command.text === 'bare') {
        await respond({ blocks: [{ type: 'divider' }] } as never);
        return;
      }
      await client.views.open({
        trigger_id: command.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'form',
          title: plain('Revoke'),
          submit: plain('Ask'),
          blocks: [
            { type: 'input', block_id: 'why', label: plain('Reason'), element: { type: 'plain_text_input', action_id: 'text' } },
          ],
        },
      });
    });
    app.view('form', async ({ ack, view, client }) => {
      await ack();
      const reason = view.state.values['why']?.['text']?.value ?? '';
      await client.chat.postMessage({
        channel: 'C01GENERAL',
        text: `Asked: ${reason}`,
        blocks: [{ type: 'actions', block_id: 'card', elements: [{ type: 'button', text: plain('Approve'), action_id: 'yes' }] }],
      });
    });
    app.action('yes', async ({ ack, respond }) => {
      await ack();
      await respond({ text: 'Approved', replace_original: true });
    });
    app.function('free_it', async ({ complete }) => void (await complete({ outputs: {} })));
  }

  beforeEach(async () => {
    sandbox = await startSandbox({ manifest });
    bolt = await startBoltApp(sandbox, 'socket', listen);
  });
  afterEach(async () => {
    await bolt.stop();
    await sandbox.close();
  });

  it('goes from a command through a window to a pressed button', async () => {
    await act({ act: 'say', channel: 'D01ADA', text: '/licenses revoke X' });
    await expect.poll(async () => (await screenOf('U01ADA')).modal?.title).toBe('Revoke');
    const modal = (await screenOf('U01ADA')).modal;
    const place = { kind: 'view', viewId: modal?.id };
    await act({ act: 'submit', place, fills: [{ blockId: 'why', actionId: 'text', entry: 'idle' }] });
    await expect.poll(async () => (await lastIn('C01GENERAL'))?.text).toBe('Asked: idle');
    const { ts } = (await lastIn('C01GENERAL')) ?? {};
    await act({
      as: 'U01DAN',
      act: 'use',
      place: { kind: 'message', channel: 'C01GENERAL', ts },
      blockId: 'card',
      actionId: 'yes',
    });
    await expect.poll(async () => (await lastIn('C01GENERAL'))?.text).toBe('Approved');
    const traffic = await get<TrafficEntry[]>('traffic?after=0');
    expect(traffic.filter((entry) => entry.kind === 'delivery').map((entry) => [entry.name, entry.ok, entry.limitMs])).toEqual([
      ['/licenses revoke X', true, 3_000],
      ['view_submission form', true, 3_000],
      ['block_actions yes', true, 3_000],
    ]);
  });

  it('threads, reactions, pins, unread marks and who is away', async () => {
    await act({ act: 'say', channel: 'C01GENERAL', text: 'Lunch?' });
    const { ts } = (await lastIn('C01GENERAL')) ?? {};
    await act({ as: 'U01BOB', act: 'say', channel: 'C01GENERAL', text: 'Yes', threadTs: ts });
    await act({ as: 'U01BOB', act: 'react', channel: 'C01GENERAL', ts, name: 'fork_and_knife' });
    await act({ act: 'pin', channel: 'C01GENERAL', ts });
    await act({ as: 'U01BOB', act: 'status', emoji: ':palm_tree:', text: 'Away' });
    const general = await conversation('U01ADA', 'C01GENERAL');
    expect(general?.messages.at(-2)).toMatchObject({
      thread: { replies: 1, users: ['U01BOB'] },
      reactions: [{ name: 'fork_and_knife', users: ['U01BOB'] }],
      pinned: true,
    });
    expect(general).toMatchObject({ unread: 1, lastRead: ts });
    const bob = (await screenOf('U01ADA')).people.find((person) => person.id === 'U01BOB');
    expect(bob).toMatchObject({ timezone: 'Europe/Amsterdam', status: { emoji: ':palm_tree:', text: 'Away' } });
  });

  it('hands out the files that people see', async () => {
    await bolt.app.client.filesUploadV2({ channel_id: 'C01GENERAL', filename: 'seats.csv', content: 'a,b\n' });
    const [file] = (await lastIn('C01GENERAL'))?.files ?? [];
    expect(file).toMatchObject({ name: 'seats.csv', size: 4, mimetype: 'text/csv' });
    const got = await fetch(`${sandbox.slack.url}${file?.url}`);
    expect([got.headers.get('content-disposition'), await got.text()]).toEqual([
      "attachment; filename*=UTF-8''seats.csv",
      'a,b\n',
    ]);
    expect((await fetch(`${sandbox.slack.url}/sandbox/files/F404/x`)).status).toBe(404);
  });

  it('runs custom steps, and lets people join and leave', async () => {
    await act({ act: 'step', callbackId: 'free_it', inputs: { licence: 'X' } });
    await expect
      .poll(async () => (await screenOf('U01ADA')).stepRuns)
      .toMatchObject([{ callbackId: 'free_it', state: 'completed' }]);
    expect((await screenOf('U01ADA')).steps).toEqual([{ callbackId: 'free_it', title: 'Free it', inputs: ['licence'] }]);
    const { id } = (await (await post('join', { handle: 'nia', name: 'Nia New' })).json()) as { id: string };
    expect((await conversation(id, 'C01GENERAL'))?.name).toBe('general');
    await post('leave', { userId: id });
    expect((await screenOf('U01ADA')).people.find((person) => person.id === id)?.role).toBe('deactivated');
    expect((await act({ as: id, act: 'say', channel: 'C01GENERAL', text: 'hi' })).status).toBe(409);
  });

  it('tells each broken rule with its place and the traffic it belongs to', async () => {
    await act({ act: 'say', channel: 'D01ADA', text: '/licenses bare' });
    await expect.poll(async () => (await get<BrokenRule[]>('broken')).length).toBe(1);
    const [broken] = await get<BrokenRule[]>('broken');
    expect(broken).toMatchObject({ rule: 'messages.fallback', treatment: 'recorded', where: 'response_url' });
    const traffic = await get<TrafficEntry[]>('traffic');
    expect(traffic.find((entry) => entry.id === broken?.trafficId)?.kind).toBe('response-url');
    expect(await screenOf('U01ADA')).toMatchObject({ brokenCount: 1, broken: [{ source: broken?.source }] });
    expect(() => bolt.slack.verdict()).toThrow('messages.fallback');
  });

  it('tells every mention that rang', async () => {
    await bolt.app.client.chat.postMessage({ channel: 'C01GENERAL', text: 'Look <@U01ADA>, <!subteam^S01ITOPS>' });
    expect(await get('rings')).toMatchObject([{ mention: '<@U01ADA>' }, { mention: '<!subteam^S01ITOPS>' }]);
    expect((await conversation('U01ADA', 'C01GENERAL'))?.mentions).toBe(1);
    expect((await conversation('U01BOB', 'C01GENERAL'))?.mentions).toBe(0);
    expect(() => bolt.slack.verdict()).toThrow('mentions.ring');
  });

  it('holds the app to the rates that Slack documents, when told to', async () => {
    await post('rates', { mode: 'documented' });
    expect((await screenOf('U01ADA')).rateLimits).toBe('documented');
    const calls = await Promise.allSettled(Array.from({ length: 22 }, () => bolt.app.client.usergroups.list()));
    expect(calls.filter((call) => call.status === 'fulfilled')).toHaveLength(20);
    await post('rates', { mode: 'off' });
    expect(await bolt.app.client.usergroups.list()).toMatchObject({ ok: true });
  });

  it('renews connections with a warning, and loses no payload', async () => {
    await post('sockets', { how: 'warning' });
    await post('sockets', { how: 'refresh' });
    await bolt.slack.connected();
    const again = async (): Promise<string | undefined> => {
      await act({ act: 'say', channel: 'D01ADA', text: '/licenses again' });
      return (await screenOf('U01ADA')).modal?.title;
    };
    await expect.poll(again, { timeout: 10_000, interval: 200 }).toBe('Revoke');
  });

  it('knows no other calls', async () => {
    expect((await fetch(`${sandbox.slack.url}/sandbox/api/nothing`)).status).toBe(404);
    expect((await post('nothing', {})).status).toBe(404);
    expect((await act({ act: 'dance' })).status).toBe(404);
  });
});
