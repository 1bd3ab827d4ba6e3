import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Signing, signedRequest } from '../support/signed-request.ts';
import { type SlackBot, startSlackBot } from '../support/slack-bot.ts';

const COMMAND = new URLSearchParams({ command: '/licenses', text: 'help', user_id: 'UADA', trigger_id: 'T9' }).toString();
const PRESS = payload({ type: 'block_actions', trigger_id: 'p', user: { id: 'UADA' }, actions: [{ action_id: 'seat:steal' }] });
const JSON_TYPE = 'application/json';
const ADA = { id: 'UADA' };

function payload(value: unknown): string {
  return new URLSearchParams({ payload: JSON.stringify(value) }).toString();
}

let bot: SlackBot;
beforeAll(async () => {
  bot = await startSlackBot({ mode: 'http' });
});
afterAll(async () => bot.close());

describe.each([
  ['a command', COMMAND],
  ['a press', PRESS],
])('%s over HTTP', (_kind, body) => {
  it('is taken when Slack signed it, even with a clock that is a minute off', async () => {
    for (const skew of [0, -60, 60]) expect((await signedRequest(bot.url, body, { skew })).status).toBe(200);
  });

  it.each<[string, Signing]>([
    ['a wrong secret', { secret: 'guessed' }],
    ['no signature', { signature: null }],
    ['a malformed signature', { signature: 'v0' }],
    ['an empty signature', { signature: '' }],
    ['another version of signature', { signature: `v1=${'0'.repeat(64)}` }],
    ['no timestamp', { timestamp: null }],
    ['a timestamp that is no number', { timestamp: 'soon' }],
    ['a timestamp of six minutes ago', { skew: -360 }],
    ['a timestamp six minutes ahead', { skew: 360 }],
  ])('is refused with %s', async (_what, how) => {
    expect((await signedRequest(bot.url, body, how)).status).toBe(401);
  });
});

describe('a signed body', () => {
  it.each([
    ['null', 'null', JSON_TYPE],
    ['a list', '[]', JSON_TYPE],
    ['a number', '7', JSON_TYPE],
    ['nothing', '', JSON_TYPE],
    ['half a text', '{"type":', JSON_TYPE],
    ['a payload of null', payload(null), undefined],
    ['a payload that is no JSON', 'payload=%7B', undefined],
    ['an empty payload', 'payload=', undefined],
    [
      'a press without a person',
      payload({ type: 'block_actions', actions: [{ action_id: 'request:approve', value: 'R1' }] }),
      undefined,
    ],
    ['a press without an action', payload({ type: 'block_actions', user: ADA, actions: [] }), undefined],
    [
      'a press of odd types',
      payload({ type: 'block_actions', user: { id: 7 }, actions: [{ action_id: 5 }], container: 'x' }),
      undefined,
    ],
    ['a submission without a person', payload({ type: 'view_submission', view: { id: 'V' } }), undefined],
  ])('that holds %s is refused at once, and the bot lives on', async (_what, body, contentType) => {
    expect((await signedRequest(bot.url, body, contentType === undefined ? {} : { contentType })).status).toBe(400);
    expect((await signedRequest(bot.url, COMMAND)).status).toBe(200);
  });

  it.each([
    ['a press nobody handles', { type: 'block_actions', trigger_id: 'd', user: ADA, actions: [{ action_id: 'seat:steal' }] }],
    [
      'a submission without state',
      { type: 'view_submission', trigger_id: 'e', user: ADA, view: { id: 'V', callback_id: 'request:create' } },
    ],
    ['a submission nobody handles', { type: 'view_submission', trigger_id: 'f', user: ADA, view: { id: 'V', callback_id: 'x' } }],
    ['a shortcut nobody handles', { type: 'shortcut', trigger_id: 'g', user: ADA, callback_id: 'x' }],
    ['a closed window', { type: 'view_closed', user: ADA, view: { id: 'V', callback_id: 'x' } }],
    ['a question for options', { type: 'block_suggestion', user: ADA, action_id: 'x', block_id: 'y', value: '' }],
  ])('that is %s is acknowledged and changes nothing', async (_what, value) => {
    expect((await signedRequest(bot.url, payload(value))).status).toBe(200);
    expect(bot.world.vendor.writes).toEqual([]);
  });

  it('with the metadata of a form forged is answered as stale', async () => {
    const view = {
      id: 'V',
      callback_id: 'request:create',
      private_metadata: '{"p":["revoke","vendor","seat"]}',
      state: { values: { reason: null } },
    };
    const response = await signedRequest(bot.url, payload({ type: 'view_submission', trigger_id: 'h', user: ADA, view }));
    expect(await response.json()).toMatchObject({ response_action: 'update', view: { title: { text: 'That did not work' } } });
  });

  it('with the challenge of the events address is answered with it', async () => {
    const response = await signedRequest(bot.url, JSON.stringify({ type: 'url_verification', challenge: 'c1' }), {
      contentType: JSON_TYPE,
    });
    expect(await response.json()).toEqual({ challenge: 'c1' });
  });

  it('longer than Slack ever sends is not taken', async () => {
    const status = await signedRequest(bot.url, 'x'.repeat(5 * 1024 * 1024)).then(
      (response) => response.status,
      () => 413,
    );
    expect(status).toBe(413);
  });

  it('never gets into the log', () => {
    expect(JSON.stringify(bot.world.log.lines)).not.toContain('trigger_id');
  });
});

describe('the way in', () => {
  it('leaves other paths and methods alone', async () => {
    expect((await fetch(bot.url)).status).toBe(405);
    expect((await fetch(bot.url.replace('/slack/events', '/slack/eventsx'), { method: 'POST' })).status).toBe(404);
  });

  it('is shut while the bot stops, so that Slack sends events again', async () => {
    const stopping = await startSlackBot({ mode: 'http' });
    await stopping.room.stop();
    expect((await signedRequest(stopping.url, COMMAND)).status).toBe(503);
    await stopping.close();
  });
});
