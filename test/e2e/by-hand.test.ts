import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CompanyBot, type SlackMode, startCompanyBot } from '../support/company-bot.ts';
import { textOf } from '../support/slack.ts';

// Each way starts a process, which on a busy machine takes its time. Each test has a person of its own.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

describe.each<SlackMode>(['http', 'socket'])('what a vendor has no call for, over Slack by %s', (mode) => {
  let company: CompanyBot;

  beforeAll(async () => {
    company = await startCompanyBot(mode, {
      credentials: {},
      integrations: { slack: { connector: 'slack', variables: { workspace: 'alderyard' } } },
    });
  });

  beforeEach(() => company.slack.begins());

  afterAll(() => company?.close());

  it('is approved, becomes a task on the card, and is done once the vendor shows it', async () => {
    const { slack, bot, sandbox } = company;
    const [ada, dan] = [slack.as('ada'), slack.as('dan')];
    await ada.types('/licenses deactivate cara@example.com');
    await ada.seesModal(/Deactivate Cara Nunes \(cara@example.com\) in Slack, by hand/);
    await ada.fills({ Reason: 'left on Friday' }).submits();
    await ada.seesModal(/Asked/);
    await ada.closes();
    const card = await dan.sees(/Deactivate Cara Nunes/, { in: '#it-licences' });
    await expect(card).toSay(/by hand/);
    await expect(card).toOffer('Approve');
    await dan.presses('Approve', { in: card });
    await expect(card).toOffer('Done');
    await expect(card).toOffer('Could not be done');
    await expect(card).toSay(/Choose Deactivate account/);
    expect(textOf(card)).toContain('alderyard.slack.com/admin');
    expect(sandbox.slack.control.workspace.users.get(slack.as('cara').user.id)?.role).toBe('member');

    await sandbox.slack.control.team.leave(slack.as('cara').user.id);
    await ada.presses('Done', { in: card });
    await expect(card).toSay(/Slack shows the account as deactivated/, 20_000);
    await expect(card).toSay(/did it by hand/);
    await expect(card).not.toOffer('Undo');

    await ada.types('/licenses cara@example.com');
    await ada.sees(/Licences of Cara.*(deactivated|disabled)/is);
    expect(await bot.cli('audit', 'verify')).toMatchObject({ code: 0 });
  });

  it('ends with a reason when it could not be done, which the person who asked reads', async () => {
    const { slack, bot } = company;
    const [ada, dan] = [slack.as('ada'), slack.as('dan')];
    await ada.types('/licenses deactivate bob@example.com');
    await ada.seesModal(/by hand/);
    await ada.fills({ Reason: 'left on Friday' }).submits();
    await ada.seesModal(/Asked/);
    await ada.closes();
    const card = await dan.sees(/Deactivate Bob Hendriks/, { in: '#it-licences' });
    await expect(card).toOffer('Approve');
    await dan.presses('Approve', { in: card });
    await expect(card).toOffer('Could not be done');
    await dan.presses('Could not be done', { in: card });
    await dan.seesModal(/Could not be done/);
    await dan.fills({ Reason: 'he owns the workspace' }).submits();
    await dan.seesModal(/Ended/);
    await expect(card).toSay(/could not do it: he owns the workspace/);
    await expect(card).not.toOffer('Done');
    await ada.sees(/he owns the workspace/);
    expect(await bot.cli('audit', 'verify')).toMatchObject({ code: 0 });
  });
});
