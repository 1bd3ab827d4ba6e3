import { describe, expect, it } from 'vitest';
import { loaded, openConnector } from '../support/connectors.ts';
import { staff, syncWorld } from '../support/sync-world.ts';

describe('somebody missing for the first time', () => {
  it('waits for the second listing where the vendor cannot be asked about one account', async () => {
    const { world, gives, run, people } = syncWorld();
    Object.assign(world.vendor, { readsOne: { seat: true, account: false } });
    gives(staff(10));
    await run();
    gives(staff(9));
    expect(await run()).toMatchObject({ outcome: 'succeeded', people: { deactivated: 0 } });
    expect((await people())['p9@example.com']).toBe(true);
    expect(await run()).toMatchObject({ people: { deactivated: 1 }, holdings: { deactivated: 1 } });
  });

  it('waits for the second listing where the direct read fails', async () => {
    const { world, gives, run, people } = syncWorld();
    gives(staff(10));
    await run();
    gives(staff(9));
    (world.vendor as { target: unknown }).target = () => Promise.reject(new Error('not now'));
    await run();
    expect((await people())['p9@example.com']).toBe(true);
  });

  it('waits for the second listing where too many are missing to ask about each', async () => {
    const { gives, run } = syncWorld();
    gives(staff(200));
    await run();
    gives(staff(170));
    expect(await run()).toMatchObject({ outcome: 'succeeded', people: { deactivated: 0 } });
    expect(await run()).toMatchObject({ people: { deactivated: 30 } });
  });
});

it.each([
  ['jetbrains', { seat: true, account: false }],
  ['aha', { seat: false, account: true }],
])('%s says what can be read one by one', async (id, readsOne) => {
  const connector = openConnector(id, 'http://127.0.0.1:9', { connector: loaded(id) });
  expect(connector.readsOne).toEqual(readsOne);
  await connector.close();
});
