import { SeatwardenError } from '../domain/errors.ts';
import type { Settings } from '../domain/settings.ts';
import type { SetupReport } from '../reply.ts';
import { joinWords } from '../words.ts';
import { callSlack, FOR_A_PERSON, refusalOf } from './call-slack.ts';
import type { SlackWebClient } from './slack-client.ts';

type Finding = SetupReport['slack'][number];

/** Without these the bot cannot do its work at all. */
const NEEDED = ['commands', 'chat:write', 'users:read', 'users:read.email'];

/** What Slack itself lacks for the bot to work: token, scopes, and channels it can write to. */
export async function checkSlack(client: SlackWebClient, settings: Settings): Promise<readonly Finding[]> {
  try {
    const who = await callSlack(() => client.auth.test(), FOR_A_PERSON);
    const scopes = who.response_metadata?.scopes ?? [];
    const name: Finding = { ok: true, message: `Connected to ${who.team ?? 'Slack'} as ${who.user ?? 'the bot'}.`, hint: null };
    const channels = await Promise.all([approvalsFinding(client, settings), ...postFindings(client, settings)]);
    return [name, ...scopeFindings(scopes, settings), ...channels];
  } catch (error) {
    if (error instanceof SeatwardenError) return [{ ok: false, message: error.message, hint: error.hint }];
    return [{ ok: false, message: `Slack refuses the connection (${refusalOf(error) ?? 'unknown reason'}).`, hint: null }];
  }
}

function scopeFindings(scopes: readonly string[], settings: Settings): readonly Finding[] {
  // Some proxies take the header away that lists them; then nothing is known and nothing is claimed.
  if (scopes.length === 0) return [];
  const lists = Object.values(settings.access).flatMap((list: readonly string[] | null) => list ?? []);
  const groups = lists.some((entry) => /^S[A-Z0-9]{2,}$/.test(entry)) ? ['usergroups:read'] : [];
  const missing = [...NEEDED, ...groups].filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) return [{ ok: true, message: 'All scopes that are needed are there.', hint: null }];
  return [
    {
      ok: false,
      message: `Scopes are missing: ${missing.join(', ')}.`,
      hint: 'Add them under “OAuth & Permissions” and reinstall the app.',
    },
  ];
}

function approvalsFinding(client: SlackWebClient, settings: Settings): Promise<Finding> {
  const { channel } = settings.approvals;
  if (channel !== null)
    return channelFinding(client, { channel, what: 'approvals channel', setting: 'approvals.channel', holds: 'Requests go' });
  return Promise.resolve({
    ok: true,
    message: 'There is no approvals channel: approvers get requests as direct messages.',
    hint: 'Set `approvals.channel` to have them in one place.',
  });
}

/** The channels the bot posts to by itself, beside that of the approvals, each once. */
function postFindings(client: SlackWebClient, { reports, audit }: Settings): readonly Promise<Finding>[] {
  const digests = new Map<string, string[]>();
  for (const { channel, reportId } of reports.digests)
    if (channel !== null) digests.set(channel, [...(digests.get(channel) ?? []), reportId]);
  const places = [...digests].map(([channel, ids]) => ({
    channel,
    what: `digest channel of ${joinWords(ids)}`,
    setting: `reports.${ids[0] ?? ''}.channel`,
    holds: `${ids.length === 1 ? 'The digest' : 'The digests'} of ${joinWords(ids)} ${ids.length === 1 ? 'goes' : 'go'}`,
  }));
  const heads =
    audit.channel === null
      ? []
      : [{ channel: audit.channel, what: 'audit channel', setting: 'audit.channel', holds: 'The heads of the audit log go' }];
  return [...places, ...heads].map((place) => channelFinding(client, place));
}

interface PostPlace {
  readonly channel: string;
  /** `approvals channel`. */
  readonly what: string;
  readonly setting: string;
  /** `Requests go`. */
  readonly holds: string;
}

/** Whether the bot can write to a channel. */
async function channelFinding(client: SlackWebClient, { channel, what, setting, holds }: PostPlace): Promise<Finding> {
  try {
    const found = (await callSlack(() => client.conversations.info({ channel }), FOR_A_PERSON)).channel;
    const name = `#${found?.name ?? channel}`;
    if (found?.is_archived === true)
      return { ok: false, message: `The ${what}, ${name}, is archived.`, hint: `Name another one in \`${setting}\`.` };
    if (found?.is_member === false)
      return { ok: false, message: `The bot is not in the ${what}, ${name}.`, hint: 'Type `/invite @Seatwarden` there.' };
    return { ok: true, message: `${holds} to ${name}.`, hint: null };
  } catch (error) {
    const why = error instanceof SeatwardenError ? error.message : (refusalOf(error) ?? 'unknown reason');
    return {
      ok: false,
      message: `The ${what}, ${channel}, cannot be seen (${why}).`,
      hint: `Check the id in \`${setting}\`, and invite the bot if the channel is private.`,
    };
  }
}
