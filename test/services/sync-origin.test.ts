import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import find from '../../commands/find.ts';
import { lookupText } from '../../src/cli/terminal-text.ts';
import type { SyncPlan } from '../../src/domain/sync-plan.ts';
import { compileLoadSettings } from '../../src/preset/load-settings.ts';
import { type JetBrainsVendor, startJetBrainsVendor } from '../../src/sandbox/vendors/jetbrains.ts';
import { lookupPerson } from '../../src/services/lookup-person.ts';
import { runSync } from '../../src/services/run-sync.ts';
import { sessionCsv } from '../../src/services/session-csv.ts';
import { lookupView } from '../../src/slack/views/lookup.ts';
import { replyView } from '../../src/slack/views/reply.ts';
import { sessionCard } from '../../src/slack/views/session-card.ts';
import { loaded, NOW, type Opened, openConnector } from '../support/connectors.ts';
import { aLicence } from '../support/licences.ts';
import { mrkdwnOf } from '../support/slack-views.ts';
import { aPlan } from '../support/sync-builders.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

/*
 * Two JetBrains organisations side by side: every record says which integration, credential and company code it came from
 * and when it was synced, wherever somebody reads of it.
 */

const CODES = { berlin: '7001234', porto: '7005678' } as const;
const mapping = {
  email: "{{ fields['Email'] }}",
  username: "{{ lower(fields['Email']) }}",
  name: "{{ fields['Assignee Name'] }}",
};
const customFields = {
  connect_credentials: { label: 'Connect: Credentials', value: '{{ integration.credential }}' },
  connect_company_code: { label: 'Connect: JetBrains Company Code', value: '{{ variables.companyCode }}' },
  connector_sync_time: { label: 'Connector Sync Time', value: "{{ fields['Connector Sync Time'] }}" },
};

let vendors: JetBrainsVendor[] = [];
let connectors: Opened[] = [];
let plans: SyncPlan[] = [];
let world: TestWorld;

beforeEach(async () => {
  vendors = [];
  connectors = [];
  plans = [];
  for (const [id, code] of Object.entries(CODES)) {
    const vendor = await startJetBrainsVendor({
      now: () => NOW,
      customerCode: code,
      seats: [aLicence(`L-${id}`, 'cara@example.com'), aLicence(`L-${id}-2`, `${id}@example.com`)],
    });
    vendors.push(vendor);
    connectors.push(
      openConnector('jetbrains', vendor.baseUrl, {
        id,
        name: `JetBrains (${id})`,
        credentialName: `jetbrains-${id}`,
        clock: { now: () => world.clock.now() },
        credential: { apiKey: { reveal: () => vendor.apiKey } as never },
        variables: { companyCode: code },
        loading: compileLoadSettings({ mapping, customFields }, loaded('jetbrains')),
      }),
    );
    plans.push(
      aPlan({
        integrationId: id,
        connectorId: 'jetbrains',
        name: `JetBrains (${id})`,
        credential: `jetbrains-${id}`,
        mapping,
        customFields: Object.entries(customFields).map(([name, field]) => ({ name, ...field, type: 'text', unique: false })),
      }),
    );
  }
  world = testWorld({ connectors });
  const settings = { ...world.settings(), syncs: plans };
  Object.assign(world, { settings: () => settings });
});

afterEach(async () => {
  for (const connector of connectors) await connector.close();
  for (const vendor of vendors) await vendor.close();
});

async function syncAll() {
  const sessions = [];
  for (const plan of plans) sessions.push(await runSync(world, { plan, trigger: 'cli', by: null, test: false, limit: null }));
  return sessions;
}

describe('where a record comes from', () => {
  it('is read in a look-up of two organisations, in Slack and in a terminal', async () => {
    const result = await lookupPerson(world, world.as('Ada'), { userId: null, email: 'cara@example.com', name: 'Cara' });
    for (const text of [mrkdwnOf(lookupView(result).blocks), lookupText(result)])
      for (const [id, code] of Object.entries(CODES))
        expect(text).toContain(`Connect: Credentials jetbrains-${id}, Connect: JetBrains Company Code ${code}`);
  });

  it('is read with the time of the sync while the vendor is down', async () => {
    await syncAll();
    world.pass(3 * 3_600_000);
    for (const vendor of vendors) vendor.faults.add({ kind: 'status', status: 503, times: 50 });
    const result = await lookupPerson(world, world.as('Ada'), { userId: null, email: 'cara@example.com', name: 'Cara' });
    const text = mrkdwnOf(lookupView(result).blocks);
    expect(text).toMatch(
      /As last synced 3 hours ago, <!date.*> \(Connect: Credentials jetbrains-berlin, Connect: JetBrains Company Code 7001234\)/,
    );
  });

  it('is read in what is found of a person: each field with its integration, each integration with its source', async () => {
    const [first] = await syncAll();
    const reply = await find.run('cara@example.com', { world, caller: world.as('Ada') } as never);
    const text = mrkdwnOf(replyView(reply as never).blocks);
    expect(text).toContain(
      'berlin: Vendor, Connect: Credentials jetbrains-berlin, Connect: JetBrains Company Code 7001234, Connector Sync Time',
    );
    expect(text).toContain('Connect: Credentials jetbrains-porto, Connect: JetBrains Company Code 7005678');
    expect(text).toMatch(/connect_company_code: 7001234 {2}_from berlin/);
    expect(text).toContain(`connector_sync_time: ${first?.startedAt}`);
  });

  it('stands in every row of a session’s CSV, and on its card', async () => {
    const [session] = await syncAll();
    const { text } = await sessionCsv(world, world.as('Ada'), session?.id ?? '', 'changes');
    const [head, row] = text.split('\r\n');
    expect(head).toMatch(/integration,Connector Sync Time,Connect: Credentials,Connect: JetBrains Company Code$/);
    expect(row).toMatch(/,berlin,2026-.*Z,jetbrains-berlin,7001234$/);
    expect(mrkdwnOf(sessionCard(session as never, null).blocks)).toContain('Connect: JetBrains Company Code 7001234');
  });

  it('is kept in the inventory, and changes nothing on a quiet night though the time goes on', async () => {
    await syncAll();
    expect((await world.inventories.get('porto'))?.head).toMatchObject({
      integrationId: 'porto',
      origin: [
        ['Connect: Credentials', 'jetbrains-porto'],
        ['Connect: JetBrains Company Code', '7005678'],
      ],
    });
    world.pass(24 * 3_600_000);
    expect((await syncAll()).map((session) => [session.people.unchanged, session.people.updated])).toEqual([
      [2, 0],
      [2, 0],
    ]);
    expect(world.inventories.writes).toHaveLength(2);
  });
});
