import { beforeEach, describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { report } from '../../src/cli/report.ts';
import type { Inventory } from '../../src/domain/inventory.ts';
import { holdingKey } from '../../src/domain/inventory.ts';
import type { Seat } from '../../src/domain/seat.ts';
import type { Report } from '../../src/reports/report.ts';
import { runCommand } from '../../src/services/run-command.ts';
import { daysAgo, synced, usedDaysAgo } from '../support/report-facts.ts';
import { aPlan } from '../support/sync-builders.ts';
import { aSeat, type TestWorld, testWorld } from '../support/world.ts';

const EVIL = '=HYPERLINK("https://example.org","Ñandú")';
let world: TestWorld;

beforeEach(async () => {
  world = testWorld();
  const settings = world.settings();
  const prices = { 'vendor/WS': { amount: 599.5, currency: 'EUR', per: 'year' } } as const;
  Object.assign(world, { settings: () => ({ ...settings, syncs: [aPlan()], prices }) });
  const idle = (id: string, over: Partial<Seat> = {}): Seat =>
    aSeat({ externalId: id, assignedAt: daysAgo(400), lastActivity: usedDaysAgo(100), validUntil: daysAgo(-20), ...over });
  const seats = [idle('A'), idle('B', { team: { id: '9', name: EVIL } }), idle('C', { product: { code: 'GO', name: 'GoLand' } })];
  const inventory: Inventory = {
    head: {
      integrationId: 'vendor',
      connectorId: 'vendor',
      app: 'Vendor',
      credential: 'v',
      fingerprint: 'f',
      sessionId: 'S',
      writtenAt: daysAgo(0),
    },
    holdings: new Map(seats.map((seat) => [holdingKey(seat), synced(seat)])),
    people: new Map(),
  };
  await world.inventories.replace(inventory, []);
});

function run(positionals: readonly string[], options: Record<string, boolean> = {}) {
  return report.run({ world } as never, world.as('Ada'), { positionals, options }, () => undefined);
}

describe('seatwarden report', () => {
  it('is a table, with what it says first', async () => {
    const { exitCode, text, data } = await run(['inactive-users']);
    expect(exitCode).toBe(0);
    const lines = text.split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'Inactive users',
      '==============',
      '3 seats are not used for 90 days or more: 0 for certain, 3 probably. They cost 1,199 EUR a year (1 seat without a price).',
    ]);
    expect(lines.find((line) => line.includes('GoLand'))).toMatch(
      /^! {1}Cara +Vendor +GoLand +Platform +100 +15 Aug 2026 .*Probable/,
    );
    expect((data as Report).rows).toHaveLength(3);
  });

  it('is a file for a spreadsheet that runs no formula', async () => {
    const { text } = await run(['inactive-users'], { csv: true, bom: true });
    const [head = '', ...rows] = text.split('\r\n');
    expect(head.codePointAt(0)).toBe(0xfeff);
    expect(head.slice(1)).toBe(
      'Person,Person e-mail,App,Product,Team,Idle days,Last used,Held since,How sure,Because,A year (EUR),Id',
    );
    expect(rows[0]).toBe(
      'Cara,cara@example.com,Vendor,WebStorm,Platform,100,2026-08-15,2025-10-19,Probable,not used for 100 days,599.5,A',
    );
    expect(rows[1]).toContain(`"'=HYPERLINK(""https://example.org"",""Ñandú"")"`);
    expect(rows[2]).toMatch(/not used for 100 days,,C$/);
  });

  it('is a calendar of renewals, and of nothing else', async () => {
    const { text } = await run(['renewals'], { ics: true });
    expect(text.split('\r\n').filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(2);
    await expect(run(['seats'], { ics: true })).rejects.toThrow('Only renewals have days for a calendar');
  });

  it('takes a threshold, a day and an app in any order, and refuses what is none', async () => {
    expect(((await run(['inactive-users', '101'])).data as Report).rows).toEqual([]);
    expect(((await run(['inactive-users', 'vendor', '100d'])).data as Report).rows).toHaveLength(3);
    expect(((await run(['back-test', '45', '2026-06-30'])).data as Report).title).toBe('Back-test: 45 days on 30 Jun 2026');
    await expect(run(['inactive-users', '0'])).rejects.toThrow('no number of days from 1 to 3650');
    await expect(run(['back-test', '2026-02-30'])).rejects.toThrow('“2026-02-30” is not a day');
    await expect(run(['back-test', '2026-11-24'])).rejects.toThrow('has not been yet');
    await expect(run(['seats', 'vendo'])).rejects.toThrow('There is no integration “vendo”');
    await expect(run(['idle'])).rejects.toThrow('There is no report “idle”');
  });
});

describe('/licenses', () => {
  it.each([
    ['expired', 'expired-subscriptions', 3],
    ['inactive 60 vendor', 'inactive-users', 3],
    ['leavers', 'leavers', 0],
    ['renewals', 'renewals', 2],
    ['seats', 'seats', 3],
    ['savings', 'savings', 2],
    ['report sync-health', 'sync-health', 1],
    ['report back-test 45 2026-06-30', 'back-test', 0],
  ])('%s shows the report %s', async (typed, id, rows) => {
    const reply = await runCommand(world, commands, world.as('Bob'), typed);
    expect(reply).toMatchObject({ kind: 'report', report: { id } });
    expect(reply.kind === 'report' ? reply.report.rows : []).toHaveLength(rows);
  });

  it('shows no report to those who may not look others up', async () => {
    const settings = world.settings();
    Object.assign(world, { settings: () => ({ ...settings, access: { ...settings.access, viewers: ['UDAN'] } }) });
    await expect(runCommand(world, commands, world.as('Bob'), 'inactive')).rejects.toThrow(/viewer/);
    await expect(runCommand(world, commands, world.as('Bob'), 'report seats')).rejects.toThrow(/viewer/);
  });
});
