import { describe, expect, it } from 'vitest';
import { personHistory } from '../../src/services/person-history.ts';
import { anAccount, recordOf, seatOf } from '../support/sync-builders.ts';
import { staff, syncWorld } from '../support/sync-world.ts';

const DAY_MS = 86_400_000;

/** What somebody held at the end of a day, as `/licenses history` tells it. */
async function heldOn(world: ReturnType<typeof syncWorld>['world'], email: string, day: string) {
  const history = await personHistory(world, { userId: null, email, name: email }, `${day}T23:59:59.999Z`);
  return history.held?.states.map((state) => `${state.kind} ${state.id}`).toSorted();
}

describe('the history of a person', () => {
  it('tells what they held on any date: before they had it, while they had it, after it was given away', async () => {
    const { world, gives, run } = syncWorld();
    gives([recordOf(seatOf('S1', null)), recordOf(seatOf('S2', 'cara@example.com'))]);
    await run();
    world.pass(DAY_MS);
    gives([recordOf(seatOf('S1', 'cara@example.com')), recordOf(seatOf('S2', 'cara@example.com'))]);
    await run();
    world.pass(DAY_MS);
    gives([recordOf(seatOf('S1', 'dan@example.com')), recordOf(seatOf('S2', 'cara@example.com'))]);
    await run();
    expect(await heldOn(world, 'cara@example.com', '2026-11-22')).toEqual([]);
    expect(await heldOn(world, 'cara@example.com', '2026-11-23')).toEqual(['seat S2']);
    expect(await heldOn(world, 'cara@example.com', '2026-11-24')).toEqual(['seat S1', 'seat S2']);
    expect(await heldOn(world, 'cara@example.com', '2026-11-25')).toEqual(['seat S2']);
    expect(await heldOn(world, 'dan@example.com', '2026-11-24')).toEqual([]);
    expect(await heldOn(world, 'dan@example.com', '2026-11-25')).toEqual(['seat S1']);
  });

  it('goes back over a changed e-mail, and leaves out whoever has the old one now', async () => {
    const { world, gives, run } = syncWorld();
    const named = (email: string, id: string) => recordOf(anAccount(email, { externalId: id }));
    gives([...staff(8), named('cara.nunes@example.com', 'A1')]);
    await run();
    world.pass(DAY_MS);
    gives([...staff(8), named('cara.silva@example.com', 'A1')]);
    await run();
    world.pass(DAY_MS);
    gives([...staff(8), named('cara.silva@example.com', 'A1'), named('cara.nunes@example.com', 'A2')]);
    await run();
    expect(await heldOn(world, 'cara.silva@example.com', '2026-11-23')).toEqual(['account A1']);
    expect(await heldOn(world, 'cara.silva@example.com', '2026-11-25')).toEqual(['account A1']);
    expect(await heldOn(world, 'cara.nunes@example.com', '2026-11-25')).toEqual(['account A2']);
    const { entries } = await personHistory(world, { userId: null, email: 'cara.silva@example.com', name: 'Cara' }, null);
    expect(entries.map((entry) => `${entry.at.slice(0, 10)} ${entry.kind} ${entry.id} ${entry.change}`)).toEqual([
      '2026-11-24 account A1 updated',
      '2026-11-24 person cara.silva@example.com updated',
      '2026-11-23 account A1 created',
      '2026-11-23 person cara.nunes@example.com created',
    ]);
  });
});
