import { describe, expect, test } from 'vitest';
import type { Seat } from '../../src/domain/seat.ts';
import { reportCsv } from '../../src/reports/csv.ts';
import { askRenewals } from '../../src/services/ask-renewals.ts';
import { buildReport } from '../../src/services/build-report.ts';
import { decideRenewal, type RenewalAsk } from '../../src/services/decide-renewal.ts';
import { deliverRenewals } from '../../src/services/deliver-renewal.ts';
import { countsOf } from '../support/report-facts.ts';
import { aPlan, seatOf } from '../support/sync-builders.ts';
import { seatsSynced } from '../support/synced-seats.ts';
import { aMember, type TestWorld, testWorld } from '../support/world.ts';

const CHANNEL = 'C0RENEWALS';
const DAY_MS = 86_400_000;

/** So many days after the test begins, on 23 November 2026. */
const inDays = (days: number): string => new Date(Date.parse('2026-11-23T09:00:00.000Z') + days * DAY_MS).toISOString();

function pack(ref: string, days: number, seats: number): readonly Seat[] {
  const over = { validUntil: inDays(days), fields: { 'Subscription Pack Ref': ref } };
  return Array.from({ length: seats }, (_, at) =>
    seatOf(`${ref}-${at}`, at === 0 ? null : `p${at}@example.com`, {
      ...over,
      lastActivity: { kind: 'at', at: inDays(-1) },
    }),
  );
}

async function world(seats: readonly Seat[] = pack('3310', 60, 5)): Promise<TestWorld> {
  const made = testWorld({ settings: { syncs: [aPlan({ contacts: ['UCARA'] })] } });
  await seatsSynced(made, seats);
  return made;
}

/** A world in which one pack was asked about, and its id. */
async function asked(): Promise<{ readonly w: TestWorld; readonly id: string }> {
  const w = await world();
  await askRenewals(w, CHANNEL);
  return { w, id: w.renewals.posted[0]?.id ?? '' };
}

function ask(id: string, over: Partial<RenewalAsk> = {}): RenewalAsk {
  return { id, kind: 'fewer', seats: 4, reason: 'One is free.', seen: 0, ...over };
}

const posts = (w: TestWorld): readonly string[] => w.renewals.posted.map(({ post, card }) => (card ? `card ${post}` : post));

describe('a thread about a renewal', () => {
  test('is begun at the first lead time and goes on at each further one, however often that is asked for', async () => {
    const w = await world();
    for (let day = 0; day <= 62; day += 1) {
      await askRenewals(w, CHANNEL);
      await askRenewals(w, CHANNEL);
      w.pass(DAY_MS);
    }
    expect(posts(w)).toEqual(['card lead-60', 'lead-30', 'lead-14', 'lead-7']);
    expect(w.renewals.posted.map(({ renewal }) => renewal.facts.days)).toEqual([60, 30, 14, 7]);
    expect(w.store.events.map(({ verb }) => verb)).toEqual(Array.from({ length: 4 }, () => 'renewal.posted'));
  });

  test('is one for each pack, and none for packs whose renewal is far', async () => {
    const w = await world([...pack('3310', 20, 2), ...pack('4411', 5, 2), ...pack('5512', 61, 2)]);
    await askRenewals(w, CHANNEL);
    expect(posts(w)).toEqual(['card lead-7', 'card lead-30']);
  });

  test('says where things stand when it could not say it in time', async () => {
    const w = await world();
    w.renewals.faults.push('never-sent');
    await expect(askRenewals(w, CHANNEL)).rejects.toThrow('Slack could not be reached');
    w.pass(50 * DAY_MS);
    await askRenewals(w, CHANNEL);
    expect(posts(w)).toEqual(['card lead-14']);
  });

  test('has no post twice where the answer was lost', async () => {
    const { w } = await asked();
    w.pass(31 * DAY_MS);
    w.renewals.faults.push('lost');
    await expect(askRenewals(w, CHANNEL)).rejects.toThrow('did not answer');
    await deliverRenewals(w);
    await askRenewals(w, CHANNEL);
    expect(posts(w)).toEqual(['card lead-60', 'lead-30']);
  });

  test('that Slack refuses keeps none of the others, is told to the admins once, and is tried again the next day', async () => {
    const w = await world([...pack('3310', 20, 2), ...pack('4411', 5, 2)]);
    w.renewals.faults.push('refused');
    await askRenewals(w, CHANNEL);
    expect(posts(w)).toEqual(['card lead-30']);
    await deliverRenewals(w);
    expect(posts(w)).toHaveLength(1);
    expect(new Set(w.digests.warned.map(({ words }) => words))).toEqual(
      new Set(['Threads about renewals could not be posted: the bot is not in C0RENEWALS. They are tried again each morning.']),
    );
    expect(w.digests.warned.map(({ to }) => to)).toEqual(['UADA', 'UDAN', 'UEVE']);
    w.pass(DAY_MS);
    await askRenewals(w, CHANNEL);
    expect(posts(w)).toEqual(['card lead-30', 'card lead-7']);
    expect(await w.store.list('digestTroubles')).toEqual([]);
  });
});

describe('a decision about a renewal', () => {
  test('is kept with who, when and why, told in the thread, and shown by the report and its CSV', async () => {
    const { w, id } = await asked();
    await decideRenewal(w, w.as('Dan'), ask(id));
    await w.background.idle();
    expect((await w.store.get('renewals', id))?.decisions).toEqual([
      { kind: 'fewer', seats: 4, of: 5, by: w.as('Dan').person, at: inDays(0), reason: 'One is free.' },
    ]);
    expect(posts(w)).toEqual(['card lead-60', 'decision-1']);
    expect(w.renewals.cards.get(id)?.decisions).toHaveLength(1);
    const report = await buildReport(w, 'renewals');
    expect(report.rows[0]?.tone).toBe('note');
    expect(report.rows[0]?.cells).toMatchObject({
      decision: 'Renew 4 of 5',
      decidedBy: { name: 'Dan', email: 'dan@example.com' },
      decidedAt: inDays(0),
      why: 'One is free.',
    });
    const [head = '', row = ''] = reportCsv(report).split('\r\n');
    expect(head).toContain('Decided by,Decided by e-mail,Decided on,Reason');
    expect(row).toMatch(/Renew 4 of 5.*Dan,dan@example\.com,2026-11-23,One is free\.$/);
    expect(w.store.events.at(-2)).toMatchObject({
      verb: 'renewal.decided',
      subject: `vendor/renewal/${id}`,
      actor: { name: 'Dan' },
      detail: { decision: 'Renew 4 of 5', before: null, reason: 'One is free.' },
    });
  });

  test('holds: who comes second is told who was first, and only one of two at once is taken', async () => {
    const { w, id } = await asked();
    const both = await Promise.allSettled([
      decideRenewal(w, w.as('Dan'), ask(id)),
      decideRenewal(w, w.as('Eve'), ask(id, { kind: 'none', seats: null, reason: 'Nobody likes it.' })),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(decideRenewal(w, w.as('Eve'), ask(id, { kind: 'all' }))).rejects.toThrow(
      'Dan decided on 23 Nov 2026: Renew 4 of 5. Reason: One is free.',
    );
    expect((await w.store.get('renewals', id))?.decisions).toHaveLength(1);
  });

  test('is changed by a further one with a reason of its own, and both are kept', async () => {
    const { w, id } = await asked();
    await decideRenewal(w, w.as('Dan'), ask(id));
    const changed = ask(id, { kind: 'none', seats: null, reason: 'The team moves to another editor.', seen: 1 });
    await expect(decideRenewal(w, w.as('Eve'), { ...changed, reason: ' ' })).rejects.toThrow('Say why');
    await expect(decideRenewal(w, w.as('Eve'), ask(id, { seen: 1 }))).rejects.toThrow('decided already');
    await decideRenewal(w, w.as('Eve'), changed);
    await w.background.idle();
    expect(posts(w)).toEqual(['card lead-60', 'decision-1', 'decision-2']);
    expect((await buildReport(w, 'renewals')).rows[0]?.cells['decision']).toBe('Do not renew');
    expect(w.store.events.find(({ verb }) => verb === 'renewal.changed')?.detail).toMatchObject({
      decision: 'Do not renew',
      before: 'Renew 4 of 5',
    });
  });

  test.each([null, 0, 5, 6, 2.5, Number.NaN])('for fewer is refused with %s of five seats', async (seats) => {
    const { w, id } = await asked();
    await expect(decideRenewal(w, w.as('Dan'), ask(id, { seats }))).rejects.toThrow('whole number from 1 to 4');
  });

  test('is for approvers, admins and contacts of the app, and over with the day', async () => {
    const { w, id } = await asked();
    w.members.push(aMember('Fay'));
    await expect(decideRenewal(w, w.as('Bob'), ask(id))).rejects.toThrow('Only contacts of Vendor, approvers and admins');
    await expect(decideRenewal(w, w.as('Gus'), ask(id))).rejects.toThrow('Only contacts');
    await decideRenewal(w, w.as('Cara'), ask(id));
    w.pass(62 * DAY_MS);
    await expect(decideRenewal(w, w.as('Dan'), ask(id, { kind: 'all', seen: 1 }))).rejects.toThrow('it is over');
  });

  test('that is open is counted, in the first lines of the report', async () => {
    const w = await world([...pack('3310', 20, 2), ...pack('4411', 5, 2)]);
    expect(countsOf(await buildReport(w, 'renewals'))).not.toHaveProperty('undecided');
    await askRenewals(w, CHANNEL);
    const open = await buildReport(w, 'renewals');
    expect([countsOf(open)['undecided'], open.headline[1]]).toEqual([2, '2 of them wait for a decision.']);
    await decideRenewal(w, w.as('Dan'), ask(w.renewals.posted[0]?.id ?? '', { kind: 'all', seats: null }));
    expect((await buildReport(w, 'renewals')).headline[1]).toBe('1 of them waits for a decision.');
  });
});
