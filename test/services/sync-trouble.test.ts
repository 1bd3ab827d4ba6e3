import { describe, expect, it } from 'vitest';
import type { SyncOutcome } from '../../src/domain/sync-session.ts';
import { decideSession } from '../../src/services/decide-session.ts';
import { syncOnSchedule, watchSyncs } from '../../src/services/sync-on-schedule.ts';
import type { ScriptedLoad } from '../support/sync-builders.ts';
import { staff, syncWorld } from '../support/sync-world.ts';

const HOUR_MS = 3_600_000;
const never = new AbortController().signal;
const failed: ScriptedLoad = { pages: [], reasons: [{ code: 'transport' }], outcome: 'failed' };
const refused: ScriptedLoad = { pages: [], reasons: [{ code: 'vendor', status: 401 }], outcome: 'failed' };
const halfway: ScriptedLoad = { pages: [staff(3)], reasons: [{ code: 'vendor', status: 500 }] };

function night(all: ReturnType<typeof syncWorld>) {
  return async (load: ScriptedLoad): Promise<SyncOutcome | null | undefined> => {
    all.gives(load);
    await syncOnSchedule(all.world, 'vendor', 'schedule', never);
    await all.world.background.idle();
    all.world.pass(24 * HOUR_MS);
    return (await all.world.store.list('sessions')).at(-1)?.outcome;
  };
}

describe('a sick integration', () => {
  it('is one notice, also where it breaks off before the first page one night and after it the next', async () => {
    const all = syncWorld();
    const on = night(all);
    expect([await on(failed), await on(halfway), await on(failed), await on(halfway)]).toEqual([
      'failed',
      'incomplete',
      'failed',
      'incomplete',
    ]);
    expect(all.world.sessionNotifier.told.map((notice) => notice.event)).toEqual(['trouble']);
  });

  it('is another notice where a refused credential puts an end to the tries', async () => {
    const all = syncWorld();
    const on = night(all);
    await on(failed);
    await on(refused);
    await on({ pages: [staff(3)], total: 3 });
    expect(all.world.sessionNotifier.told.map((notice) => notice.trouble.kind)).toEqual(['failed', 'credential']);
    expect(await all.world.store.list('sessions')).toHaveLength(2);
  });

  it('with a refused credential is tried again at its time once the configuration was changed', async () => {
    const all = syncWorld();
    const on = night(all);
    await on(refused);
    all.plan({ credential: 'vendor-new', fingerprint: 'plan-2' });
    expect(await on({ pages: [staff(3)], total: 3 })).toBe('succeeded');
    expect(all.world.sessionNotifier.told.map((notice) => notice.event)).toEqual(['trouble', 'recovered']);
  });

  it('is tried again soon although its next try was reckoned by a clock that was a year ahead', async () => {
    const all = syncWorld();
    all.world.pass(365 * 24 * HOUR_MS);
    all.gives(failed);
    await syncOnSchedule(all.world, 'vendor', 'schedule', never);
    all.world.pass(-365 * 24 * HOUR_MS);
    all.gives({ pages: [staff(3)], total: 3 });
    await watchSyncs(all.world, () => null);
    await all.world.background.idle();
    expect(await all.world.store.get('syncs', 'vendor')).toMatchObject({ trouble: null });
  });
});

describe('a held session', () => {
  it('cannot be put in force once the configuration was changed, and can still be rejected', async () => {
    const all = syncWorld();
    const { world } = all;
    all.gives(staff(10));
    await all.run();
    all.gives(staff(7));
    const { id } = await all.run();
    await decideSession(world, world.as('Dan'), id, 'accept');
    all.plan({ fingerprint: 'plan-2' });
    await expect(decideSession(world, world.as('Eve'), id, 'accept')).rejects.toMatchObject({
      code: 'conflict.session',
      message: expect.stringContaining('The configuration of Vendor was changed'),
    });
    expect(Object.values(await all.people()).every(Boolean)).toBe(true);
    expect(await decideSession(world, world.as('Eve'), id, 'reject')).toMatchObject({ outcome: 'cancelled' });
  });

  it('gives way to the schedule once the configuration was changed', async () => {
    const all = syncWorld();
    const on = night(all);
    await on({ pages: [staff(10)], total: 10 });
    expect(await on({ pages: [staff(7)], total: 7 })).toBe('held');
    const [, held] = await all.world.store.list('sessions');
    await on({ pages: [staff(10)], total: 10 });
    expect(await all.world.store.list('sessions')).toHaveLength(2);
    all.plan({ fingerprint: 'plan-2' });
    expect(await on({ pages: [staff(10)], total: 10 })).toBe('succeeded');
    expect(await all.world.store.get('sessions', held?.id ?? '')).toMatchObject({ state: 'ended', outcome: 'cancelled' });
  });
});
