import { setTimeout as wait } from 'node:timers/promises';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { CommandDefinition } from '../command.ts';
import { ConfigError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import type { Settings } from '../domain/settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { DigestNotifier } from '../ports/digest-notifier.ts';
import type { Log } from '../ports/log.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { RenewalNotifier } from '../ports/renewal-notifier.ts';
import type { SessionNotifier } from '../ports/session-notifier.ts';
import type { World } from '../ports/world.ts';
import type { SetupReport } from '../reply.ts';
import { callSlack, FOR_A_PERSON, refusalOf } from './call-slack.ts';
import { checkSlack } from './check-slack.ts';
import { SLACK_PATH, type SlackHandler, slackEndpoint } from './http-endpoint.ts';
import { refreshHomes } from './on-home.ts';
import type { Room } from './room.ts';
import { route, SIGNATURE } from './router.ts';
import { clientOptions, createSlackClient, type SlackWebClient } from './slack-client.ts';
import { createSlackDigestNotifier } from './slack-digest-notifier.ts';
import { createSlackDirectory, type SlackDirectory } from './slack-directory.ts';
import { slackLogger } from './slack-log.ts';
import { createSlackNotifier } from './slack-notifier.ts';
import { createSlackRenewalNotifier } from './slack-renewal-notifier.ts';
import { createSlackSessionNotifier } from './slack-session-notifier.ts';
import { SocketConnection } from './socket-connection.ts';

/** The tokens of the Slack app. Socket Mode needs no public address; signed HTTP comes in at `/slack/events`. */
export type SlackTokens = {
  readonly botToken: Secret;
  /** Another Web API base, for tests and proxies. */
  readonly apiUrl: string | null;
} & ({ readonly mode: 'socket'; readonly appToken: Secret } | { readonly mode: 'http'; readonly signingSecret: Secret });

export interface SlackOptions {
  readonly access: SlackTokens;
  readonly clock: Clock;
  readonly log: Log;
  readonly commands: readonly CommandDefinition[];
  /** Asked for when the first payload comes: the world itself holds this room's directory and notifier. */
  world(): World;
}

export interface BotIdentity {
  readonly userId: string;
  readonly botId: string;
  readonly teamId: string;
  readonly teamName: string;
}

export interface Slack {
  readonly directory: SlackDirectory;
  readonly notifier: Notifier;
  readonly sessionNotifier: SessionNotifier;
  readonly digests: DigestNotifier;
  readonly renewals: RenewalNotifier;
  /** Serves POST /slack/events on the caller's own server and leaves every other path alone; null in Socket Mode. */
  readonly handler: SlackHandler | null;
  /**
   * Checks the token and, in Socket Mode, connects. A network that is down is no error: it goes on trying, and `problem`
   * says so. @throws ConfigError naming the token that Slack refuses.
   */
  start(): Promise<void>;
  /** Takes nothing new any more; what runs is the background's to finish. May be called without `start`. */
  stop(): Promise<void>;
  /** Null when Slack is connected and the token works, else what is wrong. */
  problem(): string | null;
  /** Who the bot is; null until Slack has told. */
  identity(): BotIdentity | null;
  /** Makes Homes that somebody may look at anew, where what they show has changed. */
  refreshHomes(): Promise<void>;
  /** What Slack lacks for the bot to work. */
  check(): Promise<SetupReport['slack']>;
}

/** How often a token that worked is tried again, and one that could not be tried. */
const CHECK_AGAIN_MS = 300_000;
const RETRY_MS = 5_000;

/** The Slack room: Bolt behind Socket Mode or signed HTTP, every handler, and the ports that speak to people. */
export function createSlack(options: SlackOptions): Slack {
  const { access, clock, log } = options;
  const apiUrl = access.apiUrl ?? undefined;
  const client = createSlackClient({ botToken: access.botToken.reveal(), log, ...(apiUrl === undefined ? {} : { apiUrl }) });
  const directory = createSlackDirectory({ client, clock, log });
  const settings = (): Settings => options.world().settings();
  const token = new TokenCheck(client, log);
  let stopping = false;
  const wayIn = chooseWayIn(options, () => !stopping);
  const app = new App({
    receiver: wayIn.receiver,
    // One workspace and one token; asking Slack who we are for every payload would cost a call each.
    authorize: async () => {
      const identity = token.identity ?? (await token.check());
      return { botToken: access.botToken.reveal(), botId: identity.botId, botUserId: identity.userId, teamId: identity.teamId };
    },
    clientOptions: clientOptions(log, apiUrl),
    logger: slackLogger(log),
    convoStore: false,
  });
  const check = (): Promise<SetupReport['slack']> => checkSlack(client, settings());
  const room: Room = {
    client,
    log,
    commands: options.commands,
    checkSlack: check,
    get world() {
      return options.world();
    },
  };
  route(app, room);
  return {
    directory,
    notifier: createSlackNotifier({ client, directory, settings, log }),
    sessionNotifier: createSlackSessionNotifier({ client, directory, log }),
    digests: createSlackDigestNotifier({ client, directory, log }),
    renewals: createSlackRenewalNotifier({ client, log }),
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
    refreshHomes: () => refreshHomes(room),
    check,
  };
}

interface WayIn {
  readonly receiver: HTTPReceiver | SocketModeReceiver;
  readonly handler: SlackHandler | null;
  readonly connection: SocketConnection | null;
}

function chooseWayIn({ access, log }: SlackOptions, open: () => boolean): WayIn {
  const logger = slackLogger(log);
  if (access.mode === 'socket') {
    const receiver = new SocketModeReceiver({
      appToken: access.appToken.reveal(),
      logger,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions: clientOptions(log, access.apiUrl ?? undefined) },
    });
    return { receiver, handler: null, connection: new SocketConnection(receiver, log) };
  }
  const signingSecret = access.signingSecret.reveal();
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: SLACK_PATH,
    logger,
    customPropertiesExtractor: (request) => ({ [SIGNATURE]: request.headers['x-slack-signature'] }),
  });
  return { receiver, handler: slackEndpoint({ receiver, signingSecret, log, open }), connection: null };
}

/** Knows whether the bot token works and who it belongs to. */
class TokenCheck {
  identity: BotIdentity | null = null;
  problem: string | null = 'The Slack token was not checked yet.';
  readonly #client: SlackWebClient;
  readonly #log: Log;
  readonly #stop = new AbortController();

  constructor(client: SlackWebClient, log: Log) {
    this.#client = client;
    this.#log = log;
  }

  async start(): Promise<void> {
    try {
      await this.check();
    } catch (error) {
      if (error instanceof ConfigError) throw error;
    }
    this.#goOn().catch((cause: unknown) => this.#log.error('slack.token-check', { cause }));
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
      this.#log.warn('slack.token', { cause: error });
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
