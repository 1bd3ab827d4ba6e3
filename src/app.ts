import { join } from 'node:path';
import { commands } from '../commands/index.ts';
import { createBackground } from './adapters/background.ts';
import { celExpressions } from './adapters/cel-expressions.ts';
import { createCronJobs } from './adapters/cron-jobs.ts';
import { createCharts } from './adapters/echarts-charts.ts';
import { createEmailDirectory } from './adapters/email-directory.ts';
import { openInventories } from './adapters/inventory-store.ts';
import { LiveConnectors } from './adapters/live-connectors.ts';
import { type EmbeddedStore, openStore } from './adapters/lowdb-store.ts';
import {
  createNoDigestNotifier,
  createNoNotifier,
  createNoRenewalNotifier,
  createNoSessionNotifier,
} from './adapters/no-notifier.ts';
import { createPinoLog, type PinoLog } from './adapters/pino-log.ts';
import { newRequestId } from './adapters/request-id.ts';
import { createSmtpMailer } from './adapters/smtp-mailer.ts';
import { systemClock } from './adapters/system-clock.ts';
import type { CommandDefinition } from './command.ts';
import type { Config } from './config/config.ts';
import { Limiters } from './connector/limiters.ts';
import { ConfigError, StoreError } from './domain/errors.ts';
import type { Member } from './domain/person.ts';
import { toInstant } from './domain/time.ts';
import { type OpenConnector, openIntegrations } from './integrations.ts';
import { type BotMetrics, createBotMetrics } from './ops/bot-metrics.ts';
import { type OpsServer, type RequestHandler, startOpsServer } from './ops/ops-server.ts';
import { checkReadiness, type Need } from './ops/readiness.ts';
import { type SocketServer, startSocketServer } from './ops/socket-server.ts';
import { PACKAGE_ROOT, VERSION } from './package-root.ts';
import type { Clock } from './ports/clock.ts';
import type { Inventories } from './ports/inventory.ts';
import type { Jobs, UpcomingRun } from './ports/jobs.ts';
import type { Mailer } from './ports/mailer.ts';
import type { World } from './ports/world.ts';
import type { LoadedConnector } from './preset/loaded.ts';
import { ReportJobs } from './report-jobs.ts';
import { askHolders } from './services/ask-holders.ts';
import { closeAuditDay, postHeads } from './services/audit-day.ts';
import { SYSTEM } from './services/change-request.ts';
import { deliverAll, deliverPending } from './services/deliver.ts';
import { deliverSyncs } from './services/deliver-sessions.ts';
import { expireRequests } from './services/expire-requests.ts';
import { reconcileRequests } from './services/reconcile-requests.ts';
import { recoverSessions } from './services/recover-sessions.ts';
import { remindApprovers } from './services/remind-approvers.ts';
import { stepHandovers } from './services/step-handovers.ts';
import { endTerms } from './services/terms.ts';
import { endUndos } from './services/undo-request.ts';
import { serveQueues } from './services/waiting-list.ts';
import type { Setup } from './setup.ts';
import { createSlack, type Slack } from './slack/create-slack.ts';
import { SyncJobs } from './sync-jobs.ts';
import { watchFolders, watchForChanges } from './watch-file.ts';

export interface BotOptions {
  readonly setup: Setup;
  readonly clock?: Clock;
  readonly log?: PinoLog;
  /** Further things served on the bot's address: the sandbox's page. */
  readonly handlers?: readonly RequestHandler[];
  /** Where the command line reaches the bot, and what answers it; nothing listens when it is left out. */
  readonly control?: { readonly socketPath: string; handler(bot: Bot): RequestHandler };
  readonly watchEveryMs?: number;
}

/** A bot in this process. Several can run side by side, each with its own data directory. */
export interface Bot {
  readonly world: World;
  readonly commands: readonly CommandDefinition[];
  /** The configuration in force. */
  config(): Config<LoadedConnector>;
  /** Where it listens; null before `start`. */
  url(): string | null;
  /** When each job is due next, soonest first. */
  upcoming(): readonly UpcomingRun[];
  /** Resolves when no job and no background work runs. */
  idle(): Promise<void>;
  /** Connects to Slack, serves HTTP and starts the jobs. @throws SeatwardenError; nothing is left running then. */
  start(): Promise<void>;
  /** Reads the configuration again. False, with the last good one still in force, when it has mistakes. */
  reload(): Promise<boolean>;
  /** Takes no new work, waits for what runs at most `graceMs`, and closes everything. May be called at any time, and again. */
  stop(graceMs?: number): Promise<void>;
}

const GRACE_MS = 10_000;
const RECONCILE_MS = 30_000;
/** A card that Slack refused is tried again soon: somebody is waiting for it. Costs nothing while nothing is owed. */
const DELIVER_MS = 5_000;
/** An action that began before a change of the configuration ends on the connector it began with. */
const OLD_CONNECTOR_MS = 120_000;

/**
 * Puts a bot together and opens its store. It does nothing by itself until `start`; the command line uses it without.
 * @throws ConfigError, StoreError (`store.locked` when another process has the data directory).
 */
export async function createBot(options: BotOptions): Promise<Bot> {
  const { setup, clock = systemClock } = options;
  const log = options.log ?? createPinoLog({ level: setup.environment.logLevel, clock });
  const config = await setup.readConfig();
  let store: EmbeddedStore | null = null;
  const metrics = createBotMetrics({
    version: VERSION,
    now: () => performance.now(),
    requests: async () => (await store?.list('requests')) ?? [],
  });
  const limiters = new Limiters();
  let bot: RunningBot | null = null;
  let connectors: readonly OpenConnector[] = [];
  try {
    connectors = openIntegrations(config, {
      clock,
      log: metrics.watching(log),
      limiters,
      network: setup.network,
      ...(setup.environment.slack === null ? {} : { everyone: async (fresh) => (await bot?.everyone(fresh)) ?? [] }),
    });
    hideSecrets(log, config, setup);
    const socketPath = options.control?.socketPath ?? null;
    store = await openStore({ dir: setup.dataDir, clock, log, socketPath });
    const inventories = await openInventories({ dir: store.dir, log });
    bot = new RunningBot({ options, clock, log, metrics, store, limiters, inventories }, config, connectors);
    return bot;
  } catch (error) {
    for (const connector of connectors) void connector.close();
    metrics.stop();
    await store?.close();
    throw error;
  }
}

function hideSecrets(log: PinoLog, config: Config<LoadedConnector>, { environment: { slack }, network }: Setup): void {
  for (const proxy of [network.httpProxy, network.httpsProxy]) {
    if (proxy !== null) log.register(decodeURIComponent(new URL(proxy).password));
  }
  for (const integration of config.integrations) log.register(...Object.values(integration.credential));
  if (slack === null) return;
  log.register(slack.botToken, slack.mode === 'socket' ? slack.appToken : slack.signingSecret);
}

/** Integrations whose connector could not be read, for people who ask why they are not there. */
function brokenIn({ leftOut, presetMistakes }: Config<LoadedConnector>): ReturnType<LiveConnectors['broken']> {
  return leftOut.map(({ id, name, connectorId }) => ({
    id,
    name,
    message: `The files of the connector "${connectorId}" have mistakes, so it was left out.`,
    hint: `"seatwarden presets check" lists them (${presetMistakes.length}).`,
  }));
}

interface Parts {
  readonly inventories: Inventories;
  readonly options: BotOptions;
  readonly clock: Clock;
  readonly log: PinoLog;
  readonly metrics: BotMetrics;
  readonly store: EmbeddedStore;
  readonly limiters: Limiters;
}

class RunningBot implements Bot {
  readonly world: World;
  readonly commands: readonly CommandDefinition[];
  readonly #parts: Parts;
  readonly #metrics: BotMetrics;
  readonly #jobs: Jobs;
  readonly #syncJobs: SyncJobs;
  readonly #reportJobs: ReportJobs;
  #mailer: Mailer | null = null;
  readonly #live = new LiveConnectors();
  readonly #slack: Slack | null;
  #config: Config<LoadedConnector>;
  #open: readonly OpenConnector[];
  readonly #old = new Set<OpenConnector>();
  #ops: OpsServer | null = null;
  #socket: SocketServer | null = null;
  #unwatch: (() => void) | null = null;
  #unwatchPresets: (() => void) | null = null;
  /** Ends the rounds that repeat. */
  readonly #halts: (() => void)[] = [];
  #reloading: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | null = null;

  constructor(parts: Parts, config: Config<LoadedConnector>, open: readonly OpenConnector[]) {
    const { clock, log, metrics, store, options } = parts;
    const { slack } = options.setup.environment;
    this.#parts = parts;
    this.#config = config;
    this.#open = open;
    this.#metrics = metrics;
    this.commands = this.#metrics.measuredCommands(commands);
    this.#live.replace(
      open.map((connector) => this.#metrics.measured(connector)),
      brokenIn(config),
    );
    this.#slack =
      slack === null ? null : createSlack({ access: slack, clock, log, commands: this.commands, world: () => this.world });
    this.world = {
      clock,
      store,
      inventories: parts.inventories,
      sessionNotifier: this.#slack?.sessionNotifier ?? createNoSessionNotifier(),
      digests: this.#slack?.digests ?? createNoDigestNotifier(),
      renewals: this.#slack?.renewals ?? createNoRenewalNotifier(),
      charts: createCharts({ fontFile: join(PACKAGE_ROOT, 'src/adapters/fonts/DejaVuSans.ttf') }),
      mailer: () => this.#mailer,
      expressions: celExpressions,
      log,
      connectors: this.#live,
      directory: this.#slack?.directory ?? createEmailDirectory(),
      notifier: this.#slack?.notifier ?? createNoNotifier(),
      background: createBackground(log),
      settings: () => this.#config.settings,
      newId: newRequestId,
    };
    this.#jobs = createCronJobs({ clock, store, log });
    this.#syncJobs = new SyncJobs(this.world, this.#jobs);
    this.#reportJobs = new ReportJobs(this.world, this.#jobs);
    this.#addJobs();
    this.#follow(config);
  }

  /** The people of the Slack workspace, those who left included. */
  async everyone(fresh: boolean): Promise<readonly Member[]> {
    return (await this.#slack?.directory.everyone(fresh)) ?? [];
  }

  config(): Config<LoadedConnector> {
    return this.#config;
  }

  url(): string | null {
    return this.#ops?.url ?? null;
  }

  upcoming(): readonly UpcomingRun[] {
    return this.#jobs.upcoming();
  }

  async idle(): Promise<void> {
    await this.#jobs.idle();
    await this.world.background.idle();
  }

  async start(): Promise<void> {
    try {
      await this.#startAll();
    } catch (error) {
      await this.stop(0);
      throw error;
    }
  }

  async #startAll(): Promise<void> {
    const { options, log, store, clock } = this.#parts;
    const { environment, configPath } = options.setup;
    const slackHandler = this.#slack?.handler ?? null;
    this.#ops = await startOpsServer({
      host: environment.host,
      port: environment.port,
      ready: () => checkReadiness(this.#needs()),
      metrics: () => this.#metrics.text(),
      handlers: [...(slackHandler === null ? [] : [slackHandler]), ...(options.handlers ?? [])],
      log,
    });
    if (options.control !== undefined) {
      this.#socket = await startSocketServer(options.control.socketPath, options.control.handler(this), log);
    }
    await store.commit({
      audit: [
        {
          at: toInstant(clock.now()),
          actor: SYSTEM,
          verb: 'bot.started',
          subject: 'bot',
          requestId: null,
          detail: { version: VERSION, config: this.#config.file, integrations: this.#config.integrations.map(({ id }) => id) },
        },
      ],
    });
    await recoverSessions(this.world);
    await this.#slack?.start();
    await this.#jobs.start();
    this.world.background.run('read-inventories', () => this.#readInventories());
    this.world.background.run('reconcile', (signal) => reconcileRequests(this.world, signal));
    this.world.background.run('deliver', (signal) => deliverAll(this.world, signal));
    this.#repeat('reconcile', RECONCILE_MS, (signal) => reconcileRequests(this.world, signal));
    this.#repeat('deliver', DELIVER_MS, (signal) => deliverPending(this.world, signal));
    this.#repeat('deliver-syncs', RECONCILE_MS, (signal) => deliverSyncs(this.world, signal));
    this.#repeat('homes', RECONCILE_MS, async () => this.#slack?.refreshHomes());
    this.#repeat('handovers', DELIVER_MS, (signal) => stepHandovers(this.world, signal));
    if (configPath !== null) {
      this.#unwatch = watchForChanges(configPath, () => void this.reload(), options.watchEveryMs);
    }
    this.#tellPresetMistakes(this.#config);
    this.#unwatchPresets = watchFolders(
      () => [...this.#config.presetDirs, ...[...this.#config.overrides.values()].map(({ file }) => file)],
      () => void this.reload(),
      options.watchEveryMs,
    );
    log.info('bot.started', {
      version: VERSION,
      url: this.#ops.url,
      integrations: this.#config.integrations.map(({ id }) => id),
    });
  }

  async reload(): Promise<boolean> {
    // A file that is saved twice in a moment is read one time after the other.
    const mine = this.#reloading.then(() => this.#reload());
    this.#reloading = mine.catch(() => undefined);
    return mine;
  }

  async #reload(): Promise<boolean> {
    const { options, clock, log, limiters } = this.#parts;
    if (this.#stopping !== null) return false;
    let next: Config<LoadedConnector>;
    let open: readonly OpenConnector[];
    try {
      next = await options.setup.readConfig();
      const network = options.setup.network;
      const everyone = this.#slack === null ? {} : { everyone: (fresh: boolean) => this.everyone(fresh) };
      open = openIntegrations(next, { clock, log: this.#metrics.watching(log), limiters, network, ...everyone });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      log.error('config.refused', { problem: error.message, mistakes: error.mistakes });
      const places = error.mistakes.map(({ path, problem }) => `${path} ${problem}`.trim());
      await this.#auditConfig('config.refused', { problem: error.message, mistakes: places });
      return false;
    }
    hideSecrets(log, next, options.setup);
    this.#retire(this.#open);
    this.#config = next;
    this.#open = open;
    this.#live.replace(
      open.map((connector) => this.#metrics.measured(connector)),
      brokenIn(next),
    );
    this.#tellPresetMistakes(next);
    this.#follow(next);
    log.info('config.changed', { integrations: next.integrations.map(({ id }) => id) });
    await this.#auditConfig('config.changed', { integrations: next.integrations.map(({ id }) => id) });
    return true;
  }

  #tellPresetMistakes({ presetMistakes, leftOut }: Config<LoadedConnector>): void {
    if (presetMistakes.length === 0) return;
    const without = leftOut.map(({ id }) => id);
    this.#parts.log.error('presets.refused', { mistakes: presetMistakes, integrationsLeftOut: without });
  }

  async #auditConfig(verb: 'config.changed' | 'config.refused', detail: Readonly<Record<string, unknown>>): Promise<void> {
    const { clock, log, store, options } = this.#parts;
    const subject = options.setup.configPath ?? 'environment';
    const event = { at: toInstant(clock.now()), actor: SYSTEM, verb, subject, requestId: null, detail };
    try {
      await store.commit({ audit: [event] });
    } catch (cause) {
      if (!(cause instanceof StoreError)) throw cause;
      log.error('config.audit-failed', { cause });
    }
  }

  #retire(connectors: readonly OpenConnector[]): void {
    for (const connector of connectors) {
      this.#old.add(connector);
      setTimeout(() => {
        if (this.#old.delete(connector)) void connector.close();
      }, OLD_CONNECTOR_MS).unref();
    }
  }

  async stop(graceMs = GRACE_MS): Promise<void> {
    this.#stopping ??= this.#stopAll(graceMs);
    return this.#stopping;
  }

  async #stopAll(graceMs: number): Promise<void> {
    const { log, store } = this.#parts;
    this.#unwatch?.();
    this.#unwatchPresets?.();
    for (const halt of this.#halts) halt();
    await this.#attempt('slack', async () => this.#slack?.stop());
    await this.#attempt('socket', async () => this.#socket?.close());
    await Promise.all([
      this.#attempt('jobs', () => this.#jobs.stop(graceMs)),
      this.#attempt('background', () => this.world.background.stop(graceMs)),
    ]);
    await this.#attempt('http', async () => this.#ops?.close());
    await Promise.all([...this.#open, ...this.#old].map((connector) => this.#attempt('connector', () => connector.close())));
    this.#metrics.stop();
    await store.close();
    log.info('bot.stopped');
  }

  /** One part that does not close must not keep the store from being closed. */
  async #attempt(part: string, close: () => Promise<unknown>): Promise<void> {
    try {
      await close();
    } catch (cause) {
      this.#parts.log.warn('bot.stop-failed', { part, cause });
    }
  }

  #needs(): readonly Need[] {
    const needs: Need[] = [
      {
        name: 'store',
        problem: async () => {
          await this.#parts.store.check();
          return null;
        },
      },
      { name: 'jobs', problem: () => this.#jobs.problem() },
    ];
    const slack = this.#slack;
    if (slack !== null) needs.unshift({ name: 'slack', problem: () => slack.problem() });
    if (this.#stopping !== null) needs.push({ name: 'process', problem: () => 'is stopping' });
    return needs;
  }

  /** Schedules and the mail server as the configuration has them. */
  #follow(config: Config<LoadedConnector>): void {
    this.#syncJobs.follow(config.settings.syncs);
    this.#reportJobs.follow(config.settings.reports.digests);
    this.#mailer = config.mail === null ? null : createSmtpMailer(config.mail);
  }

  /** So that the first look-up by name does not wait for the disk; one that is damaged is said when it is asked for. */
  async #readInventories(): Promise<void> {
    const { inventories, log } = this.#parts;
    for (const integration of await inventories.list())
      await inventories.index(integration).catch((cause: unknown) => log.error('inventory.unreadable', { integration, cause }));
  }

  #addJobs(): void {
    const { world } = this;
    const every = { timezone: 'UTC', timeoutMs: 60_000 };
    this.#jobs.add({ ...every, id: 'expire-requests', cron: '* * * * *', run: () => expireRequests(world) });
    this.#jobs.add({ ...every, id: 'end-undos', cron: '20 * * * *', run: (signal) => endUndos(world, signal) });
    this.#jobs.add({ ...every, id: 'end-terms', cron: '*/10 * * * *', run: (signal) => endTerms(world, signal) });
    this.#jobs.add({ ...every, id: 'serve-queues', cron: '* * * * *', run: (signal) => serveQueues(world, signal) });
    this.#jobs.add({
      ...every,
      timeoutMs: 15 * 60_000,
      id: 'ask-holders',
      cron: '0 9 * * 1-5',
      run: (signal) => askHolders(world, signal),
    });
    this.#jobs.add({ ...every, id: 'close-audit-day', cron: '5 0 * * *', run: () => closeAuditDay(world) });
    this.#jobs.add({ ...every, id: 'post-audit-heads', cron: '35 * * * *', run: () => postHeads(world) });
    this.#jobs.add({ ...every, id: 'remind-approvers', cron: '* * * * *', run: (signal) => remindApprovers(world, signal) });
  }

  /** Work that brings things on after a hitch, in between the minutes of the jobs. Skipped while the last round still runs. */
  #repeat(name: string, everyMs: number, work: (signal: AbortSignal) => Promise<void>): void {
    let running = false;
    const round = (): void => {
      if (running) return;
      running = true;
      this.world.background.run(name, async (signal) => {
        try {
          await work(signal);
        } finally {
          running = false;
        }
      });
    };
    const timer = setInterval(round, everyMs).unref();
    const unlisten = this.#parts.clock.onJump?.(round);
    this.#halts.push(() => {
      clearInterval(timer);
      unlisten?.();
    });
  }
}
