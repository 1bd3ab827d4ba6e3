import { describe, expect, it } from 'vitest';
import { ForbiddenError, TransportError } from '../../src/domain/errors.ts';
import { decideRequest } from '../../src/services/decide-request.ts';
import { deliverPending } from '../../src/services/deliver.ts';
import { getRequest } from '../../src/services/get-request.ts';
import { identifyByEmail, identifyCaller } from '../../src/services/identify-caller.ts';
import { requestAction } from '../../src/services/request-action.ts';
import { SEAT } from '../support/asking.ts';
import { aPolicy, aStage } from '../support/settings.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

const DAY_MS = 86_400_000;

/** From now on the chat answers nothing. */
function chatDown(world: TestWorld): void {
  const down = async (): Promise<never> => {
    throw new TransportError('transport.slack', true, 'Slack could not be reached.');
  };
  Object.assign(world.directory, { byId: down, byEmail: down, search: down, group: down, everyone: down });
  world.notifier.faults.push(...Array.from({ length: 20 }, () => new TransportError('transport.slack', true, 'Slack is down.')));
}

describe('while the chat is down', () => {
  it('a request is made, approved and done from a terminal, and told of afterwards', async () => {
    const world = testWorld();
    await identifyCaller(world, 'UADA');
    await identifyByEmail(world, 'dan@example.com');
    await world.background.idle();
    chatDown(world);
    const ada = await identifyByEmail(world, 'ADA@example.com');
    expect(ada).toMatchObject({ via: 'cli', person: { userId: 'UADA' } });
    const asked = await requestAction(world, ada, { presetId: 'revoke', target: SEAT, inputs: {}, reason: 'idle' });
    if (!asked.ok) throw new Error('refused');
    await expect(decideRequest(world, ada, asked.request.id, 'approve', null)).rejects.toBeInstanceOf(ForbiddenError);
    await decideRequest(world, await identifyByEmail(world, 'dan@example.com'), asked.request.id, 'approve', null);
    await world.background.idle();
    expect((await getRequest(world, asked.request.id)).state).toBe('succeeded');
    expect(world.vendor.writes).toEqual(['revoke SEAT000001']);
    world.notifier.faults.splice(0);
    await deliverPending(world);
    expect(world.notifier.cards.get(asked.request.id)?.state).toBe('succeeded');
    expect(world.notifier.told.map(({ to, event }) => [to.name, event])).toContainEqual(['Ada', 'succeeded']);
  });

  it('nobody is taken for somebody the chat has not told about for a week, or ever', async () => {
    const world = testWorld();
    await identifyByEmail(world, 'dan@example.com');
    await world.background.idle();
    chatDown(world);
    await expect(identifyByEmail(world, 'eve@example.com')).rejects.toBeInstanceOf(TransportError);
    world.pass(7 * DAY_MS + 1);
    await expect(identifyByEmail(world, 'dan@example.com')).rejects.toBeInstanceOf(TransportError);
  });

  it('who had left before has no rights, and a group that cannot be read gives none', async () => {
    const stages = [aStage({ approvers: ['S0SECURITY'] })];
    const world = testWorld({ settings: { approvals: { policies: [aPolicy({ stages })] } } });
    const dan = world.members.findIndex((member) => member.name === 'Dan');
    await identifyByEmail(world, 'dan@example.com');
    await world.background.idle();
    world.members[dan] = { ...(world.members[dan] as (typeof world.members)[number]), active: false };
    await identifyByEmail(world, 'dan@example.com');
    await identifyByEmail(world, 'eve@example.com');
    await world.background.idle();
    world.directory.everyone = async () => Promise.reject(new TransportError('transport.slack', true, 'Slack is down.'));
    const asked = await requestAction(world, world.as('Ada'), { presetId: 'revoke', target: SEAT, inputs: {}, reason: 'idle' });
    chatDown(world);
    for (const email of ['dan@example.com', 'eve@example.com']) {
      const caller = await identifyByEmail(world, email);
      const press = decideRequest(world, caller, asked.ok ? asked.request.id : '', 'approve', null);
      await expect(press).rejects.toBeInstanceOf(ForbiddenError);
    }
    expect(world.vendor.writes).toEqual([]);
  });
});
