import { describe, expect, it, vi } from 'vitest';
import type { SyncProgress } from '../../src/domain/sync-session.ts';
import { decideSession } from '../../src/services/decide-session.ts';
import { deliverSyncs, sendSyncNotices } from '../../src/services/deliver-sessions.ts';
import { followSync } from '../../src/services/follow-sync.ts';
import { startSync } from '../../src/services/start-sync.ts';
import { staff, syncWorld } from '../support/sync-world.ts';

/** Starts a run for Ada, who follows it as she does from Slack. */
async function runFor(all: ReturnType<typeof syncWorld>) {
  const { world } = all;
  const started = await startSync(world, world.as('Ada'), { integration: 'vendor', test: false, limit: null });
  const followed = followSync(world, started.sessionId, 'UADA');
  const session = await started.ended;
  await followed;
  await world.background.idle();
  return session;
}

describe('the card of a run', () => {
  it('shows the end of it, and the end is the right one, whenever the card came to be known', async () => {
    for (let turns = 0; turns < 12; turns += 1) {
      const all = syncWorld();
      const { world } = all;
      const { post } = world.sessionNotifier;
      // Slack takes its time, so that the place is kept at any moment of the run's end.
      world.sessionNotifier.post = async (...given) => {
        for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        return post(...given);
      };
      all.gives(staff(3));
      const session = await runFor(all);
      expect(session, `after ${turns} turns`).toMatchObject({ outcome: 'succeeded', applied: true });
      await deliverSyncs(world);
      expect(world.sessionNotifier.cards.get(`UADA/${session.id}`)?.outcome, `after ${turns} turns`).toBe('succeeded');
      expect(world.log.lines.filter((line) => line.level === 'warn' || line.level === 'error')).toEqual([]);
    }
  });

  it('is edited every 3 seconds at most while it goes on, and never drawn over once it has ended', async () => {
    const all = syncWorld();
    const { world } = all;
    const edits: { readonly at: number; readonly state: string; readonly progress: SyncProgress | null }[] = [];
    const { update } = world.sessionNotifier;
    world.sessionNotifier.update = async (place, session, progress) => {
      edits.push({ at: world.clock.now().getTime(), state: session.state, progress });
      // Slack takes its time, too; the end must not be drawn over by what was on its way.
      await new Promise((resolve) => setTimeout(resolve, session.state === 'running' ? 5 : 0));
      return update(place, session, progress);
    };
    all.gives({
      pages: Array.from({ length: 60 }, (_, at) => staff(5, at * 5)),
      total: 300,
      beforePage: async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        world.pass(500);
      },
    });
    const session = await runFor(all);
    const running = edits.filter((edit) => edit.state === 'running');
    expect(running.length).toBeGreaterThan(3);
    for (const [index, { at }] of running.entries())
      if (index > 0) expect(at - (running[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(3_000);
    expect(running[0]?.progress).toMatchObject({ total: 300, step: 'loading' });
    expect(world.sessionNotifier.cards.get(`UADA/${session.id}`)?.outcome).toBe('succeeded');
  });

  it('shows a step that begins shortly after an edit and lasts', async () => {
    const all = syncWorld();
    const { world } = all;
    const steps: string[] = [];
    const { update } = world.sessionNotifier;
    world.sessionNotifier.update = async (place, session, progress) => {
      if (session.state === 'running') steps.push(progress?.step ?? '');
      return update(place, session, progress);
    };
    all.gives(staff(10));
    await all.run();
    // A direct read that takes long; the card was edited 2.95 s before.
    (world.vendor as { target: unknown }).target = async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      return null;
    };
    all.gives({
      pages: [staff(9)],
      total: 9,
      beforePage: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        world.pass(2_950);
      },
    });
    await runFor(all);
    expect(steps).toEqual(['confirming']);
  });
});

describe('a run that waits for the vendor', () => {
  it('says for how long nothing came, though no page tells it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const all = syncWorld();
      const { world } = all;
      let go = (): void => {};
      const gate = new Promise<void>((resolve) => {
        go = resolve;
      });
      const quiet: number[] = [];
      const { update } = world.sessionNotifier;
      world.sessionNotifier.update = async (place, session, progress) => {
        if (session.state === 'running') quiet.push(progress?.quietMs ?? 0);
        return update(place, session, progress);
      };
      all.gives({ pages: [staff(2), staff(2, 2)], total: 4, beforePage: (page) => (page === 2 ? gate : undefined) });
      const run = runFor(all);
      await new Promise((resolve) => setTimeout(resolve, 30));
      world.pass(40_000);
      vi.advanceTimersByTime(15_000);
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(quiet).toEqual([40_000]);
      go();
      expect((await run).outcome).toBe('succeeded');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a held run that somebody started', () => {
  it('is shown to its contacts, besides whoever started it', async () => {
    const all = syncWorld({ contacts: ['UDAN', 'eve@example.com'] });
    const { world } = all;
    all.gives(staff(10));
    await all.run();
    all.gives({ pages: [staff(7)], total: 7, beforePage: () => new Promise((resolve) => setTimeout(resolve, 5)) });
    const session = await runFor(all);
    expect(session.outcome).toBe('held');
    expect([...world.sessionNotifier.cards.keys()].toSorted()).toEqual(
      ['UADA', 'UDAN', 'UEVE'].map((to) => `${to}/${session.id}`),
    );
    await decideSession(world, world.as('Dan'), session.id, 'reject');
    await world.background.idle();
    expect([...world.sessionNotifier.cards.values()].map((card) => card.outcome)).toEqual([
      'cancelled',
      'cancelled',
      'cancelled',
    ]);
  });

  it('reaches a contact later who could not be reached at first', async () => {
    const all = syncWorld({ contacts: ['UDAN', 'UEVE'] });
    const { world } = all;
    const { post } = world.sessionNotifier;
    let down = true;
    world.sessionNotifier.post = async (to, ...given) => {
      if (down && to === 'UEVE') throw new Error('Slack is away');
      return post(to, ...given);
    };
    all.gives(staff(10));
    await all.run();
    all.gives(staff(7));
    const session = await all.run();
    await world.background.idle();
    down = false;
    await deliverSyncs(world);
    await deliverSyncs(world);
    expect([...world.sessionNotifier.cards.keys()]).toEqual([`UDAN/${session.id}`, `UEVE/${session.id}`]);
  });
});

describe('what contacts hear', () => {
  const broken = { pages: [], reasons: [{ code: 'transport' as const }], outcome: 'failed' as const };

  it('comes by direct message while the mail server is down, and once; the mail follows when it is back', async () => {
    const all = syncWorld({ contacts: ['UDAN'] });
    const { world } = all;
    let down = true;
    Object.assign(world, {
      mailer: () => ({
        send: async (mail: (typeof world.mails)[number]) => {
          if (down) throw new Error('no mail today');
          (world.mails as (typeof mail)[]).push(mail);
        },
      }),
    });
    all.gives(broken);
    await all.run();
    await world.background.idle();
    await sendSyncNotices(world);
    expect(world.sessionNotifier.told.map((notice) => notice.to)).toEqual(['UDAN']);
    expect(world.mails).toEqual([]);
    down = false;
    world.pass(60_000);
    await sendSyncNotices(world);
    await sendSyncNotices(world);
    expect(world.sessionNotifier.told).toHaveLength(1);
    expect(world.mails.map((mail) => mail.to)).toEqual(['dan@example.com']);
    expect(await world.store.list('syncNotices')).toEqual([]);
  });

  it('comes by mail while Slack is down, and the direct message follows', async () => {
    const all = syncWorld({ contacts: ['UDAN'] });
    const { world } = all;
    const { tell } = world.sessionNotifier;
    let down = true;
    world.sessionNotifier.tell = async (notice) => {
      if (down) throw new Error('Slack is away');
      return tell(notice);
    };
    all.gives(broken);
    await all.run();
    await world.background.idle();
    await sendSyncNotices(world);
    expect(world.mails).toHaveLength(1);
    down = false;
    world.pass(60_000);
    await sendSyncNotices(world);
    expect(world.sessionNotifier.told).toHaveLength(1);
    expect(world.mails).toHaveLength(1);
  });
});
