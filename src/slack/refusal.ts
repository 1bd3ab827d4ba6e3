import type { Refused } from '../ports/digest-notifier.ts';
import { callSlack, FOR_A_JOB } from './call-slack.ts';
import type { SlackWebClient } from './slack-client.ts';

const CHANNEL = /^[CG]/;

/** Slack's code for a post it refused, in words with what to do: https://docs.slack.dev/reference/methods/chat.postMessage */
export async function refusal(client: SlackWebClient, to: string, code: string): Promise<Refused> {
  const place = CHANNEL.test(to) ? await nameOf(client, to) : to;
  return { refused: words(code, place) };
}

/** Its name where Slack tells it, else its id. */
async function nameOf(client: SlackWebClient, channel: string): Promise<string> {
  try {
    const found = await callSlack(() => client.conversations.info({ channel }), FOR_A_JOB);
    return found.channel?.name === undefined ? channel : `#${found.channel.name}`;
  } catch {
    return channel;
  }
}

function words(code: string, place: string): string {
  switch (code) {
    case 'not_in_channel':
      return `the bot is not in ${place}. Type \`/invite @Seatwarden\` there.`;
    case 'channel_not_found':
      return `Slack knows no ${place}, or it is private and the bot is not in it. Check the id, and invite the bot.`;
    case 'is_archived':
      return `${place} is archived. Name another channel in the configuration.`;
    case 'restricted_action':
    case 'restricted_action_read_only_channel':
      return `the bot may not post in ${place}. Let it post there, or name another channel in the configuration.`;
    default:
      return `Slack refuses it in ${place} (${code}).`;
  }
}
