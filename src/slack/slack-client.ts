import { webApi } from '@slack/bolt';
import type { Log } from '../ports/log.ts';
import { slackLogger } from './slack-log.ts';

export type SlackWebClient = webApi.WebClient;

const TIMEOUT_MS = 10_000;

/** Options of every Web API client: no hidden queue pauses and no half hour of retries; `callSlack` decides about those. */
export function clientOptions(log: Log, apiUrl: string | undefined): webApi.WebClientOptions {
  return {
    timeout: TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // A compromised or mistaken method name must not carry the token to another host.
    allowAbsoluteUrls: false,
    logger: slackLogger(log),
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  };
}

/** The client that the directory, the notifier and the router share. `apiUrl` is another Web API base, for tests and proxies. */
export function createSlackClient(options: {
  readonly botToken: string;
  readonly apiUrl?: string;
  readonly log: Log;
}): SlackWebClient {
  return new webApi.WebClient(options.botToken, clientOptions(options.log, options.apiUrl));
}
