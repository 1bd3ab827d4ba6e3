import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../src/adapters/lowdb-store.ts';
import { quietLog } from '../test/support/quiet-log.ts';
import { putRequest } from '../test/support/store-builders.ts';
import { absoluteFigure, type Figure, median, slope } from './figure.ts';
import type { LocalWorld } from './local-world.ts';
import type { Scale } from './scale.ts';
import { startBot } from './servers.ts';
import { Visitors } from './visitors.ts';

/** From the start of the process to a 200 of /readyz, with a store that was used for long. */
export async function benchStart(world: LocalWorld, scale: Scale): Promise<readonly Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'seatwarden-bench-'));
  try {
    await fillStore(dataDir, scale.stored);
    const times: number[] = [];
    for (let start = 0; start < scale.starts; start += 1) {
      const bot = await startBot(world, { dataDir });
      times.push(bot.process.readyMs);
      await bot.stop();
    }
    return [
      absoluteFigure({
        id: 'start',
        title: 'From start to ready',
        unit: 'ms',
        ours: median(times),
        limit: { atMost: 2_000 },
        note: `From the start of the process to the first 200 of /readyz, ${scale.stored.toLocaleString('en-US')} requests in the store; median of ${scale.starts}.`,
      }),
    ];
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function fillStore(dir: string, requests: number): Promise<void> {
  const store = await openStore({ dir, clock: { now: () => new Date() }, log: quietLog });
  for (let first = 0; first < requests; first += 200) {
    const amount = Math.min(200, requests - first);
    const put = Array.from({ length: amount }, (_, offset) => putRequest(`R${first + offset}`, { state: 'succeeded' }));
    await store.commit({ put });
  }
  await store.close();
}

/** The heap after garbage collections, while people are looked up again and again. */
export async function benchMemory(world: LocalWorld, scale: Scale): Promise<readonly Figure[]> {
  const { memoryStep, memorySteps } = scale;
  const bot = await startBot(world, { nodeOptions: ['--expose-gc'] });
  const visitors = await Visitors.arrive(world, bot.process.port, 16);
  try {
    const heaps: (readonly [lookups: number, heapKb: number])[] = [];
    for (let step = 1; step <= memorySteps; step += 1) {
      await visitors.lookUp(memoryStep);
      heaps.push([step * memoryStep, await bot.process.heapKb()]);
    }
    const [first, last] = [heaps[0], heaps.at(-1)];
    const told = heaps.map(([lookups, kb]) => `${lookups.toLocaleString('en-US')}: ${(kb / 1_024).toFixed(2)} MB`).join(', ');
    return [
      absoluteFigure({
        id: 'memory',
        title: 'Growth of the heap by 1,000 look-ups',
        unit: 'KB',
        ours: slope(heaps) * 1_000,
        limit: { atMost: 100 },
        note: `Least squares from ${first?.[0].toLocaleString('en-US')} to ${last?.[0].toLocaleString('en-US')} look-ups, heap after garbage collection (${told}). One answer kept by each look-up would be some 5,000 KB.`,
      }),
    ];
  } finally {
    visitors.leave();
    await bot.stop();
  }
}
