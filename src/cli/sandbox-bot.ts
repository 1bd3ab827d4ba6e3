import type { Bot } from '../app.ts';
import type { Beginning, FromBot, ToBot, UpcomingJob } from '../sandbox/bot-link.ts';
import { createSandboxClock, type SandboxClock } from '../sandbox/clock.ts';
import { syncJobId, syncOnSchedule } from '../services/sync-on-schedule.ts';
import { readSetup } from '../setup.ts';
import { toFailure, usageFailure } from './failure.ts';
import { done, type Host, type LocalVerb, type ParentLink, type VerbResult } from './verb.ts';

export const sandboxBot: LocalVerb = {
  kind: 'local',
  hidden: true,
  name: 'sandbox-bot',
  usage: 'sandbox-bot',
  summary: 'The bot inside a sandbox, which starts it.',
  options: {},
  words: [0, 0],
  async run(host) {
    if (host.parent === null) return usageFailure('sandbox-bot is started by the sandbox only.', 'Type "seatwarden sandbox".');
    try {
      return await runSandboxBot(host, host.parent);
    } catch (error) {
      // The sandbox tells it, so that it is told once.
      const failure = toFailure(error);
      const message: FromBot = { say: 'failed', failure };
      await host.parent.send(message);
      return { ...done('', null), exitCode: failure.exitCode };
    }
  },
};

/** Runs the bot on the sandbox's clock until the sandbox says stop or is gone. */
async function runSandboxBot(host: Host, parent: ParentLink): Promise<VerbResult> {
  // Loaded while the sandbox is still busy with its own start.
  const loaded = import('./run-bot.ts');
  const clock = createSandboxClock();
  const link = new BotSide(parent, clock);
  const stopped = Promise.race([host.untilStopped(), link.stopAsked, parent.gone]);
  const beginning = await Promise.race([link.beginning, stopped.then(() => null)]);
  if (beginning === null) return done('', null);
  clock.setOffset(beginning.offsetMs);
  const setup = await readSetup({
    cwd: host.cwd,
    env: { ...host.env, ...beginning.environment, HOST: '127.0.0.1', PORT: '0' },
    config: beginning.config,
    dataDir: beginning.dataDir,
  });
  const { runBot } = await loaded;
  return runBot({ ...host, untilStopped: () => stopped }, { setup, clock }, (bot) => link.ready(bot));
}

class BotSide {
  readonly beginning: Promise<Beginning>;
  readonly stopAsked: Promise<void>;
  readonly #parent: ParentLink;
  readonly #clock: SandboxClock;
  #bot: Bot | null = null;

  constructor(parent: ParentLink, clock: SandboxClock) {
    this.#parent = parent;
    this.#clock = clock;
    let begin: (beginning: Beginning) => void = () => undefined;
    let stop: () => void = () => undefined;
    this.beginning = new Promise((resolve) => {
      begin = resolve;
    });
    this.stopAsked = new Promise((resolve) => {
      stop = resolve;
    });
    parent.onMessage((received) => {
      // Only the sandbox has this channel, and it is the same program.
      const message = received as ToBot;
      switch (message.do) {
        case 'begin':
          return begin(message.with);
        case 'stop':
          return stop();
        case 'tell-jobs':
          return this.#tellJobs(message.id);
        case 'tell-time':
          return void this.#tellTime(message.id, message.offsetMs);
      }
    });
  }

  ready(bot: Bot): void {
    this.#bot = bot;
    readForTheFirstTime(bot);
    this.#say({ say: 'ready', url: bot.url() ?? '' });
  }

  async #tellTime(id: number, offsetMs: number): Promise<void> {
    this.#clock.setOffset(offsetMs);
    await this.#bot?.idle();
    this.#tellJobs(id);
  }

  #tellJobs(id: number): void {
    const jobs = (this.#bot?.upcoming() ?? []).map(
      ({ id: job, at, following }): UpcomingJob => ({
        id: job,
        at: at.toISOString(),
        following: following?.toISOString() ?? null,
      }),
    );
    this.#say({ say: 'jobs', id, jobs });
  }

  #say(message: FromBot): void {
    void this.#parent.send(message);
  }
}

/** What was never read has no reports, and a visitor has no night to wait for. */
function readForTheFirstTime({ world }: Bot): void {
  for (const { integrationId } of world.settings().syncs)
    world.background.run(syncJobId(integrationId), async (signal) => {
      if ((await world.inventories.get(integrationId)) === null) await syncOnSchedule(world, integrationId, 'schedule', signal);
    });
}
