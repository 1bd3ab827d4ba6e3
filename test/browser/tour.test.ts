import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, inBrowser, type SandboxPage, SandboxSite } from '../support/sandbox-page.ts';

const SEAT = 'CARA0WS094';
const TOUR_MS = 90_000;
const LOAD_MS = 1_000;

describe.runIf(hasChromium)(inBrowser('the sandbox page around the real bot'), () => {
  let site: SandboxSite;
  let person: SandboxPage;

  beforeAll(async () => {
    site = await SandboxSite.start();
  }, TOUR_MS);
  afterAll(() => site?.close(), TOUR_MS);
  beforeEach(async () => {
    person = await site.open();
  }, TOUR_MS);

  it(
    'takes a person through look-up, request, approval and undo, and speaks to nobody else',
    async () => {
      await person.types('/licenses cara@example.com');
      const reply = await person.sees('Idle for 94 days');
      await person.presses('Revoke: WebStorm', reply);
      await person.modal.getByText(SEAT, { exact: true }).waitFor();

      await person.presses('Ask', person.modal);
      await person.seesFieldError();
      await person.fillsReason('idle for 94 days');
      await person.presses('Ask', person.modal);
      await person.closesModal(/Asked/);

      await person.becomes('Dan');
      await person.opens('it-licences');
      const card = await person.sees(SEAT);
      await person.presses(/^Approve/, card);
      await person.seesIn(card, /Done.*Approved by Dan/);

      await person.presses(/^Undo/, card);
      await person.presses('Ask to undo', person.modal);
      await person.seesFieldError();
      await person.fillsReason('she needs it for the release');
      await person.presses('Ask to undo', person.modal);
      await person.closesModal(/Asked/);

      await person.becomes('Ada');
      await person.opens('it-licences');
      const second = await person.sees('she needs it for the release');
      await person.presses(/^Approve/, second);
      await person.seesIn(second, /Done.*Approved by Ada/);
      await person.sees('Done and then undone');
      await person.opens('Seatwarden');
      await person.types('/licenses cara@example.com');
      const replies = person.page.locator('article.message').filter({ hasText: 'Licences of Cara' });
      await person.seesIn(replies.nth(1), new RegExp(SEAT));

      expect(person.complaints).toEqual([]);
      expect([...person.hosts]).toEqual(['127.0.0.1']);
    },
    TOUR_MS,
  );

  it(
    'leads from step to step as the right person in the right place, with the words already typed',
    async () => {
      // The reply of a look-up from before would be taken for that of this one.
      await person.resets();
      const tour = person.page.getByRole('complementary', { name: 'Tour' });
      await tour.getByRole('button', { name: /^1?Look Cara up/ }).click();
      expect(await person.composer.inputValue()).toBe('/licenses cara@example.com');
      await person.page.keyboard.press('Enter');
      await person.sees('Idle for 94 days');
      await tour.getByRole('button', { name: /Decide as Dan/ }).click();
      await person.page.getByRole('heading', { level: 1, name: 'it-licences' }).waitFor();
      await person.page.getByRole('navigation', { name: 'Workspace' }).getByText('Dan Moreira').waitFor();
      await tour.getByRole('button', { name: /Home/ }).click();
      await person.page.getByRole('tab', { name: 'Home', selected: true }).waitFor();
      await person.page.getByRole('tabpanel').getByText('Your licences').waitFor();
    },
    TOUR_MS,
  );

  it(
    'lets somebody do all of it with the keyboard alone',
    async () => {
      const { keyboard } = person.page;
      await person.startsAt(site.url);
      await person.isFocused(person.composer);
      await keyboard.type('/lic');
      await person.page.getByRole('listbox', { name: 'Suggestions' }).waitFor();
      await keyboard.press('Tab');
      await keyboard.type('rev');
      await keyboard.press('Tab');
      await person.page.getByRole('note').getByText('revoke <person|licence id>').waitFor();
      expect(await person.composer.inputValue()).toBe('/licenses revoke ');
      await keyboard.type(SEAT);
      await keyboard.press('Enter');
      await person.modal.getByLabel('Reason').waitFor();
      await keyboard.press('Shift+Tab');
      await keyboard.press('Tab');
      await keyboard.type('idle for 94 days');
      await keyboard.press('Tab');
      await keyboard.press('Tab');
      await keyboard.press('Enter');
      await person.closesModal(/Asked/);
      await person.isFocused(person.composer);
      expect(person.complaints).toEqual([]);
    },
    TOUR_MS,
  );

  it(
    'can be written into within a second',
    async () => {
      const times: number[] = [];
      // The best of some, since the machine may be busy with something else.
      while (times.length < 3 || (Math.min(...times) >= LOAD_MS && times.length < 12)) {
        await person.page.reload();
        await person.isFocused(person.composer);
        times.push(await person.page.evaluate(() => performance.getEntriesByName('usable')[0]?.startTime ?? Number.NaN));
      }
      console.log(`the page was usable after ${times.map((ms) => `${Math.round(ms)} ms`).join(', ')}`);
      expect(Math.min(...times)).toBeLessThan(LOAD_MS);
    },
    TOUR_MS,
  );
});
