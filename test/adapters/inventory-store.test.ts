import { open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { OpenFile } from '../../src/adapters/durable-file.ts';
import { openInventories } from '../../src/adapters/inventory-store.ts';
import type { Inventory, SyncedHolding, SyncedPerson } from '../../src/domain/inventory.ts';
import type { SyncChange } from '../../src/domain/sync-change.ts';
import type { Inventories } from '../../src/ports/inventory.ts';
import { DataFolders } from '../support/data-folder.ts';
import { quietLog } from '../support/quiet-log.ts';
import { anAccount, seatOf } from '../support/sync-builders.ts';

const AT = '2026-11-23T03:00:00.000Z';
const folders = new DataFolders();
afterAll(() => folders.cleanUp());

function anInventory(session: string, emails: readonly string[], at = AT): Inventory {
  const dates = { absent: 0, active: true, since: at, changedAt: at };
  const holdings = new Map<string, SyncedHolding>();
  const people = new Map<string, SyncedPerson>();
  for (const [index, email] of emails.entries()) {
    const seat = { ...seatOf(`S${index}`, email), fields: { 'License Id': `S${index}`, 'Is Trial': false }, readAt: at };
    holdings.set(`seat/S${index}`, { holding: seat, person: email, ...dates });
    people.set(email, { key: email, fields: { email, name: `Person ${index}` }, ...dates });
  }
  const account = anAccount('zoe@example.com', { integrationId: 'vendor', readAt: at });
  holdings.set(`account/${account.externalId}`, { holding: account, person: null, ...dates });
  const head = { integrationId: 'vendor', connectorId: 'vendor', app: 'Vendor', credential: 'main', fingerprint: 'f' };
  return { head: { ...head, sessionId: session, writtenAt: at }, holdings, people };
}

const created = (id: string, person: string): SyncChange => ({
  kind: 'seat',
  id,
  change: 'created',
  person,
  formerly: null,
  title: 'WebStorm',
  fields: [],
  because: null,
});

async function historyOf(inventories: Inventories, mentions?: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const entry of inventories.history('vendor', mentions)) lines.push(`${entry.sessionId} ${entry.id}`);
  if (mentions === undefined) {
    const replayed: string[] = [];
    const heads: string[] = [];
    await inventories.replayHistory('vendor', {
      skips({ at, kind, id }) {
        heads.push(`${at} ${kind} ${id}`);
        return id === 'S0';
      },
      take: (entry) => replayed.push(`${entry.sessionId} ${entry.id}`),
    });
    expect(replayed).toEqual(lines.filter((line) => !line.endsWith(' S0')));
    expect(heads).toHaveLength(lines.length);
  }
  return lines;
}

describe('an inventory', () => {
  it('is what was written, when it is read by another process', async () => {
    const dir = await folders.make();
    const first = await openInventories({ dir, log: quietLog });
    const inventory = anInventory('one', ['cara@example.com', 'dan@example.com']);
    await first.replace(inventory, [created('S0', 'cara@example.com')]);
    const second = await openInventories({ dir, log: quietLog });
    expect(await second.get('vendor')).toEqual(inventory);
    expect(await historyOf(second)).toEqual(['one S0']);
    expect(await second.list()).toEqual(['vendor']);
  });

  it('is one valid JSON document for our eyes only', async () => {
    const dir = await folders.make();
    const inventories = await openInventories({ dir, log: quietLog });
    await inventories.replace(anInventory('one', ['cara@example.com']), []);
    const path = join(dir, 'inventory', 'vendor.json');
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ format: 1, counts: [2, 1] });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.each([0, 1, 3, 8])('keeps what was in force when the disk fails at its write no. %i', async (failAt) => {
    const dir = await folders.make();
    let writes = 0;
    let failing = false;
    const openFile = (async (...args: Parameters<typeof open>) => {
      const handle = await open(...args);
      const fail = (): void => {
        if (failing && writes++ >= failAt) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      };
      return new Proxy(handle, {
        get(target, name: keyof typeof handle) {
          const value = target[name] as unknown;
          if (typeof value !== 'function') return value;
          return async (...given: unknown[]) => {
            if (name === 'write' || name === 'writeFile' || name === 'sync' || name === 'datasync') fail();
            return (value as (...all: unknown[]) => unknown).apply(target, given);
          };
        },
      });
    }) as OpenFile;
    const inventories = await openInventories({ dir, log: quietLog, openFile });
    const before = anInventory('one', ['cara@example.com']);
    await inventories.replace(before, [created('S0', 'cara@example.com')]);
    failing = true;
    const next = anInventory('two', ['cara@example.com', 'dan@example.com']);
    const failed = await inventories.replace(next, [created('S1', 'dan@example.com')]).then(
      () => false,
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'store.write', message: expect.stringContaining('no space is left') });
        return true;
      },
    );
    failing = false;
    expect(await inventories.get('vendor')).toEqual(failed ? before : next);
    expect((await readdir(join(dir, 'inventory'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const again = await openInventories({ dir, log: quietLog });
    expect(await again.get('vendor')).toEqual(failed ? before : next);
    expect(await historyOf(again)).toEqual(failed ? ['one S0'] : ['one S0', 'two S1']);
  });

  it('forgets the history of a run that died before its inventory was in force', async () => {
    const dir = await folders.make();
    const inventories = await openInventories({ dir, log: quietLog });
    await inventories.replace(anInventory('one', ['cara@example.com']), [created('S0', 'cara@example.com')]);
    const path = join(dir, 'history', 'vendor', '2026-11.jsonl');
    await writeFile(path, `${await readFile(path, 'utf8')}{"sessionId":"two","id":"S9","torn`);
    await writeFile(join(dir, 'history', 'vendor', '2026-12.jsonl'), '{"sessionId":"two"}\n');
    const again = await openInventories({ dir, log: quietLog });
    expect(await historyOf(again)).toEqual(['one S0']);
    await again.replace(anInventory('three', ['dan@example.com']), [created('S1', 'dan@example.com')]);
    expect(await historyOf(again)).toEqual(['one S0', 'three S1']);
  });

  it('that is damaged is refused in plain words with the way to restore it', async () => {
    const dir = await folders.make();
    const inventories = await openInventories({ dir, log: quietLog });
    await inventories.replace(anInventory('one', ['cara@example.com', 'dan@example.com']), []);
    const path = join(dir, 'inventory', 'vendor.json');
    await truncate(path, (await stat(path)).size - 40);
    const again = await openInventories({ dir, log: quietLog });
    await expect(again.get('vendor')).rejects.toMatchObject({
      code: 'store.corrupt',
      message: expect.stringMatching(/vendor\.json cannot be used/),
      hint: expect.stringContaining('backup'),
    });
  });
});

describe('what a session holds', () => {
  it('is put in force once, by the session it belongs to', async () => {
    const dir = await folders.make();
    const inventories = await openInventories({ dir, log: quietLog });
    await inventories.replace(anInventory('one', ['cara@example.com']), []);
    await inventories.hold(anInventory('two', ['dan@example.com']), [created('S0', 'dan@example.com')]);
    expect(await inventories.takeHeld('vendor', 'other')).toBe(false);
    expect([...((await inventories.get('vendor'))?.people.keys() ?? [])]).toEqual(['cara@example.com']);
    const again = await openInventories({ dir, log: quietLog });
    expect(await again.takeHeld('vendor', 'two')).toBe(true);
    expect([...((await again.get('vendor'))?.people.keys() ?? [])]).toEqual(['dan@example.com']);
    expect(await historyOf(again)).toEqual(['two S0']);
    expect(await again.takeHeld('vendor', 'two')).toBe(false);
  });
});

describe('the history', () => {
  it('is searched by a whole text and in no other integration', async () => {
    const inventories = await openInventories({ dir: await folders.make(), log: quietLog });
    await inventories.replace(anInventory('one', ['cara@example.com']), [
      created('S0', 'cara@example.com'),
      created('S1', 'oscara@example.com'),
    ]);
    expect(await historyOf(inventories, 'cara@example.com')).toEqual(['one S0']);
  });

  it('is skipped by how an entry begins, and read whole where its id needs escapes', async () => {
    const inventories = await openInventories({ dir: await folders.make(), log: quietLog });
    const ids = ['S0', 'S"0', 'S\\1', 'ä 🙂'];
    await inventories.replace(
      anInventory('one', ['cara@example.com']),
      ids.map((id) => created(id, 'cara@example.com')),
    );
    const heads: string[] = [];
    const read: string[] = [];
    await inventories.replayHistory('vendor', {
      skips: ({ id }) => heads.push(id) > 0,
      take: ({ id }) => read.push(id),
    });
    expect([heads, read]).toEqual([
      ['S0', 'ä 🙂'],
      ['S"0', 'S\\1'],
    ]);
  });

  it('keeps the end of each month of what is old, and everything of what is young', async () => {
    const inventories = await openInventories({ dir: await folders.make(), log: quietLog });
    const update = (before: string, after: string): SyncChange => ({
      ...created('S0', 'cara@example.com'),
      change: 'updated',
      fields: [['team', before, after]],
    });
    const days = [
      ['2026-01-05', created('S0', 'cara@example.com')],
      ['2026-01-20', update('Platform', 'Web')],
      ['2026-01-30', update('Web', 'Mobile')],
      ['2026-02-10', update('Mobile', 'Data')],
      ['2026-11-02', update('Data', 'Core')],
      ['2026-11-03', update('Core', 'Web')],
    ] as const;
    for (const [day, change] of days)
      await inventories.replace(anInventory(day, ['cara@example.com'], `${day}T03:00:00.000Z`), [change]);
    expect(await inventories.thinHistory('vendor', '2026-10-01T00:00:00.000Z')).toBe(2);
    const left = [];
    for await (const entry of inventories.history('vendor', 'cara@example.com')) left.push(entry);
    expect(left.map((entry) => [entry.at.slice(0, 10), entry.state?.['team'] ?? entry.fields[0]?.[2]])).toEqual([
      ['2026-01-30', 'Mobile'],
      ['2026-02-10', 'Data'],
      ['2026-11-02', 'Core'],
      ['2026-11-03', 'Web'],
    ]);
  });
});

describe('the details of a session', () => {
  it('are kept whole until they are dropped', async () => {
    const inventories = await openInventories({ dir: await folders.make(), log: quietLog });
    await inventories.writeDetails(
      'R1',
      Array.from({ length: 5_000 }, (_, at) => ({ change: created(`S${at}`, 'cara@example.com') })),
    );
    let count = 0;
    for await (const _ of inventories.details('R1')) count += 1;
    expect(count).toBe(5_000);
    await inventories.dropDetails('R1');
    for await (const _ of inventories.details('R1')) count += 1;
    expect(count).toBe(5_000);
  });
});
