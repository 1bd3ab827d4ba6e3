import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Figure, percentile, ratioFigure } from './figure.ts';
import type { LocalWorld } from './local-world.ts';
import { child, MeasuredProcess } from './measured-process.ts';
import type { Scale } from './scale.ts';
import { startBot } from './servers.ts';
import { Visitors } from './visitors.ts';

const IN_FLIGHT = 16;
const PER_SECOND = 50;
const WRITTEN_WITHIN_MS = 60_000;

/** Commands are acknowledged while a first sync of many licences runs in the same process, as in an idle one. */
export async function benchAcksWhileSyncing(world: LocalWorld, scale: Scale): Promise<readonly Figure[]> {
  const vendor = await MeasuredProcess.start({ script: child('licences.mjs'), env: {}, ready: { path: '/', status: 404 } });
  const bot = await startBot(world, { many: `http://127.0.0.1:${vendor.port}/${scale.synced}` });
  const visitors = await Visitors.arrive(world, bot.process.port, IN_FLIGHT);
  try {
    await visitors.sendEmptySteadily(scale.pacedAcks, PER_SECOND);
    const idle = await visitors.sendEmptySteadily(scale.pacedAcks, PER_SECOND);
    const inventory = join(bot.dataDir, 'inventory', 'many.json');
    await visitors.ask('sync many', 1, 'has started');
    const busy: number[] = [];
    // In short rounds until the run has written everything.
    const until = performance.now() + WRITTEN_WITHIN_MS;
    do {
      if (performance.now() > until) throw new Error('the sync did not end');
      busy.push(...(await visitors.sendEmptySteadily(PER_SECOND / 2, PER_SECOND)));
    } while (!(await isThere(inventory)));
    return [
      ratioFigure({
        id: 'syncing-ack-p99',
        title: 'Acknowledgement while a sync runs, p99',
        unit: 'ms',
        ours: percentile(busy, 0.99),
        baseline: percentile(idle, 0.99),
        limit: { atMost: 2 },
        note: `${PER_SECOND} commands a second, timed from when each was to be sent, from the start of a first sync of ${scale.synced.toLocaleString('en-US')} licences until its inventory is written (${busy.length} commands); the baseline is the same bot before it. Half of the commands were acknowledged within ${Math.round(percentile(busy, 0.5) * 10) / 10} ms.`,
      }),
    ];
  } finally {
    visitors.leave();
    await wait(0);
    await Promise.all([bot.stop(), vendor.stop()]);
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
