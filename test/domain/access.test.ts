import { describe, expect, it } from 'vitest';
import { hasRight, isGroupId, isProtected, type Right } from '../../src/domain/access.ts';
import type { AccessSettings } from '../../src/domain/settings.ts';
import { aMember } from '../support/world.ts';

const silent: AccessSettings = { admins: null, approvers: null, requesters: null, viewers: null, auditors: null, breakGlass: [] };
const none = new Map<string, readonly string[]>();
const RIGHTS: readonly Right[] = ['view', 'request', 'approve', 'admin', 'audit'];
const rightsOf = (member: ReturnType<typeof aMember>, access: AccessSettings = silent, groups = none): readonly Right[] =>
  RIGHTS.filter((right) => hasRight(member, right, access, groups));

describe('rights', () => {
  it('make workspace admins admins and approvers when the configuration is silent, and let everyone look up and ask', () => {
    expect(rightsOf(aMember('Ada', { isWorkspaceAdmin: true }))).toEqual(['view', 'request', 'approve', 'admin']);
    expect(rightsOf(aMember('Bob'))).toEqual(['view', 'request']);
  });

  it.each([
    ['deactivated people', { active: false }],
    ['guests', { isGuest: true }],
    ['bots', { isBot: true }],
    ['people of other organisations', { isExternal: true }],
  ])('are never given to %s, whatever a list says', (_who, flags) => {
    const everyone: AccessSettings = {
      admins: ['*'],
      approvers: ['*'],
      requesters: ['*'],
      viewers: ['*'],
      auditors: ['*'],
      breakGlass: [],
    };
    expect(rightsOf(aMember('Zoe', { ...flags, isWorkspaceAdmin: true }), everyone)).toEqual([]);
  });

  it('come by user id, by e-mail in any letter case, and by user group', () => {
    const access = { ...silent, approvers: ['UDAN', 'Eve@Example.com', 'S0ITOPS'], viewers: [] };
    const groups = new Map([['S0ITOPS', ['UBOB']]]);
    expect(rightsOf(aMember('Dan'), access)).toContain('approve');
    expect(rightsOf(aMember('Eve'), access)).toContain('approve');
    expect(rightsOf(aMember('Bob'), access, groups)).toContain('approve');
    expect(rightsOf(aMember('Ada', { isWorkspaceAdmin: true }), access)).not.toContain('approve');
    expect(rightsOf(aMember('Cara'), access)).toEqual(['request']);
  });

  it('know a user group by its id', () => {
    expect(['S0A', 'S0ITOPS', 'U0ADA', 'SA', 'seat'].map(isGroupId)).toEqual([true, true, false, false, false]);
  });

  it('let admins look up and ask, though the lists for that name others', () => {
    const access = { ...silent, admins: ['UADA'], viewers: [], requesters: [], approvers: [], auditors: [] };
    expect(rightsOf(aMember('Ada'), access)).toEqual(['view', 'request', 'admin']);
  });

  it('protect people by e-mail or user id', () => {
    expect(isProtected(aMember('Cara'), ['CARA@example.com'])).toBe(true);
    expect(isProtected(aMember('Cara'), ['UCARA'])).toBe(true);
    expect(isProtected(aMember('Bob'), ['CARA@example.com'])).toBe(false);
    expect(isProtected(null, ['*'])).toBe(false);
  });
});
