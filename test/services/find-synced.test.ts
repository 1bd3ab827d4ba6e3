import { describe, expect, it } from 'vitest';
import find from '../../commands/find.ts';
import { toSyncPlans } from '../../src/config/sync-plans.ts';
import type { SyncPlan } from '../../src/domain/sync-plan.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { findSynced, syncedHoldings } from '../../src/services/synced-people.ts';
import { replyView } from '../../src/slack/views/reply.ts';
import { mrkdwnOf } from '../support/slack-views.ts';
import { anAccount, aPlan, recordOf, scriptedLoad, seatOf } from '../support/sync-builders.ts';
import { fakeVendor, type TestWorld, testWorld } from '../support/world.ts';

const customFields = [
  { name: 'licence', label: 'Licence', value: '{{ record.id }}', type: 'text', unique: true },
  { name: 'cost_centre', label: 'Cost centre', value: '{{ record.cc }}', type: 'text', unique: false },
] as const;

/** A seat as a load gives it, with the company's own fields beside the vendor's. */
function licence(id: string, email: string | null, costCentre: string) {
  const record = recordOf(seatOf(id, email, { fields: { Licence: id, 'Cost centre': costCentre } }));
  return { ...record, custom: { licence: id, cost_centre: costCentre } };
}

async function synced(...all: readonly { readonly plan: SyncPlan; readonly records: readonly ReturnType<typeof recordOf>[] }[]) {
  const connectors = all.map(({ plan, records }) => {
    const load: TestWorld['vendor']['load'] = (_options, onPage, signal) =>
      scriptedLoad({ pages: [records], total: records.length }, onPage, signal);
    return Object.assign(fakeVendor([]), { id: plan.integrationId, load });
  });
  const world = testWorld({ connectors });
  const settings = { ...world.settings(), syncs: all.map(({ plan }) => plan) };
  Object.assign(world, { settings: () => settings });
  for (const { plan } of all) await runSync(world, { plan, trigger: 'cli', by: null, test: false, limit: null });
  return world;
}

const seats = [
  licence('K7Q2MZ41XA', 'cara@example.com', 'CC-100'),
  licence('PZ9921LLK0', 'cara@example.com', 'CC-200'),
  licence('FREE000001', null, 'CC-300'),
];

describe('what is found', () => {
  it('has every licence of a person by its id, not only the one their fields were taken from', async () => {
    const world = await synced({ plan: aPlan({ customFields }), records: seats });
    for (const id of ['K7Q2MZ41XA', 'pz9921llk0'])
      expect((await findSynced(world, id)).holdings).toMatchObject([
        { id: id.toUpperCase(), email: 'cara@example.com', active: true },
      ]);
  });

  it('has custom fields of seats that nobody holds', async () => {
    const world = await synced({ plan: aPlan({ customFields }), records: seats });
    expect((await findSynced(world, 'cc-300')).holdings).toMatchObject([
      { id: 'FREE000001', email: null, field: 'Cost centre', integrationId: 'vendor' },
    ]);
    const reply = await find.run('CC-', { world, caller: world.as('Ada') } as never);
    expect(mrkdwnOf(replyView(reply as never).blocks)).toMatch(
      /WebStorm {2}`FREE000001` {2}· {2}nobody {2}· {2}vendor {2}· {2}by Cost centre/,
    );
  });

  it('has people by a custom field, with all that is known of them', async () => {
    const account = { ...recordOf(anAccount('dan@example.com')), custom: { licence: 'X1', cost_centre: 'Harbour 7' } };
    const world = await synced({ plan: aPlan({ customFields }), records: [...seats, account] });
    const reply = await find.run('harbour', { world, caller: world.as('Ada') } as never);
    expect(mrkdwnOf(replyView(reply as never).blocks)).toMatch(/cost_centre: Harbour 7 {2}_from vendor/);
  });

  it('says how many more there are than it shows', async () => {
    const many = Array.from({ length: 60 }, (_, at) => licence(`BULK-${at}`, null, 'CC-1'));
    const world = await synced({ plan: aPlan({ customFields }), records: many });
    const found = await findSynced(world, 'bulk');
    expect([found.holdings.length, found.holdingsTotal]).toEqual([20, 60]);
    expect(mrkdwnOf(replyView({ kind: 'found', text: 'bulk', found, profile: null }).blocks)).toContain(
      'and 40 more seats and accounts',
    );
  });
});

describe('what somebody holds as last synced', () => {
  it('is theirs also where the vendor writes their e-mail in other letters and the record names no person', async () => {
    const record = recordOf(seatOf('S1', 'Cara@Example.com'), { person: null });
    const world = await synced({ plan: aPlan(), records: [record] });
    const known = await syncedHoldings(world, 'vendor', 'cara@example.com');
    expect(known?.holdings.map((holding) => holding.externalId)).toEqual(['S1']);
  });
});

describe('the app of an integration', () => {
  const file = (app?: string) => ({
    integrations: {
      berlin: { connector: 'vendor', mapping: {}, customFields: {}, ...(app === undefined ? {} : { app }) },
      porto: { connector: 'vendor', mapping: {}, customFields: {} },
    },
    variables: {},
    credentials: {},
  });
  const appsOf = (app?: string) =>
    toSyncPlans(file(app) as never, new Map([['vendor', { name: 'Vendor' }]]) as never).map((plan) => plan.app);

  it('is its connector’s unless the configuration says another', () => {
    expect(appsOf()).toEqual(['Vendor', 'Vendor']);
    expect(appsOf('Design suite')).toEqual(['Design suite', 'Vendor']);
  });

  it('is found by name, with every integration that is linked to it', async () => {
    const of = (integrationId: string, app: string) => ({
      plan: aPlan({ integrationId, app }),
      records: [recordOf(anAccount(`${integrationId}@example.com`))],
    });
    const world = await synced(of('berlin', 'Design suite'), of('porto', 'Design suite'), of('gent', 'Vendor'));
    expect((await findSynced(world, 'design')).apps).toEqual([
      { name: 'Design suite', integrations: ['berlin', 'porto'], people: 2, holdings: 2 },
    ]);
  });
});
