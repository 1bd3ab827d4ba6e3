import { AhaApi } from './aha-api.ts';
import { AhaAudits } from './aha-audits.ts';
import { type AhaSeatGroup, AhaSeatGroups } from './aha-seat-groups.ts';
import type { AhaUser } from './aha-user.ts';
import { RateMeter } from './rate-meter.ts';
import { Records, sameEmail } from './records.ts';
import {
  EffectCounter,
  type Listing,
  startVendorServer,
  type VendorCall,
  type VendorReply,
  type VendorServer,
} from './vendor-server.ts';

export interface AhaProduct {
  readonly id: string;
  readonly name: string | null;
  /** Short name that stands for the id in a path or a body. */
  readonly key?: string;
}

export interface AhaOptions {
  readonly now: () => Date;
  readonly users: readonly AhaUser[];
  readonly products?: readonly AhaProduct[];
  readonly seatGroups?: readonly AhaSeatGroup[];
  /** The account the key belongs to. */
  readonly ownerId?: string;
  readonly apiKey?: string;
  /** A key whose owner may not manage users: writes answer 403. */
  readonly readOnly?: boolean;
  /** Documented: 300 requests a minute and 20 a second for the whole account. */
  readonly limits?: { readonly perMinute: number; readonly perSecond: number };
  readonly port?: number;
  readonly onCall?: (call: VendorCall) => void;
}

export interface AhaState {
  readonly users: AhaUser[];
  /** `update`, `deactivate` and `reactivate` that really happened, by user id. */
  readonly effects: EffectCounter;
  find(id: string): AhaUser | undefined;
  byEmail(email: string): AhaUser | undefined;
  reset(users?: readonly AhaUser[]): void;
}

export interface AhaVendor extends VendorServer {
  /** `https://{subdomain}.aha.io/api/v1` stands here in real life. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly subdomain: string;
  readonly state: AhaState;
}

/** Lists stand in an envelope beside `pagination`. */
const LISTS = ['users', 'project_users', 'product_roles', 'user_roles', 'audits'] as const;

const LISTING: Listing = {
  read: ({ json }) => {
    const body = json as Record<string, unknown> | undefined;
    const key = LISTS.find((name) => Array.isArray(body?.[name]));
    const pagination = body?.['pagination'] as { total_records: number } | undefined;
    if (key === undefined || pagination === undefined) return null;
    return { items: body?.[key] as readonly unknown[], total: pagination.total_records };
  },
  write: (reply, items, total) => {
    const body = reply.json as Record<string, unknown>;
    const key = LISTS.find((name) => Array.isArray(body[name])) ?? LISTS[0];
    return {
      ...reply,
      json: { ...body, [key]: items, pagination: { ...(body['pagination'] as object), total_records: total } },
    };
  },
};

/** A local Aha! REST API v1: https://www.aha.io/api. */
export async function startAhaVendor(options: AhaOptions): Promise<AhaVendor> {
  const apiKey = options.apiKey ?? 'sandbox-aha-key';
  const records = new Records(options.users, (user) => user.id);
  const effects = new EffectCounter();
  const groups = new AhaSeatGroups(options.seatGroups ?? [], records, options.now);
  const audits = new AhaAudits(options.now);
  const state: AhaState = {
    users: records.list,
    effects,
    find: (id) => records.find(id),
    byEmail: (email) => records.list.find((user) => sameEmail(user.email, email)),
    reset: (fresh = options.users) => {
      records.reset(fresh);
      groups.reset();
      audits.clear();
      effects.clear();
    },
  };
  const api = new AhaApi({ state, groups, audits, options });
  const meter = new RateMeter(options.limits ?? { perMinute: 300, perSecond: 20 }, options.now);
  const server = await startVendorServer({
    now: options.now,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
    listing: LISTING,
    answer: (request): VendorReply => {
      const { allowed, limit, remaining, resetAt } = meter.take();
      const headers = {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-reset': String(Math.ceil(resetAt.getTime() / 1_000)),
      };
      if (!allowed) return { status: 429, text: '', headers };
      if (request.headers.authorization !== `Bearer ${apiKey}`) return { status: 401, text: '', headers };
      const reply = api.answer(request);
      return { ...reply, headers: { ...headers, ...reply.headers } };
    },
  });
  return { ...server, baseUrl: `${server.url}/api/v1`, apiKey, subdomain: 'larkspur', state };
}
