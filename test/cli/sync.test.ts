import { describe, expect, it } from 'vitest';
import type { Bot } from '../../src/app.ts';
import { cancel } from '../../src/cli/cancel.ts';
import { accept, reject } from '../../src/cli/held-session.ts';
import { launch } from '../../src/cli/launch.ts';
import { sessions } from '../../src/cli/sessions.ts';
import { sync } from '../../src/cli/sync.ts';
import type { VerbArgs } from '../../src/cli/verb.ts';
import { anAccount, recordOf, type ScriptedLoad } from '../support/sync-builders.ts';
import { staff, syncWorld } from '../support/sync-world.ts';

type SyncWorld = ReturnType<typeof syncWorld>;

function terminal(all: SyncWorld, name = 'Ada') {
  const notes: { readonly text: string; readonly repeat: boolean }[] = [];
  const caller = { ...all.world.as(name), via: 'cli' as const };
  const type = (verb: typeof sync, positionals: readonly string[], options: VerbArgs['options'] = {}) =>
    verb.run(
      { world: all.world } as unknown as Bot,
      caller,
      { positionals, options },
      (text, repeat) => void notes.push({ text, repeat }),
    );
  return { notes, type };
}

/** Pages that come one after the other, so that somebody can watch. */
function slowly(pages: ScriptedLoad['pages'], eachMs = 60): ScriptedLoad {
  const total = pages.reduce((sum, page) => sum + page.length, 0);
  return { pages, total, beforePage: () => new Promise((resolve) => setTimeout(resolve, eachMs)) };
}

describe('seatwarden sync', () => {
  it('shows a bar with pages, records, rate and an estimate while it runs, and what it did when it has ended', async () => {
    const all = syncWorld();
    all.gives(slowly(Array.from({ length: 8 }, (_, at) => staff(5, at * 5))));
    const { notes, type } = terminal(all);
    const result = await type(sync, ['vendor']);
    expect(result.exitCode).toBe(0);
    expect(result.text).toMatch(/^Sync of Vendor: Succeeded.*People: 40 created.*40 records on 8 pages/s);
    expect(notes[0]?.text).toMatch(/^Session R\d+ of Vendor$/);
    const bars = notes.filter((note) => note.repeat && note.text !== '').map((note) => note.text);
    expect(bars.length).toBeGreaterThan(1);
    for (const bar of bars)
      expect(bar).toMatch(/^[█░]{20} \d+ % {2}\d+ of 40 records, \d pages?, [\d,]+ a second, about .* to go$/);
    // The line is free again for what comes after it.
    expect(notes.at(-1)).toEqual({ text: '', repeat: true });
  });

  it('as a test says that it writes nothing, shows what would change and writes nothing', async () => {
    const all = syncWorld();
    all.gives(staff(4));
    const { notes, type } = terminal(all);
    const result = await type(sync, ['vendor'], { test: true });
    expect(notes[0]?.text).toContain('(test: nothing is written)');
    expect(result.text).toMatch(/Test run: succeeded.*4 created \(nothing of it is written\).*Would change/s);
    expect(await all.people()).toEqual({});
  });

  it.each([
    ['held', () => staff(6), 3],
    ['a vendor that fails', (): ScriptedLoad => ({ pages: [], reasons: [{ code: 'transport' }], outcome: 'failed' }), 4],
    ['a listing that is odd', (): ScriptedLoad => ({ pages: [staff(10)], reasons: [{ code: 'total-changed' }] }), 4],
  ] as const)('ends %s with its exit code', async (_what, load, exitCode) => {
    const all = syncWorld();
    all.gives(staff(10));
    await all.run();
    all.gives(load());
    expect((await terminal(all).type(sync, ['vendor'])).exitCode).toBe(exitCode);
  });

  it('takes part of a load as a test only', async () => {
    const all = syncWorld();
    await expect(terminal(all).type(sync, ['vendor'], { limit: '100' })).rejects.toMatchObject({
      code: 'usage.limit',
      message: expect.stringContaining('for tests'),
    });
    await expect(terminal(all).type(sync, ['vendor'], { test: true, limit: 'many' })).rejects.toMatchObject({
      code: 'usage.limit',
    });
  });

  it('tells who comes second which session is running', async () => {
    const all = syncWorld();
    all.gives(slowly([staff(2), staff(2, 2)], 30));
    const first = terminal(all).type(sync, ['vendor']);
    await expect(terminal(all).type(sync, ['vendor'])).rejects.toMatchObject({
      message: expect.stringMatching(/already \(session R\d+\)/),
    });
    expect((await first).exitCode).toBe(0);
  });
});

describe('seatwarden sessions', () => {
  async function withErrors() {
    const all = syncWorld({ contacts: ['bob@example.com'] });
    const bad = (at: number) => ({
      ...recordOf(anAccount(`p${at}@example.com`)),
      faults: [{ id: `A${at}`, as: 'account' as const, field: 'name', sample: '=1+1', reason: 'Should be text.' }],
    });
    all.gives([...staff(90), ...Array.from({ length: 60 }, (_, at) => bad(at + 100))]);
    return { all, session: await all.run() };
  }

  it('shows each integration, its sessions, and one in detail with every figure', async () => {
    const { all, session } = await withErrors();
    const { type } = terminal(all);
    expect((await type(sessions, [])).text).toMatch(
      /vendor: live.*90 people.*R\d+ {2}vendor {2}Succeeded {2}people: 90 created/s,
    );
    const { text } = await type(sessions, [session.id]);
    expect(text).toMatch(
      /150 records on 1 page, 1 vendor call.*60 records with errors|60 records with errors.*150 records on 1 page/s,
    );
    expect(text).toMatch(/A100, name: Should be text\. \(found =1\+1\)/);
    expect(text).toContain('and 30 others (--csv gives all of them)');
    expect(text).toMatch(/Session R\d+, schedule, 23 Nov 2026/);
  });

  it('prints every error as CSV, more than any card shows, and no formula', async () => {
    const { all, session } = await withErrors();
    const { text } = await terminal(all).type(sessions, [session.id], { csv: 'errors' });
    const [head, ...rows] = text.split('\r\n');
    expect(head).toBe('record,id,field,sample,reason,integration,Connector Sync Time');
    expect(rows).toHaveLength(60);
    expect(rows[0]).toBe(`91,A100,name,'=1+1,Should be text.,vendor,${session.startedAt}`);
  });

  it('are for contacts to see, those of their integration and no others', async () => {
    const { all, session } = await withErrors();
    expect((await terminal(all, 'Bob').type(sessions, [session.id])).exitCode).toBe(0);
    expect((await terminal(all, 'Bob').type(sessions, ['vendor'])).exitCode).toBe(0);
    expect((await terminal(all, 'Bob').type(sessions, [session.id], { csv: 'changes' })).exitCode).toBe(0);
    for (const words of [[session.id], ['vendor'], [], ['R99999999']])
      await expect(terminal(all, 'Cara').type(sessions, words)).rejects.toMatchObject({ code: 'forbidden.admin' });
    await expect(terminal(all, 'Bob').type(sessions, [])).rejects.toMatchObject({ code: 'forbidden.admin' });
  });
});

describe('a held sync in a terminal', () => {
  const gone = (people: Readonly<Record<string, boolean>>) => Object.keys(people).filter((email) => people[email] === false);

  async function held() {
    const all = syncWorld();
    all.gives(staff(10));
    await all.run();
    all.gives(staff(6));
    return { all, session: await all.run() };
  }

  it('is put in force by two people, as in Slack', async () => {
    const { all, session } = await held();
    const shown = await terminal(all).type(sessions, [session.id]);
    expect(shown.text).toContain(
      `Two people put it in force with "accept ${session.id}"; one ends it with "reject ${session.id}".`,
    );
    const first = await terminal(all).type(accept, [session.id]);
    expect(first.text).toMatch(/Accepted by Ada, 23 Nov.*\n.*One more person puts it in force/);
    expect(first.data).toMatchObject({ state: 'held', applied: false });
    await expect(terminal(all).type(accept, [session.id])).rejects.toMatchObject({ code: expect.stringMatching(/^conflict/) });
    expect(gone(await all.people())).toHaveLength(0);
    const second = await terminal(all, 'Dan').type(accept, [session.id]);
    expect(second.data).toMatchObject({ state: 'ended', applied: true });
    expect(gone(await all.people())).toHaveLength(4);
  });

  it('is ended by one who rejects it, and nothing of it is written', async () => {
    const { all, session } = await held();
    const { data, text } = await terminal(all).type(reject, [session.id]);
    expect(data).toMatchObject({ state: 'ended', applied: false });
    expect(text).toContain('Rejected by Ada');
    expect(gone(await all.people())).toHaveLength(0);
    await expect(terminal(all, 'Dan').type(accept, [session.id])).rejects.toMatchObject({ code: 'conflict.session' });
  });

  it('is nothing for others to decide', async () => {
    const { all, session } = await held();
    await expect(terminal(all, 'Cara').type(accept, [session.id])).rejects.toMatchObject({ code: 'forbidden.session' });
  });
});

describe('seatwarden cancel', () => {
  it('stops a sync before its next page', async () => {
    const all = syncWorld();
    all.gives(slowly(Array.from({ length: 40 }, (_, at) => staff(2, at * 2))));
    const { notes, type } = terminal(all);
    const running = type(sync, ['vendor']);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const id = /R\d+/.exec(notes[0]?.text ?? '')?.[0] ?? '';
    expect((await type(cancel, [id])).text).toContain(`Session ${id} of Vendor stops before its next page`);
    expect((await running).data).toMatchObject({ outcome: 'cancelled' });
    expect(await all.people()).toEqual({});
  });
});

describe('seatwarden launch', () => {
  it('lets a draft sync on its schedule, for admins', async () => {
    const all = syncWorld({ state: 'draft' });
    await expect(terminal(all, 'Cara').type(launch, ['vendor'])).rejects.toMatchObject({ code: 'forbidden.admin' });
    const { text } = await terminal(all).type(launch, ['vendor']);
    expect(text).toMatch(/^Vendor is live: it syncs on its schedule /);
    await expect(terminal(all).type(launch, ['vendor'])).rejects.toMatchObject({ code: 'conflict.live' });
  });
});
