import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { CommandDefinition } from '../command.ts';
import { type ActionRequest, FINAL_STATES, OPEN_STATES } from '../domain/action-request.ts';
import { SeatwardenError } from '../domain/errors.ts';
import type { Connector } from '../ports/connector.ts';
import type { Log } from '../ports/log.ts';
import { type Labels, Metrics } from './metrics.ts';

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Counting thousands of requests at every scrape would be work for nothing. */
const COUNT_EVERY_MS = 10_000;
const NS_PER_SECOND = 1e9;
const LOOP_TICK_MS = 10;

/** What one bot counts about itself. */
export interface BotMetrics {
  text(): Promise<string>;
  /** The same connector, with every visit to the vendor counted and timed. */
  measured(connector: Connector): Connector;
  measuredCommands(commands: readonly CommandDefinition[]): readonly CommandDefinition[];
  /** The same log; each HTTP call that the engine reports to it is counted and timed. */
  watching(log: Log): Log;
  stop(): void;
}

const VISITS = ['check', 'lookup', 'free', 'run', 'target', 'plan', 'recheck', 'perform', 'verify'] as const;

export function createBotMetrics(options: {
  readonly version: string;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** What is stored; asked at most every ten seconds. */
  requests(): Promise<readonly ActionRequest[]>;
}): BotMetrics {
  const metrics = new Metrics();
  const { version, now } = options;
  const visits = metrics.counter('seatwarden_vendor_operations_total', 'Operations at a vendor, by integration and outcome.');
  const visitSeconds = metrics.histogram('seatwarden_vendor_operation_seconds', 'How long operations at a vendor took.', SECONDS);
  const calls = metrics.counter('seatwarden_vendor_calls_total', 'HTTP calls to a vendor, by integration and class of status.');
  const callSeconds = metrics.histogram('seatwarden_vendor_call_seconds', 'How long HTTP calls to a vendor took.', SECONDS);
  const lookups = metrics.counter('seatwarden_lookups_total', 'Look-ups of a person, by integration.');
  const commands = metrics.counter('seatwarden_commands_total', 'Commands people gave, by name and outcome.');
  const commandSeconds = metrics.histogram('seatwarden_command_seconds', 'How long commands took.', SECONDS);

  let counts = new Map<string, number>();
  let countedAt = Number.NEGATIVE_INFINITY;
  metrics.gauge('seatwarden_requests', 'Requests stored, by state.', () =>
    [...counts].map(([state, value]) => ({ labels: { state }, value })),
  );
  metrics.beforeScrape(async () => {
    if (now() - countedAt < COUNT_EVERY_MS) return;
    countedAt = now();
    try {
      const next = new Map<string, number>([...OPEN_STATES, ...FINAL_STATES].map((state) => [state, 0]));
      for (const { state } of await options.requests()) next.set(state, (next.get(state) ?? 0) + 1);
      counts = next;
    } catch {
      // Readiness tells that the store is down; the other numbers are still worth having.
      counts = new Map();
    }
  });

  const delay = monitorEventLoopDelay({ resolution: LOOP_TICK_MS });
  // The histogram holds the time between two ticks, so an idle loop shows the tick itself.
  const seconds = (ns: number): number => Math.max(0, ns / NS_PER_SECOND - LOOP_TICK_MS / 1_000);
  delay.enable();
  const one = (value: number, labels: Labels = {}) => [{ labels, value }];
  metrics.gauge('seatwarden_event_loop_delay_seconds', 'Delay of the event loop since the last scrape.', () => {
    const samples = ([50, 99] as const).map((percentile) => ({
      labels: { quantile: String(percentile / 100) },
      value: seconds(delay.percentile(percentile)),
    }));
    const all = [...samples, { labels: { quantile: '1' }, value: seconds(delay.max) }];
    delay.reset();
    return all;
  });
  metrics.gauge('process_resident_memory_bytes', 'Memory of the process.', () => one(process.memoryUsage.rss()));
  metrics.gauge('process_heap_bytes', 'Heap in use.', () => one(process.memoryUsage().heapUsed));
  metrics.gauge('process_cpu_seconds_total', 'CPU time of the process.', () => {
    const { user, system } = process.cpuUsage();
    return one((user + system) / 1e6);
  });
  metrics.gauge('process_uptime_seconds', 'Since when the process runs.', () => one(process.uptime()));
  metrics.gauge('seatwarden_info', 'The version that runs.', () => one(1, { version, node: process.versions.node }));

  async function timed<T>(work: () => Promise<T>, done: (outcome: string, seconds: number) => void): Promise<T> {
    const startedAt = now();
    try {
      const result = await work();
      done('ok', (now() - startedAt) / 1_000);
      return result;
    } catch (error) {
      done(error instanceof SeatwardenError ? (error.code.split('.')[0] ?? 'error') : 'fault', (now() - startedAt) / 1_000);
      throw error;
    }
  }

  return {
    text: () => metrics.text(),
    stop: () => delay.disable(),
    watching(log) {
      const count = (event: string, detail: Readonly<Record<string, unknown>> = {}): void => {
        const { integration, status, ms } = detail;
        if (event !== 'vendor.call' || typeof integration !== 'string') return;
        calls.add({ integration, status: typeof status === 'number' ? `${Math.floor(status / 100)}xx` : 'none' });
        if (typeof ms === 'number') callSeconds.observe(ms / 1_000, { integration });
      };
      return {
        ...log,
        debug(event, detail) {
          count(event, detail);
          log.debug(event, detail);
        },
        warn(event, detail) {
          count(event, detail);
          log.warn(event, detail);
        },
      };
    },
    measured(connector) {
      const wrapped: Connector = Object.create(connector) as Connector;
      for (const operation of VISITS) {
        const visit = (...args: unknown[]): Promise<unknown> => {
          if (operation === 'lookup') lookups.add({ integration: connector.id });
          const method = connector[operation] as (...args: unknown[]) => Promise<unknown>;
          return timed(
            () => method.apply(connector, args),
            (outcome, seconds) => {
              visits.add({ integration: connector.id, operation, outcome });
              visitSeconds.observe(seconds, { integration: connector.id, operation });
            },
          );
        };
        Object.defineProperty(wrapped, operation, { value: visit });
      }
      return wrapped;
    },
    measuredCommands(definitions) {
      return definitions.map((definition) => ({
        ...definition,
        run: (text, context) =>
          timed(
            () => definition.run(text, context),
            (outcome, seconds) => {
              commands.add({ command: definition.name, outcome });
              commandSeconds.observe(seconds, { command: definition.name });
            },
          ),
      }));
    },
  };
}
