import type { Wire } from '../../wire.ts';
import type { Passes } from '../passes.ts';
import type { Workspace } from '../workspace.ts';

/** An `ok: false` answer. `detail` is added to the reply (`needed`, `response_metadata`, ...). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly detail: Wire;

  constructor(code: string, detail: Wire = {}) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

export interface MethodContext {
  readonly workspace: Workspace;
  readonly passes: Passes;
  /** Where this server can be reached, without a trailing slash. */
  readonly baseUrl: () => string;
  /** A one-time WebSocket address; null when events go over HTTP. */
  readonly socketUrl: () => string | null;
  readonly hasScope: (scope: string) => boolean;
}

export interface Method {
  /** One of these is needed; several when the kind of conversation decides. */
  readonly scopes?: readonly string[];
  /** `app`: wants the app-level token. */
  readonly token?: 'bot' | 'app';
  /** Reads no JSON body, only a form or the query. */
  readonly formOnly?: boolean;
  run(args: Wire, context: MethodContext): Wire;
}

export type MethodTable = Readonly<Record<string, Method>>;

export function invalidArguments(messages: readonly string[]): ApiError {
  return new ApiError('invalid_arguments', { response_metadata: { messages } });
}

export function required(args: Wire, name: string): string {
  const value = args[name];
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value === '') throw invalidArguments([`[ERROR] missing required field: ${name}`]);
  return value;
}

/** Arguments arrive as text in forms, as values in JSON. */
export function isOn(value: unknown): boolean {
  return value === true || value === 'true' || value === '1' || value === 1;
}

/** One page of a list, with Slack's cursor in `response_metadata`. */
export function pageOf<Item>(items: readonly Item[], args: Wire): { readonly page: readonly Item[]; readonly metadata: Wire } {
  const limit = Number(args['limit'] ?? 0);
  const cursor = args['cursor'];
  let start = 0;
  if (typeof cursor === 'string' && cursor !== '') {
    start = Number(Buffer.from(cursor, 'base64').toString('utf8').replace('next:', ''));
    if (!Number.isInteger(start)) throw new ApiError('invalid_cursor');
  }
  if (Number.isNaN(limit) || limit < 0 || limit > 1000) throw new ApiError('invalid_limit');
  const end = limit === 0 ? items.length : start + limit;
  const next = end < items.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { page: items.slice(start, end), metadata: { next_cursor: next } };
}
