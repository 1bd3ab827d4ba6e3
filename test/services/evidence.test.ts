import { describe, expect, it } from 'vitest';
import { decideRequest } from '../../src/services/decide-request.ts';
import { getRequest } from '../../src/services/get-request.ts';
import { requestAction } from '../../src/services/request-action.ts';
import { keepSeat, offerSeats } from '../../src/services/seat-offers.ts';
import { joinQueue } from '../../src/services/waiting-list.ts';
import { approveAs, askRevoke, SEAT } from '../support/asking.ts';
import { someReportSettings } from '../support/settings.ts';
import { aSeat, fakeVendor, testWorld } from '../support/world.ts';

describe('what the approver sees beside what the vendor said', () => {
  it('is what was asked for before about the same thing, how it ended, and why it was denied', async () => {
    const world = testWorld();
    const first = await askRevoke(world);
    await decideRequest(world, world.as('Dan'), first, 'deny', 'She is on leave.');
    const { evidence } = await getRequest(world, await askRevoke(world, 'Eve'));
    expect(evidence.earlier).toMatchObject([{ id: first, state: 'denied', by: 'Ada', why: 'Dan: She is on leave.' }]);
  });

  it('is what the holder answered when asked whether they can spare it', async () => {
    const world = testWorld();
    const product = { code: 'WS', name: 'WebStorm' };
    const { place } = await joinQueue(world, world.as('Bob'), { connector: world.vendor, product, reason: null });
    const [offer] = await offerSeats(world, place, [...world.vendor.seats.values()]);
    world.pass(3_600_000);
    await keepSeat(world, world.as('Cara'), offer?.id ?? '');
    const { evidence } = await getRequest(world, await askRevoke(world));
    expect(evidence.answers).toEqual([
      { at: '2026-11-23T10:00:00.000Z', by: 'Cara', answer: 'kept', asked: expect.stringMatching(/^not used for \d+ days$/) },
    ]);
    world.vendor.seats.set('OTHER', aSeat({ externalId: 'OTHER' }));
    expect((await getRequest(world, await askRevoke(world, 'Ada', 'OTHER'))).evidence.answers).toBeUndefined();
  });

  it('is how sure it is by the threshold of the product', async () => {
    const tierWith = async (days: number): Promise<string | undefined> => {
      const reports = someReportSettings({ idle: { ...someReportSettings().idle, thresholds: { 'vendor/WS': days } } });
      const world = testWorld({ settings: { reports } });
      return (await getRequest(world, await askRevoke(world))).evidence.confidence?.tier;
    };
    expect([await tierWith(47), await tierWith(90), await tierWith(200)]).toEqual(['certain', 'probable', 'ask-first']);
  });

  it('is the price, also of what is given', async () => {
    const prices = { 'vendor/WS': { amount: 1_200, currency: 'EUR', per: 'year' as const } };
    const taken = testWorld({ settings: { prices } });
    expect((await getRequest(taken, await askRevoke(taken))).evidence.price).toBe('1,200 EUR a year');
    for (const inputs of [{ productCode: 'WS', email: 'cara@example.com' }, { email: 'cara@example.com' }]) {
      const world = testWorld({ settings: { prices }, vendor: fakeVendor([aSeat({ holder: null, status: 'free' })]) });
      const asked = await requestAction(world, world.as('Ada'), { presetId: 'assign', target: SEAT, inputs, reason: null });
      expect(asked.ok && asked.request.evidence.price).toBe('1,200 EUR a year');
    }
  });

  it('is the price of each user where the app has one for all', async () => {
    const prices = { 'vendor/*': { amount: 5, currency: 'USD', per: 'month' as const } };
    const world = testWorld({ settings: { prices } });
    const id = await askRevoke(world);
    expect((await approveAs(world, 'Dan', id)).evidence.price).toBe('5 USD a month');
  });
});
