import type { ChildProcess } from 'node:child_process';
import { createSandboxClock, type SandboxClock } from './clock.ts';
import {
  APPROVALS_CHANNEL,
  CHANNELS,
  COMPANY_NAME,
  type CompanyChannel,
  type CompanyPerson,
  fullName,
  GROUPS,
  OFFICE_TIMEZONES,
  PEOPLE,
  personNamed,
  RENEWALS_CHANNEL,
} from './company.ts';
import { WorldControl } from './control-world.ts';
import { createPageHandler } from './page-server.ts';
import { SandboxBot } from './sandbox-bot.ts';
import { BOT_USER_ID, type DeliverTo, type LocalSlack, type RequestHandler, startLocalSlack } from './slack/local-slack.ts';
import type { Conversation, SlackGroup, SlackUser } from './slack/model.ts';
import type { CommandHint } from './slack/screen.ts';
import { startVendors } from './start-vendors.ts';
import type { AhaVendor } from './vendors/aha.ts';
import type { CopilotVendor } from './vendors/copilot.ts';
import type { JetBrainsVendor } from './vendors/jetbrains.ts';
import type { ScimVendor } from './vendors/scim.ts';

export interface SandboxOptions {
  /** The parsed slack-manifest.json; without it no scope is enforced. */
  readonly manifest?: unknown;
  readonly clock?: SandboxClock;
  readonly deliver?: DeliverTo;
  /** How long the bot has to acknowledge; Slack gives three seconds. */
  readonly ackMs?: number;
  /** Subcommands that the page offers while somebody types. */
  readonly hints?: readonly CommandHint[];
  /** People without a story in each of JetBrains and Aha!, to see the bot at size. Up to 100,000 are fine. */
  readonly crowd?: number;
  /** Lets the sandbox run the bot itself; without it somebody else does. */
  readonly bot?: {
    /** A process with a channel to this one that runs the bot. */
    spawn(): ChildProcess;
    readonly dataDir: string;
    /** Removes all the bot remembers; it does not run then. */
    forget(): Promise<void>;
  };
}

export interface Sandbox {
  readonly clock: SandboxClock;
  readonly slack: LocalSlack;
  readonly jetbrains: JetBrainsVendor;
  readonly aha: AhaVendor;
  readonly scim: ScimVendor;
  readonly copilot: CopilotVendor;
  /** Null unless the sandbox runs the bot. */
  readonly bot: SandboxBot | null;
  /** Time, faults, the bot's life and the way back. */
  readonly world: WorldControl;
  /** What the bot's process would find in its environment for Socket Mode. */
  readonly environment: Readonly<Record<string, string>>;
  /** For signed HTTP instead: the secret that goes into SLACK_SIGNING_SECRET. */
  readonly signingSecret: string;
  /** The contents of a seatwarden.config.json that points at the local vendors. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The page at `/`, its control API and the local Web API, to be served on the bot's own address as well. */
  readonly handler: RequestHandler;
  /** Puts people, messages, vendors and faults back to the beginning; the bot is not touched. `world.reset` does both. */
  reset(): void;
  close(): Promise<void>;
}

const yearly = (amount: number) => ({ amount, currency: 'EUR', per: 'year' }) as const;

/** What a seat costs here, invented. */
const PRICES = {
  'jetbrains/II': yearly(599),
  'jetbrains/WS': yearly(159),
  'jetbrains/PC': yearly(249),
  'jetbrains/GO': yearly(249),
  'jetbrains/DB': yearly(229),
  'jetbrains/ALL': yearly(779),
} as const;

const BOT_TOKEN = 'xoxb-sandbox-bot';
const APP_TOKEN = 'xapp-sandbox-app';
const SIGNING_SECRET = 'sandbox-signing-secret';

/** Starts the local vendors and the local Slack of an invented company, and tells what a bot needs to work there. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = options.clock ?? createSandboxClock();
  const vendors = await startVendors(clock, options.crowd ?? 0);
  const slack = await startLocalSlack({
    people: PEOPLE.map(toSlackUser),
    channels: CHANNELS.map(toConversation),
    groups: GROUPS.map(toGroup),
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    signingSecret: SIGNING_SECRET,
    ...(options.manifest === undefined ? {} : { manifest: options.manifest }),
    ...(options.ackMs === undefined ? {} : { ackMs: options.ackMs }),
    clock,
    deliver: options.deliver ?? { kind: 'socket' },
    teamName: COMPANY_NAME,
  });
  const { control } = slack;
  vendors.onCall(({ name }, call) => {
    control.workspace.log({
      kind: 'vendor',
      name: `${name} ${call.method} ${call.path}`,
      request: call.body ?? null,
      response: { status: call.status, ...(call.fault === null ? {} : { fault: call.fault }) },
      ok: call.status !== null && call.status < 400,
      ms: 0,
    });
  });
  welcome(slack);
  const environment = {
    SLACK_BOT_TOKEN: BOT_TOKEN,
    SLACK_APP_TOKEN: APP_TOKEN,
    SLACK_API_URL: slack.apiUrl,
    ...vendors.environment,
  };
  const digest = { channel: APPROVALS_CHANNEL, timezone: OFFICE_TIMEZONES.Rotterdam };
  const config = {
    ...vendors.config,
    approvals: { channel: APPROVALS_CHANNEL },
    reports: {
      'expired-subscriptions': { ...digest, schedule: '0 9 * * 1-5' },
      'inactive-users': { ...digest, schedule: '2 9 * * 1-5' },
      renewals: { ...digest, channel: RENEWALS_CHANNEL, schedule: '0 10 * * 1' },
    },
    prices: PRICES,
  };

  const reset = (): void => {
    clock.reset();
    vendors.reset();
    control.reset();
    welcome(slack);
  };
  const bot = options.bot === undefined ? null : employ(options.bot, { clock, slack, environment, config });
  const world = new WorldControl({
    clock,
    bot: bot?.bot ?? null,
    slackFaults: control.faults,
    vendors: vendors.infos,
    history: vendors.history,
    resetWorld: reset,
    forgetBot: async () => options.bot?.forget(),
  });
  bot?.onChange(() => {
    world.changed();
    control.workspace.changed();
  });
  clock.onJump(() => control.workspace.changed());
  const page = createPageHandler({ control, world, hints: options.hints ?? [] });
  slack.mount(page);

  return {
    handler: (request, response) => slack.handler(request, response) || page(request, response),
    clock,
    slack,
    ...vendors.servers,
    bot: bot?.bot ?? null,
    world,
    signingSecret: SIGNING_SECRET,
    environment,
    config,
    reset,
    close: async () => {
      await bot?.bot.stop();
      await Promise.all([slack.close(), vendors.close()]);
    },
  };
}

interface Workplace {
  readonly clock: SandboxClock;
  readonly slack: LocalSlack;
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
}

function employ({ spawn, dataDir }: NonNullable<SandboxOptions['bot']>, { clock, slack, environment, config }: Workplace) {
  const listeners: (() => void)[] = [];
  const { SLACK_APP_TOKEN: appToken = '', ...shared } = environment;
  const bot = new SandboxBot({
    clock,
    spawn,
    beginning: (delivery) => ({
      config,
      dataDir,
      offsetMs: clock.offsetMs(),
      environment: {
        ...shared,
        ...(delivery === 'socket' ? { SLACK_APP_TOKEN: appToken } : { SLACK_SIGNING_SECRET: SIGNING_SECRET }),
      },
    }),
    onDelivery: (delivery, url) => {
      if (delivery === 'socket') slack.control.deliverTo({ kind: 'socket' });
      else if (url !== null) slack.control.deliverTo({ kind: 'http', url: `${url}/slack/events` });
    },
    onChange: () => {
      for (const listener of listeners) listener();
    },
  });
  return { bot, onChange: (listener: () => void) => void listeners.push(listener) };
}

function welcome({ control: { workspace } }: LocalSlack): void {
  const say = (channel: string, handle: string, text: string): void => {
    workspace.post({ channel, user: personNamed(handle).id, text });
  };
  say('C01GENERAL', 'beatriz', 'Good morning from Porto :wave: The release train leaves on Thursday.');
  say('C01GENERAL', 'sanne', 'Rotterdam: fire drill at 11:00, coffee afterwards.');
  say('C02LICENCES', 'ada', 'Licence requests land here. One of us looks, *another* decides.');
  say('C03RANDOM', 'stijn', 'Who took the good chair?');
  for (const channel of CHANNELS) {
    for (const person of PEOPLE) {
      const last = workspace.visible(person.id, channel.id).at(-1)?.ts;
      if (last !== undefined) workspace.read.set(`${person.id}:${channel.id}`, last);
    }
  }
}

function toSlackUser(person: CompanyPerson): SlackUser {
  const { id, handle, email, title, role } = person;
  return { id, handle, realName: fullName(person), email, title, role, timezone: OFFICE_TIMEZONES[person.office] };
}

function toConversation(channel: CompanyChannel): Omit<Conversation, 'isArchived'> {
  const { id, name, topic, isPrivate, hasBot } = channel;
  const joined = PEOPLE.filter((person) =>
    channel.members === 'everyone'
      ? person.role !== 'deactivated' && (person.role !== 'guest' || name === 'general')
      : channel.members.includes(person.handle),
  );
  const members = new Set([...joined.map((person) => person.id), ...(hasBot ? [BOT_USER_ID] : [])]);
  return { id, name, kind: 'channel', topic, isPrivate, members };
}

function toGroup(group: (typeof GROUPS)[number]): SlackGroup {
  const { id, handle, name, members } = group;
  return { id, handle, name, userIds: members.map((member) => personNamed(member).id) };
}
