import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import slackManifest from '../../slack-manifest.json' with { type: 'json' };
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { type BoltApp, startBoltApp } from '../support/bolt-app.ts';
import { type Person, textOf } from '../support/slack.ts';

const EVENTS = [
  'app_home_opened',
  'app_mention',
  'function_executed',
  'message.channels',
  'message.im',
  'pin_added',
  'reaction_added',
  'team_join',
  'user_change',
];
const SCOPES = ['app_mentions:read', 'channels:history', 'im:history', 'pins:read', 'reactions:read'];
const parameter = { type: 'string', title: 'Licence', is_required: true };
const manifest = {
  ...slackManifest,
  oauth_config: { scopes: { bot: [...slackManifest.oauth_config.scopes.bot, ...SCOPES] } },
  settings: {
    ...slackManifest.settings,
    org_deploy_enabled: true,
    function_runtime: 'remote',
    event_subscriptions: { bot_events: EVENTS },
  },
  functions: {
    check_licence: {
      title: 'Check a licence',
      description: 'Says whether it is free',
      input_parameters: { licence: parameter },
      output_parameters: { state: parameter },
    },
  },
};

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const button = (text: string, action: string) => ({ type: 'button' as const, text: plain(text), action_id: action });
const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });
const buttons = (...elements: ReturnType<typeof button>[]) => ({ type: 'actions' as const, elements });

describe.each(['http', 'socket'] as const)("Bolt's own receiver over %s", (mode) => {
  let sandbox: Sandbox;
  let bolt: BoltApp;
  let ada: Person;
  let heard: Record<string, unknown>[];

  const hears = (matching: object): Promise<void> =>
    expect
      .poll(() => heard.find((each) => Object.entries(matching).every(([name, value]) => each[name] === value)))
      .toBeDefined() as never;
  const note = (what: string, more: object = {}): void => {
    heard.push({ what, ...more });
  };

  function listen(app: App): void {
    for (const event of ['app_mention', 'team_join', 'user_change', 'reaction_added', 'pin_added'] as const) {
      app.event(event, async ({ event: payload }) => note(event, payload));
    }
    app.message(async ({ message }) => note('message', message));
    app.event('app_home_opened', async ({ event, client }) => {
      note('app_home_opened', event);
      const view = { type: 'home' as const, blocks: [section('Your seats'), buttons(button('Refresh', 'home:refresh'))] };
      await client.views.publish({ user_id: event.user, view });
    });
    app.action('home:refresh', async ({ ack, body, client }) => {
      await ack();
      const view = { type: 'home' as const, blocks: [section('Fresh seats')] };
      await client.views.publish({ user_id: body.user.id, view });
    });
    app.shortcut('lookup:open', async ({ ack, shortcut, client }) => {
      await ack();
      const element = { type: 'external_select' as const, action_id: 'person', min_query_length: 1 };
      await client.views.open({
        trigger_id: shortcut.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'lookup:form',
          title: plain('Look up'),
          submit: plain('Look up'),
          notify_on_close: true,
          blocks: [{ type: 'input', block_id: 'who', label: plain('Person'), element }, buttons(button('Help', 'form:help'))],
        },
      });
    });
    app.options('person', async ({ ack, options }) => {
      await ack({ options: [{ text: plain(`${options.value}ra Nunes`), value: 'U01CARA' }] });
    });
    app.action('form:help', async ({ ack, body, client }) => {
      await ack();
      const { trigger_id: trigger } = body as { trigger_id: string };
      await client.views.push({
        trigger_id: trigger,
        view: { type: 'modal', title: plain('Help'), blocks: [section('Pick one.')] },
      });
    });
    app.view('lookup:form', async ({ ack, view }) => {
      await ack();
      note('submitted', { value: view.state.values['who']?.['person']?.selected_option?.value });
    });
    app.view({ callback_id: 'lookup:form', type: 'view_closed' }, async ({ ack, body }) => {
      await ack();
      note('closed', { cleared: (body as { is_cleared?: boolean }).is_cleared });
    });
    app.shortcut('lookup:author', async ({ ack, shortcut, respond }) => {
      await ack();
      if (shortcut.type !== 'message_action') return;
      await respond({ text: `written by ${shortcut.message['user']}`, replace_original: false });
    });
    app.function('check_licence', async ({ inputs, client, complete, fail }) => {
      if (inputs['licence'] === 'none') return void (await fail({ error: 'There is no such licence.' }));
      if (inputs['licence'] !== 'ask') return void (await complete({ outputs: { state: 'free' } }));
      await client.chat.postMessage({ channel: 'C01GENERAL', text: 'Is it free?', blocks: [buttons(button('Yes', 'step:yes'))] });
    });
    app.action('step:yes', async ({ ack, complete }) => {
      await ack();
      await complete?.({ outputs: { state: 'free, somebody says' } });
    });
    app.command('/licenses', async ({ command, ack }) => {
      note('command', { text: command.text });
      await ack(command.text === 'here' ? 'In the acknowledgement itself.' : undefined);
    });
  }

  beforeEach(async () => {
    sandbox = await startSandbox({ manifest });
    heard = [];
    bolt = await startBoltApp(sandbox, mode, listen);
    ada = bolt.slack.as('ada');
  });
  afterEach(async () => {
    await bolt.stop();
    await sandbox.close();
    bolt.slack.verdict();
  });

  it('takes commands, and shows what an acknowledgement says to its reader only', async () => {
    await ada.types('/licenses here', { in: '#general' });
    const answer = await ada.sees('In the acknowledgement itself.', { in: '#general' });
    expect(bolt.slack.as('bob').messages('#general')).not.toContain(answer.kind === 'message' && answer.message);
  });

  it('is not sent commands that the manifest lacks, nor from threads', async () => {
    await ada.types('/nonsense now');
    await ada.sees('`/nonsense` is not a valid command.');
    await bolt.slack.as('bob').types('A thread starts here', { in: '#general' });
    const root = await ada.sees('A thread starts here', { in: '#general' });
    await ada.replies(root, '/licenses help');
    await ada.sees('`/licenses` is not supported in threads. Sorry!', { in: '#general' });
    expect(heard.filter((each) => each['what'] === 'command')).toEqual([]);
  });

  it('publishes a Home and follows what is pressed on it', async () => {
    const home = await ada.opensHome('Your seats');
    await ada.presses('Refresh', { in: home });
    await expect(home).toSay('Fresh seats');
    await expect(home).not.toOffer('Refresh');
  });

  it('runs a global shortcut with options from the app, a pushed view, a submission and a closing', async () => {
    await ada.runsShortcut('lookup:open');
    await ada.seesModal('Look up');
    await ada.presses('Help');
    await ada.seesModal('Pick one.');
    await ada.closes();
    expect(await ada.isOffered('Person', 'Ca')).toEqual(['Cara Nunes']);
    await ada.fills({ Person: 'Cara Nunes' }).submits();
    await ada.seesNoModal();
    await hears({ what: 'submitted', value: 'U01CARA' });
    await ada.runsShortcut('lookup:open');
    await ada.seesModal('Look up');
    await ada.closes();
    await hears({ what: 'closed', cleared: false });
  });

  it('runs a message shortcut and answers to its response_url', async () => {
    await bolt.slack.as('bob').types('Who has a seat?', { in: '#general' });
    await ada.runsShortcut('lookup:author', await ada.sees('Who has a seat?', { in: '#general' }));
    await ada.sees('written by U01BOB', { in: '#general' });
  });

  it('has no shortcuts but those of the manifest', async () => {
    await expect(ada.runsShortcut('lookup:nothing')).rejects.toThrow('no global shortcut');
  });

  it('hears messages, mentions, reactions and pins where it is a member, and nothing elsewhere', async () => {
    await ada.types('Morning', { in: '#general' });
    await hears({ what: 'message', text: 'Morning', channel_type: 'channel' });
    await ada.types('Just us', {});
    await hears({ what: 'message', text: 'Just us', channel_type: 'im' });
    await ada.types('Hello @seatwarden', { in: '#general' });
    await hears({ what: 'app_mention', user: 'U01ADA' });
    const message = await ada.sees('Morning', { in: '#general' });
    await ada.reacts(message, 'eyes');
    await hears({ what: 'reaction_added', reaction: 'eyes' });
    await ada.replies(message, 'and welcome');
    await hears({ what: 'message', text: 'and welcome', thread_ts: message.kind === 'message' ? message.message.ts : '' });
    await ada.types('Not for apps', { in: '#random' });
    await ada.types('The last one', { in: '#general' });
    await hears({ what: 'message', text: 'The last one' });
    expect(JSON.stringify(heard)).not.toContain('Not for apps');
  });

  it('hears of its own edits and deletions, as changes', async () => {
    bolt.app.use(async ({ body, next }) => {
      const { event } = body as { event?: { subtype?: string; previous_message?: { text?: string } } };
      if (event?.subtype !== undefined) note(event.subtype, { was: event.previous_message?.text });
      await next();
    });
    const { ts = '' } = await bolt.app.client.chat.postMessage({ channel: 'C01GENERAL', text: 'one' });
    await bolt.app.client.chat.update({ channel: 'C01GENERAL', ts, text: 'two' });
    await bolt.app.client.chat.delete({ channel: 'C01GENERAL', ts });
    await hears({ what: 'message_changed', was: 'one' });
    await hears({ what: 'message_deleted', was: 'two' });
  });

  it('hears who comes, changes and leaves', async () => {
    const { team } = sandbox.slack.control;
    const nia = {
      id: 'U02NIA',
      handle: 'nia',
      realName: 'Nia New',
      email: 'nia@example.com',
      title: '',
      timezone: 'Europe/Lisbon',
    };
    await team.join(nia);
    await hears({ what: 'team_join' });
    await team.setStatus(nia.id, { emoji: ':palm_tree:', text: 'Away' });
    await team.leave(nia.id);
    await expect
      .poll(() => heard.filter((each) => each['what'] === 'user_change').map((each) => each['user']))
      .toMatchObject([{ profile: { status_text: 'Away', email: 'nia@example.com' }, deleted: false }, { deleted: true }]);
  });

  it('completes a custom step, fails one, and completes one from a button of its message', async () => {
    const { team, workspace } = sandbox.slack.control;
    const done = await team.runStep('U01ADA', 'check_licence', { licence: 'WS' });
    await expect.poll(() => workspace.stepRuns.get(done.id)).toMatchObject({ state: 'completed', outputs: { state: 'free' } });
    const failed = await team.runStep('U01ADA', 'check_licence', { licence: 'none' });
    await expect
      .poll(() => workspace.stepRuns.get(failed.id))
      .toMatchObject({ state: 'failed', error: 'There is no such licence.' });
    const asked = await team.runStep('U01ADA', 'check_licence', { licence: 'ask' });
    const question = await ada.sees('Is it free?', { in: '#general' });
    expect(workspace.stepRuns.get(asked.id)?.state).toBe('running');
    await ada.presses('Yes', { in: question });
    await expect.poll(() => workspace.stepRuns.get(asked.id)).toMatchObject({ state: 'completed' });
    const again = bolt.app.client.functions.completeSuccess({ function_execution_id: asked.id, outputs: { state: 'x' } });
    await expect(again).rejects.toMatchObject({ data: { error: 'execution_not_in_running_state' } });
    bolt.slack.allows('steps.once');
    await expect(team.runStep('U01ADA', 'check_licence', {})).rejects.toThrow('needs licence');
  });

  it('notes the time of each acknowledgement', async () => {
    await ada.types('/licenses');
    const entry = sandbox.slack.control.workspace.traffic.find((each) => each.kind === 'delivery');
    expect(entry).toMatchObject({ ok: true, via: mode, limitMs: 3_000, retryNum: 0 });
    expect(entry?.ms).toBeLessThan(3_000);
    expect(textOf(await ada.opensHome())).toContain('seats');
  });
});
