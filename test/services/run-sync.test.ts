import { describe, expect, it } from 'vitest';
import { StoreError } from '../../src/domain/errors.ts';
import type { SyncPlan } from '../../src/domain/sync-plan.ts';
import type { LoadedRecord } from '../../src/ports/load.ts';
import { cancelSync } from '../../src/services/cancel-sync.ts';
import { decideSession } from '../../src/services/decide-session.ts';
import { launchIntegration } from '../../src/services/launch-integration.ts';
import { recoverSessions } from '../../src/services/recover-sessions.ts';
import { sessionCsv } from '../../src/services/session-csv.ts';
import { startSync } from '../../src/services/start-sync.ts';
import { syncOnSchedule, watchSyncs } from '../../src/services/sync-on-schedule.ts';
import { runOf } from '../../src/services/sync-runs.ts';
import { anAccount, recordOf, type ScriptedLoad, seatOf } from '../support/sync-builders.ts';
import { staff, syncWorld } from '../support/sync-world.ts';
import { testWorld } from '../support/world.ts';

const HOUR_MS = 3_600_000;

describe('a run', () => {
  it('brings everybody in and says so in its session', async () => {
    const { world, gives, run, people } = syncWorld();
    gives(staff(3));
    const session = await run();
    expect(session).toMatchObject({
      outcome: 'succeeded',
      applied: true,
      pages: 1,
      records: 3,
      total: 3,
      vendorCalls: 1,
      people: { created: 3 },
      holdings: { created: 3 },
    });
    expect(await people()).toEqual({ 'p0@example.com': true, 'p1@example.com': true, 'p2@example.com': true });
    expect(await world.store.get('syncs', 'vendor')).toMatchObject({ confirmedAt: session.startedAt, trouble: null });
    expect(world.store.events.map((event) => event.verb)).toEqual(['sync.started', 'sync.ended']);
  });

  it('in which nothing changed writes no inventory', async () => {
    const { world, gives, run } = syncWorld();
    gives(staff(3));
    await run();
    expect((await run()).people).toMatchObject({ unchanged: 3, created: 0 });
    expect(world.inventories.writes).toEqual(['vendor']);
  });

  it('as a test shows what would change and writes nothing but its session', async () => {
    const { world, gives, run, people } = syncWorld();
    gives(staff(2));
    await run();
    gives([...staff(1), recordOf(anAccount('new@example.com'))]);
    const session = await run({ test: true });
    expect(session).toMatchObject({ test: true, outcome: 'succeeded', applied: false, people: { created: 1, unchanged: 1 } });
    expect(session.departures).toEqual([
      expect.objectContaining({ kind: 'account', id: 'A-p1@example.com' }),
      expect.objectContaining({ kind: 'person', id: 'p1@example.com', reason: 'missing' }),
    ]);
    expect(Object.keys(await people())).toEqual(['p0@example.com', 'p1@example.com']);
    expect(world.inventories.writes).toHaveLength(1);
  });

  it('of the first records alone says nothing about who is missing', async () => {
    const { gives, run } = syncWorld();
    gives(staff(4));
    await run();
    gives({ pages: [staff(2)], total: 4, reasons: [{ code: 'limit' }] });
    expect(await run({ test: true, limit: 2 })).toMatchObject({ outcome: 'succeeded', departuresTotal: 0 });
  });

  it('counts and keeps every error, and goes on', async () => {
    const { world, gives, run } = syncWorld();
    const bad: LoadedRecord = {
      ...recordOf(anAccount('p9@example.com')),
      accounts: [],
      faults: [{ id: 'A9', as: 'account', field: 'enabled', sample: '"maybe"', reason: 'Should be true or false.' }],
    };
    gives([...staff(2), bad]);
    const session = await run();
    expect(session).toMatchObject({ outcome: 'succeeded', failed: 1, people: { created: 2 } });
    const csv = await sessionCsv(world, world.as('Ada'), session.id, 'errors');
    expect(csv.text).toBe(
      'record,id,field,sample,reason,integration,Connector Sync Time\r\n' +
        `3,A9,enabled,"""maybe""",Should be true or false.,vendor,${session.startedAt}\r\n`,
    );
  });
});

describe('bad days', () => {
  const known = staff(10);
  async function dayAfter(load: ScriptedLoad | readonly LoadedRecord[], over: Partial<SyncPlan> = {}) {
    const all = syncWorld(over);
    all.gives(known);
    await all.run();
    all.gives(load);
    const session = await all.run();
    const active = Object.values(await all.people()).filter(Boolean).length;
    return { ...all, session, active };
  }

  it('an empty listing deactivates nobody', async () => {
    const { session, active } = await dayAfter({ pages: [], outcome: 'complete' });
    expect(session).toMatchObject({ outcome: 'incomplete', reasons: [{ code: 'empty' }] });
    expect(active).toBe(10);
  });

  it('a total that does not match deactivates nobody, and what came is taken', async () => {
    const { session, active, people } = await dayAfter({
      pages: [known.slice(0, 6), staff(1, 50)],
      total: 10,
      reasons: [{ code: 'short-of-total' }],
    });
    expect(session).toMatchObject({ outcome: 'incomplete', applied: true, people: { created: 1 }, departuresTotal: 0 });
    expect(active).toBe(11);
    expect((await people())['p50@example.com']).toBe(true);
  });

  it.each(['total-changed', 'record-repeats', 'page-repeats', 'unreadable'] as const)('%s deactivates nobody', async (code) => {
    const { session, active } = await dayAfter({ pages: [known.slice(0, 5)], reasons: [{ code }] });
    expect(session.outcome).toBe('incomplete');
    expect(active).toBe(10);
  });

  it.each(['vendor', 'transport', 'unexpected'] as const)('a load broken off by %s leaves everything as it was', async (code) => {
    const { session, active, world } = await dayAfter({ pages: [staff(3, 90)], reasons: [{ code }] });
    expect(session).toMatchObject({ outcome: 'incomplete', applied: false, people: { created: 0 } });
    expect(active).toBe(10);
    expect(world.inventories.writes).toHaveLength(1);
  });

  it('a vendor that cannot be reached is a failure', async () => {
    const { session } = await dayAfter({ pages: [], reasons: [{ code: 'transport' }], outcome: 'failed' });
    expect(session).toMatchObject({ outcome: 'failed', applied: false });
  });

  it('30 % of people gone at once is held before the first deactivation', async () => {
    const { session, active } = await dayAfter(known.slice(0, 7));
    expect(session).toMatchObject({ outcome: 'held', state: 'held', applied: false, reasons: [{ code: 'share' }] });
    expect(session.departures.filter((one) => one.kind === 'person').map((one) => one.id)).toEqual([
      'p7@example.com',
      'p8@example.com',
      'p9@example.com',
    ]);
    expect(active).toBe(10);
  });

  it('other people’s data is held, even where nobody is ever deactivated', async () => {
    const { session, active } = await dayAfter(staff(10, 500), { deactivate: { enabled: false, maxShare: 0.2, maxCount: 50 } });
    expect(session).toMatchObject({ outcome: 'held', reasons: [{ code: 'strangers' }] });
    expect(active).toBe(10);
  });

  it('a full disk leaves the inventory whole and says what to do', async () => {
    const all = syncWorld();
    all.gives(known);
    await all.run();
    all.gives([...known, ...staff(1, 20)]);
    all.world.inventories.faults.push(new StoreError('store.write', 'The disk is full.', { hint: 'Free space.' }));
    expect(await all.run()).toMatchObject({
      outcome: 'failed',
      reasons: [{ message: 'The disk is full.', hint: 'Free space.' }],
    });
    expect(Object.keys(await all.people())).toHaveLength(10);
  });

  it('a configuration that changed during the run writes nothing of the old one', async () => {
    const all = syncWorld();
    all.gives({ pages: [known], beforePage: () => all.plan({ fingerprint: 'plan-2' }) });
    expect(await all.run()).toMatchObject({ outcome: 'cancelled', reasons: [{ code: 'configuration-changed' }] });
    expect(await all.people()).toEqual({});
  });

  it('a clock that is set back keeps the order of things', async () => {
    const all = syncWorld();
    all.gives(known);
    await all.run();
    all.world.pass(-48 * HOUR_MS);
    all.gives([...known, ...staff(1, 20)]);
    expect(await all.run()).toMatchObject({ outcome: 'succeeded', people: { created: 1, unchanged: 10 } });
  });

  it('two runs started together: one runs, the other is told which', async () => {
    const all = syncWorld();
    let go = (): void => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    all.gives({ pages: [known], beforePage: () => gate });
    const first = all.run();
    await expect(all.run()).rejects.toMatchObject({
      code: 'conflict.sync',
      message: expect.stringContaining('is being synced already'),
    });
    go();
    expect(await first).toMatchObject({ outcome: 'succeeded' });
  });

  it('a bot that was killed in the middle says so when it is back', async () => {
    const all = syncWorld();
    all.gives({ pages: [known], beforePage: () => new Promise(() => {}) });
    void all.run();
    await new Promise((resolve) => setImmediate(resolve));
    const back = testWorld({ store: all.world.store });
    const [stuck] = await back.store.list('sessions');
    expect(stuck?.state).toBe('running');
    // Another process does not know of the run in this one.
    runOf(all.world.store, 'vendor')?.abort.abort();
    await recoverSessions({ ...back, store: Object.create(all.world.store) as typeof back.store });
    expect(await back.store.get('sessions', stuck?.id ?? '')).toMatchObject({
      state: 'ended',
      outcome: 'failed',
      applied: false,
    });
  });
});

describe('somebody missing for the first time', () => {
  it('is deactivated at once when a direct read says that they are gone', async () => {
    const { gives, run, people } = syncWorld();
    gives(staff(10));
    await run();
    gives(staff(9));
    expect(await run()).toMatchObject({ outcome: 'succeeded', people: { deactivated: 1 } });
    expect((await people())['p9@example.com']).toBe(false);
  });

  it('stays when a direct read finds them, however often the listing hides them', async () => {
    const { gives, run, people, hidden } = syncWorld();
    gives(staff(10));
    await run();
    gives(staff(9));
    hidden.add('A-p9@example.com');
    await run();
    await run();
    await run();
    expect((await people())['p9@example.com']).toBe(true);
  });
});

describe('a held session', () => {
  async function held() {
    const all = syncWorld({ contacts: ['UDAN'] });
    all.gives(staff(10));
    await all.run();
    all.gives(staff(7));
    const session = await all.run();
    await all.world.background.idle();
    return { ...all, session };
  }

  it('shows its contacts the card, and takes two of them to accept', async () => {
    const { world, session, people } = await held();
    expect([...world.sessionNotifier.cards.keys()]).toEqual([`UDAN/${session.id}`]);
    expect(await decideSession(world, world.as('Dan'), session.id, 'accept')).toMatchObject({ state: 'held' });
    expect((await people())['p9@example.com']).toBe(true);
    await expect(decideSession(world, world.as('Dan'), session.id, 'accept')).rejects.toMatchObject({ code: 'conflict.session' });
    expect(await decideSession(world, world.as('Eve'), session.id, 'accept')).toMatchObject({
      outcome: 'succeeded',
      applied: true,
    });
    expect(Object.values(await people()).filter((active) => !active)).toHaveLength(3);
    await world.background.idle();
    expect(world.sessionNotifier.cards.get(`UDAN/${session.id}`)?.outcome).toBe('succeeded');
    expect(world.store.events.filter((event) => event.verb === 'sync.accepted')).toHaveLength(2);
  });

  it('is over when one rejects it, and nothing of it is written', async () => {
    const { world, session, people } = await held();
    await decideSession(world, world.as('Dan'), session.id, 'reject');
    expect(Object.values(await people()).every(Boolean)).toBe(true);
    await expect(decideSession(world, world.as('Eve'), session.id, 'accept')).rejects.toMatchObject({
      message: `Session ${session.id} was already rejected by Dan; nothing of it was written.`,
    });
  });

  it('is nobody else’s to decide', async () => {
    const { world, session } = await held();
    await expect(decideSession(world, world.as('Bob'), session.id, 'accept')).rejects.toMatchObject({
      code: 'forbidden.session',
    });
  });

  it('keeps the schedule waiting, and gives way to a run that somebody starts', async () => {
    const { world, gives, session } = await held();
    await syncOnSchedule(world, 'vendor', 'schedule', new AbortController().signal);
    expect(await world.store.list('sessions')).toHaveLength(2);
    gives(staff(10));
    const started = await startSync(world, world.as('Ada'), { integration: 'vendor', test: false, limit: null });
    expect(await started.ended).toMatchObject({ outcome: 'succeeded', trigger: 'person' });
    expect(await world.store.get('sessions', session.id)).toMatchObject({ outcome: 'cancelled' });
  });
});

describe('cancelling', () => {
  it('ends a run before its next page and writes nothing', async () => {
    const all = syncWorld();
    all.gives({
      pages: [staff(2), staff(2, 2)],
      beforePage: async (page) => {
        if (page === 2) await cancelSync(all.world, all.world.as('Ada'), runOf(all.world.store, 'vendor')?.sessionId ?? '');
      },
    });
    expect(await all.run()).toMatchObject({
      outcome: 'cancelled',
      pages: 1,
      reasons: [{ message: 'Ada cancelled it; nothing was written.' }],
    });
    expect(await all.people()).toEqual({});
  });
});

describe('a sick integration', () => {
  const broken: ScriptedLoad = { pages: [], reasons: [{ code: 'transport' }], outcome: 'failed' };
  const never = new AbortController().signal;

  it('is told of once, backs off 6, 12 and 24 hours, and is told of once more when it is well', async () => {
    const { world, gives } = syncWorld({ contacts: ['UDAN', 'eve@example.com'] });
    gives(broken);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const before = world.clock.now().getTime();
      await syncOnSchedule(world, 'vendor', 'retry', never);
      await world.background.idle();
      const { trouble } = (await world.store.get('syncs', 'vendor')) ?? {};
      waits.push((Date.parse(trouble?.retryAt ?? '') - before) / HOUR_MS);
      world.pass(Date.parse(trouble?.retryAt ?? '') - before);
    }
    expect(waits).toEqual([6, 12, 24, 24]);
    expect(world.sessionNotifier.told.map(({ to, event }) => `${event} ${to}`)).toEqual([
      'trouble UDAN',
      'trouble eve@example.com',
    ]);
    expect(world.mails.map(({ to, subject }) => `${to}: ${subject}`)).toEqual([
      'dan@example.com: Seatwarden: Vendor: the sync failed',
      'eve@example.com: Seatwarden: Vendor: the sync failed',
    ]);
    gives(staff(2));
    await watchSyncs(world, () => null);
    await world.background.idle();
    expect(world.sessionNotifier.told.map(({ event }) => event)).toEqual(['trouble', 'trouble', 'recovered', 'recovered']);
    expect((await world.store.get('syncs', 'vendor'))?.trouble).toBeNull();
  });

  it('is not tried by its schedule before its time', async () => {
    const { world, gives } = syncWorld();
    gives(broken);
    await syncOnSchedule(world, 'vendor', 'schedule', never);
    await syncOnSchedule(world, 'vendor', 'schedule', never);
    expect(await world.store.list('sessions')).toHaveLength(1);
  });

  it('with a refused credential stops at once and says what to do', async () => {
    const { world, gives } = syncWorld();
    gives({
      pages: [],
      outcome: 'failed',
      reasons: [{ code: 'vendor', status: 401, message: 'The key is refused.', hint: 'Renew it.' }],
    });
    await syncOnSchedule(world, 'vendor', 'schedule', never);
    await world.background.idle();
    world.pass(100 * HOUR_MS);
    await syncOnSchedule(world, 'vendor', 'schedule', never);
    await watchSyncs(world, () => null);
    await world.background.idle();
    expect(await world.store.list('sessions')).toHaveLength(1);
    expect(world.sessionNotifier.told[0]?.trouble).toMatchObject({
      kind: 'credential',
      message: 'The key is refused.',
      hint: 'Renew it.',
      retryAt: null,
    });
  });

  it('that did not start, and one that does not end, are told of', async () => {
    const { world, gives } = syncWorld();
    const slot = { id: 'sync:vendor', version: 1, lastSlot: '2026-11-22T03:00:00.000Z' };
    await world.store.commit({ put: [{ collection: 'slots', doc: slot, expected: null }] });
    for (let look = 0; look < 3; look += 1) {
      await watchSyncs(world, () => new Date('2026-11-23T03:00:00.000Z'));
      world.pass(HOUR_MS / 2);
    }
    const due = await world.store.list('syncNotices');
    expect(due.map((notice) => notice.trouble.kind)).toEqual(['not-started']);
    gives({ pages: [staff(1)], beforePage: () => new Promise(() => {}) });
    void startSync(world, world.as('Ada'), { integration: 'vendor', test: false, limit: null });
    await new Promise((resolve) => setTimeout(resolve, 20));
    world.pass(25 * HOUR_MS);
    await watchSyncs(world, () => null);
    await watchSyncs(world, () => null);
    expect((await world.store.list('syncNotices')).map((notice) => notice.trouble.kind)).toEqual(['not-started', 'unfinished']);
  });
});

describe('a draft', () => {
  it('does not run on its schedule', async () => {
    const { world, gives } = syncWorld({ state: 'draft' });
    gives(staff(1));
    await syncOnSchedule(world, 'vendor', 'schedule', new AbortController().signal);
    expect(await world.store.list('sessions')).toEqual([]);
  });

  it('goes live only when nothing is missing, and launch says everything that is', async () => {
    const { world, plan } = syncWorld({ state: 'draft', mapping: {}, role: null });
    const vendor = world.connectors.get('vendor') as { check: unknown };
    vendor.check = async () => ({ ok: false, message: 'The key is refused.', hint: null, facts: [] });
    await expect(launchIntegration(world, world.as('Ada'), 'vendor')).rejects.toMatchObject({
      message: expect.stringMatching(/username.*e-mail.*role.*sync key.*The key is refused/s),
    });
    vendor.check = async () => ({ ok: true, message: '', hint: null, facts: [] });
    plan({ mapping: { email: '{{ record.email }}', username: '{{ record.email }}' }, role: 'Employee' });
    await launchIntegration(world, world.as('Ada'), 'vendor');
    await syncOnSchedule(world, 'vendor', 'schedule', new AbortController().signal);
    expect(await world.store.list('sessions')).toHaveLength(1);
    await expect(launchIntegration(world, world.as('Ada'), 'vendor')).rejects.toMatchObject({ code: 'conflict.live' });
  });

  it.each([
    ['department', { department: '{{ record.dep }}' }],
    ['name', { name: '{{ record.name }}' }],
  ])('stays one while its sync key is a field that several people can share: %s', async (syncKey, more) => {
    const mapping = { email: '{{ record.email }}', username: '{{ record.email }}', ...more };
    const { world } = syncWorld({ state: 'draft', mapping, syncKey });
    await expect(launchIntegration(world, world.as('Ada'), 'vendor')).rejects.toMatchObject({
      message: expect.stringContaining(`The sync key “${syncKey}” is not unique`),
    });
  });

  it('is nobody’s to start but an admin’s', async () => {
    const { world } = syncWorld();
    await expect(startSync(world, world.as('Bob'), { integration: '', test: true, limit: null })).rejects.toMatchObject({
      code: 'forbidden.admin',
    });
  });
});

describe('seats', () => {
  it('keep their own facts while people come and go', async () => {
    const { world, gives, run } = syncWorld();
    gives([recordOf(seatOf('S1', 'cara@example.com')), recordOf(seatOf('S2', null))]);
    await run();
    gives([recordOf(seatOf('S1', null)), recordOf(seatOf('S2', 'cara@example.com'))]);
    expect(await run()).toMatchObject({ people: { unchanged: 1, deactivated: 0 }, holdings: { updated: 2 } });
    const inventory = await world.inventories.get('vendor');
    expect(inventory?.holdings.get('seat/S2')?.person).toBe('cara@example.com');
  });
});
