import type { Wire } from '../../wire.ts';
import type { Passes } from '../passes.ts';
import type { RuleId } from '../slack-rules.ts';
import type { Workspace } from '../workspace.ts';

/** An `ok: false` answer. `detail` is added to the reply (`needed`, `response_metadata`, ...). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly detail: Wire;
  /** The rule that the app did not keep; null where the answer is no fault of the app's. */
  readonly broken: { readonly rule: RuleId; readonly what: string } | null;

  constructor(code: string, detail: Wire = {}, broken: ApiError['broken'] = null) {
    super(code);
    this.code = code;
    this.detail = detail;
    this.broken = broken;
  }
}

/** An `ok: false` answer because a rule of Slack's was not kept. */
export function breaks(rule: RuleId, code: string, what: string, detail: Wire = {}): ApiError {
  return new ApiError(code, detail, { rule, what });
}

export interface MethodContext {
  readonly workspace: Workspace;
  readonly passes: Passes;
  /** Where this server can be reached, without a trailing slash. */
  readonly baseUrl: () => string;
  /** A one-time WebSocket address; null when events go over HTTP. */
  readonly socketUrl: () => string | null;
  readonly hasScope: (scope: string) => boolean;
  /** Sends an event to the app, if its manifest subscribes to it. */
  readonly emit: (subscription: string, event: Wire) => void;
}

/** What a method knows of the call that it answers. */
export interface CallContext extends MethodContext {
  readonly method: string;
  /** Adds a code to `response_metadata.warnings`. */
  readonly warn: (code: string) => void;
  /** The run of a custom step whose own token is used; null with the app's token. */
  readonly stepRunId: string | null;
}

export interface Method {
  /** One of these is needed; several when the kind of conversation decides. */
  readonly scopes?: readonly string[];
  /** `app`: wants the app-level token; `config`: one for manifests; `user`: no bot may call it; `none`: anybody may. */
  readonly token?: 'bot' | 'app' | 'config' | 'user' | 'none';
  /** Reads no JSON body, only a form or the query. */
  readonly formOnly?: boolean;
  run(args: Wire, context: CallContext): Wire;
}

export type MethodTable = Readonly<Record<string, Method>>;

export function invalidArguments(messages: readonly string[]): ApiError {
  return breaks('api.arguments', 'invalid_arguments', messages.join('; '), { response_metadata: { messages } });
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

const MAX_LIMIT = 1_000;
/** More than this at once is discouraged (https://docs.slack.dev/apis/web-api/pagination). */
const ADVISED_LIMIT = 200;

/** Notes a page that is larger than Slack advises. */
export function adviseOnPage(args: Wire, { workspace, method }: CallContext): void {
  if (Number(args['limit'] ?? 0) > ADVISED_LIMIT)
    workspace.breaks('api.page-size', method, `a page of ${String(args['limit'])}; ${ADVISED_LIMIT} are advised at most`);
}

/** One page of a list, with Slack's cursor in `response_metadata`; without a limit as many as `usual` (0: all). */
export function pageOf<Item>(
  items: readonly Item[],
  args: Wire,
  usual = 0,
): { readonly page: readonly Item[]; readonly metadata: Wire } {
  const limit = Number(args['limit'] ?? usual);
  const cursor = args['cursor'];
  let start = 0;
  if (typeof cursor === 'string' && cursor !== '') {
    const [, offset] = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8')) ?? [];
    if (offset === undefined) throw breaks('api.cursor', 'invalid_cursor', 'the cursor is none that a page gave out');
    start = Number(offset);
  }
  if (!Number.isInteger(limit) || limit < 0 || limit > MAX_LIMIT)
    throw breaks('api.cursor', 'invalid_limit', `a limit of ${String(args['limit'])}, not a number from 1 to ${MAX_LIMIT}`);
  const end = limit === 0 ? items.length : start + limit;
  const next = end < items.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { page: items.slice(start, end), metadata: { next_cursor: next } };
}
