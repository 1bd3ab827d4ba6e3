import { createHmac } from 'node:crypto';
import { SIGNING_SECRET } from './slack-bot.ts';

export interface Signing {
  readonly secret?: string;
  /** Seconds from now. */
  readonly skew?: number;
  readonly signature?: string | null;
  readonly timestamp?: string | null;
  readonly contentType?: string;
}

/** Sends a body as Slack would, or not quite (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
export async function signedRequest(url: string, body: string, how: Signing = {}): Promise<Response> {
  const stamp = how.timestamp === undefined ? String(Math.floor(Date.now() / 1_000) + (how.skew ?? 0)) : how.timestamp;
  const digest = createHmac('sha256', how.secret ?? SIGNING_SECRET)
    .update(`v0:${stamp}:${body}`)
    .digest('hex');
  const signature = how.signature === undefined ? `v0=${digest}` : how.signature;
  return fetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': how.contentType ?? 'application/x-www-form-urlencoded',
      ...(stamp === null ? {} : { 'x-slack-request-timestamp': stamp }),
      ...(signature === null ? {} : { 'x-slack-signature': signature }),
    },
  });
}
