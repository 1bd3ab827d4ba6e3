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
} from './company.ts';
import { AHA_BOT_USER_ID, AHA_PRODUCTS, companyAccounts } from './company-accounts.ts';
import { companyLicences } from './company-licences.ts';
import { createPageHandler } from './page-server.ts';
import { BOT_USER_ID, type DeliverTo, type LocalSlack, type RequestHandler, startLocalSlack } from './slack/local-slack.ts';
import type { Conversation, SlackGroup, SlackUser } from './slack/model.ts';
import type { CommandHint } from './slack/screen.ts';
import { type AhaVendor, startAhaVendor } from './vendors/aha.ts';
import { type JetBrainsVendor, startJetBrainsVendor } from './vendors/jetbrains.ts';
import type { VendorCall } from './vendors/vendor-server.ts';

export interface SandboxOptions {
  /** The parsed slack-manifest.json; without it no scope is enforced. */
  readonly manifest?: unknown;
  readonly clock?: SandboxClock;
  readonly deliver?: DeliverTo;
  /** How long the bot has to acknowledge; Slack gives three seconds. */
  readonly ackMs?: number;
  /** Subcommands that the page offers while somebody types. */
  readonly hints?: readonly CommandHint[];
  /** Called by `reset`, for what the bot itself remembers. */
  readonly onReset?: () => void;
}

export interface Sandbox {
  readonly clock: SandboxClock;
  readonly slack: LocalSlack;
  readonly jetbrains: JetBrainsVendor;
  readonly aha: AhaVendor;
  /** What the bot's process would find in its environment for Socket Mode. */
  readonly environment: Readonly<Record<string, string>>;
  /** For signed HTTP instead: the secret that goes into SLACK_SIGNING_SECRET. */
  readonly signingSecret: string;
  /** The contents of a seatwarden.config.json that points at the local vendors. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The page at `/`, its control API and the local Web API, to be served on the bot's own address as well. */
  readonly handler: RequestHandler;
  /** Puts people, messages, vendors and faults back to the beginning. */
  reset(): void;
  close(): Promise<void>;
}

const BOT_TOKEN = 'xoxb-sandbox-bot';
const APP_TOKEN = 'xapp-sandbox-app';
const SIGNING_SECRET = 'sandbox-signing-secret';

/** Starts the local vendors and the local Slack of an invented company, and tells what a bot needs to work there. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = options.clock ?? createSandboxClock();
  const now = (): Date => clock.now();
  // Vendors start before Slack does, so their calls are shown as soon as there is somewhere to show them.
  let record: (vendor: string, call: VendorCall) => void = () => undefined;
  const [jetbrains, aha] = await Promise.all([
    startJetBrainsVendor({ now, seats: companyLicences(now()), onCall: (call) => record('JetBrains', call) }),
    startAhaVendor({
      now,
      users: companyAccounts(now()),
      products: AHA_PRODUCTS,
      ownerId: AHA_BOT_USER_ID,
      onCall: (call) => record('Aha!', call),
    }),
  ]);
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
  const { workspace } = slack.control;
  record = (vendor, call) => {
    const ok = call.status !== null && call.status < 400;
    const response = { status: call.status, ...(call.fault === null ? {} : { fault: call.fault }) };
    workspace.log({
      kind: 'vendor',
      name: `${vendor} ${call.method} ${call.path}`,
      request: call.body ?? null,
      response,
      ok,
      ms: 0,
    });
  };
  welcome(slack);
  const reset = (): void => {
    clock.reset();
    for (const vendor of [jetbrains, aha]) {
      vendor.faults.clear();
      vendor.calls.length = 0;
    }
    jetbrains.state.reset(companyLicences(now()));
    aha.state.reset(companyAccounts(now()));
    slack.control.reset();
    options.onReset?.();
    welcome(slack);
  };
  const page = createPageHandler({
    control: slack.control,
    hints: options.hints ?? [],
    faults: { slack: slack.control.faults, jetbrains: jetbrains.faults, aha: aha.faults },
    advance: clock.advance,
    reset,
  });
  slack.mount(page);

  return {
    handler: (request, response) => slack.handler(request, response) || page(request, response),
    clock,
    slack,
    jetbrains,
    aha,
    signingSecret: SIGNING_SECRET,
    environment: {
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_APP_TOKEN: APP_TOKEN,
      SLACK_API_URL: slack.apiUrl,
      JETBRAINS_API_KEY: jetbrains.apiKey,
      JETBRAINS_COMPANY_CODE: jetbrains.customerCode,
      AHA_API_KEY: aha.apiKey,
      AHA_SUBDOMAIN: aha.subdomain,
    },
    config: {
      variables: { 'JetBrains.CompanyCode': jetbrains.customerCode, 'Aha.Subdomain': aha.subdomain },
      credentials: {
        'jetbrains-main': { connector: 'jetbrains', apiKey: 'env:JETBRAINS_API_KEY' },
        'aha-main': { connector: 'aha', apiKey: 'env:AHA_API_KEY' },
      },
      integrations: {
        jetbrains: {
          connector: 'jetbrains',
          credential: 'jetbrains-main',
          baseUrl: jetbrains.baseUrl,
          state: 'live',
          ...loadedAs('record.assignee.email', 'record.assignee.name'),
        },
        // A draft, so that a test run and the launch can be tried.
        aha: {
          connector: 'aha',
          credential: 'aha-main',
          baseUrl: aha.baseUrl,
          state: 'draft',
          ...loadedAs('record.email', 'record.name'),
        },
      },
      approvals: { channel: APPROVALS_CHANNEL },
    },
    reset,
    close: async () => {
      await Promise.all([slack.close(), jetbrains.close(), aha.close()]);
    },
  };
}

/** Everything a sync needs to be told, for records that hold the e-mail and the name of their person there. */
function loadedAs(email: string, name: string): Readonly<Record<string, unknown>> {
  return {
    mapping: { email: `{{ ${email} }}`, username: `{{ ${email} }}`, name: `{{ ${name} }}` },
    role: 'Employee',
    deactivate: { enabled: true },
    contacts: [personNamed('ada').id],
  };
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
