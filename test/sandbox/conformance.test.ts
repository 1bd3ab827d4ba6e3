import { webApi } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import slackManifest from '../../slack-manifest.json' with { type: 'json' };
import { createSandboxClock, type SandboxClock } from '../../src/sandbox/clock.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { silentLogger } from '../support/silent-logger.ts';

/** Everything the methods below need, on top of what the bot asks for. */
const MORE_SCOPES = [
  'app_mentions:read',
  'channels:history',
  'channels:join',
  'files:read',
  'files:write',
  'groups:history',
  'im:history',
  'im:read',
  'pins:read',
  'pins:write',
  'reactions:read',
  'reactions:write',
  'team:read',
  'users.profile:read',
];
const manifest = {
  ...slackManifest,
  oauth_config: { scopes: { bot: [...slackManifest.oauth_config.scopes.bot, ...MORE_SCOPES] } },
};

let sandbox: Sandbox;
let clock: SandboxClock;
let client: webApi.WebClient;

function clientWith(token: string | undefined, more: webApi.WebClientOptions = {}): webApi.WebClient {
  return new webApi.WebClient(token, {
    slackApiUrl: sandbox.slack.apiUrl,
    retryConfig: { retries: 0 },
    logger: silentLogger,
    ...more,
  });
}

/** Slack's error code for a call that is refused. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const failed = await call.then(
    () => null,
    (error: unknown) => error as { data?: { error?: string } },
  );
  return failed?.data?.error ?? 'not refused';
}

beforeEach(async () => {
  clock = createSandboxClock(() => new Date('2026-11-23T09:00:00Z'));
  sandbox = await startSandbox({ manifest, clock, deliver: { kind: 'http', url: 'http://127.0.0.1:9/nowhere' } });
  client = clientWith(sandbox.environment['SLACK_BOT_TOKEN']);
});
afterEach(() => sandbox.close());

const GENERAL = 'C01GENERAL';
const LICENCES = 'C02LICENCES';
const RANDOM = 'C03RANDOM';
const RENEWALS = 'C04RENEWALS';
const post = async (text = 'hello', more: object = {}): Promise<string> =>
  (await client.chat.postMessage({ channel: GENERAL, text, ...more })).ts ?? '';

describe('the WebClient finds who is who', () => {
  it('and who it is itself', async () => {
    expect(await client.auth.test()).toMatchObject({
      ok: true,
      team_id: 'T00SANDBOX',
      user_id: 'U00SEATWARDEN',
      bot_id: 'B00SEATWARDEN',
    });
    expect((await client.team.info()).team).toMatchObject({ name: 'Larkspur Labs' });
    expect((await client.bots.info({ bot: 'B00SEATWARDEN' })).bot).toMatchObject({ user_id: 'U00SEATWARDEN' });
    expect(await refusal(client.bots.info({ bot: 'B404' }))).toBe('bot_not_found');
  });

  it('page by page, by hand and with its own paginator', async () => {
    const first = await client.users.list({ limit: 25 });
    expect(first.members).toHaveLength(25);
    const second = await client.users.list({ limit: 25, cursor: first.response_metadata?.next_cursor ?? '' });
    expect(second.members?.[0]?.id).not.toBe(first.members?.[0]?.id);
    const ids = new Set<string>();
    for await (const page of client.paginate('users.list', { limit: 25 })) {
      for (const member of (page as webApi.UsersListResponse).members ?? []) ids.add(member.id ?? '');
    }
    expect(ids.size).toBe(sandbox.slack.control.workspace.users.size);
    expect(await refusal(client.users.list({ cursor: 'bm9uc2Vuc2U=' }))).toBe('invalid_cursor');
    expect(await refusal(client.users.list({ limit: 5_000 }))).toBe('invalid_limit');
  });

  it('by id, by e-mail and by profile', async () => {
    expect((await client.users.info({ user: 'U01ADA' })).user).toMatchObject({
      is_owner: true,
      profile: { email: 'ada@example.com' },
    });
    expect((await client.users.lookupByEmail({ email: 'ADA@example.com' })).user?.id).toBe('U01ADA');
    expect((await client.users.profile.get({ user: 'U01ADA' })).profile).toMatchObject({ title: 'IT administrator' });
    expect(await refusal(client.users.info({ user: 'U404' }))).toBe('user_not_found');
    expect(await refusal(client.users.lookupByEmail({ email: 'nobody@example.com' }))).toBe('users_not_found');
    expect(await refusal(client.users.lookupByEmail({ email: 'finn@example.com' }))).toBe('users_not_found');
    expect(await refusal(client.users.profile.set({ profile: {} }))).toBe('not_allowed_token_type');
  });

  it('in user groups', async () => {
    const groups = await client.usergroups.list({ include_users: true });
    expect(groups.usergroups?.[0]).toMatchObject({ handle: 'it-ops', user_count: 3 });
    expect((await client.usergroups.users.list({ usergroup: 'S01ITOPS' })).users).toContain('U01DAN');
    expect(await refusal(client.usergroups.users.list({ usergroup: 'S404' }))).toBe('no_such_subteam');
  });
});

describe('the WebClient finds conversations', () => {
  it('that the app may see', async () => {
    const all = await client.conversations.list({ types: 'public_channel,private_channel', limit: 2 });
    expect(all.channels?.map((channel) => channel.name)).toEqual(['general', 'it-licences']);
    expect(all.response_metadata?.next_cursor).not.toBe('');
    expect((await client.conversations.info({ channel: LICENCES })).channel).toMatchObject({ is_private: true, is_member: true });
    expect((await client.conversations.members({ channel: LICENCES, limit: 3 })).members).toHaveLength(3);
    expect((await client.users.conversations({ types: 'private_channel' })).channels?.map((each) => each.id)).toEqual([
      LICENCES,
      RENEWALS,
    ]);
    expect(await refusal(client.conversations.info({ channel: 'C404' }))).toBe('channel_not_found');
    expect(await refusal(client.conversations.list({ types: 'secret' }))).toBe('invalid_types');
  });

  it('with one person', async () => {
    const opened = await client.conversations.open({ users: 'U01CARA' });
    await client.chat.postMessage({ channel: opened.channel?.id ?? '', text: 'hi Cara' });
    expect((await client.conversations.history({ channel: opened.channel?.id ?? '' })).messages?.[0]?.text).toBe('hi Cara');
    expect(await refusal(client.conversations.open({ users: 'U01FINN' }))).toBe('user_disabled');
    expect(await refusal(client.conversations.open({ users: 'U00SEATWARDEN' }))).toBe('cannot_dm_bot');
  });

  it('and joins a public one', async () => {
    expect(await refusal(client.chat.postMessage({ channel: RANDOM, text: 'hi' }))).toBe('not_in_channel');
    await client.conversations.join({ channel: RANDOM });
    expect(await client.chat.postMessage({ channel: RANDOM, text: 'hi' })).toMatchObject({ ok: true });
  });

  it('with their history and threads, oldest and newest bounds and pages', async () => {
    const root = await post('root');
    const reply = await post('first reply', { thread_ts: root });
    await post('second reply, for all', { thread_ts: reply, reply_broadcast: true });
    const history = await client.conversations.history({ channel: GENERAL, oldest: root, inclusive: true });
    expect(history.messages?.map((message) => message.text)).toEqual(['second reply, for all', 'root']);
    expect(history.messages?.at(-1)).toMatchObject({ thread_ts: root, reply_count: 2, reply_users: ['U00SEATWARDEN'] });
    const replies = await client.conversations.replies({ channel: GENERAL, ts: root, limit: 2 });
    expect(replies.messages?.map((message) => message.text)).toEqual(['root', 'first reply']);
    expect(replies.has_more).toBe(true);
    expect(await refusal(client.conversations.replies({ channel: GENERAL, ts: '1.000001' }))).toBe('thread_not_found');
    expect(await refusal(post('into nowhere', { thread_ts: '1.000001' }))).toBe('thread_not_found');
  });
});

describe('the WebClient posts', () => {
  it('edits and deletes its own messages and nobody else’s', async () => {
    const ts = await post('one');
    await client.chat.update({ channel: GENERAL, ts, text: 'two' });
    const { messages } = await client.conversations.history({ channel: GENERAL, limit: 2 });
    expect(messages?.[0]).toMatchObject({ text: 'two', edited: { user: 'U00SEATWARDEN' } });
    const other = messages?.[1]?.ts ?? '';
    expect(await refusal(client.chat.update({ channel: GENERAL, ts: other, text: 'mine' }))).toBe('cant_update_message');
    expect(await refusal(client.chat.delete({ channel: GENERAL, ts: other }))).toBe('cant_delete_message');
    expect(await refusal(client.chat.update({ channel: GENERAL, ts, text: 'x'.repeat(4_001) }))).toBe('msg_too_long');
    sandbox.slack.control.workspace.editWindowMs = 60_000;
    clock.advance(61_000);
    expect(await refusal(client.chat.update({ channel: GENERAL, ts, text: 'three' }))).toBe('edit_window_closed');
    await client.chat.delete({ channel: GENERAL, ts });
    expect(await refusal(client.chat.delete({ channel: GENERAL, ts }))).toBe('message_not_found');
  });

  it('ephemeral messages to members, and cannot edit them', async () => {
    const sent = await client.chat.postEphemeral({ channel: GENERAL, user: 'U01BOB', text: 'psst' });
    expect(await refusal(client.chat.update({ channel: GENERAL, ts: sent.message_ts ?? '', text: 'x' }))).toBe(
      'message_not_found',
    );
    expect(await refusal(client.chat.postEphemeral({ channel: LICENCES, user: 'U01BOB', text: 'psst' }))).toBe(
      'user_not_in_channel',
    );
    const both = { text: 'x', blocks: [{ type: 'divider' }], attachments: [{ text: 'y' }] };
    expect(await refusal(client.chat.postEphemeral({ channel: GENERAL, user: 'U01BOB', ...both }))).toBe('invalid_attachments');
  });

  it('with a link to the message', async () => {
    const ts = await post();
    const { permalink } = await client.chat.getPermalink({ channel: GENERAL, message_ts: ts });
    expect(permalink).toContain(`/archives/${GENERAL}/p${ts.replace('.', '')}`);
  });

  it('later, when the clock says so, unless it is called off', async () => {
    const at = (minutes: number): number => Math.floor(clock.now().getTime() / 1_000) + minutes * 60;
    const first = await client.chat.scheduleMessage({ channel: GENERAL, post_at: at(5), text: 'in five minutes' });
    const second = await client.chat.scheduleMessage({ channel: GENERAL, post_at: at(6), text: 'never' });
    expect((await client.chat.scheduledMessages.list({ channel: GENERAL })).scheduled_messages).toHaveLength(2);
    await client.chat.deleteScheduledMessage({ channel: GENERAL, scheduled_message_id: second.scheduled_message_id ?? '' });
    clock.advance(10 * 60_000);
    await expect
      .poll(async () => (await client.conversations.history({ channel: GENERAL })).messages?.[0]?.text)
      .toBe('in five minutes');
    expect((await client.chat.scheduledMessages.list()).scheduled_messages).toEqual([]);
    const again = { channel: GENERAL, scheduled_message_id: first.scheduled_message_id ?? '' };
    expect(await refusal(client.chat.deleteScheduledMessage(again))).toBe('invalid_scheduled_message_id');
    expect(await refusal(client.chat.scheduleMessage({ channel: GENERAL, post_at: at(-1), text: 'x' }))).toBe('time_in_past');
    expect(await refusal(client.chat.scheduleMessage({ channel: GENERAL, post_at: at(121 * 24 * 60), text: 'x' }))).toBe(
      'time_too_far',
    );
    for (let count = 0; count < 30; count += 1)
      await client.chat.scheduleMessage({ channel: GENERAL, post_at: at(60), text: 'x' });
    expect(await refusal(client.chat.scheduleMessage({ channel: GENERAL, post_at: at(61), text: 'x' }))).toBe(
      'restricted_too_many',
    );
  });

  it('and is warned of what Slack only advises against', async () => {
    const sent = await client.chat.postMessage({ channel: GENERAL, blocks: [{ type: 'divider' }] } as never);
    expect(sent.response_metadata?.warnings).toEqual(['missing_text_in_message']);
    expect(sandbox.slack.control.workspace.broken.map((each) => each.rule)).toEqual(['messages.fallback']);
    expect(await refusal(client.chat.postMessage({ channel: GENERAL, markdown_text: '**x**', text: 'x' } as never))).toBe(
      'markdown_text_conflict',
    );
    expect(await refusal(post('x', { attachments: Array.from({ length: 101 }, () => ({ text: 'a' })) }))).toBe(
      'too_many_attachments',
    );
  });

  it('cuts text at 40,000 characters', async () => {
    const ts = await post('x'.repeat(40_010));
    expect(sandbox.slack.control.workspace.find(GENERAL, ts)?.text).toHaveLength(40_000);
  });
});

describe('the WebClient reacts and pins', () => {
  it('once, and takes it back once', async () => {
    const timestamp = await post();
    const on = { channel: GENERAL, timestamp };
    await client.reactions.add({ ...on, name: 'eyes' });
    expect(await refusal(client.reactions.add({ ...on, name: 'eyes' }))).toBe('already_reacted');
    const got = await client.reactions.get(on);
    expect((got.message as { reactions?: unknown }).reactions).toEqual([{ name: 'eyes', count: 1, users: ['U00SEATWARDEN'] }]);
    expect((await client.reactions.list({})).items).toHaveLength(1);
    await client.reactions.remove({ ...on, name: 'eyes' });
    expect(await refusal(client.reactions.remove({ ...on, name: 'eyes' }))).toBe('no_reaction');
    expect(await refusal(client.reactions.add({ ...on, name: 'not an emoji' }))).toBe('invalid_name');
    await client.pins.add(on);
    expect(await refusal(client.pins.add(on))).toBe('already_pinned');
    expect((await client.pins.list({ channel: GENERAL })).items).toHaveLength(1);
    await client.pins.remove(on);
    expect(await refusal(client.pins.remove(on))).toBe('no_pin');
  });
});

describe('the WebClient sends files', () => {
  it('by its own three steps, and gets them back with the token only', async () => {
    const content = 'Product,Seats\nWebStorm,12\n';
    await client.filesUploadV2({
      channel_id: GENERAL,
      filename: 'seats.csv',
      title: 'Seats',
      content,
      initial_comment: 'As asked',
    });
    const { files } = await client.files.list({ channel: GENERAL });
    const [file] = files ?? [];
    expect(file).toMatchObject({
      name: 'seats.csv',
      title: 'Seats',
      mimetype: 'text/csv',
      size: content.length,
      is_public: true,
    });
    const message = (await client.conversations.history({ channel: GENERAL, limit: 1 })).messages?.[0];
    expect(message).toMatchObject({ text: 'As asked', files: [{ id: file?.id }] });
    const address = file?.url_private_download ?? '';
    const token = sandbox.environment['SLACK_BOT_TOKEN'];
    const got = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
    expect(await got.text()).toBe(content);
    expect((await fetch(address, { redirect: 'manual' })).status).toBe(302);
    expect((await client.files.info({ file: file?.id ?? '' })).file).toMatchObject({ channels: [GENERAL] });
    await client.files.delete({ file: file?.id ?? '' });
    expect(await refusal(client.files.info({ file: file?.id ?? '' }))).toBe('file_deleted');
    expect(await refusal(client.files.info({ file: 'F404' }))).toBe('file_not_found');
  });

  it('only as announced, and only where the app is a member', async () => {
    const place = await client.files.getUploadURLExternal({ filename: 'a.txt', length: 5 });
    expect((await fetch(place.upload_url ?? '', { method: 'POST', body: 'too long' })).status).toBe(400);
    const complete = { files: [{ id: place.file_id ?? '', title: 'A' }] as [{ id: string; title: string }] };
    expect(await refusal(client.files.completeUploadExternal(complete))).toBe('file_not_found');
    await fetch(place.upload_url ?? '', { method: 'POST', body: '12345' });
    expect(await refusal(client.files.completeUploadExternal({ ...complete, channel_id: RANDOM }))).toBe('not_in_channel');
    expect(await client.files.completeUploadExternal(complete)).toMatchObject({ files: [{ title: 'A', size: 5 }] });
  });
});

describe('the WebClient shows views', () => {
  const home = { type: 'home' as const, blocks: [{ type: 'divider' as const }] };

  it('on a Home, unless it changed meanwhile', async () => {
    const first = await client.views.publish({ user_id: 'U01ADA', view: home });
    const second = await client.views.publish({ user_id: 'U01ADA', view: home, hash: first.view?.hash ?? '' });
    expect(second.view?.id).toBe(first.view?.id);
    expect(await refusal(client.views.publish({ user_id: 'U01ADA', view: home, hash: first.view?.hash ?? '' }))).toBe(
      'hash_conflict',
    );
    expect(await refusal(client.views.publish({ user_id: 'U404', view: home }))).toBe('user_not_found');
  });

  it('but not without a trigger, nor what is gone, nor what is too large', async () => {
    const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'x' }, blocks: [] };
    expect(await refusal(client.views.open({ trigger_id: 'x', view }))).toBe('invalid_trigger_id');
    expect(await refusal(client.views.update({ view_id: 'V404', view }))).toBe('not_found');
    const huge = { ...home, private_metadata: 'x'.repeat(250_001) };
    expect(await refusal(client.views.publish({ user_id: 'U01ADA', view: huge }))).toBe('view_too_large');
  });
});

describe('the WebClient is refused', () => {
  it('with no token, a wrong one or one of another kind', async () => {
    expect(await clientWith(undefined).api.test({})).toMatchObject({ ok: true });
    expect(await refusal(clientWith(undefined).auth.test())).toBe('not_authed');
    expect(await refusal(clientWith('xoxb-wrong').auth.test())).toBe('invalid_auth');
    expect(await refusal(clientWith(sandbox.environment['SLACK_APP_TOKEN']).auth.test())).toBe('not_allowed_token_type');
    expect(await refusal(client.apps.connections.open({}))).toBe('not_allowed_token_type');
  });

  it('for want of a scope, and told which', async () => {
    const failed = await client.apiCall('emoji.list').catch((error: unknown) => error);
    expect(failed).toMatchObject({ data: { error: 'unknown_method' } });
    await sandbox.close();
    sandbox = await startSandbox({ manifest: slackManifest });
    const bare = clientWith(sandbox.environment['SLACK_BOT_TOKEN']);
    const missing = await bare.pins.list({ channel: GENERAL }).catch((error: unknown) => error);
    expect(missing).toMatchObject({ data: { error: 'missing_scope', needed: 'pins:read' } });
    expect((missing as { data: { provided: string } }).data.provided.split(',')).toContain('chat:write');
  });

  it('when it calls too often, and waits as long as it is told', async () => {
    sandbox.slack.control.rates.mode = 'documented';
    const impatient = clientWith(sandbox.environment['SLACK_BOT_TOKEN'], { rejectRateLimitedCalls: true });
    for (let count = 0; count < 20; count += 1) await impatient.usergroups.list();
    const failed = await impatient.usergroups.list().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(webApi.WebAPIRateLimitedError);
    expect((failed as webApi.WebAPIRateLimitedError).retryAfter).toBe(60);
    clock.advance(60_000);
    expect(await impatient.usergroups.list()).toMatchObject({ ok: true });
    for (let count = 0; count < 5; count += 1) await post();
    await expect(impatient.chat.postMessage({ channel: GENERAL, text: 'x' })).rejects.toBeInstanceOf(
      webApi.WebAPIRateLimitedError,
    );
    expect(await impatient.chat.postMessage({ channel: LICENCES, text: 'x' })).toMatchObject({ ok: true });
  });

  it('once on demand, and comes through by itself after Retry-After', async () => {
    sandbox.slack.control.faults.add({ kind: 'status', status: 429, retryAfter: 1, path: 'auth.test' });
    const patient = clientWith(sandbox.environment['SLACK_BOT_TOKEN'], {
      retryConfig: { retries: 2, minTimeout: 1, maxTimeout: 2 },
    });
    const started = performance.now();
    expect(await patient.auth.test()).toMatchObject({ ok: true });
    expect(performance.now() - started).toBeGreaterThan(900);
  });
});

describe('a request by hand', () => {
  const call = async (method: string, body: string, contentType: string): Promise<Record<string, unknown>> => {
    const headers = { 'content-type': contentType, authorization: `Bearer ${sandbox.environment['SLACK_BOT_TOKEN']}` };
    return (await fetch(`${sandbox.slack.apiUrl}${method}`, { method: 'POST', body, headers })).json() as never;
  };

  it('is warned about its charset', async () => {
    expect(await call('auth.test', '{}', 'application/json')).toMatchObject({ ok: true, warning: 'missing_charset' });
    expect(await call('auth.test', '', 'application/x-www-form-urlencoded; charset=utf-8')).toMatchObject({
      response_metadata: { warnings: ['superfluous_charset'] },
    });
    expect(await call('auth.test', '{}', 'application/json; charset=utf-8')).not.toHaveProperty('warning');
  });

  it('in JSON is not read by methods that read forms', async () => {
    const json = JSON.stringify({ email: 'ada@example.com' });
    expect(await call('users.lookupByEmail', json, 'application/json; charset=utf-8')).toMatchObject({
      error: 'invalid_arguments',
    });
    expect(await call('users.lookupByEmail', 'email=ada%40example.com', 'application/x-www-form-urlencoded')).toMatchObject({
      ok: true,
    });
  });

  it('checks a manifest with the token made for that', async () => {
    const validate = async (of: unknown): Promise<unknown> => {
      const body = new URLSearchParams({ manifest: JSON.stringify(of), token: 'xoxe.xoxp-sandbox-config' });
      return (await fetch(`${sandbox.slack.apiUrl}apps.manifest.validate`, { method: 'POST', body })).json();
    };
    expect(await validate(slackManifest)).toMatchObject({ ok: true });
    expect(await validate({ display_information: { name: 'x'.repeat(36) } })).toMatchObject({ error: 'invalid_manifest' });
  });
});
