import { describe, expect, it } from 'vitest';
import { mergeAccounts } from '../../src/domain/merge-accounts.ts';
import type { Account, Activity } from '../../src/domain/seat.ts';

const account = (over: Partial<Account>): Account => ({
  kind: 'account',
  integrationId: 'x',
  connectorId: 'x',
  externalId: '1',
  email: null,
  name: 'Nora',
  enabled: false,
  administrator: false,
  paidSeat: null,
  roles: [],
  lastActivity: { kind: 'unknown' },
  createdAt: null,
  fields: {},
  readAt: '2026-11-23T00:00:00.000Z',
  ...over,
});

describe('mergeAccounts', () => {
  it('unites roles by name, with all their scopes once', () => {
    const a = account({ roles: [{ name: 'Owner', scopes: ['Shop', 'Web'] }] });
    const b = account({
      roles: [
        { name: 'Owner', scopes: ['Web', 'App'] },
        { name: 'Viewer', scopes: [] },
      ],
    });
    expect(mergeAccounts(a, b).roles).toEqual([
      { name: 'Owner', scopes: ['Shop', 'Web', 'App'] },
      { name: 'Viewer', scopes: [] },
    ]);
  });

  const at = (day: number): Activity => ({ kind: 'at', at: `2026-11-0${day}T00:00:00.000Z` });
  it.each<[Activity, Activity, Activity, string]>([
    [at(1), at(2), at(2), 'the later use'],
    [{ kind: 'never' }, at(1), at(1), 'a use against never'],
    [at(1), { kind: 'unknown' }, at(1), 'a use against unknown'],
    [{ kind: 'never' }, { kind: 'unknown' }, { kind: 'unknown' }, 'unknown against never, since somebody may have been there'],
    [{ kind: 'never' }, { kind: 'never' }, { kind: 'never' }, 'never when both say so'],
  ])('keeps %j and %j as %j: %s', (a, b, merged) => {
    expect(mergeAccounts(account({ lastActivity: a }), account({ lastActivity: b })).lastActivity).toEqual(merged);
    expect(mergeAccounts(account({ lastActivity: b }), account({ lastActivity: a })).lastActivity).toEqual(merged);
  });

  it('takes what one leaves open from the other', () => {
    const merged = mergeAccounts(account({ email: null }), account({ email: 'n@oak.example', enabled: true, paidSeat: false }));
    expect(merged).toMatchObject({ email: 'n@oak.example', enabled: true, paidSeat: false });
  });
});
