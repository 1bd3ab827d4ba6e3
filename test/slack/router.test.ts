import { afterEach, describe, expect, it } from 'vitest';
import { buttonsOf, textOf } from '../support/slack.ts';
import { type SlackBot, startSlackBot } from '../support/slack-bot.ts';

let bot: SlackBot;
afterEach(async () => bot.close());

describe.each(['socket', 'http'] as const)('a request over %s', (mode) => {
  it('is asked for, approved, done, undone', async () => {
    bot = await startSlackBot({ mode });
    const ada = bot.people.as('ada');
    const dan = bot.people.as('dan');
    await ada.types('/licenses cara@example.com');
    await ada.sees('WebStorm');
    await ada.presses('Revoke');
    await ada.seesModal('Revoke licence SEAT000001');
    await ada.fills({ Reason: 'idle for 94 days' }).submits();
    await ada.seesModal('Asked.');
    const card = await dan.sees('Waiting for 1 approval', { in: 'licences' });
    await dan.presses('Approve', { in: card });
    await dan.seesChange(card, /Done.*Approved by Dan/s);
    expect(buttonsOf(card)).toEqual(['Undo']);
    expect(bot.world.vendor.writes).toEqual(['revoke SEAT000001']);
    await ada.sees(/Done, approved by Dan/);
    await bot.people.as('cara').sees('Something changed in what you have');
    await dan.presses('Undo', { in: card });
    await dan.seesModal('Give SEAT000001 back');
    await dan.fills({ Reason: 'wrong person' }).submits();
    await dan.seesModal('Asked.');
    console.log(textOf(card));
  });
});
