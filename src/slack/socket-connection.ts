import { setTimeout as wait } from 'node:timers/promises';
import type { SocketModeReceiver } from '@slack/bolt';
import { ConfigError } from '../domain/errors.ts';
import type { Log } from '../ports/log.ts';
import { isTokenRefusal, refusalOf } from './call-slack.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Slack says hello within a second or two; a connection that stays silent is given up. */
const HELLO_MS = 20_000;
const GOODBYE_MS = 2_000;
/** A Socket Mode token of the wrong kind or without `connections:write`. */
const WRONG_TOKEN = ['not_allowed_token_type', 'missing_scope', 'no_permission'];

/**
 * Keeps the Socket Mode connection up. The library's own reconnecting ends in an unhandled rejection when the network is
 * down while it asks for a new address, so each attempt is made here.
 */
export class SocketConnection {
  readonly #receiver: SocketModeReceiver;
  readonly #log: Log;
  readonly #stop = new AbortController();
  #problem: string | null = 'Slack is not connected yet.';
  #connected = false;

  constructor(receiver: SocketModeReceiver, log: Log) {
    this.#receiver = receiver;
    this.#log = log;
    receiver.client.on('connected', () => {
      this.#connected = true;
      this.#problem = null;
      log.info('slack.connected');
    });
    receiver.client.on('disconnected', () => this.#lost());
  }

  /** Resolves after the first attempt, whether it worked or not. @throws ConfigError when Slack refuses the app token. */
  async start(): Promise<void> {
    const failure = await this.#attempt();
    if (failure === null) return;
    if (isWrongToken(failure)) throw appTokenError(failure);
    this.#keepTrying();
  }

  problem(): string | null {
    return this.#problem;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#problem = 'Slack is disconnected: the bot is stopping.';
    await this.#hangUp();
  }

  async #hangUp(): Promise<void> {
    const late = new AbortController();
    const patience = wait(GOODBYE_MS, undefined, { signal: late.signal, ref: false }).catch(() => undefined);
    await Promise.race([this.#receiver.client.disconnect(), patience]);
    late.abort();
  }

  #lost(): void {
    if (!this.#connected) return;
    this.#connected = false;
    if (this.#stop.signal.aborted) return;
    this.#problem = 'The connection to Slack was lost; it is being made again.';
    this.#log.info('slack.disconnected');
    this.#keepTrying();
  }

  #keepTrying(): void {
    this.#reconnect().catch((cause: unknown) => this.#log.error('slack.reconnect', { cause }));
  }

  /** Slack renews connections every few hours, so the first attempt follows at once; then the pauses grow. */
  async #reconnect(): Promise<void> {
    for (let attempt = 0; !this.#stop.signal.aborted; attempt += 1) {
      const pause = attempt === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
      await wait(pause * (0.75 + Math.random() / 2), undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
      if (this.#stop.signal.aborted || (await this.#attempt()) === null) return;
    }
  }

  /** Null when connected, else why not. */
  async #attempt(): Promise<unknown> {
    const late = new AbortController();
    try {
      await Promise.race([
        this.#receiver.start(),
        wait(HELLO_MS, undefined, { signal: late.signal, ref: false }).then(() => {
          throw new Error('Slack did not say hello in time.');
        }),
      ]);
      return null;
    } catch (error) {
      const failure = error ?? new Error('The connection was closed before it was ready.');
      this.#problem = isWrongToken(failure) ? appTokenError(failure).message : 'Slack cannot be reached; the bot keeps trying.';
      this.#log.warn('slack.connect-failed', { cause: failure });
      await this.#hangUp();
      return failure;
    } finally {
      late.abort();
    }
  }
}

function isWrongToken(error: unknown): boolean {
  return isTokenRefusal(error) || WRONG_TOKEN.includes(refusalOf(error) ?? '');
}

function appTokenError(cause: unknown): ConfigError {
  return new ConfigError(`Slack refuses the app token (${refusalOf(cause) ?? 'unknown reason'}).`, [], {
    hint: 'Set SLACK_APP_TOKEN to an app-level token (xapp-…) with the scope connections:write, and start again.',
    cause,
  });
}
