import { afterEach, describe, expect, it } from 'vitest';
import { buttonsOf, textOf } from '../support/slack.ts';
import { type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { anAccount, aPlan, recordOf, type ScriptedLoad, scriptedLoad } from '../support/sync-builders.ts';
import { fakeVendor, type TestWorld, testWorld } from '../support/world.ts';

let bot: SlackBot;
afterEach(async () => bot.close());

/** A bot over a vendor that gives what the script says at the time. */
async function start(script: { load: ScriptedLoad }): Promise<void> {
  const load: TestWorld['vendor']['load'] = (_options, onPage, signal) => scriptedLoad(script.load, onPage, signal);
  const world = testWorld({ vendor: Object.assign(fakeVendor([]), { load }) });
  const settings = world.settings();
  Object.assign(world, { settings: () => ({ ...settings, syncs: [aPlan({ contacts: ['UDAN', 'UEVE'] })] }) });
  bot = await startSlackBot({ world });
}

const staff = (count: number): ScriptedLoad => ({
  pages: [Array.from({ length: count }, (_, at) => recordOf(anAccount(`p${at}@example.com`)))],
  total: count,
});

describe('a sync from Slack', () => {
  it('is told of in a direct message that ends with what it did', async () => {
    await start({ load: staff(3) });
    const ada = bot.people.as('ada');
    await ada.types('/licenses sync vendor');
    await ada.sees('The sync of Vendor has started');
    const card = await ada.sees(/Sync of Vendor/);
    await ada.seesChange(card, /Succeeded.*3 created/s);
    expect(buttonsOf(card)).toContain('Run again');
    await ada.types('/licenses sessions');
    await ada.sees(/Vendor.*live.*3 people/s);
    await ada.types('/licenses find p2');
    await ada.sees('p2@example.com');
    await ada.types('/licenses history p1@example.com');
    await ada.sees(/created/);
  });

  it('that is held asks its contacts, and two of them put it in force', async () => {
    const script = { load: staff(10) };
    await start(script);
    const ada = bot.people.as('ada');
    await ada.types('/licenses sync vendor');
    await ada.seesChange(await ada.sees(/Sync of Vendor/), /Succeeded/);
    script.load = staff(6);
    await ada.types('/licenses sync vendor');
    const dan = bot.people.as('dan');
    const eve = bot.people.as('eve');
    const card = await dan.sees(/Held before anybody was deactivated/);
    expect(textOf(card)).toContain('p9@example.com');
    await dan.presses('Accept', { in: card });
    const other = await eve.sees(/Held before anybody was deactivated/);
    await eve.seesChange(other, /Accepted by Dan/);
    await eve.presses('Accept', { in: other });
    await eve.seesChange(other, /Succeeded/);
    const inventory = await bot.world.inventories.get('vendor');
    expect([...(inventory?.people.values() ?? [])].filter((one) => one.active)).toHaveLength(6);
  });

  it('is stopped by its button before its next page, and started again by its button', async () => {
    let go = (): void => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const pages = [staff(3).pages[0] ?? [], [recordOf(anAccount('late@example.com'))]];
    const script = { load: { pages, total: 4, beforePage: (page: number) => (page === 2 ? gate : undefined) } as ScriptedLoad };
    await start(script);
    const ada = bot.people.as('ada');
    await ada.types('/licenses sync vendor');
    const card = await ada.sees(/Sync of Vendor.*Running/s);
    expect(buttonsOf(card)).toEqual(['Cancel']);
    await ada.presses('Cancel', { in: card });
    await ada.sees(/stops before its next page/);
    go();
    await ada.seesChange(card, /Cancelled.*Ada cancelled it; nothing was written/s);
    expect(await bot.world.inventories.get('vendor')).toBeNull();
    script.load = staff(3);
    await ada.presses('Run again', { in: card });
    await ada.sees(/The sync of Vendor has started; its card comes/);
    const second = await ada.sees(/Sync of Vendor/, { after: card });
    await ada.seesChange(second, /Succeeded.*3 created/s);
  });

  it('gives all its errors as a file, and its details by a button of the list of sessions', async () => {
    const broken = {
      ...recordOf(anAccount('odd@example.com')),
      faults: [{ id: 'A9', as: 'account' as const, field: 'enabled', sample: '"maybe"', reason: 'Should be true or false.' }],
    };
    await start({ load: { pages: [[...(staff(3).pages[0] ?? []), broken]], total: 4 } });
    const ada = bot.people.as('ada');
    await ada.types('/licenses sync vendor');
    const card = await ada.seesChange(
      await ada.sees(/Sync of Vendor/),
      /Succeeded.*1 record with errors.*A9, enabled: Should be true or false/s,
    );
    await ada.presses('Errors as CSV', { in: card });
    const files = () => [...bot.local.control.workspace.files.values()].filter((file) => file.name.endsWith('-errors.csv'));
    await expect.poll(() => files().length).toBe(1);
    expect(Buffer.from(files()[0]?.bytes ?? []).toString()).toMatch(
      /^record,id,field,.*\r\n4,A9,enabled,"""maybe""",Should be true or false\./,
    );
    await ada.types('/licenses sessions vendor');
    await ada.presses('Details', { in: await ada.sees(/Syncs/) });
    await ada.sees(/4 records on 1 page, 1 vendor call.*Started .* by Ada/s);
  });
});
