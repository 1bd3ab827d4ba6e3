import { describe, expect, it } from 'vitest';
import { createCronJobs } from '../../src/adapters/cron-jobs.ts';
import { SyncJobs } from '../../src/sync-jobs.ts';
import { FakeTime } from '../support/fake-time.ts';
import { anAccount, aPlan, recordOf, scriptedLoad } from '../support/sync-builders.ts';
import { fakeVendor, type TestWorld, testWorld } from '../support/world.ts';

/** The sync jobs as the bot has them, over the real job runner and a clock of the test's own. */
function scene(at: string) {
  const time = new FakeTime(at);
  const load: TestWorld['vendor']['load'] = (_options, onPage, signal) =>
    scriptedLoad({ pages: [[recordOf(anAccount('cara@example.com'))]], total: 1 }, onPage, signal);
  const base = testWorld({ vendor: Object.assign(fakeVendor([]), { load }) });
  const settings = { ...base.settings(), syncs: [aPlan()] };
  const world = Object.assign(base, { clock: time, settings: () => settings });
  const start = async () => {
    const jobs = createCronJobs({ clock: time, store: world.store, log: world.log, timer: time });
    new SyncJobs(world, jobs).follow(settings.syncs);
    await jobs.start();
    const settle = async (): Promise<void> => {
      await jobs.idle();
      await world.background.idle();
    };
    await settle();
    return { jobs, settle };
  };
  return { time, world, start };
}

describe('a run that was due while the bot was down', () => {
  it('is made up for at the start, and nobody hears that it did not start', async () => {
    const { time, world, start } = scene('2026-11-23T02:00:00Z');
    const { jobs } = await start();
    await jobs.stop(0);
    await time.jumpTo('2026-11-23T08:00:00Z');
    await start();
    const sessions = await world.store.list('sessions');
    expect(sessions.map((one) => [one.trigger, one.outcome])).toEqual([['catch-up', 'succeeded']]);
    expect(world.sessionNotifier.told).toEqual([]);
  });
});

describe('contacts', () => {
  it('hear once of a run that has not finished in 24 hours', async () => {
    const { time, world, start } = scene('2026-11-23T02:00:00Z');
    const { jobs, settle } = await start();
    let end = (): void => {};
    world.vendor.load = () =>
      new Promise((resolve) => {
        end = () => resolve({ outcome: 'failed', reasons: [], counts: {}, startedAt: '', finishedAt: '' } as never);
      });
    await time.advanceTo('2026-11-23T03:01:00Z');
    expect(await world.store.list('sessions')).toHaveLength(1);
    await time.jumpTo('2026-11-24T03:01:30Z');
    await time.advanceTo('2026-11-24T04:00:00Z');
    expect((await world.store.list('syncNotices')).map((notice) => notice.trouble.kind)).toEqual(['unfinished']);
    end();
    await jobs.stop(0);
    await settle();
  });

  it('hear once, after half an hour, of a run that did not start', async () => {
    const { time, world, start } = scene('2026-11-23T02:00:00Z');
    const { jobs } = await start();
    jobs.remove('sync:vendor');
    await time.advanceTo('2026-11-23T03:29:00Z');
    expect(await world.store.list('syncNotices')).toEqual([]);
    await time.advanceTo('2026-11-23T04:10:00Z');
    expect((await world.store.list('syncNotices')).map((notice) => notice.trouble.kind)).toEqual(['not-started']);
  });
});
