import { asList, asWire } from '../wire.ts';
import { pageNumber, Records } from './records.ts';
import {
  EffectCounter,
  type Listing,
  startVendorServer,
  type VendorCall,
  type VendorReply,
  type VendorRequest,
  type VendorServer,
} from './vendor-server.ts';

/** A seat as GitHub writes it (GET /orgs/{org}/copilot/billing/seats). */
export interface CopilotSeat {
  readonly created_at: string;
  updated_at?: string;
  /** Day on which the seat ends; null while it goes on. */
  pending_cancellation_date: string | null;
  last_activity_at: string | null;
  last_activity_editor?: string | null;
  last_authenticated_at?: string | null;
  readonly plan_type: 'business' | 'enterprise' | 'unknown';
  /** Null for a user that GitHub does not show. */
  readonly assignee: CopilotAssignee | null;
  /** The team that gave the seat; such a seat cannot be taken away alone. */
  readonly assigning_team?: { readonly id: number; readonly name: string; readonly slug: string };
}

export interface CopilotAssignee {
  readonly login: string;
  readonly id: number;
  readonly type: 'User';
  readonly site_admin: boolean;
}

export interface CopilotOptions {
  readonly now: () => Date;
  readonly seats: readonly CopilotSeat[];
  /** Members of the organisation who may be given a seat, by login. */
  readonly members?: readonly CopilotAssignee[];
  readonly org?: string;
  readonly token?: string;
  /** What the token may do; only `manage_billing:copilot` writes. */
  readonly scopes?: readonly string[];
  readonly port?: number;
  readonly onCall?: (call: VendorCall) => void;
}

export interface CopilotState {
  readonly seats: CopilotSeat[];
  /** `cancel` and `add` that really happened, by login. */
  readonly effects: EffectCounter;
  find(login: string): CopilotSeat | undefined;
  reset(seats?: readonly CopilotSeat[]): void;
}

export interface CopilotVendor extends VendorServer {
  /** `https://api.github.com` stands here in real life. */
  readonly baseUrl: string;
  readonly org: string;
  readonly token: string;
  readonly state: CopilotState;
}

const DEFAULT_PER_PAGE = 50;
const MAX_PER_PAGE = 100;

const LISTING: Listing = {
  read: ({ json }) => {
    const body = asWire(json);
    return Array.isArray(body['seats']) ? { items: body['seats'], total: Number(body['total_seats']) } : null;
  },
  write: (reply, items, total) => ({ ...reply, json: { total_seats: total, seats: items } }),
};

/** The part of a local GitHub that has to do with Copilot seats: https://docs.github.com/en/rest/copilot/copilot-user-management. */
export async function startCopilotVendor(options: CopilotOptions): Promise<CopilotVendor> {
  const token = options.token ?? 'sandbox-github-token';
  const org = options.org ?? 'larkspur-labs';
  const records = new Records(options.seats, (seat) => seat.assignee?.login.toLowerCase() ?? '');
  const effects = new EffectCounter();
  const state: CopilotState = {
    seats: records.list,
    effects,
    find: (login) => records.find(login.toLowerCase()),
    reset: (fresh = options.seats) => {
      records.reset(fresh);
      effects.clear();
    },
  };
  const api = new CopilotApi(state, org, options);
  const server = await startVendorServer({
    now: options.now,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
    listing: LISTING,
    answer: (request) => {
      if (!/^(Bearer|token) /.test(request.headers.authorization ?? '')) return failure(401, 'Requires authentication');
      if (request.headers.authorization?.replace(/^\w+ /, '') !== token) return failure(401, 'Bad credentials');
      // GitHub refuses a client that does not say who it is.
      if ((request.headers['user-agent'] ?? '') === '')
        return { status: 403, text: 'Request forbidden by administrative rules.', headers: { 'content-type': 'text/html' } };
      return api.answer(request);
    },
  });
  return { ...server, baseUrl: server.url, org, token, state };
}

class CopilotApi {
  readonly #state: CopilotState;
  readonly #org: string;
  readonly #options: CopilotOptions;

  constructor(state: CopilotState, org: string, options: CopilotOptions) {
    this.#state = state;
    this.#org = org;
    this.#options = options;
  }

  answer(request: VendorRequest): VendorReply {
    const [, org, rest = ''] = /^\/orgs\/([^/]+)\/copilot\/billing(\/[a-z_]+)?$/.exec(request.path) ?? [];
    const [, ofOrg, login] = /^\/orgs\/([^/]+)\/members\/([^/]+)\/copilot$/.exec(request.path) ?? [];
    if ((org ?? ofOrg)?.toLowerCase() !== this.#org.toLowerCase()) return failure(404, 'Not Found');
    if (login !== undefined && request.method === 'GET') return this.#one(decodeURIComponent(login));
    switch (`${request.method} ${rest}`) {
      case 'GET ':
        return this.#summary();
      case 'GET /seats':
        return this.#list(request);
      case 'DELETE /selected_users':
        return this.#write(() => this.#cancel(request.body));
      case 'POST /selected_users':
        return this.#write(() => this.#add(request.body));
      default:
        return failure(404, 'Not Found');
    }
  }

  #write(act: () => VendorReply): VendorReply {
    const { scopes = ['manage_billing:copilot'] } = this.#options;
    return scopes.includes('manage_billing:copilot') ? act() : failure(403, 'Resource not accessible by personal access token');
  }

  #summary(): VendorReply {
    const { seats } = this.#state;
    const monthAgo = this.#options.now().getTime() - 30 * 86_400_000;
    const isActive = ({ last_activity_at: at }: CopilotSeat): boolean => at !== null && Date.parse(at) >= monthAgo;
    const active = seats.filter(isActive).length;
    return {
      status: 200,
      json: {
        seat_breakdown: {
          total: seats.length,
          pending_cancellation: seats.filter((seat) => seat.pending_cancellation_date !== null).length,
          active_this_cycle: active,
          inactive_this_cycle: seats.length - active,
        },
        seat_management_setting: 'assign_selected',
        plan_type: 'business',
      },
    };
  }

  #list(request: VendorRequest): VendorReply {
    const current = pageNumber(request.query, 'page', 1);
    const perPage = Math.min(pageNumber(request.query, 'per_page', DEFAULT_PER_PAGE), MAX_PER_PAGE);
    const { seats } = this.#state;
    const lastPage = Math.max(1, Math.ceil(seats.length / perPage));
    const link = (page: number, rel: string): string =>
      `<http://${request.headers.host ?? 'api.github.com'}${request.path}?page=${page}&per_page=${perPage}>; rel="${rel}"`;
    const links = [
      ...(current > 1 ? [link(current - 1, 'prev'), link(1, 'first')] : []),
      ...(current < lastPage ? [link(current + 1, 'next'), link(lastPage, 'last')] : []),
    ];
    return {
      status: 200,
      json: { total_seats: seats.length, seats: seats.slice((current - 1) * perPage, current * perPage) },
      ...(links.length === 0 ? {} : { headers: { link: links.join(', ') } }),
    };
  }

  #one(login: string): VendorReply {
    const seat = this.#state.find(login);
    return seat === undefined ? failure(404, 'Not Found') : { status: 200, json: seat };
  }

  #cancel(body: unknown): VendorReply {
    const logins = readLogins(body);
    if (logins === null) return failure(422, 'Invalid request: "selected_usernames" is missing');
    const seats = logins.map((login) => this.#state.find(login));
    if (seats.some((seat) => seat?.assigning_team !== undefined))
      return failure(422, 'A seat of these comes from a team and cannot be taken away alone');
    const ending = seats.filter((seat) => seat !== undefined && seat.pending_cancellation_date === null) as CopilotSeat[];
    // The seat stays until the billing cycle ends.
    for (const seat of ending) {
      seat.pending_cancellation_date = endOfCycle(this.#options.now());
      this.#state.effects.add(seat.assignee?.login ?? '', 'cancel');
    }
    return { status: 200, json: { seats_cancelled: ending.length } };
  }

  #add(body: unknown): VendorReply {
    const logins = readLogins(body);
    if (logins === null) return failure(422, 'Invalid request: "selected_usernames" is missing');
    const { members = [] } = this.#options;
    const people = logins.map((login) => members.find((member) => member.login.toLowerCase() === login.toLowerCase()));
    const unknown = logins.find((login, index) => people[index] === undefined && this.#state.find(login) === undefined);
    if (unknown !== undefined) return failure(422, `${unknown} is not a member of the organisation`);
    let created = 0;
    for (const [index, login] of logins.entries()) {
      const held = this.#state.find(login);
      const assignee = people[index];
      if (held === undefined && assignee !== undefined) {
        const at = this.#options.now().toISOString();
        this.#state.seats.push({
          created_at: at,
          updated_at: at,
          pending_cancellation_date: null,
          last_activity_at: null,
          last_activity_editor: null,
          plan_type: 'business',
          assignee,
        });
        created += 1;
        this.#state.effects.add(login, 'add');
      } else if (held?.pending_cancellation_date != null) {
        held.pending_cancellation_date = null;
        created += 1;
        this.#state.effects.add(login, 'add');
      }
    }
    return { status: 201, json: { seats_created: created } };
  }
}

function readLogins(body: unknown): readonly string[] | null {
  const logins = asWire(body)['selected_usernames'];
  return Array.isArray(logins) && logins.length > 0 ? asList(logins).map(String) : null;
}

/** The first day of the next month. */
function endOfCycle(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().slice(0, 10);
}

function failure(status: number, message: string): VendorReply {
  const documentation_url = 'https://docs.github.com/rest/copilot/copilot-user-management';
  return { status, json: { message, documentation_url, status: String(status) } };
}
