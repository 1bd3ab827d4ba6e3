import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { UsageError } from '../../src/domain/errors.ts';
import type { Reply } from '../../src/reply.ts';
import { runCommand } from '../../src/services/run-command.ts';
import { releaseSeat } from '../../src/services/seat-offers.ts';
import { stepHandovers } from '../../src/services/step-handovers.ts';
import { serveQueues } from '../../src/services/waiting-list.ts';
import { approveAs } from '../support/asking.ts';
import { seatsSynced } from '../support/synced-seats.ts';
import { aSeat, fakeVendor, type TestWorld, testWorld } from '../support/world.ts';

const UNTIL = '2027-03-02T00:00:00.000Z';

/** Two apps that give seats, and none is free in either. */
function twoApps(): TestWorld {
  const vendor = fakeVendor();
  return testWorld({ vendor, connectors: [vendor, { ...fakeVendor([]), id: 'other', name: 'Other' }] });
}

const asks = (world: TestWorld, text: string): Promise<Reply> => runCommand(world, commands, world.as('Bob'), `request ${text}`);
const queue = async (world: TestWorld) =>
  (await world.store.list('waiting')).map(({ integrationId, product, until }) => [integrationId, product.name, until]);

describe('a wish for a seat of which none is free', () => {
  it('waits in the queue of the app that has the product, as the last sync knows it', async () => {
    const world = twoApps();
    await seatsSynced(world, [aSeat()]);
    expect(await asks(world, 'webstorm')).toMatchObject({ text: expect.stringMatching(/place 1 in the queue/) });
    expect(await queue(world)).toEqual([['vendor', 'WebStorm', undefined]]);
  });

  it('asks in which app where several could have it, and waits in the one that is chosen', async () => {
    const world = twoApps();
    const reply = await asks(world, 'Rider until 1 March 2027');
    expect(reply).toMatchObject({
      kind: 'choose',
      command: 'request {}',
      options: [{ title: 'Vendor', value: 'vendor/Rider until 2027-03-01' }, { title: 'Other' }],
    });
    await asks(world, 'other/Rider until 2027-03-01');
    expect(await queue(world)).toEqual([['other', 'Rider', UNTIL]]);
  });

  it('is told at once that nobody has such a product, with those there are', async () => {
    const world = testWorld();
    await seatsSynced(world, [aSeat(), aSeat({ externalId: 'A2', product: { code: 'II', name: 'IntelliJ IDEA' } })]);
    const answer = asks(world, 'WebStrom');
    await expect(answer).rejects.toBeInstanceOf(UsageError);
    await expect(answer).rejects.toMatchObject({
      message: expect.stringMatching(/no product called “WebStrom”/),
      hint: expect.stringMatching(/IntelliJ IDEA.*WebStorm/),
    });
    await expect(asks(world, 'e')).rejects.toThrow(/fits several products/);
    expect(await queue(world)).toEqual([]);
  });

  it('keeps until when it is wanted, whether a seat becomes free or is let go', async () => {
    const freed = testWorld();
    await asks(freed, 'WebStorm until 1 March 2027');
    freed.vendor.seats.set('FREE', aSeat({ externalId: 'FREE', holder: null, status: 'free' }));
    await serveQueues(freed);
    expect((await freed.store.list('requests'))[0]).toMatchObject({ presetId: 'assign', until: UNTIL });

    const released = testWorld();
    await asks(released, 'WebStorm until 1 March 2027');
    const [place] = await released.store.list('waiting');
    const offer = {
      state: 'open',
      ...{ id: 'O1', version: 1, waitingId: place?.id ?? '', integrationId: 'vendor', seatId: 'SEAT000001' },
      ...{ product: { code: 'WS', name: 'WebStorm' }, holder: released.as('Cara').person, because: 'idle' },
      ...{ offeredAt: released.clock.now().toISOString(), endsAt: '2027-01-01T00:00:00.000Z' },
    } as const;
    await released.store.commit({ put: [{ collection: 'offers', doc: offer, expected: null }] });
    await releaseSeat(released, released.as('Cara'), 'O1');
    await released.background.idle();
    await stepHandovers(released);
    const assign = (await released.store.list('requests')).find((request) => request.presetId === 'assign');
    expect(assign?.until).toBe(UNTIL);
    await approveAs(released, 'Dan', assign?.id ?? '');
    expect(released.vendor.seats.get('SEAT000001')?.holder).toMatchObject({ email: 'bob@example.com' });
  });

  it('is not asked for any more once the day is past until which it was wanted', async () => {
    const world = testWorld();
    await asks(world, 'WebStorm until 1 March 2027');
    world.pass(200 * 86_400_000);
    world.vendor.seats.set('FREE', aSeat({ externalId: 'FREE', holder: null, status: 'free' }));
    await serveQueues(world);
    expect(await world.store.list('requests')).toEqual([]);
    expect((await world.store.list('waiting'))[0]?.state).toBe('left');
  });
});
