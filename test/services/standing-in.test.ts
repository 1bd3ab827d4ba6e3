import { describe, expect, it } from 'vitest';
import { ForbiddenError, UsageError } from '../../src/domain/errors.ts';
import { commentRequest, requestAtPlace } from '../../src/services/comment-request.ts';
import { decideRequest } from '../../src/services/decide-request.ts';
import { delegate, endDelegation } from '../../src/services/delegate.ts';
import { readDetails } from '../../src/services/read-details.ts';
import { approveAs, askRevoke, stateOf } from '../support/asking.ts';
import { aPolicy } from '../support/settings.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

const DAY_MS = 86_400_000;

/** Bob decides for Dan for two days; Bob himself is no approver. */
async function bobForDan(world: TestWorld): Promise<void> {
  const until = new Date(world.clock.now().getTime() + 2 * DAY_MS).toISOString();
  await delegate(world, world.as('Dan'), { from: world.as('Dan').person, to: world.as('Bob').person, until });
}

describe('a delegation', () => {
  it('lets somebody decide in another’s place for a time, and both names are kept', async () => {
    const world = testWorld({ settings: { approvals: { expireAfterMs: 10 * DAY_MS } } });
    await bobForDan(world);
    const id = await askRevoke(world);
    const request = await approveAs(world, 'Bob', id);
    expect(request.state).toBe('succeeded');
    expect(request.decisions).toMatchObject([{ by: { name: 'Bob' }, insteadOf: { name: 'Dan' } }]);
    expect(world.store.events.find((event) => event.verb === 'request.approved')?.detail).toMatchObject({
      insteadOf: { name: 'Dan' },
    });
  });

  it('ends with its time, and when it is ended', async () => {
    const world = testWorld({ settings: { approvals: { expireAfterMs: 10 * DAY_MS } } });
    await bobForDan(world);
    const id = await askRevoke(world);
    world.pass(2 * DAY_MS);
    await expect(decideRequest(world, world.as('Bob'), id, 'approve', null)).rejects.toBeInstanceOf(ForbiddenError);
    await bobForDan(world);
    await endDelegation(world, world.as('Dan'), world.as('Dan').person);
    await expect(decideRequest(world, world.as('Bob'), id, 'approve', null)).rejects.toBeInstanceOf(ForbiddenError);
  });

  it('never gives two votes to one person, nor one person’s vote to two', async () => {
    const world = testWorld({ settings: { approvals: { policies: [aPolicy({ approvals: 2 })] } } });
    const until = new Date(world.clock.now().getTime() + DAY_MS).toISOString();
    await delegate(world, world.as('Dan'), { from: world.as('Dan').person, to: world.as('Eve').person, until });
    const id = await askRevoke(world);
    await approveAs(world, 'Eve', id);
    await expect(decideRequest(world, world.as('Eve'), id, 'approve', null)).rejects.toThrow(/counts once/);
    const other = testWorld({ settings: { approvals: { policies: [aPolicy({ approvals: 2 })] } } });
    await bobForDan(other);
    const second = await askRevoke(other);
    await approveAs(other, 'Bob', second);
    await expect(decideRequest(other, other.as('Dan'), second, 'approve', null)).rejects.toThrow(/counts once/);
  });

  it.each([
    ['asked', 'Dan'],
    ['would lose the seat', 'Cara'],
  ])('does not help where the absent person %s', async (_why, absent) => {
    const world = testWorld({ settings: { access: { approvers: ['*'] } } });
    const until = new Date(world.clock.now().getTime() + DAY_MS).toISOString();
    world.members.splice(
      world.members.findIndex((member) => member.name === 'Gus'),
      1,
    );
    await delegate(world, world.as(absent), { from: world.as(absent).person, to: world.as('Bob').person, until });
    const settings = world.settings();
    Object.assign(settings.access, { approvers: ['UDAN', 'UCARA', 'UEVE'] });
    const id = await askRevoke(world, 'Dan');
    await expect(decideRequest(world, world.as('Bob'), id, 'approve', null)).rejects.toBeInstanceOf(ForbiddenError);
  });

  it('is given by oneself, or by an admin, to an active member, for three months at most', async () => {
    const world = testWorld();
    const [dan, bob, gus] = ['Dan', 'Bob', 'Gus'].map((name) => world.as(name).person) as [never, never, never];
    const until = new Date(world.clock.now().getTime() + DAY_MS).toISOString();
    await expect(delegate(world, world.as('Bob'), { from: dan, to: bob, until })).rejects.toBeInstanceOf(ForbiddenError);
    await expect(delegate(world, world.as('Dan'), { from: dan, to: gus, until })).rejects.toBeInstanceOf(ForbiddenError);
    await expect(delegate(world, world.as('Dan'), { from: dan, to: dan, until })).rejects.toBeInstanceOf(UsageError);
    const late = new Date(world.clock.now().getTime() + 200 * DAY_MS).toISOString();
    await expect(delegate(world, world.as('Dan'), { from: dan, to: bob, until: late })).rejects.toBeInstanceOf(UsageError);
    expect((await delegate(world, world.as('Ada'), { from: dan, to: bob, until })).setBy.name).toBe('Ada');
  });
});

describe('what people write beneath a card', () => {
  it('is kept with the request once, however often it is delivered', async () => {
    const world = testWorld();
    const id = await askRevoke(world);
    const card = await world.store.get('cards', id);
    const found = await requestAtPlace(world, 'C1', card?.ts ?? '');
    expect(found?.id).toBe(id);
    for (let times = 0; times < 2; times += 1)
      await commentRequest(world, world.as('Cara'), id, 'I am on leave until May', '17.1');
    const { comments } = await readDetails(world, world.as('Cara'), id);
    expect(comments).toMatchObject([{ by: { name: 'Cara' }, text: 'I am on leave until May' }]);
    expect(world.store.events.filter((event) => event.verb === 'request.commented')).toHaveLength(1);
    expect(await requestAtPlace(world, 'C1', '1.2')).toBeNull();
    expect(await stateOf(world, id)).toBe('pending');
  });
});
