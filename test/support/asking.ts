import type { ActionRequest } from '../../src/domain/action-request.ts';
import { decideRequest } from '../../src/services/decide-request.ts';
import { getRequest } from '../../src/services/get-request.ts';
import { requestAction } from '../../src/services/request-action.ts';
import type { TestWorld } from './world.ts';

export const SEAT = { integrationId: 'vendor', kind: 'seat', id: 'SEAT000001' } as const;

/** Asks for a seat to be revoked, and waits until its card is shown. */
export async function askRevoke(
  world: TestWorld,
  by = 'Ada',
  seat: string = SEAT.id,
  reason = 'idle for 94 days',
): Promise<string> {
  const result = await requestAction(world, world.as(by), {
    presetId: 'revoke',
    target: { ...SEAT, id: seat },
    inputs: {},
    reason,
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  await world.background.idle();
  return result.request.id;
}

export async function approveAs(world: TestWorld, by: string, id: string): Promise<ActionRequest> {
  await decideRequest(world, world.as(by), id, 'approve', null);
  await world.background.idle();
  return getRequest(world, id);
}

/** The members of the company who may approve by default are Ada, Dan and Eve. */
export async function stateOf(world: TestWorld, id: string): Promise<ActionRequest['state']> {
  return (await getRequest(world, id)).state;
}
