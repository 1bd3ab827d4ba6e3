import { absoluteFigure, type Figure, median, percentile, ratioFigure } from './figure.ts';
import type { LocalWorld } from './local-world.ts';
import type { MeasuredProcess } from './measured-process.ts';
import type { Scale } from './scale.ts';
import { startBareBolt, startBot } from './servers.ts';
import { Visitors } from './visitors.ts';

const IN_FLIGHT = 16;
const STALL_MS = 5_000;
const STALLED_PER_SECOND = 100;

interface Round {
  readonly cpuUs: number;
  readonly p99Ms: number;
}

interface Side {
  readonly process: MeasuredProcess;
  readonly visitors: Visitors;
}

/** What it costs to acknowledge a signed slash command, and to answer one that needs no vendor. */
export async function benchAcks(world: LocalWorld, scale: Scale): Promise<readonly Figure[]> {
  const [bot, acking, answering] = await Promise.all([
    startBot(world),
    startBareBolt(world, 'ack'),
    startBareBolt(world, 'answer'),
  ]);
  const sideOf = async (process: MeasuredProcess): Promise<Side> => ({
    process,
    visitors: await Visitors.arrive(world, process.port, IN_FLIGHT),
  });
  const [ours, bareAck, bareAnswer] = [await sideOf(bot.process), await sideOf(acking), await sideOf(answering)];
  try {
    const ack = (side: Side) => measure(side, scale.acks, () => side.visitors.sendEmpty(scale.acks));
    const answer = (side: Side, expected: string) =>
      measure(side, scale.acks / 2, async () =>
        (await side.visitors.ask('help', scale.acks / 2, expected)).map(({ ackMs }) => ackMs),
      );
    const acks = await alternate(
      scale.rounds,
      () => ack(ours),
      () => ack(bareAck),
    );
    const answers = await alternate(
      scale.rounds,
      () => answer(ours, '/licenses'),
      () => answer(bareAnswer, '/licenses'),
    );
    return [
      ratioFigure({
        id: 'ack-cpu',
        title: 'CPU of an acknowledged slash command',
        unit: 'µs',
        ours: median(acks.a.map(({ cpuUs }) => cpuUs)),
        baseline: median(acks.b.map(({ cpuUs }) => cpuUs)),
        limit: { atMost: 1.5 },
        note: `${IN_FLIGHT} in flight, distinct signed requests that name no user: ours acknowledges them and has nothing to run. The baseline is Bolt with HTTPReceiver and one command that acknowledges.`,
      }),
      ratioFigure({
        id: 'ack-p99',
        title: 'Acknowledgement of a slash command, p99',
        unit: 'ms',
        ours: median(acks.a.map(({ p99Ms }) => p99Ms)),
        baseline: median(acks.b.map(({ p99Ms }) => p99Ms)),
        limit: { atMost: 2 },
        note: 'The same rounds.',
      }),
      ratioFigure({
        id: 'answer-cpu',
        title: 'CPU of a command that is acknowledged and answered',
        unit: 'µs',
        ours: median(answers.a.map(({ cpuUs }) => cpuUs)),
        baseline: median(answers.b.map(({ cpuUs }) => cpuUs)),
        limit: { atMost: 1.5 },
        note: `\`help\`, asked by ${IN_FLIGHT} people, answered at the response URL. The baseline is Bolt with one command that acknowledges and answers twelve fixed blocks with respond().`,
      }),
    ];
  } finally {
    for (const side of [ours, bareAck, bareAnswer]) side.visitors.leave();
    await Promise.all([bot.stop(), acking.stop(), answering.stop()]);
  }
}

/** Acknowledgements go on while the answers of both vendors are seconds away. */
export async function benchStalledAcks(world: LocalWorld, scale: Scale): Promise<readonly Figure[]> {
  const bot = await startBot(world, { keepList: false });
  const visitors = await Visitors.arrive(world, bot.process.port, IN_FLIGHT * 4);
  try {
    await visitors.lookUp(Math.min(world.people.length, scale.lookups));
    Object.assign(world.latencyMs, { jetbrains: STALL_MS, aha: STALL_MS });
    const acks = await visitors.lookUpSteadily(scale.stalledAcks, STALLED_PER_SECOND);
    return [
      absoluteFigure({
        id: 'stalled-ack-p99',
        title: 'Acknowledgement while both vendors take 5 s, p99',
        unit: 'ms',
        ours: percentile(acks, 0.99),
        limit: { atMost: 250 },
        note: `${STALLED_PER_SECOND} look-ups a second, each waiting for both vendors; timed from when each was to be sent.`,
      }),
    ];
  } finally {
    Object.assign(world.latencyMs, { jetbrains: 0, aha: 0 });
    visitors.leave();
    await bot.stop();
  }
}

async function measure(side: Side, amount: number, work: () => Promise<readonly number[]>): Promise<Round> {
  const before = await side.process.cpuMs();
  const latencies = await work();
  const after = await side.process.cpuMs();
  return { cpuUs: ((after - before) * 1_000) / amount, p99Ms: percentile(latencies, 0.99) };
}

/** One round of each, turn about; the first of each warms up and does not count. */
export async function alternate<Result>(
  rounds: number,
  a: () => Promise<Result>,
  b: () => Promise<Result>,
): Promise<{ readonly a: readonly Result[]; readonly b: readonly Result[] }> {
  await a();
  await b();
  const results: { a: Result[]; b: Result[] } = { a: [], b: [] };
  for (let round = 0; round < rounds; round += 1) {
    results.a.push(await a());
    results.b.push(await b());
  }
  return results;
}
