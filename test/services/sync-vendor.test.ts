import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncSession } from '../../src/domain/sync-session.ts';
import { compileLoadSettings } from '../../src/preset/load-settings.ts';
import { type JetBrainsVendor, startJetBrainsVendor } from '../../src/sandbox/vendors/jetbrains.ts';
import { lookupPerson } from '../../src/services/lookup-person.ts';
import { resolvePerson } from '../../src/services/resolve-person.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { NOW, type Opened, openConnector } from '../support/connectors.ts';
import { aLicence, licencesOf } from '../support/licences.ts';
import { aPlan } from '../support/sync-builders.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

/*
 * Whole runs over a loopback JetBrains: the shipped preset, the real engine, 250 licences on three pages, and the bad days
 * a vendor can have.
 */

const PEOPLE = 250;
const plan = aPlan({
  integrationId: 'jetbrains',
  connectorId: 'jetbrains',
  name: 'JetBrains',
  mapping: { email: '{{ record.assignee.email }}', username: '{{ record.assignee.email }}', name: '{{ record.assignee.name }}' },
  customFields: [{ name: 'license', label: 'JetBrains License Id', value: '{{ record.licenseId }}', unique: true, type: 'text' }],
});

let vendor: JetBrainsVendor;
let connector: Opened;
let world: TestWorld;

beforeEach(async () => {
  vendor = await startJetBrainsVendor({ now: () => NOW, seats: licencesOf(PEOPLE) });
  connector = openConnector('jetbrains', vendor.baseUrl, {
    credential: { apiKey: { reveal: () => vendor.apiKey } as never },
    variables: { companyCode: vendor.customerCode },
    loading: compileLoadSettings({
      mapping: plan.mapping,
      customFields: { license: { label: 'JetBrains License Id', value: '{{ record.licenseId }}' } },
    }),
  });
  world = testWorld({ connectors: [connector] });
  const settings = world.settings();
  Object.assign(world, { settings: () => ({ ...settings, syncs: [plan] }) });
});

afterEach(async () => {
  await connector.close();
  await vendor.close();
});

function run(): Promise<SyncSession> {
  return runSync(world, { plan, trigger: 'schedule', by: null, test: false, limit: null });
}

async function active(): Promise<number> {
  const inventory = await world.inventories.get('jetbrains');
  return [...(inventory?.people.values() ?? [])].filter((one) => one.active).length;
}

describe('a sync of JetBrains', () => {
  it('brings every licence and person, says where each came from, and is quiet when nothing changed', async () => {
    const first = await run();
    expect(first).toMatchObject({ outcome: 'succeeded', records: PEOPLE, people: { created: PEOPLE }, failed: 0 });
    const inventory = await world.inventories.get('jetbrains');
    expect(inventory?.people.get('p7@example.com')?.fields).toMatchObject({ name: 'p7', role: 'Employee', license: 'L000007' });
    expect(inventory?.holdings.get('seat/L000007')?.holding.fields).toMatchObject({
      'License Id': 'L000007',
      'JetBrains License Id': 'L000007',
    });
    expect(inventory?.head).toMatchObject({ credential: 'vendor-main', app: 'Vendor' });
    expect(await run()).toMatchObject({ outcome: 'succeeded', people: { unchanged: PEOPLE }, holdings: { unchanged: PEOPLE } });
    expect(world.inventories.writes).toHaveLength(1);
  });

  it('tells a change of one licence field by field', async () => {
    await run();
    const licence = vendor.state.find('L000003');
    if (licence?.lastSeen) licence.lastSeen.lastSeenDate = '2026-11-20T09:00:00Z';
    const session = await run();
    expect(session).toMatchObject({ holdings: { updated: 1, unchanged: PEOPLE - 1 } });
    expect(session.changes[0]?.fields).toEqual([['lastActivity', '2026-11-01T09:00:00.000Z', '2026-11-20T09:00:00.000Z']]);
  });
});

describe('bad days of the vendor', () => {
  const nothingLost = async (session: SyncSession): Promise<void> => {
    expect(['incomplete', 'failed', 'held']).toContain(session.outcome);
    expect(session.applied && session.people.deactivated > 0).toBe(false);
    expect(await active()).toBe(PEOPLE);
  };

  it.each([
    ['an empty first page', { kind: 'empty-page', path: 'page=1&' }],
    ['an empty page in the middle', { kind: 'empty-page', path: 'page=2&' }],
    ['the last page missing', { kind: 'empty-page', path: 'page=3&' }],
    ['half a JSON body', { kind: 'half-body', path: 'page=2&', times: 20 }],
    ['HTML', { kind: 'html', path: 'page=2&', times: 20 }],
    ['a connection that breaks', { kind: 'reset', path: 'page=3&', times: 20 }],
    [
      'a token that dies in the middle',
      { kind: 'status', status: 401, path: 'page=3&', times: 20, body: { code: 'INVALID_TOKEN' } },
    ],
    ['a vendor that fails', { kind: 'status', status: 500, times: 50 }],
  ] as const)('%s takes nobody away', async (_name, fault) => {
    await run();
    vendor.faults.add(fault);
    await nothingLost(await run());
    vendor.faults.clear();
    expect(await run()).toMatchObject({ outcome: 'succeeded', people: { unchanged: PEOPLE } });
  });

  it('a storm of 429 is waited out', async () => {
    vendor.faults.add({ kind: 'status', status: 429, retryAfter: 1, times: 4 });
    expect(await run()).toMatchObject({ outcome: 'succeeded', people: { created: PEOPLE } });
  });

  it('a refused key stops it with what to do', async () => {
    await run();
    vendor.faults.add({ kind: 'status', status: 401, times: 50, body: { code: 'INVALID_TOKEN' } });
    await nothingLost(await run());
    expect((await world.store.get('syncs', 'jetbrains'))?.trouble).toMatchObject({
      kind: 'credential',
      message: expect.stringContaining('JetBrains does not accept this API key'),
      retryAt: null,
    });
  });

  it('another company’s data is held, and nobody of it comes in', async () => {
    await run();
    vendor.state.reset(licencesOf(PEOPLE, 5_000));
    const session = await run();
    await nothingLost(session);
    expect(session).toMatchObject({ outcome: 'held', reasons: [{ code: 'strangers' }] });
  });

  it('30 % gone at once is held; one gone is asked about directly and deactivated', async () => {
    await run();
    vendor.state.reset(licencesOf(175));
    expect(await run()).toMatchObject({ outcome: 'held', applied: false });
    expect(await active()).toBe(PEOPLE);
    vendor.state.reset(licencesOf(PEOPLE - 1));
    expect(await run()).toMatchObject({ outcome: 'succeeded', people: { deactivated: 1 }, holdings: { deactivated: 1 } });
    vendor.state.reset(licencesOf(PEOPLE));
    expect(await run()).toMatchObject({ people: { reactivated: 1 }, holdings: { reactivated: 1 } });
  });

  it('a field that becomes an object is an error with a sample, and the record stays as it was', async () => {
    await run();
    Object.assign(vendor.state.find('L000009') ?? {}, { isTrial: { value: true } });
    const session = await run();
    expect(session).toMatchObject({ outcome: 'succeeded', failed: 1, people: { deactivated: 0 } });
    expect(session.faults[0]).toMatchObject({
      id: 'L000009',
      field: expect.stringContaining('Is Trial'),
      sample: '{"value":true}',
    });
    expect(await active()).toBe(PEOPLE);
  });

  it('an e-mail in other letters is the same person', async () => {
    await run();
    vendor.state.reset(
      licencesOf(PEOPLE).map((one) =>
        aLicence(
          one.licenseId,
          one.licenseId === 'L000004' ? 'P4@Example.COM' : `p${Number(one.licenseId.slice(1))}@example.com`,
        ),
      ),
    );
    expect(await run()).toMatchObject({ people: { created: 0, deactivated: 0 } });
    expect(await active()).toBe(PEOPLE);
  });
});

describe('a look-up while the vendor is down', () => {
  it('shows what was synced last and how old it is, and finds people by name', async () => {
    const session = await run();
    vendor.faults.add({ kind: 'status', status: 503, times: 50 });
    const choice = await resolvePerson(world, 'p42');
    expect(choice).toMatchObject({ kind: 'one', person: { email: 'p42@example.com' } });
    const result = await lookupPerson(world, world.as('Ada'), { userId: null, email: 'p42@example.com', name: 'p42' });
    expect(result.sections[0]).toMatchObject({
      ok: false,
      last: { syncedAt: session.startedAt, rows: [{ holding: { externalId: 'L000042' }, offers: [] }] },
    });
  });
});
