import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MESSAGES } from '../support/every-block.ts';
import { type PageApp, startPageApp } from '../support/page-app.ts';
import { hasChromium, inBrowser, type SandboxPage, SandboxSite } from '../support/sandbox-page.ts';

const SLOW_MS = 180_000;
const CHANNEL = 'C02LICENCES';

describe.runIf(hasChromium)(inBrowser('axe finds no serious fault on the sandbox page'), () => {
  let world: PageApp;
  let site: SandboxSite;

  beforeAll(async () => {
    world = await startPageApp();
    site = await SandboxSite.at(world.sandbox.slack.url);
    const { client } = world.app;
    for (const blocks of MESSAGES)
      await client.chat.postMessage({ channel: CHANNEL, text: 'every block', blocks: blocks as never });
    const root = await client.chat.postMessage({ channel: CHANNEL, text: 'A thread starts here' });
    await client.chat.postMessage({ channel: CHANNEL, text: 'and goes on', thread_ts: root.ts ?? '' });
    await client.reactions.add({ channel: CHANNEL, timestamp: root.ts ?? '', name: 'eyes' });
    await client.filesUploadV2({ channel_id: CHANNEL, filename: 'idle.csv', title: 'Idle seats', content: 'a,b\n' });
    await client.chat.postEphemeral({ channel: CHANNEL, user: 'U01DAN', text: 'For Dan alone' });
    await client.views.publish({
      user_id: 'U01DAN',
      view: { type: 'home', blocks: MESSAGES[0] as never },
    });
  }, SLOW_MS);
  afterAll(async () => {
    await site?.close();
    await world?.close();
  }, SLOW_MS);

  const SCREENS: readonly (readonly [name: string, place: string, show: (dan: SandboxPage) => Promise<unknown>])[] = [
    [
      'a channel with every block, the thread and the traffic',
      `#U01DAN/${CHANNEL}`,
      async (dan) => {
        await dan.page.getByRole('button', { name: /^1 reply/ }).click();
        await dan.thread.getByText('and goes on').waitFor();
        await dan.tool('Traffic');
        await dan.page.getByRole('region', { name: 'Traffic' }).getByRole('listitem').first().getByRole('button').click();
      },
    ],
    ['the first page with the tour and suggestions', '#U01DAN', async (dan) => dan.page.keyboard.type('/')],
    [
      'the app’s Home and the list of people',
      '#U01DAN/home',
      async (dan) => {
        await dan.page.getByRole('tabpanel').getByText('Every accessory').waitFor();
        await dan.page.getByRole('button', { name: 'Act as somebody else' }).click();
      },
    ],
    ['About and the controls', '#U01DAN/about', (dan) => dan.tool('Controls')],
    [
      'a window with mistakes',
      `#U01DAN/${CHANNEL}`,
      async (dan) => {
        await dan.types('/licenses');
        await dan.presses('Next', dan.modal);
        await dan.modal.getByRole('alert').first().waitFor();
      },
    ],
  ];

  for (const colorScheme of ['light', 'dark'] as const) {
    it(
      `in ${colorScheme} colours`,
      async () => {
        const found: Record<string, readonly string[]> = {};
        const dan = await site.open({ colorScheme, reducedMotion: 'reduce' });
        for (const [name, place, show] of SCREENS) {
          await dan.startsAt(`${site.url}/${place}`);
          await show(dan);
          found[name] = await dan.accessibilityFaults();
          await dan.closesWindows();
        }
        expect(found).toEqual(Object.fromEntries(SCREENS.map(([name]) => [name, []])));
      },
      SLOW_MS,
    );
  }

  it(
    'in a narrow window',
    async () => {
      const dan = await site.open({ viewport: { width: 360, height: 640 }, reducedMotion: 'reduce' }, `#U01DAN/${CHANNEL}`);
      await dan.page.getByRole('button', { name: 'Channels and apps' }).click();
      expect(await dan.accessibilityFaults()).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    'in the colours somebody chose, which stay after a reload',
    async () => {
      const dan = await site.open({ colorScheme: 'light' }, '#U01DAN');
      const background = () => dan.page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      const light = await background();
      await dan.page.getByRole('button', { name: 'Colours follow the device' }).click();
      await dan.page.getByRole('button', { name: 'Light colours' }).click();
      await dan.page.getByRole('button', { name: 'Dark colours' }).waitFor();
      expect(await background()).not.toBe(light);
      await dan.page.reload();
      await dan.page.getByRole('button', { name: 'Dark colours' }).waitFor();
      expect(await background()).not.toBe(light);
    },
    SLOW_MS,
  );
});
