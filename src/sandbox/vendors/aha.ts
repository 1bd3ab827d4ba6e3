import { performance } from 'node:perf_hooks';
import { asText, asWire, isWire, type Wire } from '../wire.ts';
import { type AhaProductRole, type AhaUser, describeRole, isAhaRole } from './aha-user.ts';
import {
  EffectCounter,
  htmlPage,
  startVendorServer,
  type VendorCall,
  type VendorReply,
  type VendorRequest,
  type VendorServer,
} from './vendor-server.ts';

const MAX_PER_PAGE = 200;
const DEFAULT_PER_PAGE = 30;

export interface AhaOptions {
  readonly now: () => Date;
  readonly users: readonly AhaUser[];
  readonly products?: readonly { readonly id: string; readonly name: string | null }[];
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

/** A local Aha! REST API v1: https://www.aha.io/api. */
export async function startAhaVendor(options: AhaOptions): Promise<AhaVendor> {
  const apiKey = options.apiKey ?? 'sandbox-aha-key';
  const users: AhaUser[] = structuredClone([...options.users]);
  const effects = new EffectCounter();
  const state: AhaState = {
    users,
    effects,
    find: (id) => users.find((user) => user.id === id),
    byEmail: (email) => users.find((user) => user.email.toLowerCase() === email.toLowerCase()),
    reset: (fresh = options.users) => {
      users.splice(0, users.length, ...structuredClone([...fresh]));
      effects.clear();
    },
  };
  const api = new AhaApi(state, options);
  const meter = new RateMeter(options.limits ?? { perMinute: 300, perSecond: 20 }, options.now);
  const server = await startVendorServer({
    now: options.now,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
    emptyPage: () => ({
      status: 200,
      json: { users: [], pagination: { total_records: users.length, total_pages: 1, current_page: 1 } },
    }),
    answer: (request) => {
      const { allowed, headers } = meter.take();
      if (!allowed) return { status: 429, text: '', headers };
      if (request.headers.authorization !== `Bearer ${apiKey}`) return { status: 401, text: '', headers };
      const reply = api.answer(request);
      return { ...reply, headers: { ...headers, ...reply.headers } };
    },
  });
  return { ...server, baseUrl: `${server.url}/api/v1`, apiKey, subdomain: 'larkspur', state };
}

class AhaApi {
  readonly #state: AhaState;
  readonly #options: AhaOptions;

  constructor(state: AhaState, options: AhaOptions) {
    this.#state = state;
    this.#options = options;
  }

  answer(request: VendorRequest): VendorReply {
    const path = request.path.replace(/^\/api\/v1/, '');
    const [, id, below, product] = /^\/users\/([^/]+)(?:\/(product_roles)(?:\/([^/]+))?)?$/.exec(path) ?? [];
    const invite = /^\/products\/([^/]+)\/users$/.exec(path)?.[1];
    if (path === '/me' && request.method === 'GET') return this.#me();
    if (path === '/users' && request.method === 'GET') return this.#list(request);
    if (path === '/paid_seat_groups' && request.method === 'GET') return { status: 200, json: { paid_seat_groups: [] } };
    if (invite !== undefined && request.method === 'POST') return this.#write(() => this.#invite(invite, request.body));
    if (id !== undefined) return this.#ofUser(request, id, below, product);
    return path.startsWith('/users') ? htmlPage(405, 'Method Not Allowed') : notFound();
  }

  #ofUser(request: VendorRequest, id: string, below: string | undefined, product: string | undefined): VendorReply {
    const user = this.#state.find(decodeURIComponent(id));
    if (user === undefined) return notFound();
    if (below === undefined) {
      if (request.method === 'PUT') return this.#write(() => this.#update(user, request.body));
      if (request.method !== 'GET') return htmlPage(405, 'Method Not Allowed');
      const { user_roles: _listOnly, ...shown } = user;
      return { status: 200, json: { user: shown } };
    }
    if (request.method === 'GET' && product === undefined) return { status: 200, json: { product_roles: user.product_roles } };
    if (request.method === 'POST' && product === undefined) return this.#write(() => this.#setRole(user, request.body));
    if (request.method === 'DELETE' && product !== undefined) return this.#write(() => this.#dropRole(user, product));
    return htmlPage(405, 'Method Not Allowed');
  }

  #write(act: () => VendorReply): VendorReply {
    return this.#options.readOnly === true ? { status: 403, json: { error: 'Not allowed' } } : act();
  }

  #me(): VendorReply {
    const owner = this.#state.find(this.#options.ownerId ?? '') ?? this.#state.users[0];
    if (owner === undefined) return notFound();
    const account = { name: 'Larkspur Labs', domain: 'larkspur', logo: null, alt_logo: null, enabled: true };
    const { id, name, email, created_at, updated_at, product_roles } = owner;
    const preferences = { current_product_id: null };
    return {
      status: 200,
      json: { user: { id, name, email, created_at, updated_at, product_roles, preferences, accounts: [{ account }] } },
    };
  }

  #list(request: VendorRequest): VendorReply {
    const number = (name: string, fallback: number): number => {
      const value = Number(request.query.get(name) ?? fallback);
      return Number.isInteger(value) && value >= 1 ? value : fallback;
    };
    const current = number('page', 1);
    const perPage = Math.min(number('per_page', DEFAULT_PER_PAGE), MAX_PER_PAGE);
    const { users } = this.#state;
    return {
      status: 200,
      json: {
        users: users.slice((current - 1) * perPage, current * perPage),
        pagination: {
          total_records: users.length,
          total_pages: Math.max(1, Math.ceil(users.length / perPage)),
          current_page: current,
        },
      },
    };
  }

  #update(user: AhaUser, body: unknown): VendorReply {
    const change = asWire(body)['user'];
    if (!isWire(change)) return invalid('User is missing');
    const problem = updateProblem(change);
    if (problem !== null) return invalid(problem);
    const email = asText(change['email']);
    const holder = email === undefined ? undefined : this.#state.byEmail(email);
    if (holder !== undefined && holder !== user) return invalid('Email has already been taken');
    const before = user.enabled;
    const [first = '', ...rest] = user.name.split(' ');
    const given = [asText(change['first_name']) ?? first, asText(change['last_name']) ?? rest.join(' ')];
    if ('first_name' in change || 'last_name' in change) user.name = given.filter((part) => part !== '').join(' ');
    if (email !== undefined) user.email = email;
    if (typeof change['enabled'] === 'boolean') user.enabled = change['enabled'];
    if (typeof change['administrator'] === 'boolean') user.administrator = change['administrator'];
    if (isWire(change['administrator_roles'])) Object.assign(user.administrator_roles, change['administrator_roles']);
    user.updated_at = this.#options.now().toISOString();
    this.#state.effects.add(user.id, 'update');
    if (before !== user.enabled) this.#state.effects.add(user.id, user.enabled ? 'reactivate' : 'deactivate');
    return { status: 200, json: user };
  }

  #setRole(user: AhaUser, body: unknown): VendorReply {
    const wanted = asWire(asWire(body)['product_role']);
    const product = this.#product(asText(wanted['product_id']));
    if (product === undefined) return notFound();
    const others = user.product_roles.filter((role) => role.product_id !== product.id);
    if (wanted['role'] === 'none') {
      user.product_roles = others;
      this.#state.effects.add(user.id, 'role');
      return { status: 200, text: '' };
    }
    if (!isAhaRole(wanted['role'])) return invalid('Role is not included in the list');
    const role: AhaProductRole = { ...describeRole(wanted['role']), product_id: product.id, product_name: product.name };
    user.product_roles = [...others, role];
    this.#state.effects.add(user.id, 'role');
    return { status: 200, json: role };
  }

  #dropRole(user: AhaUser, productId: string): VendorReply {
    const left = user.product_roles.filter((role) => role.product_id !== productId);
    if (left.length === user.product_roles.length) return notFound();
    user.product_roles = left;
    this.#state.effects.add(user.id, 'role');
    return { status: 204, text: '' };
  }

  #invite(productId: string, body: unknown): VendorReply {
    const wanted = asWire(asWire(body)['user']);
    const product = this.#product(productId);
    const email = asText(wanted['email']) ?? '';
    if (product === undefined) return notFound();
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) return invalid('Email is invalid');
    if (!isAhaRole(wanted['role'])) return invalid('Role is not included in the list');
    const at = this.#options.now().toISOString();
    const role = { ...describeRole(wanted['role']), product_id: product.id, product_name: product.name };
    const existing = this.#state.byEmail(email);
    const user: AhaUser = existing ?? {
      id: String(7_200_000_000_000_001_000n + BigInt(this.#state.users.length)),
      name: `${asText(wanted['first_name']) ?? ''} ${asText(wanted['last_name']) ?? ''}`.trim(),
      email,
      timezone: 'Etc/UTC',
      created_at: at,
      updated_at: at,
      accessed_at: null,
      product_roles: [],
      user_roles: [],
      enabled: true,
      paid_seat: wanted['role'] === 'product_owner' || wanted['role'] === 'contributor',
      administrator: false,
      administrator_roles: { administer_account: false, administer_billing: false, administer_configuration: false },
    };
    if (existing === undefined) this.#state.users.push(user);
    user.product_roles = [...user.product_roles.filter((held) => held.product_id !== product.id), role];
    this.#state.effects.add(user.id, 'invite');
    const { id, name, created_at, updated_at } = user;
    return {
      status: 200,
      json: { role: role.role, role_description: role.role_description, user: { id, name, email, created_at, updated_at } },
    };
  }

  #product(id: string | undefined): { readonly id: string; readonly name: string | null } | undefined {
    return this.#options.products?.find((product) => product.id === id);
  }
}

/** Counts in real time, whatever the sandbox clock says, and answers with the headers the vendor sends. */
class RateMeter {
  readonly #limits: { readonly perMinute: number; readonly perSecond: number };
  readonly #now: () => Date;
  #taken: number[] = [];

  constructor(limits: { readonly perMinute: number; readonly perSecond: number }, now: () => Date) {
    this.#limits = limits;
    this.#now = now;
  }

  take(): { readonly allowed: boolean; readonly headers: Readonly<Record<string, string>> } {
    const at = performance.now();
    this.#taken = this.#taken.filter((earlier) => at - earlier < 60_000);
    const lastSecond = this.#taken.filter((earlier) => at - earlier < 1_000).length;
    const allowed = this.#taken.length < this.#limits.perMinute && lastSecond < this.#limits.perSecond;
    if (allowed) this.#taken.push(at);
    const waitMs = allowed ? 60_000 : lastSecond >= this.#limits.perSecond ? 1_000 : 60_000 - (at - (this.#taken[0] ?? at));
    return {
      allowed,
      headers: {
        'x-ratelimit-limit': String(this.#limits.perMinute),
        'x-ratelimit-remaining': String(Math.max(0, this.#limits.perMinute - this.#taken.length)),
        'x-ratelimit-reset': String(Math.ceil((this.#now().getTime() + waitMs) / 1_000)),
      },
    };
  }
}

function updateProblem(change: Wire): string | null {
  if ('email' in change && !/^[^\s@]+@[^\s@]+$/.test(asText(change['email']) ?? '')) return 'Email is invalid';
  if ('first_name' in change && (asText(change['first_name']) ?? '').trim() === '') return "First name can't be blank";
  return null;
}

function notFound(): VendorReply {
  return { status: 404, json: { error: 'Record not found' } };
}

function invalid(message: string): VendorReply {
  return { status: 422, json: { errors: { message } } };
}
