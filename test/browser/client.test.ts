import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHARTS, IDLE_DAYS, SECTIONS, STACKS, TABLES } from '../support/every-block.ts';
import { type PageApp, startPageApp } from '../support/page-app.ts';
import { hasChromium, inBrowser, type SandboxPage, SandboxSite } from '../support/sandbox-page.ts';

const CHANNEL = 'C02LICENCES';
const SLOW_MS = 60_000;

describe.runIf(hasChromium)(inBrowser('the client that the sandbox page draws'), () => {
  let world: PageApp;
  let site: SandboxSite;
  let dan: SandboxPage;

  beforeAll(async () => {
    world = await startPageApp();
    site = await SandboxSite.at(world.sandbox.slack.url);
    dan = await site.open();
  }, SLOW_MS);
  afterAll(async () => {
    await site?.close();
    await world?.close();
  }, SLOW_MS);
  beforeEach(async () => {
    world.sandbox.reset();
    world.heard.length = 0;
    dan.complaints.length = 0;
    await dan.startsAt(`${site.url}/#U01DAN/${CHANNEL}`);
  }, SLOW_MS);

  async function post(blocks: readonly object[], text = 'every block') {
    return world.app.client.chat.postMessage({ channel: CHANNEL, text, blocks: blocks as never });
  }
  const heardAction = (id: string) => expect.poll(() => world.heard).toContainEqual(expect.objectContaining({ action_id: id }));

  it(
    'draws sections with every accessory, in the reader’s own time, and fetches no picture from outside',
    async () => {
      await post(SECTIONS);
      const message = await dan.sees('Every accessory');
      await dan.seesIn(message, /Asked by @Ada Visser of @it-ops in #general, due 2026-11-30 23:00/);
      await message.getByRole('img', { name: 'A picture that is not fetched' }).waitFor();
      expect(await message.getByRole('combobox', { name: 'Choose people' }).count()).toBe(1);
      await message.getByText('Dan Moreira').waitFor();
      expect([...dan.hosts]).toEqual(['127.0.0.1']);
      await dan.becomes('Ada');
      await dan.seesIn(await dan.sees('Every accessory'), /due 2026-12-01 00:00/);
    },
    SLOW_MS,
  );

  it(
    'asks before a press that needs it, and gives the focus back',
    async () => {
      await post(SECTIONS);
      const message = await dan.sees('Every accessory');
      await dan.presses('Delete', message);
      await dan.modal.getByText('cannot').waitFor();
      await dan.page.keyboard.press('Escape');
      await dan.isFocused(message.getByRole('button', { name: 'Delete' }));
      expect(world.heard).toEqual([]);
      await dan.presses('Delete', message);
      await dan.presses('Delete it', dan.modal);
      await heardAction('delete');
    },
    SLOW_MS,
  );

  it(
    'lets somebody choose from menus and lists with the keyboard',
    async () => {
      await post(SECTIONS);
      const message = await dan.sees('Every accessory');
      const { keyboard } = dan.page;
      await message.getByRole('button', { name: 'More actions' }).focus();
      await keyboard.press('Enter');
      await dan.isFocused(dan.page.getByRole('menuitem', { name: 'Snooze' }));
      await keyboard.press('ArrowDown');
      await keyboard.press('Enter');
      await expect
        .poll(() => world.heard)
        .toContainEqual(expect.objectContaining({ selected_option: expect.objectContaining({ value: 'Skip' }) }));
      await message.getByRole('combobox', { name: 'Choose a product' }).focus();
      await keyboard.type('cl');
      await keyboard.press('Enter');
      await expect
        .poll(() => world.heard)
        .toContainEqual(expect.objectContaining({ selected_option: expect.objectContaining({ value: 'CLion' }) }));
      await message.getByRole('combobox', { name: 'Choose people' }).focus();
      await keyboard.type('visser');
      await keyboard.press('Enter');
      await expect.poll(() => world.heard).toContainEqual(expect.objectContaining({ selected_users: ['U01DAN', 'U01ADA'] }));
    },
    SLOW_MS,
  );

  it(
    'sorts numbers as numbers, turns pages and draws charts with their numbers as a table',
    async () => {
      await post(TABLES);
      const table = dan.page.getByRole('table', { name: 'Idle seats' });
      await table.getByRole('button', { name: 'Idle days' }).click();
      await table.getByRole('button', { name: 'Idle days' }).click();
      const shown = await table.locator('tbody td').allTextContents();
      expect(shown.map(Number)).toEqual(IDLE_DAYS.toSorted((a, b) => b - a).slice(0, 5));
      await dan.page.getByRole('button', { name: 'Next rows' }).click();
      await dan.page.getByText('6 to 10 of 12').waitFor();
      await post(CHARTS);
      await dan.page.getByRole('img', { name: /^Seats by month: bar chart.*Used between 39 and 47/ }).waitFor();
      await dan.page.getByRole('img', { name: /JetBrains 750 \(75 %\)/ }).waitFor();
      await dan.page.getByText('Numbers').first().click();
      await dan.page.getByRole('row', { name: 'Feb 42 50' }).waitFor();
    },
    SLOW_MS,
  );

  it(
    'draws cards, a folded container, Markdown without its HTML, and tasks',
    async () => {
      await post(STACKS);
      const message = await dan.sees('Revoke Rider');
      await dan.presses('Assign CLion', message);
      await heardAction('CLion');
      expect(await message.getByText('Folded away').isVisible()).toBe(false);
      await message.getByText('Details').click();
      await message.getByText('Folded away').waitFor();
      await message.getByText('<b>text</b>').waitFor();
      await message.getByRole('img', { name: 'Done' }).waitFor();
      expect(dan.complaints).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    'shows every column of a wide table and the whole of a file in the narrow thread',
    async () => {
      const columns = Array.from({ length: 11 }, (_, at) => ({ type: 'raw_text', text: `Column number ${at}` }));
      const row = columns.map((_, at) => ({ type: 'raw_text', text: `What stands in ${at}` }));
      const root = await post([], 'The weekly list');
      const client = world.app.client;
      const table = { type: 'data_table', caption: 'All of it', rows: [columns, row] };
      const thread = { channel: CHANNEL, thread_ts: root.ts ?? '' };
      await client.chat.postMessage({ ...thread, text: 'table', blocks: [table] as never });
      await client.filesUploadV2({
        channel_id: CHANNEL,
        thread_ts: root.ts ?? '',
        filename: 'all.csv',
        title: 'A title that is longer than the thread is wide: all 48 rows of it',
        content: 'a,b\n',
      });
      await (await dan.sees('The weekly list')).getByRole('button', { name: /^2 replies/ }).click();
      await dan.thread.getByText('What stands in 10').waitFor();
      const edge = (await dan.thread.boundingBox())?.width ?? 0;
      const left = (await dan.thread.boundingBox())?.x ?? 0;
      for (const what of [
        dan.thread.getByText('What stands in 0'),
        dan.thread.getByText('What stands in 10'),
        dan.thread.getByRole('link', { name: /Download/ }),
      ]) {
        const box = await what.boundingBox();
        expect((box?.x ?? 0) + (box?.width ?? 9_999)).toBeLessThanOrEqual(left + edge);
      }
      await dan.page.keyboard.press('Escape');
    },
    SLOW_MS,
  );

  it(
    'keeps threads beside the conversation, takes reactions and hands out files',
    async () => {
      const root = await world.app.client.chat.postMessage({ channel: CHANNEL, text: 'The weekly list' });
      await world.app.client.chat.postMessage({ channel: CHANNEL, text: 'It has 12 seats', thread_ts: root.ts ?? '' });
      const message = await dan.sees('The weekly list');
      expect(await dan.page.getByText('It has 12 seats').count()).toBe(0);
      await message.getByRole('button', { name: /^1 reply/ }).click();
      await dan.thread.getByText('It has 12 seats').waitFor();
      await dan.page.keyboard.type('Thanks');
      await dan.page.keyboard.press('Enter');
      await dan.thread.locator('article').filter({ hasText: 'Thanks' }).waitFor();
      await dan.page.keyboard.press('Escape');
      await dan.thread.waitFor({ state: 'detached' });
      await message.getByRole('button', { name: /^2 replies/ }).waitFor();

      await message.hover();
      await message.getByRole('button', { name: 'Add a reaction' }).click();
      await dan.page.getByRole('menuitem', { name: /eyes/ }).click();
      await message.getByRole('button', { name: 'eyes, 1', pressed: true }).waitFor();

      await world.app.client.filesUploadV2({
        channel_id: CHANNEL,
        filename: 'idle.csv',
        title: 'Idle seats',
        content: 'name,days\nCara,94\n',
      });
      const [download] = await Promise.all([
        dan.page.waitForEvent('download'),
        dan.page.getByRole('link', { name: /Idle seats.*Download/ }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('idle.csv');
    },
    SLOW_MS,
  );

  it(
    'opens windows on windows, with choices from the app, dates and mistakes beside their fields',
    async () => {
      const { keyboard } = dan.page;
      await dan.types('/licenses');
      await dan.isFocused(dan.modal.getByRole('combobox', { name: 'Holder' }));
      await keyboard.type('carl');
      await dan.page.getByRole('option', { name: 'Carla Reis' }).waitFor();
      await keyboard.press('Enter');
      await keyboard.press('Tab');
      await keyboard.press('ArrowDown');
      await keyboard.press('Enter');
      await keyboard.press('ArrowDown');
      await keyboard.press('Enter');
      // The list closes alone, not the window around it.
      await keyboard.press('Escape');
      await dan.modal.getByLabel('Until').fill('2027-01-31');
      await dan.presses('Next', dan.modal);
      await dan.page.getByRole('dialog', { name: 'And why' }).waitFor();
      expect(world.heard).toEqual([
        {
          who: { who: expect.objectContaining({ selected_option: expect.objectContaining({ value: 'Carla Reis' }) }) },
          apps: {
            apps: expect.objectContaining({
              selected_options: [expect.objectContaining({ value: 'Rider' }), expect.objectContaining({ value: 'CLion' })],
            }),
          },
          until: { until: expect.objectContaining({ selected_date: '2027-01-31' }) },
        },
      ]);
      await dan.fillsReason('because');
      await dan.presses('Ask', dan.modal);
      await dan.modal.getByRole('alert').getByText('Say more than that.').waitFor();
      expect(await dan.modal.getByLabel('Reason').inputValue()).toBe('because');
      await dan.presses('Back', dan.modal);
      await dan.page.getByRole('dialog', { name: 'Whose seat' }).waitFor();
      await dan.presses('Close', dan.modal);
      await dan.page.locator('dialog').waitFor({ state: 'detached' });
      await dan.isFocused(dan.composer);
    },
    SLOW_MS,
  );

  it(
    'shows an ephemeral message to its reader alone, and a leaver that nobody is signed in',
    async () => {
      await world.app.client.chat.postEphemeral({ channel: CHANNEL, user: 'U01DAN', text: 'For Dan alone' });
      await dan.seesIn(await dan.sees('For Dan alone'), /Only visible to you/);
      await dan.becomes('Ada');
      await dan.sees('another decides');
      expect(await dan.page.getByText('For Dan alone').count()).toBe(0);
      await dan.becomes('Finn');
      await dan.page.getByText('Finn de Wit has left and cannot sign in any more.').waitFor();
      expect(await dan.composer.count()).toBe(0);
    },
    SLOW_MS,
  );

  it(
    'records what went by with the time of each answer and the rules that were broken',
    async () => {
      await post([{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }]).catch(() => undefined);
      await dan.tool('Traffic');
      const traffic = dan.page.getByRole('region', { name: 'Traffic' });
      await traffic.getByRole('button', { name: /chat\.postMessage.*invalid_blocks/ }).click();
      await traffic.getByText('x'.repeat(151)).waitFor();
      await traffic.getByRole('button', { name: /^Rules broken/ }).click();
      await traffic.getByText('blocks.header').waitFor();
      await dan.page.keyboard.press('Escape');
      await traffic.waitFor({ state: 'detached' });
    },
    SLOW_MS,
  );

  it(
    'fits a narrow window, long names, text from right to left and sixty people',
    async () => {
      await post([
        { type: 'section', text: { type: 'mrkdwn', text: 'مرحبا بالعالم' } },
        { type: 'section', text: { type: 'mrkdwn', text: 'y'.repeat(3_000) } },
      ]);
      const phone = await site.open({ viewport: { width: 360, height: 640 } }, `#U01DAN/${CHANNEL}`);
      await phone.sees('مرحبا');
      expect(
        await phone.page.evaluate(
          `getComputedStyle([...document.querySelectorAll('[dir=auto]')].findLast((node) => node.textContent.includes('مرحبا'))).direction`,
        ),
      ).toBe('rtl');
      const overflow = () => phone.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(await overflow()).toBeLessThanOrEqual(0);
      await phone.page.getByRole('button', { name: 'Act as somebody else' }).click();
      const people = phone.page.getByRole('dialog', { name: 'Act as' });
      expect(await people.getByRole('listitem').count()).toBeGreaterThanOrEqual(60);
      await phone.page.keyboard.type('rita');
      await phone.page.keyboard.press('Enter');
      await phone.page.getByRole('button', { name: 'Channels and apps' }).click();
      await phone.page.getByRole('navigation', { name: 'Workspace' }).getByText('Rita <R&D> Amaral').waitFor();
      expect(await overflow()).toBeLessThanOrEqual(0);
      expect(phone.complaints).toEqual([]);
    },
    SLOW_MS,
  );
});
