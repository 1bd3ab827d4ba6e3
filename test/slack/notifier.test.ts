import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TransportError } from '../../src/domain/errors.ts';
import type { Settings } from '../../src/domain/settings.ts';
import type { Notifier } from '../../src/ports/notifier.ts';
import type { CardRecord, OwedNotice } from '../../src/ports/store.ts';
import type { LocalSlack } from '../../src/sandbox/slack/local-slack.ts';
import { createSlackClient } from '../../src/slack/slack-client.ts';
import { createSlackDirectory } from '../../src/slack/slack-directory.ts';
import { createSlackNotifier } from '../../src/slack/slack-notifier.ts';
import { listeningLog } from '../support/quiet-log.ts';
import { buttonsOf, textOf } from '../support/slack.ts';
import { BOT_TOKEN, CHANNEL, localSlack } from '../support/slack-bot.ts';
import { aStoredRequest } from '../support/store-builders.ts';
import { testWorld } from '../support/world.ts';

let local: LocalSlack;
let notifier: Notifier;
let settings: Settings;

const REQUEST = aStoredRequest('R1', {
  requester: { userId: 'UADA', email: 'ada@example.com', name: 'Ada' },
  affected: { userId: 'UCARA', email: 'cara@example.com', name: 'Cara' },
});
const NOTICE: OwedNotice = {
  id: 'N1',
  version: 1,
  requestId: 'R1',
  to: REQUEST.requester,
  as: 'requester',
  event: 'expired',
  owedSince: REQUEST.createdAt,
  attempts: 0,
};

const card = (place: { readonly channel: string; readonly ts: string }): CardRecord => ({
  ...place,
  id: 'R1',
  version: 1,
  shownVersion: 0,
});
const posted = () => local.control.workspace.messages;
const to = (channel: string | null): void => {
  settings = { ...settings, approvals: { ...settings.approvals, channel } };
};

beforeEach(async () => {
  local = await localSlack();
  settings = testWorld().settings();
  to(CHANNEL);
  const log = listeningLog();
  const client = createSlackClient({ botToken: BOT_TOKEN, apiUrl: local.apiUrl, log });
  const directory = createSlackDirectory({ client, clock: { now: () => new Date() }, log });
  notifier = createSlackNotifier({ client, directory, settings: () => settings, log });
});
afterEach(async () => local.close());

describe('a card', () => {
  it('is posted without buttons and gets them once its place is known', async () => {
    const place = await notifier.postCard(REQUEST);
    expect(place.channel).toBe(CHANNEL);
    const [message] = posted().filter((each) => each.channel === CHANNEL);
    if (message === undefined) throw new Error('nothing was posted');
    expect(buttonsOf(message)).toEqual([]);
    expect(await notifier.updateCard(REQUEST, card(place))).toBe(true);
    expect(buttonsOf(message)).toEqual(['Approve', 'Deny']);
    expect(message.text).toContain('Waiting for 1 approval');
  });

  it('goes to each approver directly where there is no channel, and all of them change together', async () => {
    to(null);
    const place = await notifier.postCard(REQUEST);
    expect(place.channel.split(',')).toHaveLength(2);
    const cards = posted().filter((each) => textOf(each).includes('Sent to 2 approvers directly'));
    expect(cards).toHaveLength(2);
    await notifier.updateCard({ ...REQUEST, state: 'expired' }, card(place));
    for (const each of cards) expect(textOf(each)).toContain('Expired');
  });

  it('goes to the approvers when the channel cannot be posted to, and says why', async () => {
    to('C0GONE');
    const place = await notifier.postCard(REQUEST);
    expect(place.channel.split(',')).toHaveLength(2);
    expect(posted().some((each) => textOf(each).includes('cannot post to the approvals channel'))).toBe(true);
  });

  it('tells the requester when nobody may approve', async () => {
    to(null);
    settings = { ...settings, access: { ...settings.access, approvers: ['ada@example.com'] } };
    await notifier.postCard(REQUEST);
    expect(posted().some((each) => textOf(each).includes('Nobody who may approve this could be reached'))).toBe(true);
  });

  it('that is gone or locked is answered for below it, and does not hold up anything', async () => {
    const place = await notifier.postCard(REQUEST);
    expect(await notifier.updateCard(REQUEST, card({ ...place, ts: '1.000001' }))).toBe(false);
    expect(posted().some((each) => textOf(each).includes('cannot be changed any more'))).toBe(true);
    local.control.faults.add({
      kind: 'status',
      status: 200,
      body: { ok: false, error: 'edit_window_closed' },
      path: 'chat.update',
    });
    expect(await notifier.updateCard(REQUEST, card(place))).toBe(false);
    expect(posted().some((each) => each.threadTs === place.ts)).toBe(true);
  });

  it('is tried again later when Slack is down, and not posted twice when its answer is lost', async () => {
    local.control.faults.add({ kind: 'lose-answer', path: 'chat.postMessage' });
    await expect(notifier.postCard(REQUEST)).rejects.toBeInstanceOf(TransportError);
    expect(posted().filter((each) => each.channel === CHANNEL)).toHaveLength(1);
  });
});

describe('a direct message', () => {
  it('reaches the person by id or by e-mail', async () => {
    expect(await notifier.tell(NOTICE, { ...REQUEST, state: 'expired' })).toBe(true);
    expect(await notifier.tell({ ...NOTICE, to: { userId: null, email: 'cara@example.com', name: 'Cara' } }, REQUEST)).toBe(true);
    expect(posted().filter((each) => textOf(each).includes('Nobody decided in time'))).toHaveLength(2);
  });

  it.each(['UNOBODY', null])('to %s is given up for good', async (userId) => {
    expect(await notifier.tell({ ...NOTICE, to: { userId, email: 'nobody@example.com', name: 'Nobody' } }, REQUEST)).toBe(false);
  });

  it('is owed still when Slack is down', async () => {
    local.control.faults.add({ kind: 'status', status: 503, path: 'chat.postMessage' });
    await expect(notifier.tell(NOTICE, REQUEST)).rejects.toBeInstanceOf(TransportError);
  });
});
