import { asList, asText, asWire, isWire, type Wire } from '../wire.ts';
import { assigneeEmail, type Licence } from './jetbrains-licence.ts';
import { pageNumber, Records, sameEmail } from './records.ts';
import {
  EffectCounter,
  htmlPage,
  type Listing,
  startVendorServer,
  type VendorCall,
  type VendorReply,
  type VendorRequest,
  type VendorServer,
} from './vendor-server.ts';

const DAY_MS = 86_400_000;
/** A revoke over the API is refused for this long after an assignment (JetBrains Account API reference). */
const REVOKE_AFTER_MS = 30 * DAY_MS;
const DEFAULT_PER_PAGE = 100;
/** Some of the services for mail that lasts an hour; their addresses are refused. */
const THROWAWAY = /@(mailinator|guerrillamail|10minutemail|yopmail|trashmail)\.[a-z.]+$/i;

export interface JetBrainsToken {
  readonly type: 'CUSTOMER' | 'TEAM';
  /** `ADMIN` may write, `VIEWER` may not. */
  readonly role: string;
  /** The team of a TEAM token. */
  readonly teamId?: number;
}

export interface JetBrainsOptions {
  readonly now: () => Date;
  readonly seats: readonly Licence[];
  readonly apiKey?: string;
  readonly customerCode?: string;
  readonly token?: JetBrainsToken;
  /** Whether `assigneeEmail` tells letter case apart; the vendor does not document it. Default: it does not. */
  readonly exactEmails?: boolean;
  /** Mail domains whose people have a JetBrains account; of anybody else who gets a seat the name is shown masked. */
  readonly accountDomains?: readonly string[];
  readonly port?: number;
  readonly onCall?: (call: VendorCall) => void;
}

export interface JetBrainsState {
  readonly licences: Licence[];
  /** `assign` and `revoke` that really happened, by licence id. */
  readonly effects: EffectCounter;
  find(licenseId: string): Licence | undefined;
  reset(seats?: readonly Licence[]): void;
}

export interface JetBrainsVendor extends VendorServer {
  /** `https://account.jetbrains.com/api/v1` stands here in real life. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly customerCode: string;
  readonly state: JetBrainsState;
}

/** A local JetBrains Account API: https://www.jetbrains.com/help/jetbrains-console/jetbrains-account-api.html. */
export async function startJetBrainsVendor(options: JetBrainsOptions): Promise<JetBrainsVendor> {
  const apiKey = options.apiKey ?? 'sandbox-jetbrains-key';
  const customerCode = options.customerCode ?? '7001234';
  const token = options.token ?? { type: 'CUSTOMER', role: 'ADMIN' };
  const records = new Records(options.seats, (licence) => licence.licenseId);
  const effects = new EffectCounter();
  const state: JetBrainsState = {
    licences: records.list,
    effects,
    find: (licenseId) => records.find(licenseId),
    reset: (seats = options.seats) => {
      records.reset(seats);
      effects.clear();
    },
  };
  const api = new AccountApi(state, token, options);
  const server = await startVendorServer({
    now: options.now,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
    listing: LISTING,
    answer: (request) => {
      if (request.headers['x-api-key'] === undefined) return failure(401, 'MISSING_TOKEN_HEADER', 'api key header absent');
      if (request.headers['x-customer-code'] === undefined)
        return failure(401, 'MISSING_CUSTOMER_HEADER', 'customer code header absent');
      if (request.headers['x-api-key'] !== apiKey || request.headers['x-customer-code'] !== customerCode)
        return failure(401, 'INVALID_TOKEN', 'token not accepted');
      return api.answer(request);
    },
  });
  return { ...server, baseUrl: `${server.url}/api/v1`, apiKey, customerCode, state };
}

/** A bare array, with the total in a header. */
const LISTING: Listing = {
  read: ({ json, headers }) =>
    Array.isArray(json) ? { items: json, total: Number(headers?.['x-total-count'] ?? json.length) } : null,
  write: (reply, items, total) => ({ ...reply, json: items, headers: { ...reply.headers, 'x-total-count': String(total) } }),
};

class AccountApi {
  /** A team stays although its last seat was moved away. */
  readonly #knownTeams = new Map<number, { id: number; name: string }>();
  readonly #state: JetBrainsState;
  readonly #token: JetBrainsToken;
  readonly #options: JetBrainsOptions;

  constructor(state: JetBrainsState, token: JetBrainsToken, options: JetBrainsOptions) {
    this.#state = state;
    this.#token = token;
    this.#options = options;
  }

  answer(request: VendorRequest): VendorReply {
    const path = request.path.replace(/^\/api\/v1/, '');
    const team = /^\/customer\/teams\/([^/]+)\/licenses$/.exec(path)?.[1];
    const single = /^\/customer\/licenses\/([^/]+)$/.exec(path)?.[1];
    if (request.method === 'GET') {
      if (path === '/token') return this.#describeToken();
      if (path === '/customer/licenses') return this.#list(request, null);
      if (team !== undefined) return this.#list(request, Number(team));
      if (single !== undefined && single !== 'assign' && single !== 'revoke') return this.#one(decodeURIComponent(single));
    }
    if (request.method === 'POST') {
      if (path === '/customer/licenses/assign') return this.#write(() => this.#assign(request.body));
      if (path === '/customer/licenses/revoke') return this.#write(() => this.#revoke(request.query));
      if (path === '/customer/changeLicensesTeam') return this.#write(() => this.#changeTeam(request.body));
    }
    const known = /^\/(token|customer\/(licenses(\/[^/]+)?|teams\/[^/]+\/licenses|changeLicensesTeam))$/.test(path);
    return known ? htmlPage(405, 'Method Not Allowed') : htmlPage(404, 'Not Found');
  }

  #write(act: () => VendorReply): VendorReply {
    if (this.#token.role === 'VIEWER')
      return failure(403, 'INSUFFICIENT_PERMISSIONS', 'the owner of the token may not edit this organisation');
    return act();
  }

  #teams(): { id: number; name: string }[] {
    for (const { team } of this.#state.licences) if (team) this.#knownTeams.set(team.id, team);
    return [...this.#knownTeams.values()];
  }

  #describeToken(): VendorReply {
    const { type, role, teamId } = this.#token;
    if (type === 'CUSTOMER') return { status: 200, json: { type, role, teams: this.#teams() } };
    const team = this.#teams().find((candidate) => candidate.id === teamId);
    return { status: 200, json: { type, team: { ...team, role } } };
  }

  #list(request: VendorRequest, teamId: number | null): VendorReply {
    if (teamId !== null && !this.#teams().some((team) => team.id === teamId))
      return failure(404, 'TEAM_NOT_FOUND', String(teamId));
    const onlyTeam = teamId ?? (this.#token.type === 'TEAM' ? (this.#token.teamId ?? null) : null);
    if (this.#token.type === 'TEAM' && teamId !== null && teamId !== this.#token.teamId)
      return failure(403, 'TEAM_MISMATCH', `token belongs to team ${this.#token.teamId}`);
    const { query } = request;
    const [assigned, product, email] = [query.get('assigned'), query.get('productCode'), query.get('assigneeEmail')];
    const { licences } = this.#state;
    if (onlyTeam === null && assigned === null && product === null && email === null) return page(request, licences);
    const found = licences.filter(
      (licence) =>
        (onlyTeam === null || licence.team?.id === onlyTeam) &&
        (product === null || licence.product.code === product) &&
        (assigned === null || (licence.assignee !== null && licence.assignee !== undefined) === (assigned === 'true')) &&
        (email === null || this.#isHeldBy(licence, email)),
    );
    return page(request, found);
  }

  #isHeldBy(licence: Licence, email: string): boolean {
    const held = assigneeEmail(licence);
    if (held === null) return false;
    return this.#options.exactEmails === true ? held === email : sameEmail(held, email);
  }

  #one(licenseId: string): VendorReply {
    const licence = this.#state.find(licenseId);
    if (licence === undefined) return failure(404, 'LICENSE_NOT_FOUND', licenseId);
    return this.#teamMismatch(licence) ?? { status: 200, json: licence };
  }

  #assign(body: unknown): VendorReply {
    const contact = asWire(body)['contact'];
    if (!isWire(contact)) return htmlPage(400, 'Bad Request');
    const problem = contactProblem(contact);
    if (problem !== null) return problem;
    const wanted = asWire(body)['licenseId'];
    const pool = asWire(body)['license'];
    if (typeof wanted !== 'string' && !isWire(pool)) return failure(400, 'MISSING_FIELD', 'licenseId');
    const choice = typeof wanted === 'string' ? this.#byId(wanted) : this.#fromPool(asWire(pool));
    if ('status' in choice) return choice;
    this.#give(choice, contact, asWire(body)['includeOfflineActivationCode'] === true);
    return { status: 200, text: '' };
  }

  #byId(licenseId: string): Licence | VendorReply {
    const licence = this.#state.find(licenseId);
    if (licence === undefined) return failure(404, 'LICENSE_NOT_FOUND', licenseId);
    const mismatch = this.#teamMismatch(licence);
    if (mismatch !== null) return mismatch;
    const refuse = (why: string): VendorReply => failure(400, 'LICENSE_IS_NOT_AVAILABLE_TO_ASSIGN', why);
    if (licence.assignee?.type === 'USER') return refuse('ALLOCATED');
    if ((licence.assignee ?? null) !== null || (licence.domain ?? null) !== null || (licence.perpetual ?? null) !== null)
      return refuse('NON_PER_USER');
    if (licence.subscription?.isOutdated === true) return refuse('EXPIRED_WITHOUT_FALLBACK');
    return licence.isAvailableToAssign === true ? licence : refuse('ALLOCATED');
  }

  #fromPool(pool: Wire): Licence | VendorReply {
    const productCode = asText(pool['productCode']);
    const team = Number(pool['team']);
    if (productCode === undefined) return htmlPage(400, 'Bad Request');
    if (!this.#state.licences.some((licence) => licence.product.code === productCode))
      return failure(404, 'PRODUCT_NOT_FOUND', productCode);
    if (!this.#teams().some((candidate) => candidate.id === team)) return failure(404, 'TEAM_NOT_FOUND', String(pool['team']));
    if (this.#token.type === 'TEAM' && this.#token.teamId !== team)
      return failure(403, 'TEAM_MISMATCH', `token belongs to team ${this.#token.teamId}`);
    const free = this.#state.licences.find(
      (licence) => licence.product.code === productCode && licence.team?.id === team && licence.isAvailableToAssign === true,
    );
    return free ?? failure(400, 'NO_AVAILABLE_LICENSE_TO_ASSIGN', `team ${team} has no free ${productCode} seat`);
  }

  #teamMismatch(licence: Licence): VendorReply | null {
    if (this.#token.type !== 'TEAM' || licence.team?.id === this.#token.teamId) return null;
    return failure(403, 'TEAM_MISMATCH', `token belongs to team ${this.#token.teamId}`);
  }

  #give(licence: Licence, contact: Wire, offlineCode: boolean): void {
    const email = String(contact['email']);
    licence.assignee = { type: 'USER', name: this.#nameOf(email, contact), email };
    licence.lastSeen = {
      lastAssignmentDate: this.#options.now().toISOString(),
      lastSeenDate: null,
      isOfflineCodeGenerated: offlineCode,
    };
    licence.isAvailableToAssign = false;
    this.#state.effects.add(licence.licenseId, 'assign');
  }

  /** Somebody with a JetBrains account keeps the account's own name; of others only the first letters are shown. */
  #nameOf(email: string, contact: Wire): string {
    const known = this.#state.licences.find((other) => sameEmail(assigneeEmail(other) ?? '', email))?.assignee;
    if (known?.type === 'USER') return known.name;
    const given = `${String(contact['firstName'])} ${String(contact['lastName'])}`;
    const domains = this.#options.accountDomains;
    const hasAccount = domains === undefined || domains.includes(email.slice(email.lastIndexOf('@') + 1).toLowerCase());
    return hasAccount ? given : given.replace(/\S+/g, (word) => word.slice(0, 2).padEnd(word.length, '*'));
  }

  #revoke(query: URLSearchParams): VendorReply {
    const licenseId = query.get('licenseId');
    const email = query.get('email');
    if (licenseId === null && email === null) return failure(400, 'MISSING_FIELD', 'licenseId');
    if (licenseId !== null && this.#state.find(licenseId) === undefined) return failure(404, 'LICENSE_NOT_FOUND', licenseId);
    const wanted = this.#state.licences.filter((licence) =>
      licenseId !== null
        ? licence.licenseId === licenseId
        : sameEmail(assigneeEmail(licence) ?? '', email ?? '') &&
          (query.get('productCode') === null || licence.product.code === query.get('productCode')),
    );
    const held = wanted.filter((licence) => licence.assignee?.type === 'USER');
    for (const licence of held) {
      const mismatch = this.#teamMismatch(licence);
      if (mismatch !== null) return mismatch;
    }
    const young = held.find((licence) => this.#isRecent(licence));
    // By e-mail it is all or nothing: one seat that is too young keeps the others, too.
    if (young !== undefined) return failure(400, 'RECENTLY_ASSIGNED_LICENSE_IS_NOT_AVAILABLE_FOR_REVOKE', young.licenseId);
    for (const licence of held) this.#release(licence);
    return { status: 200, json: { licenseIds: held.map((licence) => licence.licenseId) } };
  }

  #isRecent(licence: Licence): boolean {
    const assigned = licence.lastSeen?.lastAssignmentDate;
    return typeof assigned === 'string' && this.#options.now().getTime() - Date.parse(assigned) < REVOKE_AFTER_MS;
  }

  #release(licence: Licence): void {
    licence.assignee = null;
    licence.lastSeen = null;
    licence.isAvailableToAssign = licence.subscription?.isOutdated !== true && licence.isSuspended !== true;
    this.#state.effects.add(licence.licenseId, 'revoke');
  }

  #changeTeam(body: unknown): VendorReply {
    const ids = asWire(body)['licenseIds'];
    const target = Number(asWire(body)['targetTeamId']);
    if (!Array.isArray(ids)) return htmlPage(400, 'Bad Request');
    if (this.#token.type === 'TEAM') return failure(403, 'TOKEN_TYPE_MISMATCH', 'a team token cannot move seats');
    if (asList(ids).includes('null')) return { status: 500, text: '' };
    const team = this.#teams().find((candidate) => candidate.id === target);
    if (team === undefined) return failure(404, 'TEAM_NOT_FOUND', String(asWire(body)['targetTeamId']));
    // Unknown ids and seats that may not move are left out without a word.
    const moved = this.#state.licences.filter((licence) => ids.includes(licence.licenseId) && licence.isTransferableBetweenTeams);
    for (const licence of moved) {
      licence.team = team;
      this.#state.effects.add(licence.licenseId, 'move');
    }
    return { status: 200, json: { licenseIds: moved.map((licence) => licence.licenseId) } };
  }
}

function page(request: VendorRequest, found: readonly Licence[]): VendorReply {
  const current = pageNumber(request.query, 'page', 1);
  const perPage = pageNumber(request.query, 'perPage', DEFAULT_PER_PAGE);
  const items = found.slice((current - 1) * perPage, current * perPage);
  const next = new URLSearchParams(request.query);
  next.set('page', String(current + 1));
  next.set('perPage', String(perPage));
  const link = current * perPage < found.length ? { link: `<${request.path}?${next}>; rel="next"` } : {};
  return { status: 200, json: items, headers: { 'x-total-count': String(found.length), ...link } };
}

function contactProblem(contact: Wire): VendorReply | null {
  const { email, firstName, lastName } = contact;
  if (typeof email !== 'string') return failure(400, 'MISSING_FIELD', 'contact.email');
  if (!/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+$/.test(email) || THROWAWAY.test(email))
    return failure(400, 'INVALID_CONTACT_EMAIL', email);
  for (const [field, name] of [
    ['contact.firstName', firstName],
    ['contact.lastName', lastName],
  ] as const) {
    if (typeof name !== 'string') return failure(400, 'MISSING_FIELD', field);
    if (name.trim() === '' || name.length > 64 || !/^[\p{L}\p{M}\s.'’-]+$/u.test(name))
      return failure(400, 'INVALID_CONTACT_NAME', 'the name holds a character that is not accepted, or has a wrong length');
  }
  return null;
}

function failure(status: number, code: string, description: string): VendorReply {
  return { status, json: { code, description } };
}
