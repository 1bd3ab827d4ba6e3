import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody of the company, with the bytes that Slack and the vendors answer about them. */
export interface Person {
  readonly userId: string;
  readonly email: string;
}

export const PEOPLE = 200;
export const PRODUCT = 'IntelliJ IDEA Ultimate';

const MEMBERS: readonly Person[] = Array.from({ length: PEOPLE }, (_, index) => ({
  userId: `U${String(index).padStart(6, '0')}`,
  email: `person.${index}@example.com`,
}));

/**
 * Slack's Web API, response URLs, JetBrains and Aha! on one loopback address. Everything it says was written out before,
 * so that it takes little of the machine from what is measured.
 */
export class LocalWorld {
  readonly people = MEMBERS;
  /** How long each vendor thinks before it answers. */
  readonly latencyMs = { jetbrains: 0, aha: 0 };
  readonly calls = { slack: 0, jetbrains: 0, aha: 0 };
  readonly #server: Server;
  readonly #answers = answers();
  readonly #waiting = new Map<string, (text: string) => void>();

  private constructor() {
    this.#server = createServer((request, response) => this.#take(request, response));
    this.#server.keepAliveTimeout = 60_000;
  }

  static async start(): Promise<LocalWorld> {
    const world = new LocalWorld();
    world.#server.listen(0, '127.0.0.1');
    await once(world.#server, 'listening');
    return world;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** An address for one answer, and the answer that comes there. */
  responseUrl(id: string): string {
    return `${this.url}/response/${id}`;
  }

  /** Resolves with the first message that is posted to the response URL of this id, as JSON text. */
  answerTo(id: string): Promise<string> {
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** Answers that did not come yet. */
  get owed(): number {
    return this.#waiting.size;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '';
    if (url.startsWith('/response/')) {
      whole(request, (text) => {
        send(response, OK);
        const id = url.slice('/response/'.length);
        const told = this.#waiting.get(id);
        this.#waiting.delete(id);
        told?.(text);
      });
    } else if (url.startsWith('/jetbrains/')) {
      this.calls.jetbrains += 1;
      request.resume();
      const email = new URLSearchParams(url.slice(url.indexOf('?'))).get('assigneeEmail') ?? '';
      later(this.latencyMs.jetbrains, () => send(response, this.#answers.licences.get(email) ?? NOT_FOUND));
    } else if (url.startsWith('/aha/')) {
      this.calls.aha += 1;
      request.resume();
      later(this.latencyMs.aha, () => send(response, this.#answers.users));
    } else {
      this.calls.slack += 1;
      whole(request, (text) => send(response, this.#slack(url.slice(url.lastIndexOf('/') + 1), new URLSearchParams(text))));
    }
  }

  #slack(method: string, form: URLSearchParams): Prepared {
    switch (method) {
      case 'auth.test':
        return this.#answers.identity;
      case 'users.info':
        return this.#answers.members.get(form.get('user') ?? '') ?? NOT_FOUND;
      case 'users.lookupByEmail':
        return this.#answers.members.get(form.get('email') ?? '') ?? NOT_FOUND;
      default:
        return NOT_FOUND;
    }
  }
}

interface Prepared {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const OK = prepared({ ok: true });
const NOT_FOUND = prepared({ ok: false, error: 'user_not_found' });

function prepared(value: unknown, headers: Readonly<Record<string, string>> = {}): Prepared {
  const body = Buffer.from(JSON.stringify(value));
  return { headers: { 'content-type': 'application/json', 'content-length': String(body.length), ...headers }, body };
}

function send(response: ServerResponse, { headers, body }: Prepared): void {
  response.writeHead(200, headers).end(body);
}

function later(ms: number, work: () => void): void {
  if (ms === 0) work();
  else setTimeout(work, ms);
}

function whole(request: IncomingMessage, use: (text: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => use(Buffer.concat(chunks).toString()));
}

function answers() {
  const licences = new Map<string, Prepared>();
  const members = new Map<string, Prepared>();
  for (const [index, person] of MEMBERS.entries()) {
    const held = [licence(person, index, 'II', PRODUCT), licence(person, index, 'DB', 'DataGrip')];
    licences.set(person.email, prepared(held, { 'x-total-count': String(held.length) }));
    const member = prepared({ ok: true, user: slackUser(person) });
    members.set(person.userId, member).set(person.email, member);
  }
  const users = MEMBERS.map(ahaUser);
  return {
    licences,
    members,
    users: prepared({ users, pagination: { total_records: users.length, total_pages: 1, current_page: 1 } }),
    identity: prepared({ ok: true, url: 'https://bench.slack.com/', team: 'Bench', user: 'seatwarden', ...IDENTITY }),
  };
}

const IDENTITY = { team_id: 'T01BENCH', user_id: 'U0SEATWARDEN', bot_id: 'B0SEATWARDEN', is_enterprise_install: false };

function slackUser({ userId, email }: Person) {
  const name = email.split('@')[0] ?? '';
  return {
    id: userId,
    team_id: 'T01BENCH',
    name,
    deleted: false,
    real_name: name,
    tz: 'Europe/Berlin',
    profile: { real_name: name, display_name: name, email, team: 'T01BENCH' },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: false,
    updated: 1_760_000_000,
  };
}

/** A licence as `GET /customer/licenses` gives it: https://www.jetbrains.com/help/jetbrains-console/jetbrains-account-api.html. */
export function licence({ email }: Person, index: number, code: string, name: string) {
  return {
    licenseId: `${code}${String(index).padStart(8, '0')}`,
    product: { code, name },
    assignee: { type: 'USER', name: email.split('@')[0], email },
    lastSeen: {
      lastAssignmentDate: '2026-01-12T09:00:00Z',
      lastSeenDate: index % 3 === 0 ? '2026-03-02T09:00:00Z' : '2026-11-20T09:00:00Z',
      isOfflineCodeGenerated: index % 7 === 0,
    },
    subscription: {
      validUntilDate: '2027-01-12',
      isOutdated: index % 11 === 0,
      subscriptionPackRef: 'P1234567',
      isAutomaticallyRenewed: true,
    },
    perpetual: { isOutdated: false, upgradeDueDate: '2027-01-12' },
    team: { id: 1, name: 'Engineering' },
    isAvailableToAssign: false,
    isTransferableBetweenTeams: true,
    isSuspended: false,
    isTrial: false,
    domain: null,
  };
}

/** A user as `GET /users` gives it: https://www.aha.io/api/resources/users. */
function ahaUser({ email }: Person, index: number) {
  return {
    id: String(6_000_000_000 + index),
    name: email.split('@')[0],
    email,
    timezone: 'Berlin',
    created_at: '2025-01-12T09:00:00Z',
    updated_at: '2026-11-20T09:00:00Z',
    accessed_at: index % 5 === 0 ? null : '2026-11-20T09:00:00Z',
    product_roles: [{ role: 30, role_description: 'Contributor', product_id: '131414752', product_name: 'Mobile' }],
    user_roles: [],
    enabled: true,
    paid_seat: true,
    administrator: false,
    administrator_roles: { billing: false, customizations: false },
  };
}
