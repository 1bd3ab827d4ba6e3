import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { commands } from '../../commands/index.ts';
import manifest from '../../slack-manifest.json' with { type: 'json' };
import type { CommandDefinition } from '../../src/command.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { World } from '../../src/ports/world.ts';
import { type LocalSlack, startLocalSlack } from '../../src/sandbox/slack/local-slack.ts';
import type { SlackUser } from '../../src/sandbox/slack/model.ts';
import { createSlack, type Slack, type SlackTokens } from '../../src/slack/create-slack.ts';
import { SlackClient } from './slack.ts';
import { type TestWorld, testWorld } from './world.ts';

export const BOT_TOKEN = 'xoxb-test';
export const APP_TOKEN = 'xapp-test';
export const SIGNING_SECRET = 'test-signing-secret';
export const CHANNEL = 'C01LICENCES';

function person(name: string, role: SlackUser['role'] = 'member'): SlackUser {
  const handle = name.toLowerCase();
  const id = `U${name.toUpperCase()}`;
  return { id, handle, realName: name, email: `${handle}@example.com`, title: '', timezone: 'Europe/Berlin', role };
}

export const PEOPLE: readonly SlackUser[] = [
  person('Ada', 'admin'),
  person('Dan', 'admin'),
  person('Eve', 'owner'),
  person('Bob'),
  person('Cara'),
  person('Gus', 'guest'),
  person('Old', 'deactivated'),
];

export interface SlackBot {
  readonly local: LocalSlack;
  readonly people: SlackClient;
  readonly room: Slack;
  readonly world: TestWorld;
  /** Where signed requests go; empty in Socket Mode. */
  readonly url: string;
  close(): Promise<void>;
}

export interface SlackBotOptions {
  readonly mode?: 'socket' | 'http';
  readonly world?: TestWorld;
  readonly commands?: readonly CommandDefinition[];
  readonly ackMs?: number;
  readonly start?: boolean;
  readonly botToken?: string;
  readonly appToken?: string;
  readonly withoutScopes?: readonly string[];
}

export function localSlack(options: Pick<SlackBotOptions, 'ackMs' | 'withoutScopes'> = {}): Promise<LocalSlack> {
  const scopes = manifest.oauth_config.scopes.bot.filter((scope) => !(options.withoutScopes ?? []).includes(scope));
  const members = new Set(PEOPLE.map((each) => each.id).concat('U00SEATWARDEN'));
  return startLocalSlack({
    people: PEOPLE,
    channels: [{ id: CHANNEL, name: 'licences', kind: 'channel', topic: '', isPrivate: false, members }],
    groups: [{ id: 'S01OPS', handle: 'ops', name: 'Ops', userIds: ['UBOB', 'UADA'] }],
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    signingSecret: SIGNING_SECRET,
    manifest: { ...manifest, oauth_config: { scopes: { bot: scopes } } },
    ackMs: options.ackMs ?? 1_500,
    clock: { now: () => new Date() },
    deliver: { kind: 'socket' },
  });
}

/** The Slack room at work in a local Slack, over a world of fakes. */
export async function startSlackBot(options: SlackBotOptions = {}): Promise<SlackBot> {
  const local = await localSlack(options);
  const base =
    options.world ??
    testWorld({ settings: { approvals: { channel: CHANNEL, expireAfterMs: 86_400_000, remindAfterMs: 1, policies: [] } } });
  const common = { botToken: new Secret(options.botToken ?? BOT_TOKEN), apiUrl: local.apiUrl };
  const mode = options.mode ?? 'socket';
  const access: SlackTokens =
    mode === 'socket'
      ? { ...common, mode, appToken: new Secret(options.appToken ?? APP_TOKEN) }
      : { ...common, mode, signingSecret: new Secret(SIGNING_SECRET) };
  let world: World = base;
  const room = createSlack({
    access,
    clock: base.clock,
    log: base.log,
    commands: options.commands ?? commands,
    world: () => world,
  });
  world = {
    ...base,
    directory: room.directory,
    notifier: room.notifier,
    sessionNotifier: room.sessionNotifier,
    digests: room.digests,
    renewals: room.renewals,
  };
  const people = new SlackClient(local.control);
  const { handler } = room;
  const server =
    handler === null ? null : await serve((request, response) => handler(request, response) || response.writeHead(404).end());
  const url = server === null ? '' : `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  if (server !== null) local.control.deliverTo({ kind: 'http', url });
  if (options.start !== false) await room.start();
  return {
    local,
    people,
    room,
    world: Object.assign(base, { directory: room.directory }),
    url,
    async close() {
      await room.stop();
      await base.background.idle();
      server?.closeAllConnections();
      server?.close();
      await local.close();
      people.verdict();
    },
  };
}

async function serve(handler: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
