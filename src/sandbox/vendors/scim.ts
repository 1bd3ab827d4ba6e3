import { asList, asText, asWire, isWire, type Wire } from '../wire.ts';
import { Records, sameEmail } from './records.ts';
import {
  EffectCounter,
  type Listing,
  startVendorServer,
  type VendorCall,
  type VendorReply,
  type VendorRequest,
  type VendorServer,
} from './vendor-server.ts';

/** A user as a SCIM 2.0 service writes it (RFC 7643, section 4.1). Services differ in what they leave out. */
export interface ScimUser {
  readonly schemas?: readonly string[];
  readonly id: string;
  externalId?: string;
  userName: string;
  displayName?: string;
  name?: { readonly givenName?: string; readonly familyName?: string };
  /** Some services write a text. Absent at a service that tells nothing. */
  active?: boolean | string;
  emails?: readonly { readonly value: string; readonly type?: string; readonly primary?: boolean }[];
  roles?: readonly { readonly type?: string; readonly value: string }[];
  meta?: { resourceType: string; created?: string; lastModified?: string; location?: string };
}

/** How a service departs from the standard. */
export interface ScimHabits {
  /** A list leaves out those who are not active (Atlassian). */
  readonly hidesInactive?: boolean;
  /** Answers in pages of this size, whatever `count` asks for. */
  readonly pageSize?: number;
  /** `DELETE` answers 405 (Canva), only deactivates (Slack), or removes. Default: removes. */
  readonly onDelete?: 'refuse' | 'deactivate' | 'remove';
  /** `active: false` takes the user out of the organisation (Figma). */
  readonly deactivatingRemoves?: boolean;
  /** An empty list comes without `Resources`. Default: it does. */
  readonly leavesOutEmptyLists?: boolean;
  /** `PATCH` answers 204 and no body. Default: 200 and the user. */
  readonly silentPatch?: boolean;
  /** Seat values that a user may not be set to, such as a lower one at Miro. */
  readonly refusesSeat?: (from: string | null, to: string) => boolean;
  /** Writes a minute; more are answered 429 with `Retry-After` (Slack: 600). */
  readonly writesPerMinute?: number;
}

export interface ScimOptions {
  readonly now: () => Date;
  readonly users: readonly ScimUser[];
  readonly token?: string;
  readonly habits?: ScimHabits;
  readonly port?: number;
  readonly onCall?: (call: VendorCall) => void;
}

export interface ScimState {
  readonly users: ScimUser[];
  /** `deactivate`, `reactivate`, `seat`, `update`, `create` and `remove` that really happened, by user id. */
  readonly effects: EffectCounter;
  find(id: string): ScimUser | undefined;
  reset(users?: readonly ScimUser[]): void;
}

export interface ScimVendor extends VendorServer {
  readonly baseUrl: string;
  readonly token: string;
  readonly state: ScimState;
}

const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';
const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const TYPE = { 'content-type': 'application/scim+json' };
const DEFAULT_COUNT = 100;
const MAX_COUNT = 200;
const MINUTE_MS = 60_000;

const LISTING: Listing = {
  read: ({ json }) => {
    const body = asWire(json);
    return asList(body['schemas']).includes(LIST_SCHEMA)
      ? { items: asList(body['Resources']), total: Number(body['totalResults']) }
      : null;
  },
  write: (reply, items, total) => ({
    ...reply,
    json: { ...asWire(reply.json), totalResults: total, itemsPerPage: items.length, Resources: items },
  }),
};

/** A local SCIM 2.0 service with users (RFC 7644), and with the habits that real services have. */
export async function startScimVendor(options: ScimOptions): Promise<ScimVendor> {
  const token = options.token ?? 'sandbox-scim-token';
  const records = new Records(options.users, (user) => user.id);
  const effects = new EffectCounter();
  const state: ScimState = {
    users: records.list,
    effects,
    find: (id) => records.find(id),
    reset: (fresh = options.users) => {
      records.reset(fresh);
      effects.clear();
    },
  };
  const service = new ScimService(state, options);
  const server = await startVendorServer({
    now: options.now,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
    listing: LISTING,
    answer: (request) =>
      request.headers.authorization === `Bearer ${token}` ? service.answer(request) : failure(401, 'the token is not accepted'),
  });
  return { ...server, baseUrl: `${server.url}/scim/v2`, token, state };
}

class ScimService {
  readonly #state: ScimState;
  readonly #options: ScimOptions;
  readonly #habits: ScimHabits;
  #writes: number[] = [];
  #made = 0;

  constructor(state: ScimState, options: ScimOptions) {
    this.#state = state;
    this.#options = options;
    this.#habits = options.habits ?? {};
  }

  answer(request: VendorRequest): VendorReply {
    const path = request.path.replace(/^\/scim\/v2/, '');
    const id = /^\/Users\/([^/]+)$/.exec(path)?.[1];
    if (path === '/ServiceProviderConfig' && request.method === 'GET') return ok(200, SERVICE);
    if (path === '/Users' && request.method === 'GET') return this.#list(request.query);
    const limited = request.method === 'GET' ? null : this.#limited();
    if (limited !== null) return limited;
    if (path === '/Users' && request.method === 'POST') return this.#create(request.body);
    if (id === undefined) return path === '/Users' ? failure(405, 'not allowed here') : failure(404, 'no such resource');
    const user = this.#state.find(decodeURIComponent(id));
    if (user === undefined) return failure(404, 'no such user');
    switch (request.method) {
      case 'GET':
        return ok(200, user);
      case 'PATCH':
        return this.#patch(user, request.body);
      case 'DELETE':
        return this.#delete(user);
      default:
        return failure(405, 'not allowed here');
    }
  }

  #limited(): VendorReply | null {
    const { writesPerMinute } = this.#habits;
    if (writesPerMinute === undefined) return null;
    const now = this.#options.now().getTime();
    this.#writes = this.#writes.filter((at) => at <= now && now - at < MINUTE_MS);
    if (this.#writes.length < writesPerMinute) {
      this.#writes.push(now);
      return null;
    }
    const waitMs = (this.#writes[0] ?? now) + MINUTE_MS - now;
    return { status: 429, text: '', headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) } };
  }

  #list(query: URLSearchParams): VendorReply {
    const filter = query.get('filter');
    const wanted = filter === null ? null : readFilter(filter);
    if (filter !== null && wanted === null) return failure(400, 'attribute cannot be filtered', 'invalidFilter');
    const shown = this.#habits.hidesInactive === true ? this.#state.users.filter(isActive) : this.#state.users;
    const found = wanted === null ? shown : shown.filter(wanted);
    const startIndex = Math.max(1, Math.trunc(Number(query.get('startIndex') ?? 1)) || 1);
    const asked = Math.max(0, Math.trunc(Number(query.get('count') ?? DEFAULT_COUNT)) || 0);
    const count = this.#habits.pageSize ?? Math.min(asked, MAX_COUNT);
    const items = found.slice(startIndex - 1, startIndex - 1 + count);
    const empty = found.length === 0 && this.#habits.leavesOutEmptyLists !== false;
    return ok(200, {
      schemas: [LIST_SCHEMA],
      totalResults: found.length,
      ...(empty ? {} : { startIndex, itemsPerPage: items.length, Resources: items }),
    });
  }

  #create(body: unknown): VendorReply {
    const wanted = asWire(body);
    const userName = asText(wanted['userName']);
    if (userName === undefined || userName === '') return failure(400, 'userName is required', 'invalidValue');
    if (this.#state.users.some((user) => sameEmail(user.userName, userName)))
      return failure(409, 'userName is taken', 'uniqueness');
    this.#made += 1;
    const id = `u-new-${this.#made}`;
    const at = this.#options.now().toISOString();
    const { schemas: _schemas, id: _id, meta: _meta, ...given } = wanted;
    const meta = { resourceType: 'User', created: at, lastModified: at, location: `/scim/v2/Users/${id}` };
    const user: ScimUser = { active: true, ...given, schemas: [USER_SCHEMA], id, userName, meta };
    this.#state.users.push(user);
    this.#state.effects.add(id, 'create');
    return ok(201, user);
  }

  #patch(user: ScimUser, body: unknown): VendorReply {
    const operations = asList(asWire(body)['Operations']).map(asWire);
    if (!asList(asWire(body)['schemas']).includes(PATCH_SCHEMA) || operations.length === 0)
      return failure(400, 'no PatchOp message', 'invalidSyntax');
    const changes: Wire[] = [];
    for (const operation of operations) {
      const change = readOperation(operation);
      if (change === null) return failure(400, 'operation cannot be applied', 'invalidPath');
      changes.push(change);
    }
    const change: Wire = Object.assign({}, ...changes);
    const seat = 'roles' in change ? seatOf({ roles: asList(change['roles']) as NonNullable<ScimUser['roles']> }) : null;
    if (seat !== null && this.#habits.refusesSeat?.(seatOf(user), seat) === true)
      return failure(400, 'the licence cannot be lowered here', 'mutability');
    this.#apply(user, change);
    if (this.#habits.deactivatingRemoves === true && user.active === false) this.#remove(user);
    return this.#habits.silentPatch === true ? { status: 204, text: '' } : ok(200, user);
  }

  #apply(user: ScimUser, change: Wire): void {
    const before = isActive(user);
    if ('active' in change) user.active = change['active'] === true || /^true$/i.test(String(change['active']));
    if ('roles' in change) {
      user.roles = asList(change['roles']) as NonNullable<ScimUser['roles']>;
      this.#state.effects.add(user.id, 'seat');
    }
    if (typeof change['displayName'] === 'string') user.displayName = change['displayName'];
    if (isWire(change['name'])) user.name = { ...user.name, ...change['name'] };
    if (typeof change['userName'] === 'string') user.userName = change['userName'];
    if (user.meta !== undefined) user.meta.lastModified = this.#options.now().toISOString();
    this.#state.effects.add(user.id, 'update');
    if (before !== isActive(user)) this.#state.effects.add(user.id, before ? 'deactivate' : 'reactivate');
  }

  #delete(user: ScimUser): VendorReply {
    const { onDelete = 'remove' } = this.#habits;
    if (onDelete === 'refuse') return failure(405, 'users cannot be deleted here');
    if (onDelete === 'deactivate') this.#apply(user, { active: false });
    else this.#remove(user);
    return { status: 204, text: '' };
  }

  #remove(user: ScimUser): void {
    this.#state.users.splice(this.#state.users.indexOf(user), 1);
    this.#state.effects.add(user.id, 'remove');
  }
}

const SERVICE = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: MAX_COUNT },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [{ type: 'oauthbearertoken', name: 'Bearer', description: 'A token of the service' }],
};

/** Services understand `eq` on `userName` (without letter case) and on `externalId`, and little else. */
function readFilter(filter: string): ((user: ScimUser) => boolean) | null {
  const [, attribute, text] = /^(userName|externalId|id) eq "((?:[^"\\]|\\.)*)"$/i.exec(filter.trim()) ?? [];
  if (attribute === undefined || text === undefined) return null;
  const value = text.replace(/\\(.)/g, '$1');
  if (/^username$/i.test(attribute)) return (user) => sameEmail(user.userName, value);
  return /^id$/i.test(attribute) ? (user) => user.id === value : (user) => user.externalId === value;
}

const CHANGEABLE = new Set(['active', 'roles', 'displayName', 'name', 'userName']);

/** What one operation sets, with or without a path; null when it cannot be applied. */
function readOperation(operation: Wire): Wire | null {
  const op = String(operation['op']).toLowerCase();
  if (op !== 'replace' && op !== 'add') return null;
  const path = asText(operation['path']);
  const change = path === undefined ? operation['value'] : { [path]: operation['value'] };
  return isWire(change) && Object.keys(change).every((name) => CHANGEABLE.has(name)) ? change : null;
}

function isActive(user: ScimUser): boolean {
  return user.active === undefined || user.active === true || /^true$/i.test(String(user.active));
}

/** The value of the role that says which seat a user has (Figma: `seatType`). */
export function seatOf(user: Pick<ScimUser, 'roles'>): string | null {
  return user.roles?.find((role) => role.type === 'seatType')?.value ?? null;
}

function ok(status: number, json: unknown): VendorReply {
  return { status, json, headers: TYPE };
}

function failure(status: number, detail: string, scimType?: string): VendorReply {
  return ok(status, {
    schemas: [ERROR_SCHEMA],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail,
  });
}
