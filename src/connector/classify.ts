import { type SeatwardenError, VendorError } from '../domain/errors.ts';
import { LARGE, ownTurn } from '../own-turn.ts';
import type { LoadedConnector } from '../preset/loaded.ts';
import type { RawAnswer } from './http.ts';
import { parseJson } from './parse-json.ts';

/** An answer with its body read by content: null when there was none. `json` is false when it was something else. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly response: unknown;
  readonly json: boolean;
}

/** A no, in words, with the vendor's own code for it. */
export interface Refusal {
  readonly code: string | null;
  readonly message: string;
  readonly hint: string | null;
  readonly retry: boolean;
}

/** Reads a body by what it is, not by what its content type says: vendors answer errors in HTML or with nothing. */
export function readAnswer(raw: RawAnswer): Answer {
  const { status, headers, text } = raw;
  if (text.trim() === '') return { status, headers, response: null, json: true };
  try {
    return { status, headers, response: parseJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text), json: true };
  } catch {
    return { status, headers, response: null, json: false };
  }
}

/** The same, a piece in each turn of the event loop where the answer is long. */
export async function readInTurns(raw: RawAnswer): Promise<Answer> {
  const { status, headers, parts } = raw;
  if (parts === null) {
    if (raw.text.length >= LARGE) await ownTurn();
    return readAnswer(raw);
  }
  const items: unknown[] = [];
  for (const part of parts) {
    await ownTurn();
    const list = listOf(part);
    if (list === null) return readAnswer(raw);
    for (const item of list) items.push(item);
  }
  return { status, headers, response: items, json: true };
}

/** Null where it is none. */
function listOf(text: string): readonly unknown[] | null {
  try {
    const list = parseJson(text);
    return Array.isArray(list) ? list : null;
  } catch {
    return null;
  }
}

const RETRY_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** What a status outside of 2xx means: the connector's own table first, else the meaning of the status. */
export function toRefusal(answer: Answer, connector: LoadedConnector, retryAt: Date | null): Refusal {
  const scope = { response: answer.response, status: answer.status, headers: answer.headers };
  const render = (template: LoadedConnector['errors']['code']): string | null => {
    const value = template?.render(scope) ?? null;
    return value === null || typeof value === 'object' ? null : String(value);
  };
  const [code, detail] = [render(connector.errors.code), render(connector.errors.detail)];
  const row = connector.errors.table.find(
    (candidate) =>
      (candidate.status === null || candidate.status === answer.status) &&
      (candidate.code === null || candidate.code === code) &&
      (candidate.detail === null || candidate.detail === detail),
  );
  const retry = RETRY_STATUS.has(answer.status);
  if (row !== undefined) {
    return { code, message: row.message.render(scope), hint: row.hint, retry: row.retry ?? retry };
  }
  return { code, ...byStatus(answer.status, connector.name, retryAt), retry };
}

function byStatus(status: number, vendor: string, retryAt: Date | null): { message: string; hint: string | null } {
  const say = (message: string, hint: string | null) => ({ message: `${vendor} ${message}`, hint });
  if (status === 401) return say('does not accept the key.', 'Renew the key in its credential, then check again.');
  if (status === 403) return say('does not allow this to the owner of the key.', 'Use a key of somebody with the right role.');
  if (status === 404) return say('does not know this, or does not show it to the owner of the key.', null);
  if (status === 409) return say('says this clashes with what is there.', 'Look again before you repeat it.');
  if (status === 422 || status === 400) return say('finds the request invalid.', 'Check what was filled in.');
  if (status === 429) {
    const when = retryAt === null ? 'in a minute' : `after ${retryAt.toISOString().slice(11, 19)} UTC`;
    return say(`takes no more calls for now; try again ${when}.`, 'Other programs may use the same limit.');
  }
  if (status >= 300 && status < 400) return say('sends to another address.', 'Check the base URL of the integration.');
  if (status >= 500) return say(`has a fault of its own (status ${status}).`, 'Try again in a minute.');
  return say(`answered with status ${status}.`, null);
}

const STATUS_CODES: Readonly<Record<number, string>> = {
  400: 'vendor.invalid',
  401: 'vendor.unauthorised',
  403: 'vendor.forbidden',
  404: 'vendor.not-found',
  409: 'vendor.conflict',
  422: 'vendor.invalid',
  429: 'vendor.rate-limited',
};

export function refusalError(status: number, refusal: Refusal): VendorError {
  const code = STATUS_CODES[status] ?? (status >= 500 ? 'vendor.failed' : status < 400 ? 'vendor.redirect' : 'vendor.refused');
  return new VendorError(code, status, refusal.message, refusal.hint === null ? {} : { hint: refusal.hint });
}

export function notJson(status: number, vendor: string): VendorError {
  return new VendorError('vendor.not-json', status, `${vendor} answered with something that is not JSON.`, {
    hint: 'Check the base URL; a proxy or a sign-in page may stand in between.',
  });
}

/** For messages of results that are values: an error's sentence and its hint. */
export function inWords(error: SeatwardenError): string {
  return error.hint === null ? error.message : `${error.message} ${error.hint}`;
}
