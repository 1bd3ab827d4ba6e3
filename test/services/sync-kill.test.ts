import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInventories } from '../../src/adapters/inventory-store.ts';
import { openStore } from '../../src/adapters/lowdb-store.ts';
import { verifyAudit } from '../../src/adapters/verify-audit.ts';
import { meanings } from '../../src/domain/compare-holdings.ts';
import { stateAt } from '../../src/domain/history.ts';
import { type JetBrainsVendor, startJetBrainsVendor } from '../../src/sandbox/vendors/jetbrains.ts';
import { bundleChild } from '../support/bundle-child.ts';
import { aLicence } from '../support/licences.ts';
import { quietLog } from '../support/quiet-log.ts';

/** A sample of what `npm run soak` does a hundred times. */
const KILLS = Number(process.env['SYNC_KILLS'] ?? 6);
const SIDE_BY_SIDE = 2;
const LICENCES = 30;
const folders: string[] = [];
let program = '';
let vendor: JetBrainsVendor;

/** What the vendor has at a time: everybody's team is the tide's number, so half of one and half of another can be told. */
function tide(number: number): void {
  vendor.state.reset(
    Array.from({ length: LICENCES }, (_, at) =>
      aLicence(`L${at}`, `p${(at + number) % LICENCES}@example.com`, { team: { id: number, name: `Tide ${number}` } }),
    ),
  );
}

beforeAll(async () => {
  program = await bundleChild('sync-child');
  vendor = await startJetBrainsVendor({ now: () => new Date(), seats: [] });
  tide(0);
}, 120_000);

afterAll(async () => {
  await vendor?.close();
  for (const folder of [...folders, dirname(program)]) await rm(folder, { recursive: true, force: true });
});

/** Runs the child until some time after it is ready, or after so many runs, then kills it; gives how many it finished. */
async function oneLife(dir: string, livesMs: number, mostRuns = Number.POSITIVE_INFINITY): Promise<number> {
  const args = [program, dir, vendor.baseUrl, vendor.apiKey, vendor.customerCode, join(import.meta.dirname, '../../presets')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let runs = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') setTimeout(() => child.kill('SIGKILL'), livesMs);
    else runs += 1;
    if (runs >= mostRuns) child.kill('SIGKILL');
  }
  await exited;
  return runs;
}

/** The inventory is that of one moment, the history tells how it came to be, and no session is left hanging after a start. */
async function expectWhole(dir: string): Promise<void> {
  const inventories = await openInventories({ dir, log: quietLog });
  const inventory = await inventories.get('jetbrains');
  const states = [];
  for await (const entry of inventories.history('jetbrains')) states.push(entry);
  if (inventory === null) {
    expect(states).toEqual([]);
    return;
  }
  const tides = new Set(
    [...inventory.holdings.values()].map(({ holding }) => (holding.kind === 'seat' ? holding.team?.name : null)),
  );
  expect(tides.size).toBe(1);
  expect(inventory.holdings.size).toBe(LICENCES);
  const replayed = stateAt(states, '9999-12-31T00:00:00.000Z');
  for (const [id, { holding, person }] of inventory.holdings) {
    expect(replayed.get(id)).toMatchObject({ person, active: true });
    expect(replayed.get(id)?.values).toEqual(meanings(holding));
  }
  expect(await verifyAudit(dir)).toMatchObject({ ok: true });
}

async function killAgainAndAgain(kills: number): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'seatwarden-sync-'));
  folders.push(dir);
  // How long a run takes depends on the machine; the kills have to fall into the middle of some.
  const since = performance.now();
  let runs = await oneLife(dir, 60_000, 3);
  const lifeMs = (performance.now() - since) / 2;
  for (let round = 0; round < kills; round += 1) {
    runs += await oneLife(dir, Math.random() * lifeMs);
    await expectWhole(dir);
  }
  const store = await openStore({ dir, clock: { now: () => new Date() }, log: quietLog });
  const hanging = (await store.list('sessions')).filter((session) => session.state === 'running');
  // Only the very last life can have left one.
  expect(hanging.length).toBeLessThanOrEqual(1);
  await store.close();
  return runs;
}

describe('a sync whose process is killed', () => {
  it(`leaves the old inventory or the new one, with its history, ${KILLS} kills long`, { timeout: 900_000 }, async () => {
    let number = 0;
    const turning = setInterval(() => {
      number += 1;
      tide(number);
    }, 40);
    try {
      const runs = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => killAgainAndAgain(KILLS / SIDE_BY_SIDE)));
      // Lives that all ended before anything was written would prove nothing.
      expect(Math.min(...runs)).toBeGreaterThan(KILLS / SIDE_BY_SIDE / 4);
    } finally {
      clearInterval(turning);
    }
  });
});
