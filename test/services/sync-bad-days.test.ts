import { afterEach, describe, expect, it } from 'vitest';
import type { SyncPlan } from '../../src/domain/sync-plan.ts';
import type { SyncSession } from '../../src/domain/sync-session.ts';
import { compileLoadSettings } from '../../src/preset/load-settings.ts';
import { type AhaVendor, startAhaVendor } from '../../src/sandbox/vendors/aha.ts';
import type { AhaUser } from '../../src/sandbox/vendors/aha-user.ts';
import { type JetBrainsVendor, startJetBrainsVendor } from '../../src/sandbox/vendors/jetbrains.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { syncOnSchedule } from '../../src/services/sync-on-schedule.ts';
import { NOW, type Opened, openConnector } from '../support/connectors.ts';
import { licencesOf } from '../support/licences.ts';
import { aPlan } from '../support/sync-builders.ts';
import { staff, syncWorld } from '../support/sync-world.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

/*
 * Bad days that need a vendor who changes while it is read, or one with accounts. Those of its answers are in
 * sync-vendor.test.ts, those of the bot itself in run-sync.test.ts, and kill -9 in sync-kill.test.ts.
 */

const DAY_MS = 86_400_000;
const PEOPLE = 250;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Scene {
  readonly world: TestWorld;
  run(): Promise<SyncSession>;
  active(): Promise<readonly string[]>;
}

function sceneOf(connector: Opened, plan: SyncPlan): Scene {
  closing.unshift(() => connector.close());
  const world = testWorld({ connectors: [connector] });
  const settings = { ...world.settings(), syncs: [plan] };
  Object.assign(world, { settings: () => settings });
  return {
    world,
    run: () => runSync(world, { plan, trigger: 'schedule', by: null, test: false, limit: null }),
    async active() {
      const inventory = await world.inventories.get(plan.integrationId);
      return [...(inventory?.people.values() ?? [])].filter((one) => one.active).map((one) => one.key);
    },
  };
}

/** JetBrains with 250 licences on three pages; `between` happens once page 1 was answered, each time it was. */
async function jetbrains(between: (vendor: JetBrainsVendor) => void): Promise<Scene & { readonly vendor: JetBrainsVendor }> {
  let on = false;
  const vendor: JetBrainsVendor = await startJetBrainsVendor({
    now: () => NOW,
    seats: licencesOf(PEOPLE),
    onCall: ({ path }) => {
      if (on && path.includes('page=1&')) between(vendor);
    },
  });
  closing.push(() => vendor.close());
  const mapping = { email: '{{ record.assignee.email }}', username: '{{ record.assignee.email }}' };
  const connector = openConnector('jetbrains', vendor.baseUrl, {
    credential: { apiKey: { reveal: () => vendor.apiKey } as never },
    variables: { companyCode: vendor.customerCode },
    loading: compileLoadSettings({ mapping }),
  });
  const scene = sceneOf(connector, aPlan({ integrationId: 'jetbrains', connectorId: 'jetbrains', name: 'JetBrains', mapping }));
  await scene.run();
  on = true;
  return { ...scene, vendor };
}

function anAhaUser(id: string, email: string, over: Partial<AhaUser> = {}): AhaUser {
  return {
    id,
    name: email.split('@')[0] ?? '',
    email,
    timezone: 'Europe/Berlin',
    created_at: '2026-01-10T09:00:00.000Z',
    updated_at: '2026-01-10T09:00:00.000Z',
    accessed_at: '2026-11-01T09:00:00.000Z',
    product_roles: [],
    user_roles: [],
    enabled: true,
    paid_seat: true,
    administrator: false,
    administrator_roles: {},
    ...over,
  };
}

const users = (count: number): AhaUser[] => Array.from({ length: count }, (_, at) => anAhaUser(`70${at}`, `p${at}@example.com`));

async function aha(load: SyncPlan['load']): Promise<Scene & { readonly vendor: AhaVendor }> {
  const vendor = await startAhaVendor({ now: () => NOW, users: users(12), ownerId: '700' });
  closing.push(() => vendor.close());
  const mapping = { email: '{{ record.email }}', username: '{{ record.email }}', name: '{{ record.name }}' };
  const connector = openConnector('aha', vendor.baseUrl, {
    credential: { apiKey: { reveal: () => vendor.apiKey } as never },
    variables: { subdomain: 'acme' },
    loading: compileLoadSettings({ mapping }),
  });
  const plan = aPlan({ integrationId: 'aha', connectorId: 'aha', name: 'Aha!', mapping, load });
  const scene = sceneOf(connector, plan);
  await scene.run();
  return { ...scene, vendor };
}

describe('a bad day', () => {
  it('a total that changes while its pages are read takes nobody away', async () => {
    const { run, active, vendor } = await jetbrains((at) => void at.state.licences.splice(200, 50));
    const session = await run();
    expect(session.outcome).toBe('incomplete');
    expect(session.reasons[0]?.code).toMatch(/total/);
    expect(session.people.deactivated + session.departuresTotal).toBe(0);
    expect(await active()).toHaveLength(PEOPLE);
    expect(vendor.state.licences).toHaveLength(200);
  });

  it('a record that comes on two pages, because the list moves while it is read, takes nobody away', async () => {
    const { run, active } = await jetbrains(({ state }) => {
      // The last one goes to the top: the last of page 1 comes again on page 2, and the one that moved on no page at all.
      const last = state.licences.pop();
      if (last !== undefined) state.licences.unshift(last);
    });
    const session = await run();
    expect(session).toMatchObject({ outcome: 'incomplete', reasons: [{ code: 'record-repeats' }], repeated: 1 });
    expect(await active()).toHaveLength(PEOPLE);
  });

  it('a token that dies in the middle writes nothing, stops the schedule and says what to do', async () => {
    const { run, active, vendor, world } = await jetbrains((at) =>
      at.faults.add({ kind: 'status', status: 401, path: 'page=', times: 50, body: { code: 'INVALID_TOKEN' } }),
    );
    expect(await run()).toMatchObject({ outcome: 'incomplete', applied: false });
    expect((await world.store.get('syncs', 'jetbrains'))?.trouble).toMatchObject({
      kind: 'credential',
      message: expect.stringContaining('does not accept this API key'),
      hint: expect.stringContaining('company code'),
      retryAt: null,
    });
    const calls = vendor.calls.length;
    world.pass(3 * DAY_MS);
    await syncOnSchedule(world, 'jetbrains', 'schedule', new AbortController().signal);
    expect(vendor.calls).toHaveLength(calls);
    expect(await active()).toHaveLength(PEOPLE);
  });

  it('a storm of 429 is waited out, and the wait is told', async () => {
    const { run, vendor, active } = await jetbrains(() => {});
    for (const page of ['page=1&', 'page=2&', 'page=3&'])
      vendor.faults.add({ kind: 'status', status: 429, path: page, retryAfter: 1, times: 2 });
    const session = await run();
    expect(session).toMatchObject({ outcome: 'succeeded', people: { unchanged: PEOPLE } });
    expect(session.vendorCalls).toBeGreaterThan(3);
    expect(await active()).toHaveLength(PEOPLE);
  });

  it.each(['users', 'users-and-saas-users'] as const)('an e-mail changed at the vendor keeps the person (%s)', async (load) => {
    const { run, active, vendor } = await aha(load);
    Object.assign(vendor.state.find('703') ?? {}, { email: 'petra@example.com' });
    expect(await run()).toMatchObject({
      outcome: 'succeeded',
      people: { created: 0, updated: 1, deactivated: 0, unchanged: 11 },
    });
    const people = await active();
    expect(people).toHaveLength(12);
    expect(people).toContain('petra@example.com');
    expect(people).not.toContain('p3@example.com');
  });

  it('two vendor users with one e-mail are an error that names both, and both stay as they were', async () => {
    const { run, active, vendor } = await aha('users-and-saas-users');
    vendor.state.users.push(anAhaUser('799', 'P3@example.com'));
    const session = await run();
    expect(session).toMatchObject({ outcome: 'succeeded', failed: 2, people: { deactivated: 0, created: 0 } });
    expect(session.faults).toEqual([
      expect.objectContaining({ reason: expect.stringMatching(/703 and 799 have the same email/) }),
    ]);
    expect(await active()).toHaveLength(12);
  });

  it('a field that becomes an object in every record is told to the contacts, and everybody stays', async () => {
    const { run, active, vendor, world } = await aha('users-and-saas-users');
    for (const user of vendor.state.users) Object.assign(user, { email: { address: user.email } });
    const session = await run();
    expect(session).toMatchObject({
      outcome: 'incomplete',
      failed: 12,
      people: { deactivated: 0 },
      reasons: [{ code: 'unmapped' }],
    });
    expect(session.faults[0]).toMatchObject({ sample: expect.stringContaining('{"address"') });
    await world.background.idle();
    expect(world.sessionNotifier.told[0]?.trouble.message).toMatch(/^12 of 12 records could not be taken/);
    expect(await active()).toHaveLength(12);
  });

  it('a clock that jumps ahead during a run, and back after it, takes nobody away and keeps the history in order', async () => {
    const all = syncWorld();
    all.gives(staff(10));
    await all.run();
    all.gives({
      pages: [staff(10), staff(1, 10)],
      total: 11,
      beforePage: (page) => void (page === 2 && all.world.pass(400 * DAY_MS)),
    });
    expect(await all.run()).toMatchObject({ outcome: 'succeeded', people: { created: 1, unchanged: 10 } });
    all.world.pass(-400 * DAY_MS);
    all.gives(staff(12));
    expect(await all.run()).toMatchObject({ outcome: 'succeeded', people: { created: 1, unchanged: 11 } });
    expect(Object.values(await all.people()).filter(Boolean)).toHaveLength(12);
  });
});
