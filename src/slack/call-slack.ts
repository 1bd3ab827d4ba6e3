import { setTimeout as wait } from 'node:timers/promises';
import { webApi } from '@slack/bolt';
import { ConfigError, TransportError } from '../domain/errors.ts';

export interface CallOptions {
  /** How long the caller can wait when Slack asks to slow down. */
  readonly patienceMs: number;
  /** May it be sent again when the answer was lost? False for posts, which would appear twice. */
  readonly repeatable: boolean;
}

/** Somebody waits for the answer. */
export const FOR_A_PERSON: CallOptions = { patienceMs: 2_000, repeatable: true };
/** A job that can wait a little. */
export const FOR_A_JOB: CallOptions = { patienceMs: 30_000, repeatable: true };
export const POST: CallOptions = { patienceMs: 30_000, repeatable: false };

const TRIES = 3;
const FIRST_PAUSE_MS = 250;
/** Slack's own words for a fault that passes, on the pages of its Web API methods. */
const PASSING = ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'ratelimited', 'rate_limited'];
/** The token itself is refused: https://docs.slack.dev/reference/methods/auth.test */
const TOKEN_REFUSED = [
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'user_removed_from_team',
  'team_disabled',
];
/** Failures in which nothing can have reached Slack. */
const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/**
 * One call of the Web API. Passing faults are tried again a few times; what Slack refuses for a reason of its own comes
 * through as `WebAPIPlatformError`. @throws TransportError in plain words when Slack cannot be reached; ConfigError when
 * it refuses the token or a scope is missing.
 */
export async function callSlack<Answer>(call: () => Promise<Answer>, options: CallOptions): Promise<Answer> {
  let patience = options.patienceMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const fault = faultOf(error, options.repeatable);
      if (fault.kind === 'refused') throw fault.error;
      const pause = fault.afterMs ?? FIRST_PAUSE_MS * 2 ** (attempt - 1);
      if (!fault.again || attempt >= TRIES || pause > patience) throw fault.error;
      patience -= pause;
      await wait(pause);
    }
  }
}

/** Slack's error code of a refused call; null for any other error. */
export function refusalOf(error: unknown): string | null {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : null;
}

export function isTokenRefusal(error: unknown): boolean {
  return TOKEN_REFUSED.includes(refusalOf(error) ?? '');
}

type Fault =
  | { readonly kind: 'refused'; readonly error: unknown }
  | { readonly kind: 'passing'; readonly error: TransportError; readonly again: boolean; readonly afterMs: number | null };

function faultOf(error: unknown, repeatable: boolean): Fault {
  if (error instanceof webApi.WebAPIRateLimitedError) {
    const words = `Slack asks to wait ${error.retryAfter} seconds before the next call.`;
    return passing('transport.slack-busy', true, words, error, true, error.retryAfter * 1_000);
  }
  if (error instanceof webApi.WebAPIPlatformError) {
    const code = error.data.error;
    if (PASSING.includes(code))
      return passing('transport.slack', false, `Slack had a fault of its own (${code}).`, error, repeatable);
    return { kind: 'refused', error: configError(error) ?? error };
  }
  if (error instanceof webApi.WebAPIHTTPError)
    return passing(
      'transport.slack',
      false,
      `Slack answered with the status ${error.statusCode}.`,
      error,
      repeatable && error.statusCode >= 500,
    );
  if (error instanceof webApi.WebAPIRequestError) {
    const neverSent = NEVER_SENT.includes(codeOf(error));
    return passing('transport.slack', neverSent, 'Slack could not be reached.', error, repeatable || neverSent);
  }
  return { kind: 'refused', error };
}

function passing(
  code: string,
  neverSent: boolean,
  words: string,
  cause: unknown,
  again: boolean,
  afterMs: number | null = null,
): Fault {
  const error = new TransportError(code, neverSent, words, { hint: 'Try again in a moment.', cause });
  return { kind: 'passing', error, again, afterMs };
}

function codeOf(error: Error): string {
  for (
    let current: unknown = error;
    current instanceof Error;
    current = current.cause ?? (current as { original?: unknown }).original
  ) {
    const { code } = current as { code?: unknown };
    if (typeof code === 'string' && !code.startsWith('slack_')) return code;
  }
  return '';
}

function configError(error: InstanceType<typeof webApi.WebAPIPlatformError>): ConfigError | null {
  const code = error.data.error;
  if (TOKEN_REFUSED.includes(code)) {
    return new ConfigError(`Slack refuses the bot token (${code}).`, [], {
      hint: 'Set SLACK_BOT_TOKEN to the “Bot User OAuth Token” (xoxb-…) of the app and start again.',
      cause: error,
    });
  }
  if (code !== 'missing_scope') return null;
  const needed = String((error.data as { needed?: unknown }).needed ?? 'one it needs');
  return new ConfigError(`The Slack app lacks the scope ${needed}.`, [], {
    hint: 'Add it under “OAuth & Permissions”, reinstall the app, and start again.',
    cause: error,
  });
}
