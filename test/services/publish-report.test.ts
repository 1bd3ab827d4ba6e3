import { describe, expect, test } from 'vitest';
import type { DigestPlan } from '../../src/domain/report-settings.ts';
import type { Seat } from '../../src/domain/seat.ts';
import { reclaimable } from '../../src/reports/digest.ts';
import { buildReport } from '../../src/services/build-report.ts';
import { publishNow, publishReport } from '../../src/services/publish-report.ts';
import { snoozePerson } from '../../src/services/snooze.ts';
import { someReportSettings } from '../support/settings.ts';
import { aPlan, seatOf } from '../support/sync-builders.ts';
import { seatsSynced } from '../support/synced-seats.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

const MONDAY = '2026-11-23T09:00:00.000Z';
const TUESDAY = '2026-11-24T09:00:00.000Z';
const WEDNESDAY = '2026-11-25T09:00:00.000Z';
const HOUR_MS = 3_600_000;

function digestPlan(over: Partial<DigestPlan> = {}): DigestPlan {
  return {
    reportId: 'inactive-users',
    channel: 'C0REPORTS',
    to: [],
    schedule: { cron: '0 9 * * *', timezone: 'Europe/Berlin' },
    workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    holidays: [],
    whenNothingNew: 'line',
    privacy: 'names',
    reviewers: [],
    ...over,
  };
}

function idle(id: string, email: string): Seat {
  return seatOf(id, email, {
    lastActivity: { kind: 'at', at: '2026-06-01T09:00:00.000Z' },
    assignedAt: '2026-01-01T09:00:00.000Z',
  });
}

async function world(
  over: Partial<DigestPlan> = {},
  seats: readonly Seat[] = [idle('S1', 'bob@example.com')],
): Promise<TestWorld> {
  const made = testWorld({
    settings: { syncs: [aPlan()], reports: someReportSettings({ digests: [digestPlan(over)] }) },
  });
  await seatsSynced(made, seats);
  return made;
}

describe('a digest', () => {
  test('is posted once for its time, however often that is asked for', async () => {
    const w = await world();
    await Promise.all([publishReport(w, 'inactive-users', MONDAY), publishReport(w, 'inactive-users', MONDAY)]);
    await publishReport(w, 'inactive-users', MONDAY);
    expect(w.digests.posted.map(({ to }) => to)).toEqual(['C0REPORTS']);
    expect(w.store.events.map(({ verb }) => verb)).toEqual(['digest.posted']);
  });

  test('says first what is new since the last one, and shows that first', async () => {
    const w = await world();
    await publishReport(w, 'inactive-users', MONDAY);
    await seatsSynced(w, [idle('S2', 'cara@example.com'), idle('S1', 'bob@example.com')]);
    w.pass(24 * HOUR_MS);
    await publishReport(w, 'inactive-users', TUESDAY);
    const [first, second] = w.digests.posted.map(({ digest }) => digest);
    expect(first?.change).toEqual({ since: null, added: 1, again: 0, gone: 0, total: 1 });
    expect(second?.change).toMatchObject({ added: 1, gone: 0, total: 2 });
    expect(second?.rows.map(({ email, news }) => [email, news])).toEqual([
      ['cara@example.com', 'new'],
      ['bob@example.com', null],
    ]);
  });

  test('is a line where nothing is new, or nothing, as configured', async () => {
    const loud = await world();
    const silent = await world({ whenNothingNew: 'silent' });
    for (const w of [loud, silent]) {
      await publishReport(w, 'inactive-users', MONDAY);
      w.pass(24 * HOUR_MS);
      await publishReport(w, 'inactive-users', TUESDAY);
    }
    expect(loud.digests.posted.map(({ quiet }) => quiet)).toEqual([false, true]);
    expect(silent.digests.posted.map(({ quiet }) => quiet)).toEqual([false]);
    expect((await silent.store.get('digests', 'inactive-users'))?.period).toBe(TUESDAY);
  });

  test('is a line or nothing from the first one on, where there is nothing to tell', async () => {
    const [loud, silent] = [await world({}, []), await world({ whenNothingNew: 'silent' }, [])];
    for (const w of [loud, silent]) await publishReport(w, 'inactive-users', MONDAY);
    expect(loud.digests.posted.map(({ quiet }) => quiet)).toEqual([true]);
    expect(silent.digests.posted).toEqual([]);
  });

  test('reminds at each lead time and each week past the date, and calls nothing gone that only came nearer', async () => {
    const ends = seatOf('S1', 'bob@example.com', { validUntil: '2026-12-01T00:00:00.000Z', autoRenews: false });
    const w = await world({ reportId: 'expired-subscriptions', whenNothingNew: 'silent' }, [ends]);
    const told: string[] = [];
    for (let day = 0; day < 30; day += 1) {
      const today = new Date(w.clock.now()).toISOString();
      const before = w.digests.posted.length;
      await publishReport(w, 'expired-subscriptions', today);
      for (const { digest } of w.digests.posted.slice(before))
        told.push(
          `${today.slice(5, 10)} ${digest.change.added} ${digest.change.again} ${digest.change.gone} ${digest.rows[0]?.news}`,
        );
      w.pass(24 * HOUR_MS);
    }
    expect(told).toEqual([
      '11-23 1 0 0 null',
      '11-24 0 1 0 again',
      '11-30 0 1 0 again',
      '12-02 0 1 0 again',
      '12-08 0 1 0 again',
      '12-15 0 1 0 again',
      '12-22 0 1 0 again',
    ]);
  });

  test('that comes hours late says so', async () => {
    const w = await world();
    w.pass(3 * HOUR_MS);
    await publishReport(w, 'inactive-users', MONDAY);
    expect(w.digests.posted[0]?.digest.late).toBe(true);
  });

  test('names nobody in the channel where names are kept out, and tells the reviewers', async () => {
    const w = await world({ privacy: 'counts', reviewers: ['UEVE'] });
    await publishReport(w, 'inactive-users', MONDAY);
    const [channel, reviewer] = w.digests.posted;
    expect(JSON.stringify(channel?.digest)).not.toMatch(/bob/i);
    expect(channel?.digest).toMatchObject({ names: 'kept-out', rows: [], more: 1 });
    expect([reviewer?.to, reviewer?.digest.rows[0]?.email]).toEqual(['UEVE', 'bob@example.com']);
    expect(
      w.digests.attached.filter(({ channel: to }) => to === 'C0REPORTS').flatMap(({ files }) => files.map(({ name }) => name)),
    ).not.toContain(expect.stringContaining('.csv'));
  });

  test('names people to reviewers alone, whoever else gets it by direct message', async () => {
    const w = await world({ channel: null, to: ['UDAN', 'UEVE'], privacy: 'counts', reviewers: ['UEVE'] });
    await publishReport(w, 'inactive-users', MONDAY);
    expect(w.digests.posted.map(({ to, digest }) => [to, digest.names, digest.rows.length])).toEqual([
      ['UDAN', 'kept-out', 0],
      ['UEVE', 'shown', 1],
    ]);
  });

  test('shows ten rows and puts the whole list beneath as table and file', async () => {
    const many = Array.from({ length: 48 }, (_, at) => idle(`S${at}`, `person${at}@example.com`));
    const w = await world({}, many);
    await publishReport(w, 'inactive-users', MONDAY);
    expect([w.digests.posted[0]?.digest.rows.length, w.digests.posted[0]?.digest.more]).toEqual([10, 38]);
    const [{ table, files } = { table: null, files: [] }] = w.digests.attached;
    expect(table?.rows).toHaveLength(48);
    // None has a price.
    expect(table?.head.map(({ label }) => label)).not.toContain('A year');
    expect(table?.rows.every((row) => row.length === table.head.length)).toBe(true);
    const csv = files.find(({ name }) => name.endsWith('.csv'));
    expect(String(csv?.content).trim().split('\r\n')).toHaveLength(49);
  });

  test('that Slack could not be reached for is posted at the next try, with everything that is new', async () => {
    const w = await world();
    w.digests.faults.push('never-sent');
    await expect(publishReport(w, 'inactive-users', MONDAY)).rejects.toThrow('Slack could not be reached');
    await publishReport(w, 'inactive-users', MONDAY);
    expect(w.digests.posted.map(({ digest }) => digest.change.since)).toEqual([null]);
  });

  test('whose answer was lost is found in the channel and not posted again', async () => {
    const w = await world();
    w.digests.faults.push('lost');
    await expect(publishReport(w, 'inactive-users', MONDAY)).rejects.toThrow('did not answer');
    await publishReport(w, 'inactive-users', MONDAY);
    expect(w.digests.posted).toHaveLength(1);
    expect(await w.store.get('digests', 'inactive-users')).toMatchObject({
      state: 'posted',
      placed: { C0REPORTS: { channel: 'C0REPORTS', ts: '1' } },
    });
  });

  test('is written down as posted when its list is with it, so that a start in between brings the list', async () => {
    const w = await world(
      {},
      Array.from({ length: 11 }, (_, at) => idle(`S${at}`, `person${at}@example.com`)),
    );
    const attach = w.digests.attach;
    w.digests.attach = async (...given) => {
      expect((await w.store.get('digests', 'inactive-users'))?.placed).toEqual({});
      return attach(...given);
    };
    await publishReport(w, 'inactive-users', MONDAY);
    expect(w.digests.attached).toHaveLength(1);
    expect(Object.keys((await w.store.get('digests', 'inactive-users'))?.placed ?? {})).toEqual(['C0REPORTS']);
  });

  test('goes to everybody else where one message is in doubt and cannot be looked for', async () => {
    const w = await world({ channel: null, to: ['UEVE', 'UDAN'] });
    w.digests.faults.push('lost');
    await expect(publishReport(w, 'inactive-users', MONDAY)).rejects.toThrow('did not answer');
    await publishReport(w, 'inactive-users', MONDAY);
    expect(w.digests.posted.map(({ to }) => to)).toEqual(['UEVE', 'UDAN']);
  });

  test('that Slack refuses is over, and the next one is tried', async () => {
    const w = await world();
    w.digests.faults.push('refused');
    await publishReport(w, 'inactive-users', MONDAY);
    await publishReport(w, 'inactive-users', MONDAY);
    w.pass(24 * HOUR_MS);
    await publishReport(w, 'inactive-users', TUESDAY);
    expect(w.digests.posted.map(({ digest }) => digest.period)).toEqual([TUESDAY]);
  });

  test('that Slack refuses is told to the admins in a sentence, once until one is posted', async () => {
    const w = await world();
    w.digests.faults.push('refused', 'refused');
    await publishReport(w, 'inactive-users', MONDAY);
    w.pass(24 * HOUR_MS);
    await publishReport(w, 'inactive-users', TUESDAY);
    const words =
      'The digest “Inactive users” could not be posted: the bot is not in C0REPORTS. `seatwarden report inactive-users --post` then posts it.';
    // Ada, Dan and Eve are admins of the workspace.
    expect(w.digests.warned).toEqual(['UADA', 'UDAN', 'UEVE'].map((to) => ({ to, words })));
    expect(w.mails.map(({ to, text }) => [to, text])).toEqual(
      ['ada', 'dan', 'eve'].map((name) => [`${name}@example.com`, words]),
    );
    w.pass(24 * HOUR_MS);
    await publishReport(w, 'inactive-users', WEDNESDAY);
    expect(await w.store.list('digestTroubles')).toEqual([]);
  });

  test('leaves out whom somebody snoozed, until that is over', async () => {
    const w = await world({}, [idle('S1', 'bob@example.com'), idle('S2', 'cara@example.com')]);
    await snoozePerson(w, w.as('Ada'), { email: 'Bob@example.com', days: 2, reason: 'parental leave' });
    await publishReport(w, 'inactive-users', MONDAY);
    expect(w.digests.posted[0]?.digest.reclaimable).toBe(1);
    w.pass(49 * HOUR_MS);
    await publishReport(w, 'inactive-users', WEDNESDAY);
    expect(w.digests.posted[1]?.digest.reclaimable).toBe(2);
  });

  test('of what has expired leaves out, too, whom somebody snoozed, and comes back to them when that is over', async () => {
    const expired = seatOf('S1', 'bob@example.com', { status: 'expired', validUntil: '2026-11-01T00:00:00.000Z' });
    const other = { ...expired, externalId: 'S2', holder: { kind: 'person', email: 'cara@example.com', name: 'Cara' } } as const;
    const w = await world({ reportId: 'expired-subscriptions', whenNothingNew: 'silent' }, [expired, other]);
    await publishReport(w, 'expired-subscriptions', MONDAY);
    await snoozePerson(w, w.as('Ada'), { email: 'bob@example.com', days: 1, reason: 'back from leave soon' });
    w.pass(HOUR_MS);
    await publishReport(w, 'expired-subscriptions', TUESDAY);
    const report = await buildReport(w, 'expired-subscriptions');
    expect(report.rows.map(({ cells, tone }) => [cells['what'], tone])).toEqual([
      ['Expired', 'wrong'],
      ['Expired; left out until 24 Nov 2026 (back from leave soon)', 'note'],
    ]);
    expect(reclaimable(report).map(({ target }) => target?.externalId)).toEqual(['S2']);
    expect(report.counts).toContainEqual({ key: 'excluded', label: 'Left alone', value: 1 });
    w.pass(30 * HOUR_MS);
    await publishReport(w, 'expired-subscriptions', WEDNESDAY);
    expect(w.digests.posted.map(({ digest }) => [digest.change.added, digest.change.again, digest.reclaimable])).toEqual([
      [2, 0, 2],
      [0, 1, 2],
    ]);
  });

  test('can be posted at once by an admin, and what comes after tells what is new since', async () => {
    const w = await world();
    expect(await publishNow(w, w.as('Ada'), 'inactive-users')).toEqual({ to: ['C0REPORTS'], refused: [] });
    await expect(publishNow(w, w.as('Bob'), 'inactive-users')).rejects.toThrow('You need the right');
    w.pass(24 * HOUR_MS);
    await publishReport(w, 'inactive-users', TUESDAY);
    expect(w.digests.posted.map(({ quiet }) => quiet)).toEqual([false, true]);
  });
});
