import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { BotProcess } from './bot-process.ts';

const STEP_MS = 15_000;
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

/** The built program without any token, serving its sandbox page, and a browser to look at it with. */
export class SandboxSite {
  readonly bot: BotProcess;
  readonly #browser: Browser;

  private constructor(bot: BotProcess, browser: Browser) {
    this.bot = bot;
    this.#browser = browser;
  }

  static async start(): Promise<SandboxSite> {
    const bot = await BotProcess.prepare({ config: {}, env: {} });
    try {
      const [browser] = await Promise.all([
        chromium.launch({ executablePath: CHROMIUM, args: ARGS, timeout: STEP_MS }),
        bot.start(),
      ]);
      return new SandboxSite(bot, browser);
    } catch (error) {
      await bot.remove();
      throw error;
    }
  }

  /** Opens the page in a window of its own. */
  async open(options: BrowserContextOptions = {}): Promise<SandboxPage> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(STEP_MS);
    const page = new SandboxPage(await context.newPage());
    await page.goto(this.bot.url);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.bot.remove();
  }
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
    return this.page.getByRole('dialog');
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.getByText('Seatwarden is connected').waitFor();
  }

  /** Writes into the composer key by key and sends it with Enter. */
  async types(text: string): Promise<void> {
    await this.composer.focus();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** Acts as somebody else from now on. */
  async becomes(name: string): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Workspace' })
      .getByRole('button', { name: /Workspace|Member|Guest/ })
      .click();
    await this.page.getByRole('dialog', { name: 'Act as' }).getByRole('button', { name }).click();
    await this.page.getByPlaceholder(`as ${name}`).waitFor();
  }

  async opens(room: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Workspace' }).getByRole('button', { name: room }).click();
    await this.page.getByRole('heading', { level: 1, name: room }).waitFor();
  }

  /** The newest message that says this, once there is one. */
  async sees(words: RegExp | string): Promise<Locator> {
    const found = this.page.getByRole('article').filter({ hasText: words }).last();
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
    await this.modal.waitFor({ state: 'detached' });
  }

  /** Waits until this very message says so. */
  async seesIn(message: Locator, words: RegExp): Promise<void> {
    await message.filter({ hasText: words }).waitFor();
  }
}
