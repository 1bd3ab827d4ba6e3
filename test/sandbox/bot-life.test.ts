import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/adapters/verify-audit.ts';
import { type SandboxWithBot, startSandboxWithBot } from '../support/sandbox-bot.ts';
import { type Seen, textOf } from '../support/slack.ts';

const SEAT = 'CARA0WS094';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let world: SandboxWithBot;

// One sandbox for all: a start takes its time. Each test has a seat of its own, and time only goes forward.
beforeAll(async () => {
  world = await startSandboxWithBot();
});

afterAll(() => world.close());

/** Ada asks for a seat to be revoked; the card that the approvers see. */
async function ask(seat = SEAT): Promise<Seen> {
  const ada = world.slack.as('ada');
  await ada.types(`/licenses revoke ${seat}`);
  await ada.seesModal(new RegExp(seat));
  await ada.fills({ Reason: 'idle' }).submits();
  await ada.seesModal(/Asked/);
  await ada.closes();
  const dan = world.slack.as('dan');
  // A digest of the morning may name the seat, too.
  return dan.sees(new RegExp(`${seat}[^]*\\nApprove`), { in: '#it-licences' });
}

describe('a bot that is killed', { timeout: 60_000 }, () => {
  it('is away for everybody, and comes back with all it remembered', async () => {
    const dan = world.slack.as('dan');
    const card = await ask();
    const before = world.bot.status();
    expect((await world.post('bot', { do: 'kill' })).json).toMatchObject({ ok: true, bot: { state: 'away', pid: null } });
    expect(() => process.kill(before.pid ?? 0, 0)).toThrow();
    expect(await world.get('world')).toMatchObject({ bot: { state: 'away', because: 'It was killed.' }, upcoming: [] });
    await dan.types('/licenses');
    await dan.sees(/dispatch_failed/);

    expect((await world.post('bot', { do: 'start' })).json).toMatchObject({ bot: { state: 'running' } });
    expect(world.bot.status().pid).not.toBe(before.pid);
    await dan.presses('Approve', { in: card });
    await dan.seesChange(card, /Done.*Approved by Dan/s);
    expect(world.sandbox.jetbrains.state.effects.count(SEAT, 'revoke')).toBe(1);
    expect(await verifyAudit(world.dataDir)).toMatchObject({ ok: true });
  });

  it('cannot be started twice, and says why', async () => {
    expect(await world.post('bot', { do: 'start' })).toEqual({ status: 409, json: { error: 'The bot runs already.' } });
    expect((await world.post('bot', { do: 'dance' })).status).toBe(409);
  });

  it('takes signed requests when it is started again for them, and is said to have ended by itself when it did', async () => {
    await world.post('bot', { do: 'restart', delivery: 'http' });
    expect(world.sandbox.slack.control.delivers()).toBe('http');
    await world.slack.as('ada').types('/licenses cara@example.com');
    await world.slack.as('ada').sees(/Licences of Cara/);
    const { pid } = world.bot.status();
    process.kill(pid ?? 0, 'SIGTERM');
    for (let waited = 0; world.bot.status().state !== 'away' && waited < 10_000; waited += 20)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(world.bot.status()).toMatchObject({ state: 'away', because: 'It ended by itself with exit code 0.' });
    await world.post('bot', { do: 'start', delivery: 'socket' });
    expect(world.sandbox.slack.control.connections()).toBeGreaterThan(0);
  });
});

describe('the way back to the start', { timeout: 60_000 }, () => {
  it.each([
    ['running', 'FINN0II061'],
    ['killed', 'EVE00PC003'],
  ] as const)('in one call, with the bot %s: company, Slack, faults, clock and memory', async (state, seat) => {
    await ask(seat);
    world.sandbox.jetbrains.state.licences.length = 0;
    await world.post('faults', { target: 'jetbrains', fault: { kind: 'hang', times: null } });
    await world.post('clock', { advanceMs: HOUR_MS });
    if (state === 'killed') await world.post('bot', { do: 'kill' });
    expect(await world.post('reset')).toEqual({ status: 200, json: { ok: true } });

    expect(await world.get('world')).toMatchObject({ offsetMs: 0, busy: null, faults: [], bot: { state: 'running' } });
    expect(world.sandbox.jetbrains.state.licences.length).toBeGreaterThan(40);
    const { journal, events } = await remembered();
    expect(journal).not.toContain(seat);
    // What was read of the vendors since is no memory of before.
    expect(events.map(({ verb }) => verb).filter((verb) => !verb.startsWith('sync.'))).toEqual(['bot.started']);
    expect(textOf(await ask(seat))).toContain('Approve');
  });

  it('ends time that is just being moved', async () => {
    world.sandbox.jetbrains.faults.add({ kind: 'hang', times: null });
    await world.slack.as('ada').types('/licenses cara@example.com');
    const moving = world.post('clock', { advanceMs: HOUR_MS });
    while ((await world.get('world'))['busy'] !== 'moving time') await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await world.post('clock', { advanceMs: 1 })).json).toEqual({ error: 'Not now: the sandbox is moving time.' });
    await world.post('reset');
    expect((await moving).status).toBe(409);
    expect(await world.get('world')).toMatchObject({ offsetMs: 0, busy: null });
  });

  async function remembered() {
    const names = await readdir(world.dataDir, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      names
        .filter((each) => each.isFile() && each.parentPath === world.dataDir)
        .map((each) => readFile(`${each.parentPath}/${each.name}`, 'utf8')),
    );
    const audit = names.filter((each) => each.isFile() && each.parentPath.endsWith('audit'));
    const lines = await Promise.all(audit.map((each) => readFile(`${each.parentPath}/${each.name}`, 'utf8')));
    const events = lines
      .join('')
      .split('\n')
      .filter((line) => line.includes('"verb"'))
      .map((line) => JSON.parse(line) as { verb: string });
    return { journal: texts.join('\n'), events };
  }
});

describe('time that is put forward', { timeout: 60_000 }, () => {
  it('is the time of the bot too: a request expires, its card says so, and the audit log holds', async () => {
    const dan = world.slack.as('dan');
    const card = await ask('BOB00GO120');
    await world.post('clock', { advanceMs: 23 * HOUR_MS });
    expect(textOf(card)).toMatch(/\nApprove/);
    const moved = await world.post('clock', { advanceMs: 2 * HOUR_MS });
    expect(moved.json['ran']).toContainEqual(expect.objectContaining({ job: 'expire-requests' }));
    await dan.seesChange(card, /[Ee]xpired/);
    expect(textOf(card)).not.toMatch(/\nApprove/);
    expect(await verifyAudit(world.dataDir)).toMatchObject({ ok: true });
  });

  it('is the time of the vendors: a seat that was too new can be revoked after 30 days', async () => {
    const dan = world.slack.as('dan');
    await dan.types('/licenses cara@example.com');
    expect(textOf(await dan.sees(/Licences of Cara/))).toMatch(/DataGrip[\s\S]*(from|until|30 days)/);
    await world.post('clock', { advanceMs: 17 * DAY_MS });
    const card = await ask('CARA0DB014');
    await dan.presses('Approve', { in: card });
    await dan.seesChange(card, /Done.*Approved by Dan/s);
    expect(world.sandbox.jetbrains.state.effects.count('CARA0DB014', 'revoke')).toBe(1);
  });

  it('is the time of Slack: an answer after half an hour comes too late', async () => {
    const { workspace } = world.sandbox.slack.control;
    await world.slack.as('ada').types('/licenses cara@example.com');
    await world.slack.as('ada').sees(/Licences of Cara/);
    const asked = JSON.stringify(workspace.traffic.map((entry) => entry.request));
    const url = asked.match(/http[^"]*\/response\/R\d+/g)?.at(-1) ?? '';
    const answer = () => fetch(url, { method: 'POST', body: JSON.stringify({ text: 'late' }) });
    expect((await answer()).status).toBe(200);
    await world.post('clock', { advanceMs: HOUR_MS / 2 + 1 });
    expect((await answer()).status).toBe(404);
  });

  it('can go to the next job, and the world then says when the one after that is due', async () => {
    const before = Date.parse(String((await world.get('world'))['now']));
    const { json } = await world.post('clock', { to: 'job', job: 'expire-requests' });
    const now = Date.parse(String(json['now']));
    expect(now - before).toBeLessThan(62_000);
    expect(json['ran']).toContainEqual(expect.objectContaining({ job: 'expire-requests' }));
    const upcoming = (await world.get('world'))['upcoming'] as { id: string; title: string; at: string; every: string }[];
    const next = upcoming.find(({ id }) => id === 'expire-requests');
    expect(next).toMatchObject({ id: 'expire-requests', title: 'Expire requests', every: 'minute' });
    expect(Date.parse(next?.at ?? '')).toBeGreaterThan(now);
  });

  it.each([
    [{ advanceMs: -1 }, /forward only/],
    [{ advanceMs: 401 * DAY_MS }, /400 days/],
    [{ advanceMs: 'soon' }, /forward only/],
    [{ to: 'job', job: 'nonsense' }, /no job "nonsense"/],
  ])('does not move for %j, and says why', async (body, reason) => {
    const before = (await world.get('world'))['offsetMs'];
    const { status, json } = await world.post('clock', body);
    expect([status, String(json['error'])]).toEqual([409, expect.stringMatching(reason)]);
    expect((await world.get('world'))['offsetMs']).toBe(before);
  });

  it('has no next job while the bot is away, but can be moved', async () => {
    await world.post('bot', { do: 'kill' });
    expect((await world.post('clock', { to: 'next-job' })).status).toBe(409);
    expect((await world.post('clock', { advanceMs: DAY_MS })).json).toMatchObject({ ok: true, ran: [] });
    await world.post('bot', { do: 'start' });
    const card = await ask('NEVERUSED0');
    const created = Number(card.kind === 'message' ? card.message.ts : 0) * 1_000;
    expect(created - Date.now()).toBeGreaterThan(DAY_MS - 60_000);
  });
});
