import { setTimeout as wait } from 'node:timers/promises';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { CommandDefinition } from '../command.ts';
import { ConfigError } from '../domain/errors.ts';
import type { World } from '../ports/world.ts';
import type { SetupReport } from '../reply.ts';
import { callSlack, FOR_A_PERSON, refusalOf } from './call-slack.ts';
import { checkSlack } from './check-slack.ts';
import { type SlackHandler, slackEndpoint } from './http-endpoint.ts';
import type { Room } from './room.ts';
import { route } from './router.ts';
import { clientOptions, type SlackWebClient } from './slack-client.ts';
import { slackLogger } from './slack-log.ts';
import { SocketConnection } from './socket-connection.ts';

export interface SlackOptions {
  /** From `createSlackClient`; the directory and the notifier share it. */
  readonly client: SlackWebClient;
  readonly botToken: string;
  /** Socket Mode: no public address. */
  readonly appToken?: string;
  /** Signed HTTP, when there is no app token. */
  readonly signingSecret?: string;
  /** Another Web API base, for tests and proxies. */
  readonly apiUrl?: string;
  readonly world: World;
  readonly commands: readonly CommandDefinition[];
}

export interface BotIdentity {
  readonly userId: string;
  readonly botId: string;
  readonly teamId: string;
  readonly teamName: string;
}

export interface Slack {
  /**
   * Checks the token and, in Socket Mode, connects. A network that is down is no error: it goes on trying, and `problem`
   * says so. @throws ConfigError naming the token that Slack refuses.
   */
  start(): Promise<void>;
  /** Takes nothing new any more; what runs is the background's to finish. */
  stop(): Promise<void>;
  /** Null when Slack is connected and the token works, else what is wrong. */
  problem(): string | null;
  /** Who the bot is; null until Slack has told. */
  identity(): BotIdentity | null;
  /** Serves POST /slack/events on the caller's own server; null in Socket Mode. */
  readonly handler: SlackHandler | null;
  /** What Slack lacks for the bot to work. */
  check(): Promise<SetupReport['slack']>;
}

/** How often a token that worked is tried again, and one that could not be tried. */
const CHECK_AGAIN_MS = 300_000;
const RETRY_MS = 5_000;

/** The Slack room: Bolt behind Socket Mode or signed HTTP, and every handler. @throws ConfigError without a way in. */
export function createSlack(options: SlackOptions): Slack {
  const { client, world } = options;
  const { log } = world;
  const token = new TokenCheck(client, world);
  let stopping = false;
  const room: Room = { client, world, commands: options.commands, checkSlack: () => checkSlack(client, world.settings()) };
  const wayIn = chooseWayIn(options, () => !stopping);
  const app = new App({
    receiver: wayIn.receiver,
    // One workspace and one token; asking Slack who we are for every payload would cost a call each.
    authorize: async () => {
      const identity = token.identity ?? (await token.check());
      return { botToken: options.botToken, botId: identity.botId, botUserId: identity.userId, teamId: identity.teamId };
    },
    clientOptions: clientOptions(log, options.apiUrl),
    logger: slackLogger(log),
    convoStore: false,
  });
  route(app, room);
  return {
    handler: wayIn.handler,
    async start() {
      await token.start();
      await wayIn.connection?.start();
    },
    async stop() {
      stopping = true;
      token.stop();
      await wayIn.connection?.stop();
    },
    problem: () => token.problem ?? wayIn.connection?.problem() ?? null,
    identity: () => token.identity,
    check: room.checkSlack,
  };
}

interface WayIn {
  readonly receiver: HTTPReceiver | SocketModeReceiver;
  readonly handler: SlackHandler | null;
  readonly connection: SocketConnection | null;
}

function chooseWayIn(options: SlackOptions, open: () => boolean): WayIn {
  const { log } = options.world;
  const logger = slackLogger(log);
  if (options.appToken !== undefined) {
    const receiver = new SocketModeReceiver({
      appToken: options.appToken,
      logger,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions: clientOptions(log, options.apiUrl) },
    });
    return { receiver, handler: null, connection: new SocketConnection(receiver, log) };
  }
  const { signingSecret } = options;
  if (signingSecret === undefined || signingSecret === '') {
    throw new ConfigError('Slack cannot reach the bot: neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set.', [], {
      hint: 'Set SLACK_APP_TOKEN (Socket Mode, no public address needed), or SLACK_SIGNING_SECRET for signed HTTP.',
    });
  }
  const receiver = new HTTPReceiver({ signingSecret, endpoints: '/slack/events', logger });
  return { receiver, handler: slackEndpoint({ receiver, signingSecret, log, open }), connection: null };
}

/** Knows whether the bot token works and who it belongs to. */
class TokenCheck {
  identity: BotIdentity | null = null;
  problem: string | null = 'The Slack token was not checked yet.';
  readonly #client: SlackWebClient;
  readonly #world: World;
  readonly #stop = new AbortController();

  constructor(client: SlackWebClient, world: World) {
    this.#client = client;
    this.#world = world;
  }

  async start(): Promise<void> {
    try {
      await this.check();
    } catch (error) {
      if (error instanceof ConfigError) throw error;
    }
    this.#goOn().catch((cause: unknown) => this.#world.log.error('slack.token-check', { cause }));
  }

  stop(): void {
    this.#stop.abort();
  }

  async check(): Promise<BotIdentity> {
    try {
      const who = await callSlack(() => this.#client.auth.test(), FOR_A_PERSON);
      this.problem = null;
      this.identity = { userId: who.user_id ?? '', botId: who.bot_id ?? '', teamId: who.team_id ?? '', teamName: who.team ?? '' };
      return this.identity;
    } catch (error) {
      this.problem =
        error instanceof Error && refusalOf(error) === null
          ? error.message
          : `Slack refuses the bot token (${refusalOf(error) ?? ''}).`;
      this.#world.log.warn('slack.token', { cause: error });
      throw error;
    }
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const pause = this.problem === null ? CHECK_AGAIN_MS : RETRY_MS;
      await wait(pause, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.check().catch(() => undefined);
    }
  }
}
