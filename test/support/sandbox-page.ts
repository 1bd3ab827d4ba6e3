import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { BotProcess } from './bot-process.ts';

const STEP_MS = 15_000;
/** A bot is started anew, which on a busy machine takes its time. */
const RESET_MS = 60_000;
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where Chromium is expected; `CHROME_PATH` names another place. */
export const CHROMIUM = process.env['CHROME_PATH'] ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

/** What a suite needs that cannot run here is part of its name. */
export function inBrowser(name: string): string {
  return hasChromium ? name : `${name} (left out: there is no Chromium at ${CHROMIUM})`;
}

/** A sandbox page and a browser to look at it with. */
export class SandboxSite {
  readonly url: string;
  readonly #browser: Browser;
  readonly #end: () => Promise<void>;

  private constructor(url: string, browser: Browser, end: () => Promise<void>) {
    this.url = url;
    this.#browser = browser;
    this.#end = end;
  }

  /** The built program without any token, as `npm start` runs it. */
  static async start(): Promise<SandboxSite> {
    const bot = await BotProcess.prepare({ config: {}, env: {} });
    try {
      const [browser] = await Promise.all([launch(), bot.start()]);
      return new SandboxSite(bot.url, browser, () => bot.remove());
    } catch (error) {
      await bot.remove();
      throw error;
    }
  }

  /** A sandbox that the test itself runs. */
  static async at(url: string): Promise<SandboxSite> {
    return new SandboxSite(url, await launch(), async () => undefined);
  }

  /** Opens the page in a window of its own, at a place of it like `#U01DAN/C02LICENCES`. */
  async open(options: BrowserContextOptions = {}, place = ''): Promise<SandboxPage> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
    context.setDefaultTimeout(STEP_MS);
    const page = new SandboxPage(await context.newPage());
    await page.goto(`${this.url}/${place}`);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#end();
  }
}

function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS, timeout: STEP_MS });
}

/** The sandbox page as a person uses it: everything is found by its role and its label. */
export class SandboxPage {
  readonly page: Page;
  /** What the browser complained about. */
  readonly complaints: string[] = [];
  /** Every host the page asked for anything. */
  readonly hosts = new Set<string>();

  constructor(page: Page) {
    this.page = page;
    page.on('console', (line) => {
      if (line.type() === 'error' || line.type() === 'warning') this.complaints.push(line.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol !== 'data:') this.hosts.add(hostname);
    });
  }

  get composer(): Locator {
    return this.page.getByRole('combobox', { name: /^Message / });
  }

  get modal(): Locator {
    return this.page.locator('dialog').last();
  }

  get thread(): Locator {
    return this.page.getByRole('complementary', { name: 'Thread' });
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
    // In a narrow window this is behind a button.
    await this.page.getByText('Seatwarden is connected').waitFor({ state: 'attached' });
  }

  /** Opens the page anew, as after closing it, at a place of it. */
  async startsAt(url: string): Promise<void> {
    await this.page.goto('about:blank');
    await this.goto(url);
  }

  /** Writes into the composer key by key and sends it with Enter. */
  async types(text: string): Promise<void> {
    await this.composer.focus();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** Acts as somebody else from now on, in one press. */
  async becomes(name: string): Promise<void> {
    await this.page
      .getByRole('group', { name: 'Act as' })
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .click();
    await this.page
      .getByRole('navigation', { name: 'Workspace' })
      .getByText(new RegExp(`^${name} `))
      .waitFor();
  }

  async opens(room: string): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Workspace' })
      .getByRole('button', { name: new RegExp(`^${room}`) })
      .click();
    await this.page.getByRole('heading', { level: 1, name: room }).waitFor();
  }

  /** Presses one of the sandbox's own buttons in the bar at the top. */
  async tool(name: string): Promise<void> {
    await this.page
      .getByRole('group', { name: 'Sandbox' })
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .click();
  }

  /** Puts everything back to the start. */
  async resets(): Promise<void> {
    await this.tool('Reset');
    await this.page.getByText('Everything is as it was at the start.').waitFor({ timeout: RESET_MS });
  }

  /** The newest message that says this, once there is one. */
  async sees(words: RegExp | string): Promise<Locator> {
    const found = this.page.locator('article.message').filter({ hasText: words }).last();
    await found.waitFor();
    return found;
  }

  async presses(name: string | RegExp, within: Locator): Promise<void> {
    await within.getByRole('button', { name, exact: true }).click();
  }

  async fillsReason(reason: string): Promise<void> {
    await this.modal.getByLabel('Reason').fill(reason);
  }

  /** The form stays open and says beside the field what is missing. */
  async seesFieldError(): Promise<void> {
    await this.modal.getByRole('alert').waitFor();
  }

  /** Reads what the window says and closes it. */
  async closesModal(words: RegExp): Promise<void> {
    await this.modal.getByText(words).first().waitFor();
    await this.page.keyboard.press('Escape');
    await this.page.locator('dialog').waitFor({ state: 'detached' });
  }

  /** Closes whatever window is open; the server keeps it open for the next page otherwise. */
  async closesWindows(): Promise<void> {
    while ((await this.page.locator('dialog').count()) > 0) {
      await this.presses('Close', this.modal);
      await this.page.locator('dialog').waitFor({ state: 'detached' });
    }
  }

  /** Waits until this very message says so. */
  async seesIn(message: Locator, words: RegExp): Promise<void> {
    await message.filter({ hasText: words }).waitFor();
  }

  /** Waits until this has the keyboard's focus. */
  async isFocused(what: Locator): Promise<void> {
    await what.and(this.page.locator(':focus')).waitFor();
  }

  /** Serious and critical faults that axe finds in what is on screen, each with where it is. */
  async accessibilityFaults(): Promise<readonly string[]> {
    await this.page.evaluate(await axeSource());
    const options: RunOptions = { resultTypes: ['violations'] };
    const results = await this.page.evaluate(
      (wanted) => (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(wanted),
      options,
    );
    return results.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`));
  }
}

let axe: Promise<string> | null = null;

function axeSource(): Promise<string> {
  axe ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  return axe;
}
