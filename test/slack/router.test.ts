import { afterEach, describe, expect, it } from 'vitest';
import { defineCommand } from '../../src/command.ts';
import { VendorError } from '../../src/domain/errors.ts';
import { requestBulk } from '../../src/services/request-bulk.ts';
import { ACTIONS } from '../../src/slack/ids.ts';
import { signedRequest } from '../support/signed-request.ts';
import { buttonsOf, type Seen, textOf } from '../support/slack.ts';
import { CHANNEL, type SlackBot, type SlackBotOptions, startSlackBot } from '../support/slack-bot.ts';
import { aSeat, fakeVendor, testWorld } from '../support/world.ts';

let bot: SlackBot;
afterEach(async () => bot.close());

const start = async (options: SlackBotOptions = {}): Promise<void> => {
  bot = await startSlackBot(options);
};

/** Ada asks to revoke Cara's licence; the card as Dan sees it. */
async function asked(): Promise<Seen> {
  const ada = bot.people.as('ada');
  await ada.types('/licenses cara@example.com');
  await ada.sees('WebStorm');
  await ada.presses('Revoke');
  await ada.seesModal('Revoke licence SEAT000001');
  await ada.fills({ Reason: 'idle for 94 days' }).submits();
  await ada.seesModal('Asked.');
  const card = await bot.people.as('dan').sees('Waiting for 1 approval', { in: 'licences' });
  return bot.people.as('dan').seesChange(card, /Approve/);
}

describe.each(['socket', 'http'] as const)('over %s', (mode) => {
  it('a request is asked for, approved, done, told and undone', async () => {
    await start({ mode });
    const card = await asked();
    const dan = bot.people.as('dan');
    await dan.presses('Approve', { in: card });
    await dan.seesChange(card, /Done.*Approved by Dan/s);
    expect(buttonsOf(card)).toEqual(['Undo']);
    expect(bot.world.vendor.writes).toEqual(['revoke SEAT000001']);
    await bot.people.as('ada').sees(/Done, approved by Dan/);
    await bot.people.as('cara').sees('Something changed in what you have in Vendor');
    await dan.presses('Undo', { in: card });
    await dan.seesModal('Give SEAT000001 back');
    await dan.fills({ Reason: 'wrong person' }).submits();
    await dan.seesModal('Asked.');
    const undo = await bot.people.as('eve').sees('Takes back', { in: 'licences' });
    await bot.people.as('eve').seesChange(undo, /Approve/);
    await bot.people.as('eve').presses('Approve', { in: undo });
    await dan.seesChange(card, /Done and then undone/);
    expect(bot.world.vendor.writes).toEqual(['revoke SEAT000001', 'assign SEAT000001']);
  });
});

describe('the full list of a bulk request', () => {
  it('comes with every row, as a file in one’s own direct messages, before and after it is done', async () => {
    await start({ world: testWorld({ vendor: fakeVendor(['A1', 'A2'].map((externalId) => aSeat({ externalId }))) }) });
    const { world } = bot;
    const targets = ['A1', 'A2'].map((id) => ({ integrationId: 'vendor', kind: 'seat', id }) as const);
    const ask = { presetId: 'revoke', integrationId: 'vendor', targets, reason: 'idle' };
    await requestBulk({ ...world, notifier: bot.room.notifier }, world.as('Ada'), ask);
    const dan = bot.people.as('dan');
    const card = await dan.sees('2 rows');
    await dan.seesChange(card, /Full list/);
    await dan.presses('Full list', { in: card });
    await dan.sees(/1\. \*Waiting\* Revoke licence A1/);
    const files = () => [...bot.local.control.workspace.files.values()].filter((file) => file.name.endsWith('.csv'));
    await expect.poll(() => files().length).toBe(1);
    await dan.presses('Approve', { in: card });
    await dan.seesChange(card, /2 of 2 done/);
    await dan.presses('Full list', { in: card });
    await expect.poll(() => files().length).toBe(2);
    expect(files().map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([
      expect.stringContaining('A2,cara@example.com,Revoke licence A2,probable,waiting,'),
      expect.stringContaining('A2,cara@example.com,Revoke licence A2,probable,succeeded,'),
    ]);
  });
});

describe('a decision', () => {
  it('to deny needs a reason, which the requester reads', async () => {
    await start();
    const card = await asked();
    const dan = bot.people.as('dan');
    await dan.presses('Deny', { in: card });
    await dan.seesModal('idle for 94 days');
    await dan.fills({ Reason: '   ' }).submits();
    expect(dan.errors()).toEqual({ Reason: expect.stringContaining('Say why you deny it') });
    await dan.fills({ Reason: 'She is on leave.' }).submits();
    await dan.seesModal('Ada reads your reason now.');
    await dan.seesChange(card, /Denied\* by Dan/);
    expect(buttonsOf(card)).toEqual([]);
    await bot.people.as('ada').sees('She is on leave.');
    expect(bot.world.vendor.writes).toEqual([]);
  });

  it('on one’s own request is refused in a sentence, and the card stays open', async () => {
    await start();
    const card = await asked();
    await bot.people.as('ada').presses('Approve', { in: card });
    await bot.people.as('ada').sees('You asked for this yourself', { in: 'licences' });
    await bot.people.as('cara').presses('Approve', { in: card });
    await bot.people.as('cara').sees('own seat', { in: 'licences' });
    await bot.people.as('bob').presses('Approve', { in: card });
    await bot.people.as('bob').sees(/approver/, { in: 'licences' });
    await bot.people.as('gus').presses('Approve', { in: card });
    await bot.people.as('gus').sees('Only active, full members', { in: 'licences' });
    expect(buttonsOf(card)).toEqual(['Approve', 'Deny']);
  });

  it('that comes late is told who decided, and the card that was pressed is put right', async () => {
    await start();
    const card = await asked();
    if (card.kind !== 'message') throw new Error('a card is a message');
    const { blocks } = card.message;
    await bot.people.as('dan').presses('Approve', { in: card });
    await bot.people.as('dan').seesChange(card, /\*Done\*/);
    card.message.blocks = blocks;
    await bot.people.as('eve').presses('Approve', { in: card });
    await bot.people.as('eve').sees(/already done .* Dan approved it/, { in: 'licences' });
    await bot.people.as('eve').seesChange(card, /\*Done\*/);
    expect(buttonsOf(card)).toEqual(['Undo']);
    expect(bot.world.vendor.writes).toEqual(['revoke SEAT000001']);
  });

  it('of two people at once is made once', async () => {
    await start();
    const card = await asked();
    await Promise.all([
      bot.people.as('dan').presses('Approve', { in: card }),
      bot.people.as('eve').presses('Approve', { in: card }),
    ]);
    await bot.people.as('dan').seesChange(card, /\*Done\*/);
    await bot.world.background.idle();
    expect(bot.world.vendor.writes).toEqual(['revoke SEAT000001']);
  });

  it('on a forged request id does nothing and says so', async () => {
    await start();
    const card = await asked();
    if (card.kind !== 'message') throw new Error('a card is a message');
    for (const value of ['R-forged', '../../etc/passwd', '']) {
      card.message.blocks = [
        {
          type: 'actions',
          block_id: 'b',
          elements: [{ type: 'button', action_id: 'request:approve', value, text: { type: 'plain_text', text: 'Approve' } }],
        },
      ];
      await bot.people.as('eve').presses('Approve', { in: card });
      await bot.people.as('eve').sees('There is no such request', { in: 'licences' });
    }
    expect(bot.world.vendor.writes).toEqual([]);
  });

  it('can be made and taken back from the list of requests', async () => {
    await start();
    await asked();
    const ada = bot.people.as('ada');
    await ada.types('/licenses requests');
    await ada.sees('Your requests');
    await ada.presses('Withdraw');
    await ada.sees('was withdrawn by Ada');
    await ada.sees(/Withdrawn\* by Ada/, { in: 'licences' });
  });
});

describe('a form', () => {
  it('that cannot be opened in time is offered again', async () => {
    const slow = defineCommand({
      name: 'slow',
      summary: '',
      usage: 'slow',
      examples: [],
      right: null,
      run: async () => ({
        kind: 'form',
        opening: { presetId: 'revoke', target: { integrationId: 'vendor', kind: 'seat', id: 'SEAT000001' }, given: {} },
      }),
    });
    await start({ commands: [slow] });
    bot.local.control.faults.add({
      kind: 'status',
      status: 200,
      body: { ok: false, error: 'expired_trigger_id' },
      path: 'views.open',
    });
    const ada = bot.people.as('ada');
    await ada.types('/licenses slow');
    await ada.sees('“Revoke licence” is ready.');
    await ada.presses('Open the form');
    await ada.seesModal('Revoke licence SEAT000001');
  });

  it('says in its window why it cannot be filled in', async () => {
    await start();
    const ada = bot.people.as('ada');
    await ada.types('/licenses cara@example.com');
    await ada.sees('WebStorm');
    bot.world.vendor.readFaults.push(
      new VendorError('vendor.down', 503, 'Vendor is down for maintenance.', { hint: 'Try again at noon.' }),
    );
    await ada.presses('Revoke');
    await ada.seesModal(/Vendor is down for maintenance.*Try again at noon/s);
  });

  it('whose button was tampered with opens nothing', async () => {
    await start();
    const ada = bot.people.as('ada');
    await ada.types('/licenses cara@example.com');
    const seen = await ada.sees('WebStorm');
    if (seen.kind !== 'message') throw new Error('a reply is a message');
    seen.message.blocks = [
      {
        type: 'actions',
        block_id: 'b',
        elements: [
          {
            type: 'button',
            action_id: 'seat:revoke',
            value: '["revoke","vendor"]',
            text: { type: 'plain_text', text: 'Revoke' },
          },
        ],
      },
    ];
    await ada.presses('Revoke', { in: seen });
    await ada.sees('was changed');
    await ada.seesNoModal();
  });

  it('that was closed while it was sent tells the result directly', async () => {
    await start();
    const ada = bot.people.as('ada');
    await ada.types('/licenses cara@example.com');
    await ada.sees('WebStorm');
    await ada.presses('Revoke');
    await ada.seesModal('Revoke licence SEAT000001');
    await ada.fills({ Reason: 'idle' }).submits();
    await ada.closes();
    await ada.sees(/Asked\..*Nothing is changed yet/s);
  });

  it('sent twice by two fingers makes one request', async () => {
    await start();
    await asked();
    const eve = bot.people.as('eve');
    await eve.types('/licenses cara@example.com');
    await eve.sees('WebStorm');
    await eve.presses('Revoke');
    await eve.seesModal('Revoke licence SEAT000001');
    await eve.fills({ Reason: 'idle' }).submits();
    await eve.seesModal('Ada has already asked for this');
  });
});

describe('a look-up', () => {
  it('turns its pages in place', async () => {
    const seats = Array.from({ length: 25 }, (_, index) => aSeat({ externalId: `SEAT${String(index).padStart(6, '0')}` }));
    await start({ world: testWorld({ vendor: fakeVendor(seats) }) });
    const ada = bot.people.as('ada');
    await ada.types('/licenses cara@example.com');
    await ada.sees('Showing 1-10 of 25');
    await ada.presses('Next');
    await ada.sees('Showing 11-20 of 25');
    await ada.presses('Next');
    await ada.sees('Showing 21-25 of 25');
    expect(ada.messages().filter((message) => textOf(message).includes('Showing'))).toHaveLength(1);
  });

  it('asks which person is meant and goes on with the one chosen', async () => {
    await start();
    const ada = bot.people.as('ada');
    await ada.types('/licenses a');
    await ada.sees('people fit');
    const choose = await ada.sees('people fit');
    expect(buttonsOf(choose)).toContain('Choose');
    await ada.presses('Choose', { in: choose, nth: 0 });
    await ada.sees('Your licences');
  });

  it('says whom it asks when the vendor takes long', async () => {
    const vendor = fakeVendor();
    const { lookup } = vendor;
    await start({
      world: testWorld({
        vendor: Object.assign(vendor, {
          lookup: async (...args: Parameters<typeof lookup>) => {
            await new Promise((resolve) => setTimeout(resolve, 2_300));
            return lookup(...args);
          },
        }),
      }),
    });
    const ada = bot.people.as('ada');
    await ada.types('/licenses cara@example.com');
    await ada.sees('Asking Vendor …');
    await ada.sees('Licences of Cara');
  });

  it('opens from the shortcut, wants a name, and answers in the window', async () => {
    await start();
    const ada = bot.people.as('ada');
    await ada.runsShortcut('lookup:open');
    await ada.seesModal('Look up licences');
    await ada.submits();
    expect(ada.errors()).toEqual({ 'E-mail or name': expect.stringContaining('Type an e-mail') });
    await ada.fills({ 'E-mail or name': 'cara@example.com' }).submits();
    await ada.seesModal('WebStorm');
    await ada.presses('Revoke');
    await ada.seesModal('Revoke licence SEAT000001');
  });

  it('is refused to guests in a sentence', async () => {
    await start();
    const gus = bot.people.as('gus');
    await gus.types('/licenses cara@example.com');
    await gus.sees('Only active, full members');
  });
});

describe('Home', () => {
  it('shows one’s own seats and open requests, and follows what is pressed on it', async () => {
    await start();
    await bot.people.as('cara').opensHome('WebStorm');
    await asked();
    const home = await bot.people.as('dan').opensHome('Requests of others');
    await bot.people.as('dan').presses('Approve', { in: home });
    await bot.people.as('dan').sees(/\*Done\*/, { in: 'licences' });
    await bot.people.as('dan').presses('Look somebody up', { in: home });
    await bot.people.as('dan').seesModal('Look up licences');
  });
});

describe('whatever goes wrong', () => {
  it('ends as one plain sentence with a number, and with the stack in the log', async () => {
    const broken = defineCommand({
      name: 'broken',
      summary: '',
      usage: 'broken',
      examples: [],
      right: null,
      run: async () => {
        throw new TypeError('x is not a function');
      },
    });
    await start({ commands: [broken] });
    const ada = bot.people.as('ada');
    await ada.types('/licenses broken');
    const seen = await ada.sees(/Something went wrong on our side \(incident R\d+\)/);
    expect(textOf(seen)).not.toContain('is not a function');
    const line = bot.world.log.lines.find((each) => each.event === 'slack.incident');
    expect(line?.detail['cause']).toMatchObject({ stack: expect.stringContaining('router.test') });
  });

  it('is told without a response_url when that does not work', async () => {
    await start();
    bot.local.control.faults.add({ kind: 'status', status: 404, path: 'response_url' });
    const ada = bot.people.as('ada');
    await ada.types('/licenses help', { in: CHANNEL });
    await ada.sees('/licenses revoke', { in: CHANNEL });
  });

  it('a press that comes twice is handled once, and a command as often as it is typed', async () => {
    let runs = 0;
    const counted = defineCommand({
      name: 'counted',
      summary: '',
      usage: 'counted',
      examples: [],
      right: null,
      run: async () => {
        runs += 1;
        return { kind: 'message', text: `run ${runs}` };
      },
    });
    await start({ mode: 'http', commands: [counted] });
    const payload = {
      type: 'block_actions',
      user: { id: 'UADA' },
      trigger_id: 'T1',
      channel: { id: CHANNEL },
      actions: [{ type: 'button', action_id: ACTIONS.pick, block_id: 'B', value: 'counted' }],
    };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    for (let times = 0; times < 3; times += 1) expect((await signedRequest(bot.url, body, { timestamp })).status).toBe(200);
    await bot.world.background.idle();
    expect(runs).toBe(1);
    expect(bot.world.log.lines.filter((line) => line.event === 'slack.delivered-twice')).toHaveLength(2);
    // Somebody who presses again a moment later wants an answer again.
    await signedRequest(bot.url, body, { skew: 1 });
    await bot.world.background.idle();
    expect(runs).toBe(2);
    const command = new URLSearchParams({ command: '/licenses', text: 'counted', user_id: 'UADA', trigger_id: 'T1' }).toString();
    for (let times = 0; times < 2; times += 1) await signedRequest(bot.url, command, { timestamp });
    await bot.world.background.idle();
    expect(runs).toBe(4);
  });

  it('mentions arrive as people, and what was typed as it was typed', async () => {
    await start();
    const ada = bot.people.as('ada');
    await ada.types('/licenses @cara');
    await ada.sees('Licences of Cara');
    await ada.types('/licenses R&D <all>');
    await ada.sees('Nobody in this workspace is called “R&amp;D &lt;all&gt;”');
  });

  it('the setup tells of the vendors and of Slack', async () => {
    await start();
    const ada = bot.people.as('ada');
    await ada.types('/licenses setup');
    await ada.sees(/The key works\..*Requests go to #licences/s);
  });
});
