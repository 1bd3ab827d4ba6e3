import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Locator } from 'playwright-core';
import { createCharts } from '../src/adapters/echarts-charts.ts';
import { type SandboxPage, SandboxSite } from '../test/support/sandbox-page.ts';
import { SOME_CHARTS } from '../test/support/some-charts.ts';

/** Takes the pictures of the documentation from the built sandbox: `npm run screenshots`. */
const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
mkdirSync(folder, { recursive: true });

const fontFile = fileURLToPath(new URL('../src/adapters/fonts/DejaVuSans.ttf', import.meta.url));
const charts = createCharts({ fontFile });
for (const [name, chart] of Object.entries(SOME_CHARTS)) {
  writeFileSync(`${folder}chart-${name}.png`, await charts.png(chart));
  console.log(`docs/images/chart-${name}.png`);
}

const site = await SandboxSite.start();
try {
  const ada = await site.open({ colorScheme: 'light', reducedMotion: 'reduce', locale: 'en-GB' });
  await step(ada, 'Look Cara up');
  await ada.page.keyboard.press('Enter');
  const reply = await ada.sees('Idle for 94 days');
  await shoot(ada, 'lookup', reply);
  await ada.page.emulateMedia({ colorScheme: 'dark' });
  await shoot(ada, 'dark', reply);
  await ada.page.emulateMedia({ colorScheme: 'light' });
  await step(ada, 'Ask to revoke it');
  await ada.presses('Revoke: WebStorm', reply);
  await ada.fillsReason('Idle for 94 days, and Cara says she uses IntelliJ IDEA now');
  await shoot(ada, 'form', ada.modal);
  await ada.presses('Ask', ada.modal);
  await ada.closesModal(/Asked/);

  await step(ada, 'Decide as Dan');
  const card = await ada.sees('CARA0WS094');
  await shoot(ada, 'card', card.getByRole('button', { name: /^Approve/ }));
  await ada.presses(/^Approve/, card);
  await ada.seesIn(card, /Done.*Approved by Dan/);
  await shoot(ada, 'done', card.getByRole('button', { name: /^Undo/ }));

  await step(ada, 'Open the app’s Home');
  await shoot(ada, 'home', ada.page.getByRole('tabpanel').getByText('Your licences'));
  await step(ada, 'Wait for the digest');
  await ada.opens('it-licences');
  await ada.page.setViewportSize({ width: 1280, height: 1500 });
  const next = ada.page.getByRole('button', { name: 'To the next digest' });
  for (const [title, name] of [
    ['Expired subscriptions', 'digest-expired'],
    ['Inactive users', 'digest-idle'],
  ] as const) {
    await next.click();
    await moved(ada);
    await shoot(ada, name, await ada.sees(title));
  }
  await ada.presses(/^Reclaim…/, await ada.sees('Inactive users'));
  await shoot(ada, 'reclaim', ada.modal.getByText('Take back'));
  await ada.page.keyboard.press('Escape');
  await ada.page.getByText('What comes next').click();
  await ada.page.getByRole('button', { name: /^Go to .*renewals/i }).click();
  await moved(ada);
  await ada.opens('it-renewals');
  await shoot(ada, 'digest-renewals', await ada.sees('Renewals'));
  await ada.presses(/^Do not renew/, await ada.sees('Suggested: Let it end'));
  await ada.fillsReason('Nobody has opened it since summer, and two more are free');
  await ada.presses('Decide', ada.modal);
  await ada.closesModal(/The thread and the report show it/);
  await shoot(ada, 'renewal', await ada.sees('Decided:'));
  await ada.page.setViewportSize({ width: 1280, height: 800 });
  await ada.tool('Tour');
  await step(ada, 'Open the app’s Home');
  await shoot(ada, 'cockpit', ada.page.getByRole('tabpanel').getByText('Counted'));

  await ada.tool('Traffic');
  const traffic = ada.page.getByRole('region', { name: 'Traffic' });
  await traffic.getByRole('button', { name: /block_actions request:approve/ }).click();
  await shoot(ada, 'traffic', traffic.getByText(/^Acknowledged after/));
} finally {
  await site.close();
}

/** Follows the tour beside the conversation, so that the pictures show how far one has come. */
async function step(person: SandboxPage, title: string): Promise<void> {
  await person.page.getByRole('button', { name: new RegExp(`^${title}`) }).click();
}

/** Time was put forward, and the line that says so is gone. */
async function moved({ page }: SandboxPage): Promise<void> {
  const line = page.getByText(/jobs? ran\.$/);
  await line.waitFor();
  await line.waitFor({ state: 'hidden' });
}

/** The picture is taken when `shown` is there and nothing moves any more. */
async function shoot(person: SandboxPage, name: string, shown: Locator): Promise<void> {
  await shown.waitFor();
  await person.page.mouse.move(0, 0);
  await person.page.waitForTimeout(300);
  const path = `${folder}${name}.png`;
  await person.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  console.log(`docs/images/${name}.png`);
}
