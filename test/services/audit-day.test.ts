import { describe, expect, it } from 'vitest';
import { headText } from '../../src/domain/audit.ts';
import { TransportError } from '../../src/domain/errors.ts';
import { closeAuditDay, postHeads } from '../../src/services/audit-day.ts';
import { freezeAll } from '../../src/services/freeze.ts';
import { askRevoke } from '../support/asking.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

const DAY_MS = 86_400_000;
const down = (): Error => new TransportError('transport.slack', true, 'Slack could not be reached.');

async function afterADay(): Promise<TestWorld> {
  const world = testWorld({ settings: { audit: { channel: 'CAUDIT' } } });
  await askRevoke(world);
  world.pass(DAY_MS);
  return world;
}

describe('the end of an audit day', () => {
  it('posts where the chain stands, and writes it to the log and into the chain, once', async () => {
    const world = await afterADay();
    const head = headText(await world.store.audit.head());
    await closeAuditDay(world);
    await closeAuditDay(world);
    expect(world.notifier.announced).toHaveLength(1);
    expect(world.notifier.announced[0]?.channel).toBe('CAUDIT');
    expect(world.notifier.announced[0]?.words).toContain(`seatwarden audit verify --head ${head}`);
    const closed = world.store.events.filter((event) => event.verb === 'audit.day-closed');
    expect(closed.map((event) => event.subject)).toEqual(['audit/2026-11-23']);
    expect(closed[0]?.detail).toMatchObject({ channel: 'CAUDIT', hash: head.split(':')[1] });
    expect(world.log.lines.some((line) => JSON.stringify(line).includes(head))).toBe(true);
  });

  it('posts later what could not be posted, with the head of its own day', async () => {
    const world = await afterADay();
    const head = headText(await world.store.audit.head());
    world.notifier.faults.push(down());
    await expect(closeAuditDay(world)).rejects.toBeInstanceOf(TransportError);
    await freezeAll(world, world.as('Dan'), null);
    world.pass(DAY_MS);
    await closeAuditDay(world);
    const days = world.notifier.announced.map(({ words }) => /end of (\S+):/.exec(words)?.[1]);
    expect(days).toEqual(['2026-11-23', '2026-11-24']);
    expect(world.notifier.announced[0]?.words).toContain(head);
    await postHeads(world);
    expect(world.notifier.announced).toHaveLength(2);
  });

  it('does not take for posted what the channel did not let in', async () => {
    const world = await afterADay();
    world.notifier.unreachable.add('CAUDIT');
    await closeAuditDay(world);
    expect((await world.store.get('heads', '2026-11-23'))?.postedAt).toBeNull();
    world.notifier.unreachable.clear();
    await postHeads(world);
    expect((await world.store.get('heads', '2026-11-23'))?.postedAt).not.toBeNull();
  });
});
