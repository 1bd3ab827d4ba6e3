import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { type BoltApp, startBoltApp } from '../support/bolt-app.ts';
import { type Person, textOf } from '../support/slack.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const view = (title: string, extra: object = {}) => ({
  type: 'modal' as const,
  callback_id: 'step',
  title: plain(title),
  submit: plain('Next'),
  notify_on_close: true,
  blocks: [
    {
      type: 'input' as const,
      block_id: 'mail',
      label: plain('E-mail'),
      element: { type: 'email_text_input' as const, action_id: 'text' },
    },
    {
      type: 'input' as const,
      block_id: 'team',
      optional: true,
      label: plain('Team'),
      element: {
        type: 'static_select' as const,
        action_id: 'pick',
        options: [
          { text: plain('Platform'), value: 'p' },
          { text: plain('Web'), value: 'w' },
        ],
      },
    },
  ],
  ...extra,
});

let sandbox: Sandbox;
let bolt: BoltApp;
let ada: Person;
let answer: object | undefined;
let submitted: unknown;
let closed = 0;

beforeEach(async () => {
  sandbox = await startSandbox({ ackMs: 300 });
  bolt = await startBoltApp(sandbox, 'http', (app) => {
    app.command('/licenses', async ({ ack, command, client }) => {
      await ack();
      await client.views.open({ trigger_id: command.trigger_id, view: view('One') });
    });
    app.view('step', async ({ ack, view: sent }) => {
      submitted = sent.state.values;
      // An app can answer anything, right or wrong.
      await ack(answer as never);
    });
    app.view({ callback_id: 'step', type: 'view_closed' }, async ({ ack }) => {
      closed += 1;
      await ack();
    });
  });
  ada = bolt.slack.as('ada');
  closed = 0;
  answer = undefined;
  await ada.types('/licenses');
  await ada.seesModal(/One/);
});
afterEach(async () => {
  await bolt.stop();
  await sandbox.close();
});

describe('a modal of the local Slack', () => {
  it('sends what was entered, by block and action', async () => {
    await ada.fills({ 'E-mail': 'mira@example.com', Team: 'Web' }).submits();
    await ada.seesNoModal();
    expect(submitted).toMatchObject({
      mail: { text: { value: 'mira@example.com' } },
      team: { pick: { selected_option: { value: 'w' } } },
    });
  });

  it('checks an e-mail itself before it asks the app', async () => {
    submitted = 'nothing';
    await ada.fills({ 'E-mail': 'mira' }).submits();
    expect(ada.errors()).toEqual({ 'E-mail': 'Please enter a valid email address.' });
    expect(submitted).toBe('nothing');
  });

  it('shows a pushed view on top, at most three, and goes back by closing', async () => {
    answer = { response_action: 'push', view: view('Two') };
    await ada.fills({ 'E-mail': 'a@example.com' }).submits();
    await ada.seesModal(/Two/);
    answer = { response_action: 'push', view: view('Three') };
    await ada.fills({ 'E-mail': 'a@example.com' }).submits();
    await ada.seesModal(/Three/);
    answer = { response_action: 'push', view: view('Four') };
    await ada.fills({ 'E-mail': 'a@example.com' }).submits();
    expect(sandbox.slack.control.workspace.broken.at(-1)).toMatchObject({
      rule: 'views.response',
      what: '3 views are open on top of each other',
    });
    await ada.closes();
    await ada.seesModal(/Two/);
    expect(closed).toBe(1);
  });

  it('replaces a view on update and closes all of them on clear', async () => {
    answer = { response_action: 'update', view: view('Changed') };
    await ada.fills({ 'E-mail': 'a@example.com' }).submits();
    await ada.seesModal(/Changed/);
    answer = { response_action: 'clear' };
    await ada.submits();
    await ada.seesNoModal();
  });

  it.each([
    ['errors for a block that is not there', { response_action: 'errors', errors: { nowhere: 'no' } }],
    ['an unknown action', { response_action: 'explode' }],
    ['a view that breaks the limits', { response_action: 'update', view: view('x'.repeat(25)) }],
  ])('stays open and says that there was trouble when the app answers %s', async (_why, wrong) => {
    answer = wrong;
    await ada.fills({ 'E-mail': 'a@example.com' }).submits();
    const seen = await ada.seesModal();
    expect(seen.kind === 'view' && seen.view.trouble).toBe('We had some trouble connecting. Try again?');
  });

  it('refuses an option that is not offered', async () => {
    await expect(ada.enters({ Team: 'Sales' })).rejects.toThrow('not among the options');
  });

  it('lets the app change an open view, but not with an old hash', async () => {
    const seen = await ada.seesModal();
    if (seen.kind !== 'view') throw new Error('no view');
    const { id, hash } = seen.view;
    await bolt.app.client.views.update({ view_id: id, hash, view: view('Loaded') });
    expect(textOf(await ada.seesModal())).toContain('Loaded');
    await expect(bolt.app.client.views.update({ view_id: id, hash, view: view('Late') })).rejects.toMatchObject({
      data: { error: 'hash_conflict' },
    });
  });
});
