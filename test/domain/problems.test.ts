import { describe, expect, it } from 'vitest';
import { accountProblems, seatProblems } from '../../src/domain/problems.ts';
import type { Account, Seat } from '../../src/domain/seat.ts';
import { aSeat } from '../support/world.ts';

const rules = { now: '2026-11-23T00:00:00.000Z', inactiveDays: 90, protected: false };
const kinds = (seat: Partial<Seat>): readonly string[] => seatProblems(aSeat(seat), rules).map((problem) => problem.kind);

const anAccount: Account = {
  kind: 'account',
  integrationId: 'aha',
  connectorId: 'aha',
  externalId: '7100000000000000101',
  email: 'cara@example.com',
  name: 'Cara',
  enabled: true,
  administrator: false,
  paidSeat: true,
  roles: [],
  lastActivity: { kind: 'never' },
  createdAt: '2025-01-01T00:00:00.000Z',
  fields: {},
  readAt: rules.now,
};

describe('what is wrong with a seat', () => {
  it.each<[string, Partial<Seat>, readonly string[]]>([
    ['used lately', { lastActivity: { kind: 'at', at: '2026-11-20T00:00:00.000Z' } }, []],
    ['idle for 94 days', { lastActivity: { kind: 'at', at: '2026-08-21T00:00:00.000Z' } }, ['idle']],
    ['one day short of idle', { lastActivity: { kind: 'at', at: '2026-08-26T00:00:00.000Z' } }, []],
    ['never used', { lastActivity: { kind: 'never' } }, ['never-used']],
    [
      'never used, but given 12 days ago',
      { lastActivity: { kind: 'never' }, assignedAt: '2026-11-11T00:00:00.000Z' },
      ['too-new'],
    ],
    ['of unknown activity, which is never called idle', { lastActivity: { kind: 'unknown' } }, ['activity-unknown']],
    [
      'idle with an offline code',
      { lastActivity: { kind: 'at', at: '2026-01-01T00:00:00.000Z' }, offlineCode: true },
      ['idle', 'offline-code'],
    ],
    ['expired', { status: 'expired', lastActivity: { kind: 'at', at: '2026-11-20T00:00:00.000Z' } }, ['expired']],
    [
      'ending in 9 days without renewal',
      { validUntil: '2026-12-02T00:00:00.000Z', autoRenews: false, lastActivity: { kind: 'at', at: rules.now } },
      ['expiring'],
    ],
    [
      'ending in 9 days, renewed by itself',
      { validUntil: '2026-12-02T00:00:00.000Z', lastActivity: { kind: 'at', at: rules.now } },
      [],
    ],
    ['suspended', { status: 'suspended', lastActivity: { kind: 'at', at: rules.now } }, ['suspended']],
    [
      'held by a licence server',
      { holder: { kind: 'server', label: 'vault-eu-1' }, lastActivity: { kind: 'unknown' } },
      ['pooled'],
    ],
    ['free', { holder: null, status: 'free', lastActivity: { kind: 'unknown' } }, []],
  ])('finds for one %s', (_case, seat, expected) => {
    expect(kinds(seat)).toEqual(expected);
  });

  it('puts the worst first', () => {
    const all = seatProblems(aSeat({ status: 'expired', offlineCode: true, trial: true }), { ...rules, protected: true });
    expect(all.map((problem) => problem.tone)).toEqual(
      [...all.map((problem) => problem.tone)].sort((a, b) => 'wrong warn note'.indexOf(a) - 'wrong warn note'.indexOf(b)),
    );
  });
});

describe('what is wrong with an account', () => {
  it('tells never used, switched off, administrators and newcomers apart', () => {
    const of = (over: Partial<Account>): readonly string[] =>
      accountProblems({ ...anAccount, ...over }, rules).map((problem) => problem.kind);
    expect(of({})).toEqual(['never-used']);
    expect(of({ enabled: false })).toEqual(['disabled']);
    expect(of({ administrator: true, lastActivity: { kind: 'at', at: '2026-07-02T00:00:00.000Z' } })).toEqual([
      'idle',
      'administrator',
    ]);
    expect(of({ createdAt: '2026-11-18T00:00:00.000Z' })).toEqual(['too-new']);
  });
});
