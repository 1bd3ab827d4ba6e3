import { request } from 'undici';
import { alternate } from './acks.ts';
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
  const bot = await startBot(world);
  const bare = await startBareBolt(world, 'lookup');
  const [ours, theirs] = [
    await Visitors.arrive(world, bot.process.port, AT_ONCE),
    await Visitors.arrive(world, bare.port, AT_ONCE),
  ];
  try {
    const rounds = await alternate(
      scale.rounds,
      () => measure(bot.process, ours, scale.lookups),
      () => measure(bare, theirs, scale.lookups),
    );
    Object.assign(world.latencyMs, { jetbrains: DISTANT_MS, aha: DISTANT_MS });
    const distant = await alternate(
      3,
      () => measure(bot.process, ours, scale.lookups / 5),
      () => measure(bare, theirs, scale.lookups / 5),
    );
    return [
      ratioFigure({
        id: 'lookups-per-second',
        title: 'Look-ups with 16 people asking at once',
        unit: '1/s',
        ours: median(rounds.a.map(({ perSecond }) => perSecond)),
        baseline: median(rounds.b.map(({ perSecond }) => perSecond)),
        limit: { atLeast: 0.7 },
        note: `From the slash command to the answer at its response URL; ${world.people.length} different people, vendors that answer at once. Both ask JetBrains for every look-up and keep the Aha! list (which has no search by e-mail) for a minute; Slack's answers about the people are in the bot's memory, as they are for a minute. The baseline is one Bolt command with undici.request and one message of plain sections.`,
      }),
      ratioFigure({
        id: 'lookups-per-second-distant',
        title: `The same over vendors of ${DISTANT_MS} ms`,
        unit: '1/s',
        ours: median(distant.a.map(({ perSecond }) => perSecond)),
        baseline: median(distant.b.map(({ perSecond }) => perSecond)),
        note: 'The same with vendors that take as long as near ones do over the Internet; told, without a limit.',
      }),
      ratioFigure({
        id: 'lookup-cpu',
        title: 'CPU of a look-up',
        unit: 'µs',
        ours: median(rounds.a.map(({ cpuUs }) => cpuUs)),
        baseline: median(rounds.b.map(({ cpuUs }) => cpuUs)),
        note: 'Of the rounds without latency; told, without a limit. What the bot does beyond the handler is to check who asks, to read each record by its preset, to find what is wrong with it and what can be done, and to draw that.',
      }),
    ];
  } finally {
    Object.assign(world.latencyMs, { jetbrains: 0, aha: 0 });
    ours.leave();
    theirs.leave();
    await Promise.all([bot.stop(), bare.stop()]);
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
