import type { Member } from '../../src/domain/person.ts';
import { aPlan } from './sync-builders.ts';
import { aMember, aSeat, fakeVendor, type TestWorld, testWorld } from './world.ts';

/** One person for each right, with that right alone, and those who have none whatever the lists say. */
export const ROLES = ['viewer', 'requester', 'approver', 'admin', 'auditor', 'stranger', 'guest', 'deactivated'] as const;
export type Role = (typeof ROLES)[number];

/** Rights that an admin has beside their own. */
export const LOOK: readonly Role[] = ['viewer', 'admin'];
export const ASK: readonly Role[] = ['requester', 'admin'];
/** Whoever is still here may do what is about themselves. */
export const PRESENT: readonly Role[] = ROLES.filter((role) => role !== 'deactivated');

const NEVER = ['UGUEST', 'UDEACTIVATED'];

export const memberOf = (role: Role): Member => aMember(role, { isGuest: role === 'guest', active: role !== 'deactivated' });

/** A company in which every role is somebody's, and every list names a guest and somebody who left as well. */
export function companyOfRoles(): TestWorld {
  const seats = ['SEAT000001', 'SEAT000002', 'SEAT000003'].map((externalId) => aSeat({ externalId }));
  const world = testWorld({
    vendor: fakeVendor(seats),
    settings: {
      access: {
        admins: ['UADMIN'],
        approvers: ['UAPPROVER', 'UDAN', 'UEVE', ...NEVER],
        requesters: ['UREQUESTER', 'UADA', ...NEVER],
        viewers: ['UVIEWER', 'UADA', ...NEVER],
        auditors: ['UAUDITOR', ...NEVER],
        breakGlass: ['UADMIN', ...NEVER],
      },
      syncs: [aPlan({ contacts: ['UDAN', ...NEVER] })],
    },
  });
  world.members.push(...ROLES.map(memberOf));
  return world;
}
