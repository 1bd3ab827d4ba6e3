import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, hasChromium, type SandboxPage, SandboxSite } from '../support/sandbox-page.ts';

const SEAT = 'CARA0WS094';
const TOUR_MS = 90_000;

describe.runIf(hasChromium)(`the sandbox page in a browser (needs Chromium at ${CHROMIUM})`, () => {
  let site: SandboxSite;
  let person: SandboxPage;

  beforeEach(async () => {
    site = await SandboxSite.start();
    person = await site.open();
  }, TOUR_MS);

  afterEach(async () => {
    await site.close();
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
      const replies = person.page.getByRole('article').filter({ hasText: 'Licences of Cara' });
      await person.seesIn(replies.nth(1), new RegExp(SEAT));

      expect(person.complaints).toEqual([]);
      expect([...person.hosts]).toEqual(['127.0.0.1']);
    },
    TOUR_MS,
  );

  it(
    'lets somebody do all of it with the keyboard alone',
    async () => {
      const { keyboard } = person.page;
      await keyboard.type('/lic');
      await person.page.getByRole('listbox', { name: 'Suggestions' }).waitFor();
      await keyboard.press('Tab');
      await keyboard.type(`revoke ${SEAT}`);
      await keyboard.press('Enter');
      await person.modal.getByLabel('Reason').waitFor();
      await keyboard.type('idle for 94 days');
      await keyboard.press('Tab');
      await keyboard.press('Tab');
      await keyboard.press('Enter');
      await person.closesModal(/Asked/);
      await person.composer.and(person.page.locator(':focus')).waitFor();
      expect(person.complaints).toEqual([]);
    },
    TOUR_MS,
  );
});
