import { createHmac } from 'node:crypto';

export const SIGNING_SECRET = 'bench-signing-secret';

export interface SlashCommand {
  readonly userId: string;
  readonly text: string;
  readonly triggerId: string;
  readonly responseUrl: string;
}

/**
 * A signed slash command as the bytes of one HTTP request on a connection that stays open. The signature is that of
 * https://docs.slack.dev/authentication/verifying-requests-from-slack, the fields those of
 * https://docs.slack.dev/interactivity/implementing-slash-commands.
 */
export function toHttpRequest({ userId, text, triggerId, responseUrl }: SlashCommand): Buffer {
  const body = new URLSearchParams({
    token: 'none',
    team_id: 'T01BENCH',
    team_domain: 'bench',
    channel_id: 'C01BENCH',
    channel_name: 'general',
    user_id: userId,
    user_name: userId.toLowerCase(),
    command: '/licenses',
    text,
    api_app_id: 'A01BENCH',
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: triggerId,
  }).toString();
  const timestamp = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  return Buffer.from(
    [
      'POST /slack/events HTTP/1.1',
      'Host: 127.0.0.1',
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Slack-Request-Timestamp: ${timestamp}`,
      `X-Slack-Signature: v0=${signature}`,
      'User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)',
      '',
      body,
    ].join('\r\n'),
  );
}
