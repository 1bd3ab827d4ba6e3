import { SeatwardenError } from '../domain/errors.ts';
import type { Settings } from '../domain/settings.ts';
import type { SetupReport } from '../reply.ts';
import { callSlack, FOR_A_PERSON, refusalOf } from './call-slack.ts';
import type { SlackWebClient } from './slack-client.ts';

type Finding = SetupReport['slack'][number];

/** Without these the bot cannot do its work at all. */
const NEEDED = ['commands', 'chat:write', 'users:read', 'users:read.email'];

/** What Slack itself lacks for the bot to work: token, scopes, the approvals channel. */
export async function checkSlack(client: SlackWebClient, settings: Settings): Promise<readonly Finding[]> {
  try {
    const who = await callSlack(() => client.auth.test(), FOR_A_PERSON);
    const scopes = who.response_metadata?.scopes ?? [];
    const name: Finding = { ok: true, message: `Connected to ${who.team ?? 'Slack'} as ${who.user ?? 'the bot'}.`, hint: null };
    return [name, ...scopeFindings(scopes, settings), await channelFinding(client, settings)];
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

async function channelFinding(client: SlackWebClient, settings: Settings): Promise<Finding> {
  const { channel } = settings.approvals;
  if (channel === null)
    return {
      ok: true,
      message: 'There is no approvals channel: approvers get requests as direct messages.',
      hint: 'Set `approvals.channel` to have them in one place.',
    };
  try {
    const found = (await callSlack(() => client.conversations.info({ channel }), FOR_A_PERSON)).channel;
    if (found?.is_archived === true)
      return {
        ok: false,
        message: `The approvals channel #${found.name ?? channel} is archived.`,
        hint: 'Name another one in `approvals.channel`.',
      };
    if (found?.is_member === false)
      return {
        ok: false,
        message: `The bot is not in the approvals channel #${found.name ?? channel}.`,
        hint: 'Type `/invite @Seatwarden` there.',
      };
    return { ok: true, message: `Requests go to #${found?.name ?? channel}.`, hint: null };
  } catch (error) {
    const why = error instanceof SeatwardenError ? error.message : (refusalOf(error) ?? 'unknown reason');
    return {
      ok: false,
      message: `The approvals channel ${channel} cannot be seen (${why}).`,
      hint: 'Check the id, and invite the bot if the channel is private.',
    };
  }
}
