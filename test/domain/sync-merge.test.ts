import { describe, expect, it } from 'vitest';
import { guardDepartures, guardStrangers } from '../../src/domain/departure-guard.ts';
import type { Inventory } from '../../src/domain/inventory.ts';
import { mergeAccounts } from '../../src/domain/merge-accounts.ts';
import { type MergeResult, SyncMerge } from '../../src/domain/sync-merge.ts';
import type { SyncPlan } from '../../src/domain/sync-plan.ts';
import type { LoadedRecord } from '../../src/ports/load.ts';
import { anAccount, aPlan, recordOf, seatOf } from '../support/sync-builders.ts';

const FIRST = '2026-11-23T03:00:00.000Z';

function drain<Result>(work: Generator<void, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

interface Round extends MergeResult {
  readonly inventory: Inventory;
  readonly merge: SyncMerge;
  readonly departures: readonly { readonly kind: string; readonly id: string; readonly reason: string }[];
}

/** One load after another, each on what the one before left. */
function rounds(plan: SyncPlan, ...loads: readonly (readonly LoadedRecord[])[]): Round {
  let inventory: Inventory | null = null;
  let last: Round | null = null;
  for (const [at, records] of loads.entries()) {
    const now = `2026-11-${23 + at}T03:00:00.000Z`;
    const merge = new SyncMerge({ before: inventory, plan, now, mergeAccounts });
    merge.add(records.map((record, index) => ({ ...record, index })));
    const departures = drain(merge.settle(true));
    const result = drain(merge.finish(new Set()));
    if (result.next !== null || inventory === null) inventory = { head: headOf(plan, now), ...(result.next ?? empty()) };
    last = { ...result, inventory, merge, departures };
  }
  if (last === null) throw new Error('no loads');
  return last;
}

function empty(): Pick<Inventory, 'holdings' | 'people'> {
  return { holdings: new Map(), people: new Map() };
}

function headOf(plan: SyncPlan, now: string): Inventory['head'] {
  const { integrationId, connectorId, app, credential, fingerprint } = plan;
  return { integrationId, connectorId, app, credential, fingerprint, sessionId: now, writtenAt: now };
}

const accounts = (...emails: readonly string[]): readonly LoadedRecord[] =>
  emails.map((email) => recordOf(anAccount(email), { person: { email, username: email } }));

describe('a first load', () => {
  it('creates every person and account, once', () => {
    const { counts, inventory } = rounds(aPlan(), accounts('cara@example.com', 'dan@example.com'));
    expect(counts.people).toMatchObject({ created: 2, updated: 0 });
    expect(counts.holdings).toMatchObject({ created: 2 });
    expect(inventory.people.get('cara@example.com')).toMatchObject({
      fields: { email: 'cara@example.com', username: 'cara@example.com', role: 'Employee' },
      active: true,
      since: FIRST,
    });
    expect(inventory.holdings.get('account/A-cara@example.com')?.person).toBe('cara@example.com');
  });

  it('makes one person of several seats, and nobody of a free one', () => {
    const records = [
      recordOf(seatOf('S1', 'cara@example.com')),
      recordOf(seatOf('S2', 'cara@example.com')),
      recordOf(seatOf('S3', null)),
    ];
    const { inventory, counts } = rounds(aPlan(), records);
    expect([...inventory.people.keys()]).toEqual(['cara@example.com']);
    expect(inventory.holdings.get('seat/S3')?.person).toBeNull();
    expect(counts).toMatchObject({ people: { created: 1 }, holdings: { created: 3 }, failed: 0 });
  });

  it('joins e-mails that differ in case alone', () => {
    const records = [
      recordOf(seatOf('S1', 'cara@example.com'), { person: { email: 'Cara@Example.com ', username: 'Cara@Example.com' } }),
      recordOf(seatOf('S2', 'cara@example.com')),
    ];
    expect([...rounds(aPlan(), records).inventory.people.keys()]).toEqual(['cara@example.com']);
  });

  it('keeps people alone when only users are loaded', () => {
    const { inventory } = rounds(aPlan({ load: 'users' }), accounts('cara@example.com'));
    expect(inventory.people.size).toBe(1);
    expect(inventory.holdings.size).toBe(0);
  });
});

describe('a load in which nothing changed', () => {
  it('leaves the inventory alone', () => {
    const load = [...accounts('cara@example.com'), recordOf(seatOf('S1', 'dan@example.com'))];
    const again = load.map((record) => ({
      ...record,
      accounts: record.accounts.map((one) => ({ ...one, readAt: '2026-11-24T03:00:00.000Z' })),
      seats: record.seats.map((one) => ({ ...one, fields: { 'Connector Sync Time': '2026-11-24T03:00:00.000Z' } })),
    }));
    const first = load.map((record) => ({
      ...record,
      seats: record.seats.map((one) => ({ ...one, fields: { 'Connector Sync Time': FIRST } })),
    }));
    const { next, counts, changes } = rounds(aPlan(), first, again);
    expect(next).toBeNull();
    expect(changes).toEqual([]);
    expect(counts).toMatchObject({ people: { unchanged: 2 }, holdings: { unchanged: 2 } });
  });
});

describe('a change', () => {
  it('is told field by field and no more', () => {
    const before = recordOf(seatOf('S1', 'cara@example.com', { lastActivity: { kind: 'at', at: '2026-10-01T00:00:00.000Z' } }));
    const after = recordOf(seatOf('S1', 'cara@example.com', { lastActivity: { kind: 'at', at: '2026-11-01T00:00:00.000Z' } }));
    const { changes, counts } = rounds(aPlan(), [before], [after]);
    expect(changes).toEqual([
      expect.objectContaining({
        kind: 'seat',
        id: 'S1',
        change: 'updated',
        fields: [['lastActivity', '2026-10-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z']],
      }),
    ]);
    expect(counts).toMatchObject({ people: { unchanged: 1 }, holdings: { updated: 1 } });
  });

  it('of the e-mail at the vendor keeps the person, under the new key', () => {
    const id = { externalId: 'A1' };
    const before = recordOf(anAccount('cara.nunes@example.com', id));
    const after = recordOf(anAccount('cara.silva@example.com', id));
    const { inventory, counts, changes, departures } = rounds(aPlan(), [before], [after]);
    expect([...inventory.people.keys()]).toEqual(['cara.silva@example.com']);
    expect(inventory.people.get('cara.silva@example.com')?.since).toBe(FIRST);
    expect(counts.people).toMatchObject({ created: 0, updated: 1, deactivated: 0 });
    expect(departures).toEqual([]);
    expect(changes.find((one) => one.kind === 'person')).toMatchObject({ formerly: 'cara.nunes@example.com' });
  });

  it('of a field to an object is a fault of that record, which stays as it was', () => {
    const fault = { id: 'A1', as: 'account', field: 'name', sample: '{"a":1}', reason: 'should be text' } as const;
    const drifted: LoadedRecord = {
      ...recordOf(anAccount('cara@example.com', { externalId: 'A1' })),
      accounts: [],
      person: null,
      faults: [fault],
    };
    const { inventory, counts, departures, next } = rounds(
      aPlan(),
      [recordOf(anAccount('cara@example.com', { externalId: 'A1' })), ...accounts('dan@example.com')],
      [drifted, ...accounts('dan@example.com')],
    );
    expect(counts.failed).toBe(1);
    expect(departures).toEqual([]);
    expect(next).toBeNull();
    expect(inventory.people.get('cara@example.com')?.active).toBe(true);
  });
});

describe('two that claim one thing', () => {
  it('accounts with one e-mail are errors that name both, and neither is taken', () => {
    const records = [
      recordOf(anAccount('cara@example.com', { externalId: 'A1' })),
      recordOf(anAccount('CARA@example.com', { externalId: 'A2' }), { person: { email: 'CARA@example.com', username: 'cara' } }),
      ...accounts('dan@example.com'),
    ];
    const { merge, inventory, counts } = rounds(aPlan(), records);
    expect(merge.faults).toEqual([
      expect.objectContaining({ reason: 'the accounts A1 and A2 have the same email, so neither was taken' }),
    ]);
    expect([...inventory.people.keys()]).toEqual(['dan@example.com']);
    expect(counts.failed).toBe(2);
  });

  it('such accounts stay as they were when they were known', () => {
    const good = recordOf(anAccount('cara@example.com', { externalId: 'A1' }));
    const twin = recordOf(anAccount('cara@example.com', { externalId: 'A2' }));
    const { next, departures } = rounds(aPlan(), [good], [good, twin]);
    expect(next).toBeNull();
    expect(departures).toEqual([]);
  });

  it('records with one unique value are errors that name both', () => {
    const plan = aPlan({ customFields: [{ name: 'aha_id', label: 'Aha User Id', value: '', unique: true, type: 'text' }] });
    const twin = (email: string): LoadedRecord => ({ ...recordOf(anAccount(email)), custom: { aha_id: '7' } });
    const { merge, inventory } = rounds(plan, [twin('cara@example.com'), twin('dan@example.com')]);
    expect(merge.faults[0]?.reason).toBe(
      '“Aha User Id” must be unique, and A-cara@example.com and A-dan@example.com have the same',
    );
    expect(inventory.people.size).toBe(0);
  });

  it.each(['n/a', 'cara at example.com', 17])('an e-mail that is none (%s) makes no person of those who share it', (email) => {
    const odd = (id: string) =>
      recordOf(seatOf(id, 'cara@example.com'), { person: { email, username: `user-${id}` } as LoadedRecord['person'] });
    const { merge, inventory } = rounds(aPlan(), [odd('S1'), odd('S2'), ...accounts('dan@example.com')]);
    expect([...inventory.people.keys()]).toEqual(['dan@example.com']);
    expect(merge.faults.map(({ id, field, sample, reason }) => [id, field, sample, reason])).toEqual([
      ['S1', 'email', JSON.stringify(email), 'it is no e-mail'],
      ['S2', 'email', JSON.stringify(email), 'it is no e-mail'],
    ]);
  });

  it('a custom field of another type is a fault with a sample', () => {
    const plan = aPlan({ customFields: [{ name: 'floor', label: 'Floor', value: '', unique: false, type: 'number' }] });
    const { merge } = rounds(plan, [{ ...recordOf(anAccount('cara@example.com')), custom: { floor: 'third' } }]);
    expect(merge.faults).toEqual([
      { index: 0, id: 'A-cara@example.com', field: 'floor', sample: '"third"', reason: '“Floor” should be number' },
    ]);
  });
});

describe('modes', () => {
  const before = accounts('cara@example.com');
  const renamed = recordOf(anAccount('cara@example.com', { name: 'Cara' }), {
    person: { email: 'cara@example.com', username: 'cara' },
  });

  it('create-only adds and changes nothing that is known', () => {
    const { counts, inventory } = rounds(aPlan({ mode: 'create-only' }), before, [renamed, ...accounts('dan@example.com')]);
    expect(counts).toMatchObject({ people: { created: 1, updated: 0 }, skipped: 2 });
    expect(inventory.people.get('cara@example.com')?.fields['username']).toBe('cara@example.com');
  });

  it('update-only changes what is known and imports nobody', () => {
    const all = aPlan();
    const first = rounds(all, before).inventory;
    const merge = new SyncMerge({
      before: first,
      plan: aPlan({ mode: 'update-only' }),
      now: '2026-11-24T03:00:00.000Z',
      mergeAccounts,
    });
    merge.add([renamed, ...accounts('dan@example.com')]);
    drain(merge.settle(true));
    const { counts, next } = drain(merge.finish(new Set()));
    expect(counts).toMatchObject({ people: { created: 0, updated: 1 }, skipped: 2 });
    expect([...(next?.people.keys() ?? [])]).toEqual(['cara@example.com']);
  });
});

describe('somebody who is missing', () => {
  const both = accounts('cara@example.com', 'dan@example.com');
  const one = accounts('dan@example.com');

  it('is deactivated after the second complete listing and not before', () => {
    const first = rounds(aPlan(), both, one);
    expect(first.inventory.people.get('cara@example.com')).toMatchObject({ active: true, absent: 1 });
    expect(first.counts.people.deactivated).toBe(0);
    const second = rounds(aPlan(), both, one, one);
    expect(second.inventory.people.get('cara@example.com')).toMatchObject({ active: false, absent: 2 });
    expect(second.counts).toMatchObject({ people: { deactivated: 1 }, holdings: { deactivated: 1 } });
    expect(second.changes.map((change) => change.because)).toEqual(['missing', 'missing']);
  });

  it('changes nothing more on the nights after', () => {
    expect(rounds(aPlan(), both, one, one, one).next).toBeNull();
  });

  it('is active again when they are back', () => {
    const { inventory, counts } = rounds(aPlan(), both, one, one, both);
    expect(inventory.people.get('cara@example.com')).toMatchObject({ active: true, absent: 0, since: FIRST });
    expect(counts).toMatchObject({ people: { reactivated: 1 }, holdings: { reactivated: 1 } });
  });

  it('stays active where deactivating was not chosen', () => {
    const plan = aPlan({ deactivate: { enabled: false, maxShare: 0.2, maxCount: 50 } });
    const { inventory, counts } = rounds(plan, both, one, one, one);
    expect(inventory.people.get('cara@example.com')).toMatchObject({ active: true, absent: 2 });
    expect(counts.people.deactivated).toBe(0);
  });

  it('is deactivated at once when the vendor switched them off', () => {
    const off = recordOf(anAccount('cara@example.com', { enabled: false }));
    const { inventory, changes } = rounds(aPlan(), both, [off, ...one]);
    expect(inventory.people.get('cara@example.com')?.active).toBe(false);
    expect(changes.find((change) => change.kind === 'person')).toMatchObject({ change: 'deactivated', because: 'disabled' });
  });

  it('is deactivated at once when the last seat went to somebody else', () => {
    const { inventory, departures, counts } = rounds(
      aPlan(),
      [recordOf(seatOf('S1', 'cara@example.com'))],
      [recordOf(seatOf('S1', 'dan@example.com'))],
    );
    expect(departures).toEqual([expect.objectContaining({ kind: 'person', id: 'cara@example.com', reason: 'released' })]);
    expect(inventory.people.get('cara@example.com')?.active).toBe(false);
    expect(counts.people).toMatchObject({ created: 1, deactivated: 1 });
  });

  it('is left out by a new filter without waiting for a second night', () => {
    const filtered = { ...recordOf(anAccount('cara@example.com')), kept: false, accounts: [], person: null };
    const { departures, inventory } = rounds(aPlan(), both, [filtered, ...one]);
    expect(departures.map((each) => each.reason)).toEqual(['filtered', 'filtered']);
    expect(inventory.people.get('cara@example.com')?.active).toBe(false);
  });
});

describe('the guard', () => {
  const rules = { enabled: true, maxShare: 0.2, maxCount: 50 };
  const gone = (count: number, again = false) =>
    Array.from({ length: count }, (_, at) => ({
      kind: 'person' as const,
      id: `p${at}`,
      title: `p${at}`,
      reason: 'missing' as const,
      again,
    }));

  it('stops at a share above the cap, and says the figures', () => {
    expect(guardDepartures(gone(30), { people: 100, holdings: 0 }, rules)).toEqual({
      code: 'share',
      message: '30 of 100 active people would be deactivated (30 %), and one run may deactivate 20 %.',
    });
    expect(guardDepartures(gone(20), { people: 100, holdings: 0 }, rules)).toBeNull();
  });

  it('stops at a count above the cap whatever the share', () => {
    expect(guardDepartures(gone(51), { people: 10_000, holdings: 0 }, rules)?.code).toBe('count');
  });

  it('lets a single person go from a small company, and nobody where the count is 0', () => {
    expect(guardDepartures(gone(1), { people: 2, holdings: 0 }, rules)).toBeNull();
    expect(guardDepartures(gone(1), { people: 2, holdings: 0 }, { ...rules, maxCount: 0 })?.code).toBe('count');
  });

  it('counts each night by itself', () => {
    const two = [...gone(40, true), ...gone(40).map((one) => ({ ...one, id: `new-${one.id}` }))];
    expect(guardDepartures(two, { people: 1_000, holdings: 0 }, rules)).toBeNull();
  });

  it('takes a listing without anybody known for somebody else’s', () => {
    expect(guardStrangers(40, 0, 38)?.code).toBe('strangers');
    expect(guardStrangers(40, 1, 38)).toBeNull();
    expect(guardStrangers(3, 0, 38)).toBeNull();
  });
});
