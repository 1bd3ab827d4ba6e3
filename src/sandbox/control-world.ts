import type { UpcomingJob } from './bot-link.ts';
import type { SandboxClock } from './clock.ts';
import type { CompanyHistory } from './company-history.ts';
import { describeFault, FAULT_MENU, fitsSlack } from './fault-menu.ts';
import { type FaultQueue, readFault } from './faults.ts';
import { jumpTarget, moveTime, paceOf, type RanJob } from './move-time.ts';
import { BotEnded, type BotStatus, type Delivery, type SandboxBot } from './sandbox-bot.ts';
import { ImpossibleAct } from './slack/impossible-act.ts';
import { asText, type Wire } from './wire.ts';

export interface VendorInfo {
  readonly id: string;
  readonly name: string;
  records(): number;
  calls(): number;
  readonly faults: FaultQueue;
}

export interface WorldControlOptions {
  readonly clock: SandboxClock;
  /** The bot in its own process; null where a test runs one by itself. */
  readonly bot: SandboxBot | null;
  readonly slackFaults: FaultQueue;
  readonly vendors: readonly VendorInfo[];
  /** The twelve months before the sandbox began. */
  history(): CompanyHistory;
  /** Puts the company, its Slack and its vendors back to the start. */
  resetWorld(): void;
  /** Removes what the bot remembers; it does not run then. */
  forgetBot(): Promise<void>;
}

export interface WorldState {
  readonly now: string;
  readonly offsetMs: number;
  /** What is under way, in a few words. */
  readonly busy: string | null;
  readonly bot: BotStatus | { readonly state: 'none' };
  readonly upcoming: readonly { readonly id: string; readonly title: string; readonly at: string; readonly every: string }[];
  readonly vendors: readonly { readonly id: string; readonly name: string; readonly records: number; readonly calls: number }[];
  readonly faults: readonly {
    readonly id: number;
    readonly target: string;
    readonly name: string;
    readonly fault: unknown;
    readonly left: number | null;
  }[];
}

const MAX_JUMP_MS = 400 * 86_400_000;

/** Steers the world around the bot: time, faults, the bot's own life, and the way back to the start. */
export class WorldControl {
  readonly #options: WorldControlOptions;
  readonly #listeners = new Set<() => void>();
  #busy: readonly string[] = [];
  #moving: Promise<unknown> = Promise.resolve();
  /** Steps in the bot's life, one after the other. */
  #life: Promise<unknown> = Promise.resolve();

  constructor(options: WorldControlOptions) {
    this.#options = options;
    for (const { faults } of this.#targets()) faults.onChange(() => this.#changed());
  }

  /** Calls back when `state` has changed; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  changed(): void {
    this.#changed();
  }

  async state(): Promise<WorldState> {
    const { clock, bot, vendors } = this.#options;
    const jobs = (await bot?.upcoming()) ?? [];
    return {
      now: clock.now().toISOString(),
      offsetMs: clock.offsetMs(),
      busy: this.#busy.at(-1) ?? null,
      bot: bot?.status() ?? { state: 'none' },
      upcoming: jobs.map((job) => ({ id: job.id, title: titleOf(job.id), at: job.at, every: paceOf(job) })),
      vendors: vendors.map(({ id, name, records, calls }) => ({ id, name, records: records(), calls: calls() })),
      faults: this.#targets().flatMap(({ id: target, faults }) =>
        faults.list().map(({ id, fault, left }) => ({ id, target, name: describeFault(fault), fault, left })),
      ),
    };
  }

  /** Answers a question of the control API; null when it is none of these. */
  async get(verb: string): Promise<unknown> {
    switch (verb) {
      case 'world':
        return this.state();
      case 'faults':
        return { targets: this.#targets().map(({ id, name }) => ({ id, name })), kinds: FAULT_MENU };
      case 'history':
        return this.#options.history();
      default:
        return null;
    }
  }

  /** Does what the control API asks for; null when it is none of these. @throws ImpossibleAct with a sentence. */
  async post(verb: string, body: Wire): Promise<Wire | null> {
    switch (verb) {
      case 'clock':
        return this.#clock(body);
      case 'faults':
        return this.#addFault(body);
      case 'faults/clear':
        return { ok: true, cleared: this.#clearFaults(body) };
      case 'bot':
        await this.#steerBot(body);
        return { ok: true, bot: this.#options.bot?.status() ?? { state: 'none' } };
      case 'reset':
        await this.reset();
        return { ok: true };
      default:
        return null;
    }
  }

  /** Moves time and answers which jobs became due on the way, when they have run. */
  async moveTo(target: (jobs: readonly UpcomingJob[]) => Date): Promise<readonly RanJob[]> {
    const { clock, bot } = this.#options;
    const [busy] = this.#busy;
    if (busy !== undefined) throw new ImpossibleAct(`Not now: the sandbox is ${busy}.`);
    const moved = this.#during('moving time', async () => {
      const running = bot?.status().state === 'running' ? bot : null;
      return moveTime(clock, running, target((await running?.upcoming()) ?? []));
    });
    this.#moving = moved.catch(() => undefined);
    return moved;
  }

  async reset(): Promise<void> {
    const { bot, resetWorld, forgetBot } = this.#options;
    await this.#inTurn('resetting', async () => {
      await bot?.kill();
      await this.#moving;
      await forgetBot();
      resetWorld();
      await bot?.start();
    });
  }

  async startBot(delivery?: Delivery): Promise<void> {
    await this.#inTurn('starting the bot', async () => {
      try {
        await this.#bot().start(delivery);
      } catch (error) {
        if (error instanceof BotEnded) throw new ImpossibleAct('The bot could not start; the terminal says why.');
        throw error;
      }
    });
  }

  /** kill -9, whatever else is under way. */
  async killBot(): Promise<void> {
    await this.#bot().kill();
  }

  async stopBot(): Promise<void> {
    await this.#inTurn('stopping the bot', async () => this.#bot().stop());
  }

  async #steerBot(body: Wire): Promise<void> {
    const delivery = readDelivery(body['delivery']);
    switch (body['do']) {
      case 'kill':
        return this.killBot();
      case 'stop':
        return this.stopBot();
      case 'start':
        return this.startBot(delivery);
      case 'restart':
        await this.stopBot();
        return this.startBot(delivery);
      default:
        throw new ImpossibleAct('A bot can be told to kill, start, stop or restart.');
    }
  }

  async #clock(body: Wire): Promise<Wire> {
    const to = asText(body['to']) ?? null;
    const advanceMs = Number(body['advanceMs']);
    if (to === null && !(advanceMs >= 0 && advanceMs <= MAX_JUMP_MS))
      throw new ImpossibleAct('Time moves forward only, and at most 400 days at once.');
    const { clock, bot } = this.#options;
    if (to !== null && bot?.status().state !== 'running') throw new ImpossibleAct('The bot is away, so it has no next job.');
    const ran = await this.moveTo((jobs) =>
      to === null ? new Date(clock.now().getTime() + advanceMs) : new Date(jumpTarget(jobs, to, asText(body['job']) ?? null).at),
    );
    return { ok: true, now: clock.now().toISOString(), ran };
  }

  #addFault(body: Wire): Wire {
    const target = this.#targets().find(({ id }) => id === body['target']);
    if (target === undefined) throw new ImpossibleAct(`There is nothing called "${asText(body['target']) ?? ''}" to disturb.`);
    const read = readFault(body['fault']);
    if ('problem' in read) throw new ImpossibleAct(`This fault cannot be switched on: ${read.problem}.`);
    if (target.id === 'slack' && !fitsSlack(read.fault)) throw new ImpossibleAct('Slack has no lists of records to shorten.');
    return { ok: true, id: target.faults.add(read.fault) };
  }

  #clearFaults(body: Wire): number {
    let cleared = 0;
    for (const { id: target, faults } of this.#targets()) {
      for (const { id } of faults.list()) {
        const wanted = body['id'] === undefined ? body['target'] === undefined || body['target'] === target : body['id'] === id;
        if (wanted && faults.remove(id)) cleared += 1;
      }
    }
    return cleared;
  }

  #targets(): readonly { readonly id: string; readonly name: string; readonly faults: FaultQueue }[] {
    return [{ id: 'slack', name: 'Slack', faults: this.#options.slackFaults }, ...this.#options.vendors];
  }

  #bot(): SandboxBot {
    const { bot } = this.#options;
    if (bot === null) throw new ImpossibleAct('No bot was started by this sandbox.');
    return bot;
  }

  #inTurn(busy: string, work: () => Promise<void>): Promise<void> {
    const mine = this.#life.then(() => this.#during(busy, work));
    this.#life = mine.catch(() => undefined);
    return mine;
  }

  async #during<Result>(busy: string, work: () => Promise<Result>): Promise<Result> {
    this.#busy = [...this.#busy, busy];
    this.#changed();
    try {
      return await work();
    } finally {
      this.#busy = this.#busy.toSpliced(this.#busy.lastIndexOf(busy), 1);
      this.#changed();
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function readDelivery(value: unknown): Delivery | undefined {
  return value === 'socket' || value === 'http' ? value : undefined;
}

/** `expire-requests` as people read it. */
function titleOf(id: string): string {
  const words = id.replace(/[-_]/g, ' ').replace(':', ': ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
