import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Beginning, FromBot, ToBot, UpcomingJob } from './bot-link.ts';
import type { SandboxClock } from './clock.ts';
import { ImpossibleAct } from './slack/impossible-act.ts';

export type Delivery = 'socket' | 'http';

export type BotState = 'starting' | 'running' | 'stopping' | 'away';

export interface BotStatus {
  readonly state: BotState;
  readonly pid: number | null;
  /** When it came into this state, on the sandbox's clock. */
  readonly since: string;
  /** Why it is away, in a sentence; null when it is not. */
  readonly because: string | null;
  readonly delivery: Delivery;
}

export interface SandboxBotOptions {
  readonly clock: SandboxClock;
  /** A process with a channel to this one that runs the bot. */
  spawn(): ChildProcess;
  beginning(delivery: Delivery): Beginning;
  /** Called when the bot is about to come up, with its address once it is known. */
  onDelivery(delivery: Delivery, url: string | null): void;
  onChange(): void;
}

/** The bot ended before it was ready. */
export class BotEnded extends Error {
  override readonly name = 'BotEnded';
  readonly exitCode: number;
  /** What it said of it; null when it said nothing. */
  readonly failure: unknown;

  constructor(exitCode: number, failure: unknown) {
    super(`The bot ended with ${exitCode} before it was ready.`);
    this.exitCode = exitCode;
    this.failure = failure;
  }
}

const READY_MS = 60_000;
/** Longer than the bot takes for what is under way when it is asked to stop. */
const STOP_MS = 15_000;
const ANSWER_MS = 2_000;
/** What became due may wait for a vendor that hangs. */
const CATCH_UP_MS = 60_000;

interface Waiting {
  resolve(jobs: readonly UpcomingJob[]): void;
  reject(error: Error): void;
}

/**
 * The bot in a process of its own, so that it can be killed for real and started again from its data folder while the
 * local Slack and the page stay up.
 */
export class SandboxBot {
  readonly #options: SandboxBotOptions;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | null = null;
  #exited: Promise<void> = Promise.resolve();
  #status: BotStatus;
  #url: string | null = null;
  #lastId = 0;
  #killed = false;
  #failure: unknown = null;

  constructor(options: SandboxBotOptions) {
    this.#options = options;
    this.#status = {
      state: 'away',
      pid: null,
      since: options.clock.now().toISOString(),
      because: 'It was not started yet.',
      delivery: 'socket',
    };
  }

  status(): BotStatus {
    return this.#status;
  }

  /** Its own address while it runs. */
  url(): string | null {
    return this.#url;
  }

  /** Starts it and waits until it is ready. @throws BotEnded; ImpossibleAct when it runs already. */
  async start(delivery: Delivery = this.#status.delivery): Promise<void> {
    if (this.#child !== null) throw new ImpossibleAct('The bot runs already.');
    const child = this.#options.spawn();
    this.#child = child;
    this.#killed = false;
    this.#failure = null;
    this.#enter({ state: 'starting', pid: child.pid ?? null, because: null, delivery });
    this.#options.onDelivery(delivery, null);
    let isReady = (): void => undefined;
    const ready = new Promise<'ready'>((resolve) => {
      isReady = () => resolve('ready');
    });
    child.on('message', (message) => this.#hear(message as FromBot, isReady));
    this.#exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#onExit(code, signal);
        resolve();
      });
      // It could not even be started.
      child.once('error', () => {
        if (child.pid !== undefined) return;
        this.#onExit(null, null);
        resolve();
      });
    });
    // One that was forked ahead may have ended already.
    if (child.exitCode !== null || child.signalCode !== null) this.#onExit(child.exitCode, child.signalCode);
    else this.#tell({ do: 'begin', with: this.#options.beginning(delivery) });
    const late = new AbortController();
    const outcome = await Promise.race([
      ready,
      ...(this.#child === null ? [Promise.resolve('ended' as const)] : []),
      this.#exited.then(() => 'ended' as const),
      sleep(READY_MS, 'late' as const, { signal: late.signal, ref: false }).catch(() => 'late' as const),
    ]);
    late.abort();
    if (outcome === 'ready') return;
    if (outcome === 'late') await this.kill();
    throw new BotEnded(child.exitCode ?? 1, this.#failure);
  }

  /** kill -9. Does nothing when it is away. */
  async kill(): Promise<void> {
    if (this.#child === null) return;
    this.#killed = true;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Asks it to end in good order, and ends it when it does not. Does nothing when it is away. */
  async stop(): Promise<void> {
    if (this.#child === null) return;
    this.#enter({ ...this.#status, state: 'stopping' });
    this.#tell({ do: 'stop' });
    const late = new AbortController();
    const inTime = await Promise.race([
      this.#exited.then(() => true),
      sleep(STOP_MS, false, { signal: late.signal, ref: false }).catch(() => false),
    ]);
    late.abort();
    if (!inTime) await this.kill();
  }

  /** Tells it what time it is now and waits until what became due has run. @throws ImpossibleAct when it went away. */
  tellTime(): Promise<readonly UpcomingJob[]> {
    const offsetMs = this.#options.clock.offsetMs();
    return this.#ask((id) => ({ do: 'tell-time', id, offsetMs }), CATCH_UP_MS);
  }

  /** When each job is due next, soonest first; none while it is not running. */
  async upcoming(): Promise<readonly UpcomingJob[]> {
    if (this.#status.state !== 'running') return [];
    return this.#ask((id) => ({ do: 'tell-jobs', id }), ANSWER_MS).catch(() => []);
  }

  async #ask(question: (id: number) => ToBot, patienceMs: number): Promise<readonly UpcomingJob[]> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<readonly UpcomingJob[]>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const late = new AbortController();
    try {
      this.#tell(question(id));
      return await Promise.race([
        answer,
        sleep(patienceMs, undefined, { signal: late.signal, ref: false }).then(() => {
          throw new ImpossibleAct('The bot is still busy with what became due.');
        }),
      ]);
    } finally {
      late.abort();
      this.#waiting.delete(id);
    }
  }

  #tell(message: ToBot): void {
    const child = this.#child;
    if (child === null || !child.connected) throw new ImpossibleAct('The bot is away.');
    // It may go away at this very moment; its exit says so.
    child.send(message, () => undefined);
  }

  #hear(message: FromBot, isReady: () => void): void {
    if (message.say === 'jobs') {
      this.#waiting.get(message.id)?.resolve(message.jobs);
      return;
    }
    if (message.say === 'failed') {
      this.#failure = message.failure;
      return;
    }
    this.#url = message.url;
    this.#options.onDelivery(this.#status.delivery, message.url);
    this.#enter({ ...this.#status, state: 'running' });
    isReady();
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    const asked = this.#status.state === 'stopping';
    this.#child = null;
    this.#url = null;
    const because = this.#killed
      ? 'It was killed.'
      : asked
        ? 'It was stopped.'
        : signal === null
          ? `It ended by itself with exit code ${code}.`
          : `It was ended by ${signal}.`;
    this.#enter({ ...this.#status, state: 'away', pid: null, because });
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new ImpossibleAct('The bot went away meanwhile.'));
  }

  #enter(status: Omit<BotStatus, 'since'>): void {
    this.#status = { ...status, since: this.#options.clock.now().toISOString() };
    this.#options.onChange();
  }
}
