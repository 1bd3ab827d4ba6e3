import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandboxClock, type SandboxClock } from '../../src/sandbox/clock.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { type BoltApp, startBoltApp } from '../support/bolt-app.ts';
import { type Person, type Seen, textOf } from '../support/slack.ts';

const button = { type: 'button', text: { type: 'plain_text', text: 'More' }, action_id: 'more' };
const withButton = { text: 'Look', blocks: [{ type: 'actions', elements: [button] }] };

describe('a response_url', () => {
  let sandbox: Sandbox;
  let clock: SandboxClock;
  let bolt: BoltApp;
  let ada: Person;
  let ofCommand = '';
  let ofButton = '';

  function listen(app: App): void {
    app.command('/licenses', async ({ ack, command }) => {
      await ack();
      ofCommand = command.response_url;
    });
    app.action('more', async ({ ack, body }) => {
      await ack();
      ofButton = (body as { response_url: string }).response_url;
    });
  }

  beforeEach(async () => {
    clock = createSandboxClock();
    sandbox = await startSandbox({ clock });
    bolt = await startBoltApp(sandbox, 'http', listen);
    ada = bolt.slack.as('ada');
    await ada.types('/licenses', { in: '#general' });
  });
  afterEach(async () => {
    await bolt.stop();
    await sandbox.close();
  });

  const answer = async (url: string, body: object): Promise<number> =>
    (await fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })).status;
  const broken = (): string[] => bolt.slack.brokenRules().map((each) => each.rule);
  const card = async (body: object): Promise<Seen> => {
    await answer(ofCommand, body);
    const seen = await ada.sees('Look', { in: '#general' });
    await ada.presses('More', { in: seen });
    return seen;
  };

  it('answers to one person unless told otherwise, five times', async () => {
    expect(await answer(ofCommand, { text: 'for you' })).toBe(200);
    expect(await answer(ofCommand, { text: 'for all', response_type: 'in_channel' })).toBe(200);
    const bobSees = bolt.slack
      .as('bob')
      .messages('#general')
      .map((message) => message.text);
    expect(bobSees).toContain('for all');
    expect(bobSees).not.toContain('for you');
    for (let count = 0; count < 3; count += 1) expect(await answer(ofCommand, { text: 'again' })).toBe(200);
    expect(await answer(ofCommand, { text: 'once too often' })).toBe(404);
    expect(broken()).toEqual(['response-url.uses']);
  });

  it('lives for half an hour of the sandbox’s clock', async () => {
    clock.advance(29 * 60_000);
    expect(await answer(ofCommand, { text: 'in time' })).toBe(200);
    clock.advance(2 * 60_000);
    expect(await answer(ofCommand, { text: 'too late' })).toBe(404);
    expect(broken()).toEqual(['response-url.life']);
  });

  it('replaces or deletes the message it came from, also one that only its reader sees', async () => {
    const seen = await card(withButton);
    expect(await answer(ofButton, { text: 'Replaced', replace_original: true })).toBe(200);
    expect(textOf(seen)).toBe('Replaced');
    expect(await answer(ofButton, { delete_original: true })).toBe(200);
    expect(ada.messages('#general').map((message) => message.text)).not.toContain('Replaced');
    expect(broken()).toEqual([]);
  });

  it('cannot show to all what one person saw, and should say whether it replaces', async () => {
    await card(withButton);
    await answer(ofButton, { text: 'For all?', replace_original: true, response_type: 'in_channel' });
    expect(
      bolt.slack
        .as('bob')
        .messages('#general')
        .map((message) => message.text),
    ).not.toContain('For all?');
    await answer(ofButton, { text: 'And another' });
    expect(broken()).toEqual(['response-url.in-channel', 'response-url.replace']);
  });

  it('refuses blocks that Slack refuses', async () => {
    expect(await answer(ofCommand, { text: 'x', blocks: [{ type: 'banner' }] })).toBe(400);
    expect(broken()).toEqual(['blocks.type']);
  });

  it('was never given out', async () => {
    expect(await answer(`${sandbox.slack.url}/response/R404`, { text: 'x' })).toBe(404);
  });
});
