import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CompanyBot, type SlackMode, startCompanyBot } from '../support/company-bot.ts';
import { type Seen, textOf } from '../support/slack.ts';

const SEAT = 'CARA0WS094';

// Each test starts a process, which on a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

describe.each<SlackMode>(['http', 'socket'])('the main job over Slack by %s', (mode) => {
  let company: CompanyBot;
  let asItWas: object = {};

  beforeAll(async () => {
    company = await startCompanyBot(mode);
    asItWas = structuredClone(company.sandbox.jetbrains.state.find(SEAT) ?? {});
  });

  beforeEach(async () => {
    Object.assign(company.sandbox.jetbrains.state.find(SEAT) ?? {}, structuredClone(asItWas));
    await company.slack.begins();
  });

  afterAll(() => company.close());

  const holder = (): unknown => company.sandbox.jetbrains.state.find(SEAT)?.assignee;
  const effects = (kind: 'revoke' | 'assign'): number => company.sandbox.jetbrains.state.effects.count(SEAT, kind);

  async function asksToRevoke(): Promise<Seen> {
    const { slack } = company;
    const ada = slack.as('ada');
    await ada.types('/licenses cara@example.com');
    const reply = await ada.sees(/Licences of Cara/);
    await ada.presses('Revoke', { in: reply });
    await ada.seesModal(new RegExp(SEAT));
    await ada.fills({ Reason: 'idle for 94 days' }).submits();
    await ada.seesModal(/Asked/);
    await ada.closes();
    const card = await slack.as('dan').sees(new RegExp(`${SEAT}[^]*\\nApprove`), { in: '#it-licences' });
    await expect(card).toOffer('Approve');
    return card;
  }

  it('looks up, asks, approves, revokes once, verifies, tells everybody, undoes and proves it', async () => {
    const { slack, bot } = company;
    const [ada, dan, cara] = [slack.as('ada'), slack.as('dan'), slack.as('cara')];
    const card = await asksToRevoke();
    expect(holder()).toMatchObject({ email: 'cara@example.com' });
    await dan.presses('Approve', { in: card });
    await expect(card).toSay(/Done.*Approved by Dan/s);
    expect(holder()).toBeFalsy();
    expect(effects('revoke')).toBe(1);
    await expect(card).not.toOffer('Approve');
    await expect(card).not.toOffer('Deny');
    await cara.sees(/idle for 94 days/);
    await ada.sees(/Done, approved by Dan/);
    await dan.presses('Undo', { in: card });
    await dan.seesModal(/Undo/);
    await dan.fills({ Reason: 'she needs it for the release' }).submits();
    await dan.seesModal(/Asked/);
    await dan.closes();
    const second = await ada.sees(/Give WebStorm.*back|Give WebStorm/s, { in: '#it-licences', after: card });
    await expect(second).toOffer('Approve');
    await ada.presses('Approve', { in: second });
    await expect(second).toSay(/Done.*Approved by Ada/s);
    expect(holder()).toMatchObject({ email: 'cara@example.com' });
    expect(effects('assign')).toBe(1);
    await expect(card).toSay(/Undone|undone/);
    const audit = await bot.cli('audit', 'verify');
    expect(audit).toMatchObject({ code: 0 });
  });

  it('looks up from the shortcuts: whom one names, and the author of a message', async () => {
    const { slack } = company;
    const [ada, cara] = [slack.as('ada'), slack.as('cara')];
    await ada.runsShortcut('lookup:open');
    await ada.seesModal(/Look up/);
    await ada.closes();
    await cara.types('Who can review my branch?', { in: '#general' });
    const message = await ada.sees(/review my branch/, { in: '#general' });
    await ada.runsShortcut('lookup:author', message);
    await ada.seesModal(/CARA0WS094/);
  });

  it('keeps every secret out of the log, the messages and the data files', async () => {
    const { sandbox, slack, bot } = company;
    const card = await asksToRevoke();
    await slack.as('dan').presses('Approve', { in: card });
    await expect(card).toSay(/Done/);
    sandbox.jetbrains.faults.add({
      kind: 'status',
      status: 401,
      body: { code: 'INVALID_TOKEN', description: sandbox.jetbrains.apiKey },
      times: 3,
    });
    await slack.as('ada').types('/licenses cara@example.com');
    await slack.as('ada').sees(/refused|not accept|key/i);
    const ivo = [...sandbox.jetbrains.state.licences].find((licence) => licence.assignee?.type === 'LICENSE_KEY');
    await Promise.all([bot.cli('lookup', 'cara@example.com', '--as', 'ada@example.com', '--json'), bot.cli('check')]);
    await slack.as('ada').types(`/licenses revoke ${ivo?.licenseId}`);
    await slack.as('ada').sees(/key holds it|Nothing/i);
    const keys = [
      sandbox.jetbrains.apiKey,
      sandbox.aha.apiKey,
      sandbox.signingSecret,
      ...Object.entries(sandbox.environment).flatMap(([name, value]) => (/TOKEN|KEY/.test(name) ? [value] : [])),
    ];
    if (ivo?.assignee?.type !== 'LICENSE_KEY') throw new Error('the company has no licence held by a key');
    const canaries = [...keys, ivo.assignee.key];
    expect(canaries.every((canary) => canary.length > 8)).toBe(true);
    const messages = JSON.stringify([
      sandbox.slack.control.workspace.messages,
      [...sandbox.slack.control.workspace.homes.values()],
    ]);
    const files = await bot.files();
    for (const canary of canaries) {
      expect(bot.output, 'the log').not.toContain(canary);
      expect(messages, 'Slack').not.toContain(canary);
      for (const [path, text] of files) expect(text, path).not.toContain(canary);
    }
  });
});

describe.each<SlackMode>(['http', 'socket'])('bad days in the company, over Slack by %s', (mode) => {
  let company: CompanyBot;
  let seat = '';
  let days = 0;

  beforeAll(async () => {
    company = await startCompanyBot(mode);
  });

  // Each day has a licence of its own: one more that is just like Cara's.
  beforeEach(async () => {
    const { sandbox, slack } = company;
    const model = sandbox.jetbrains.state.find(SEAT);
    if (model === undefined) throw new Error('no licence');
    seat = `DAY${String(days++).padStart(7, '0')}`;
    sandbox.jetbrains.state.licences.push({ ...structuredClone(model), licenseId: seat });
    await slack.begins();
  });

  afterEach(() => {
    const { sandbox, slack } = company;
    for (const { faults } of [sandbox.jetbrains, sandbox.aha, sandbox.slack.control]) faults.clear();
    slack.verdict();
  });

  afterAll(() => company.close());

  async function cardFor(reason: string): Promise<Seen> {
    const { slack } = company;
    const ada = slack.as('ada');
    await ada.types(`/licenses revoke ${seat}`);
    await ada.seesModal(new RegExp(seat));
    await ada.fills({ Reason: reason }).submits();
    await ada.seesModal(/Asked/);
    await ada.closes();
    const card = await slack.as('dan').sees(new RegExp(`${seat}[^]*\\nApprove`), { in: '#it-licences' });
    await expect(card).toOffer('Approve');
    return card;
  }

  it('gives a free licence of a product and says which one it was', async () => {
    const { sandbox, slack } = company;
    const ada = slack.as('ada');
    await ada.types('/licenses assign bob@example.com WebStorm');
    await ada.seesModal(/What to give/);
    await ada.fills({ 'What to give': 'WebStorm - Platform (1 free)', 'First name': 'Bob :tada:' }).submits();
    await ada.seesModal(/Asked/);
    const card = await slack.as('dan').sees(/one free license of WebStorm/, { in: '#it-licences' });
    await expect(card).toOffer('Approve');
    await slack.as('dan').presses('Approve', { in: card });
    await expect(card).toSay(/JetBrains shows WebStorm \(license [A-Z0-9]{10}\) with bob@example.com/);
    const given = /license ([A-Z0-9]{10})\) with bob/.exec(textOf(card))?.[1] ?? '';
    expect(sandbox.jetbrains.state.find(given)?.assignee).toMatchObject({ email: 'bob@example.com' });
    expect(sandbox.jetbrains.state.effects.count(given, 'assign')).toBe(1);
  });

  it('switches off an Aha! user after approval, and on again by undo', async () => {
    const { sandbox, slack } = company;
    const [ada, dan] = [slack.as('ada'), slack.as('dan')];
    await ada.types('/licenses deactivate cara@example.com');
    await ada.presses('Choose', { in: await ada.sees(/Which one\?.*\n*.*Aha!: Cara Nunes/), nth: 0 });
    await ada.seesModal(/Deactivate/);
    await ada.fills({ Reason: 'idle since August' }).submits();
    await ada.seesModal(/Asked/);
    await ada.closes();
    const card = await dan.sees(/Cara Nunes/, { in: '#it-licences' });
    await expect(card).toOffer('Approve');
    await dan.presses('Approve', { in: card });
    await expect(card).toSay(/shows the user as disabled/);
    const user = (): unknown => sandbox.aha.state.byEmail('cara@example.com')?.enabled;
    expect(user()).toBe(false);
    await dan.presses('Undo', { in: card });
    await dan.seesModal(/Undo/);
    await dan.fills({ Reason: 'too early' }).submits();
    await dan.seesModal(/Asked/);
    const second = await ada.sees(/too early/, { in: '#it-licences', after: card });
    await expect(second).toOffer('Approve');
    await ada.presses('Approve', { in: second });
    await expect(second).toSay(/Done/);
    expect(user()).toBe(true);
  });

  it('does nothing when the seat changed hands between ask and approve', async () => {
    const { sandbox, slack } = company;
    const card = await cardFor('idle');
    const licence = sandbox.jetbrains.state.find(seat);
    if (licence === undefined) throw new Error('no licence');
    Object.assign(licence, { assignee: { type: 'USER', name: 'Bob Berg', email: 'bob@example.com' } });
    await slack.as('dan').presses('Approve', { in: card });
    await expect(card).toSay(/was held by cara@example.com and is now held by bob@example.com/);
    expect(sandbox.jetbrains.state.effects.count(seat, 'revoke')).toBe(0);
  });

  it('finds out by looking that a revoke whose answer was lost took effect, and never repeats it', async () => {
    const { sandbox, slack } = company;
    const card = await cardFor('idle');
    const revokes = (): number =>
      sandbox.jetbrains.calls.filter((call) => call.method === 'POST' && call.path.includes('revoke')).length;
    const before = revokes();
    sandbox.jetbrains.faults.add({ kind: 'lose-answer', method: 'POST', times: 1 });
    await slack.as('dan').presses('Approve', { in: card });
    await expect(card).toSay(/Done/, 15_000);
    expect(revokes() - before).toBe(1);
  });

  it('shows one vendor while the other answers with an error page', async () => {
    const { sandbox, slack } = company;
    sandbox.aha.faults.add({ kind: 'html', times: 9 });
    await slack.as('ada').types('/licenses cara@example.com');
    const reply = await slack.as('ada').sees(/Licences of Cara/);
    expect(textOf(reply)).toMatch(/WebStorm/);
    expect(textOf(reply)).toMatch(/Aha!.*(web page|not JSON|could not)/s);
  });

  it('delivers the card later when Slack loses messages and answers 500 and 429', async () => {
    const { sandbox, slack } = company;
    const { faults } = sandbox.slack.control;
    const ada = slack.as('ada');
    await ada.types(`/licenses revoke ${seat}`);
    await ada.seesModal(new RegExp(seat));
    faults.add({ kind: 'status', status: 500, path: 'chat.postMessage', times: 1 });
    faults.add({ kind: 'status', status: 429, retryAfter: 1, path: 'chat.update', times: 1 });
    await ada.fills({ Reason: 'idle' }).submits();
    const dan = slack.as('dan');
    const card = await dan.sees(new RegExp(`${seat}[^]*\\nApprove`), { in: '#it-licences', deadlineMs: 15_000 });
    await expect(card).toOffer('Approve', 15_000);
    faults.add({ kind: 'lose-answer', path: 'chat.update', times: 1 });
    await dan.presses('Approve', { in: card });
    await expect(card).toSay(/Done/, 40_000);
    expect(sandbox.jetbrains.state.effects.count(seat, 'revoke')).toBe(1);
  }, 60_000);

  it('rings nobody and breaks nothing, whatever people and vendors write', async () => {
    const { sandbox, slack } = company;
    const licence = sandbox.jetbrains.state.find(seat);
    if (licence === undefined) throw new Error('no licence');
    const nasty = `<!channel> <@U01DAN> <https://evil.example|click> & :tada: \u202Eevil ${'x'.repeat(3_000)}`;
    Object.assign(licence, { product: { code: 'WS', name: nasty }, team: { id: 7, name: nasty } });
    const card = await cardFor(`<!here> ${'y'.repeat(900)} </channel> & *bold*`);
    await slack.as('dan').presses('Approve', { in: card });
    await expect(card).toSay(/Done/);
    await slack.as('ada').types('/licenses cara@example.com');
    await slack.as('ada').sees(/Licences of Cara/);
    slack.verdict();
  });

  it('tells the second of two approvers who was first, and refuses the one who asked', async () => {
    const { sandbox, slack } = company;
    const card = await cardFor('idle');
    await slack.as('ada').presses('Approve', { in: card });
    await slack.as('ada').sees(/You asked for this yourself/, { in: '#it-licences' });
    const joost = slack.as('joost');
    await Promise.all([slack.as('dan').presses('Approve', { in: card }), slack.as('dan').presses('Approve', { in: card })]);
    await expect(card).toSay(/Done/);
    expect(sandbox.jetbrains.state.effects.count(seat, 'revoke')).toBe(1);
    expect(joost.user.id).toBe('U01JOOST');
  });

  it('pages 200 licences of one person and cuts none silently', async () => {
    const { sandbox, slack } = company;
    const model = sandbox.jetbrains.state.find(SEAT);
    if (model === undefined) throw new Error('no licence');
    sandbox.jetbrains.state.licences.push(
      ...Array.from({ length: 196 }, (_, index) => ({
        ...structuredClone(model),
        licenseId: `MANY${String(index).padStart(6, '0')}`,
      })),
    );
    const ada = slack.as('ada');
    await ada.types('/licenses cara@example.com');
    const reply = await ada.sees(/Licences of Cara/);
    const seen = new Set<string>();
    const collect = (text: string): void => {
      for (const id of text.match(/MANY\d{6}|CARA0[A-Z0-9]{5}/g) ?? []) seen.add(id);
    };
    collect(textOf(reply));
    for (let page = 2; page <= 40 && /Next/.test(textOf(reply)); page += 1) {
      const before = textOf(reply);
      await ada.presses('Next', { in: reply });
      await slack.until(
        () => `page ${page} never came`,
        () => (textOf(reply) === before ? undefined : true),
      );
      collect(textOf(reply));
    }
    expect(seen.size).toBe(200);
  }, 60_000);
});
