import { request } from 'undici';
import { differenceFigure, type Figure, median, ratioFigure } from './figure.ts';
import type { LocalWorld } from './local-world.ts';
import type { MeasuredProcess } from './measured-process.ts';
import type { Scale } from './scale.ts';
import { startBareBolt, startBot } from './servers.ts';
import { Visitors } from './visitors.ts';

const AT_ONCE = 16;
const DISTANT_MS = 50;
const SLOW = { jetbrains: 100, aha: 200 };

interface Round {
  readonly perSecond: number;
  readonly cpuUs: number;
}

/** How many people can be looked up, against a handler that does nothing but ask the vendors. */
export async function benchLookups(world: LocalWorld, scale: Scale): Promise<readonly Figure[]> {
  const [bot, bare, bareUndici] = await Promise.all([
    startBot(world),
    startBareBolt(world, 'lookup'),
    startBareBolt(world, 'lookup-undici'),
  ]);
  const processes = [bot.process, bare, bareUndici];
  const round = async (lookups: number): Promise<readonly Round[]> => {
    const measured: Round[] = [];
    for (const process of processes) {
      // They come anew each time: a server closes connections on which nothing comes for a while.
      const visitors = await Visitors.arrive(world, process.port, AT_ONCE);
      measured.push(await measure(process, visitors, lookups).finally(() => visitors.leave()));
    }
    return measured;
  };
  const rounds = async (count: number, lookups: number): Promise<readonly Round[]> => {
    const all: (readonly Round[])[] = [];
    for (let index = 0; index < count; index += 1) all.push(await round(lookups));
    return processes.map((_, index) => ({
      perSecond: median(all.map((measured) => (measured[index] as Round).perSecond)),
      cpuUs: median(all.map((measured) => (measured[index] as Round).cpuUs)),
    }));
  };
  try {
    // A bot runs for weeks: what the engine compiles while the first thousands come in is not what it costs.
    for (let index = 0; index < scale.warmUps; index += 1) await round(scale.lookups);
    const [ours, theirs, undici] = (await rounds(scale.rounds, scale.lookups)) as [Round, Round, Round];
    Object.assign(world.latencyMs, { jetbrains: DISTANT_MS, aha: DISTANT_MS });
    const [oursAfar, theirsAfar] = (await rounds(3, scale.lookups / 5)) as [Round, Round, Round];
    return [
      ratioFigure({
        id: 'lookups-per-second',
        title: 'Look-ups with 16 people asking at once',
        unit: '1/s',
        ours: ours.perSecond,
        baseline: theirs.perSecond,
        limit: { atLeast: 0.7 },
        note: `From the slash command to the answer at its response URL; ${world.people.length} different people, vendors that answer at once, all warm. Both ask JetBrains for every look-up and keep the Aha! list (which has no search by e-mail) for a minute; Slack's answers about the people are in the bot's memory, as they are for a minute. The baseline is one Bolt command that asks with undici.request and answers one message of plain sections with Bolt's respond.`,
      }),
      ratioFigure({
        id: 'lookups-per-second-undici',
        title: 'The same against a handler that answers by undici',
        unit: '1/s',
        ours: ours.perSecond,
        baseline: undici.perSecond,
        note: "The baseline without Bolt's respond, which sends with the global fetch: its answer goes out by undici.request, too. Told, without a limit.",
      }),
      ratioFigure({
        id: 'lookups-per-second-distant',
        title: `The same over vendors of ${DISTANT_MS} ms`,
        unit: '1/s',
        ours: oursAfar.perSecond,
        baseline: theirsAfar.perSecond,
        note: "With Bolt's respond, and vendors that take as long as near ones do over the Internet; told, without a limit.",
      }),
      ratioFigure({
        id: 'lookup-cpu',
        title: 'CPU of a look-up',
        unit: 'µs',
        ours: ours.cpuUs,
        baseline: theirs.cpuUs,
        note: "Of the rounds without latency, with Bolt's respond; told, without a limit. What the bot does beyond the handler is to check who asks, to read each record by its preset, to find what is wrong with it and what can be done, and to draw that.",
      }),
    ];
  } finally {
    Object.assign(world.latencyMs, { jetbrains: 0, aha: 0 });
    await Promise.all([bot.stop(), bare.stop(), bareUndici.stop()]);
  }
}

/** What the bot adds to the slower vendor's own time when both are read. */
export async function benchSlowVendors(world: LocalWorld, scale: Scale): Promise<readonly Figure[]> {
  const bot = await startBot(world, { keepList: false });
  const visitors = await Visitors.arrive(world, bot.process.port, 1);
  try {
    await visitors.lookUp(scale.slowLookups);
    Object.assign(world.latencyMs, SLOW);
    const looked: number[] = [];
    const vendor: number[] = [];
    for (let index = 0; index < scale.slowLookups; index += 1) {
      for (const { answerMs } of await visitors.lookUp(1)) looked.push(answerMs);
      vendor.push(await askVendor(`${world.url}/aha/users?page=1&per_page=200`));
    }
    return [
      differenceFigure({
        id: 'lookup-added',
        title: `Look-up over vendors of ${SLOW.jetbrains} and ${SLOW.aha} ms, median`,
        unit: 'ms',
        ours: median(looked),
        baseline: median(vendor),
        limit: { atMost: 20 },
        note: 'From the slash command to the answer, the Aha! list read anew each time, one person asking. The baseline is the slower vendor called directly.',
      }),
    ];
  } finally {
    Object.assign(world.latencyMs, { jetbrains: 0, aha: 0 });
    visitors.leave();
    await bot.stop();
  }
}

async function measure(process: MeasuredProcess, visitors: Visitors, amount: number): Promise<Round> {
  const cpuBefore = await process.cpuMs();
  const since = performance.now();
  await visitors.lookUp(amount);
  const seconds = (performance.now() - since) / 1_000;
  const cpuMs = (await process.cpuMs()) - cpuBefore;
  return { perSecond: amount / seconds, cpuUs: (cpuMs * 1_000) / amount };
}

async function askVendor(url: string): Promise<number> {
  const since = performance.now();
  const { body } = await request(url);
  await body.json();
  return performance.now() - since;
}
