import { asText, asWire, isWire, type Wire } from '../wire.ts';
import type { AhaOptions, AhaProduct, AhaState } from './aha.ts';
import type { AhaAudits } from './aha-audits.ts';
import { envelope, invalid, notFound } from './aha-replies.ts';
import type { AhaSeatGroups } from './aha-seat-groups.ts';
import { type AhaProductRole, type AhaUser, describeRole, isAhaRole } from './aha-user.ts';
import { htmlPage, type VendorReply, type VendorRequest } from './vendor-server.ts';

export interface AhaParts {
  readonly state: AhaState;
  readonly groups: AhaSeatGroups;
  readonly audits: AhaAudits;
  readonly options: AhaOptions;
}

/** The calls below `/api/v1`, once the key was accepted. */
export class AhaApi {
  readonly #state: AhaState;
  readonly #groups: AhaSeatGroups;
  readonly #audits: AhaAudits;
  readonly #options: AhaOptions;

  constructor({ state, groups, audits, options }: AhaParts) {
    this.#state = state;
    this.#groups = groups;
    this.#audits = audits;
    this.#options = options;
  }

  answer(request: VendorRequest): VendorReply {
    const path = request.path.replace(/^\/api\/v1/, '');
    const [, id, below, product] = /^\/users\/([^/]+)(?:\/(product_roles|user_roles)(?:\/([^/]+))?)?$/.exec(path) ?? [];
    const [, group, modify] = /^\/paid_seat_groups\/([^/]+)(\/modify_user)?$/.exec(path) ?? [];
    const team = /^\/products\/([^/]+)\/users$/.exec(path)?.[1];
    if (path === '/me' && request.method === 'GET') return this.#me();
    if (path === '/users' && request.method === 'GET') return envelope(request, 'users', this.#state.users);
    if (path === '/audits' && request.method === 'GET') return this.#audits.answer(request);
    if (path === '/paid_seat_groups' && request.method === 'GET') return this.#groups.list();
    if (group !== undefined && modify === undefined && request.method === 'PUT')
      return this.#write(() => this.#groups.update(group, request.body));
    if (group !== undefined && modify !== undefined && request.method === 'POST')
      return this.#write(() => this.#groups.modifyUser(group, request.body));
    if (team !== undefined && request.method === 'GET') return this.#membersOf(request, team);
    if (team !== undefined && request.method === 'POST') return this.#write(() => this.#invite(team, request.body));
    if (id !== undefined) return this.#ofUser(request, id, below, product);
    return /^\/(users|me|audits|paid_seat_groups|products\/)/.test(path) ? htmlPage(405, 'Method Not Allowed') : notFound();
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
    const custom = below === 'user_roles';
    if (request.method === 'GET' && product === undefined)
      return envelope(request, below, custom ? user.user_roles : user.product_roles);
    if (request.method === 'POST' && product === undefined)
      return this.#write(() => (custom ? this.#setCustomRole(user, request.body) : this.#setRole(user, request.body)));
    if (request.method === 'DELETE' && product !== undefined)
      return this.#write(() => (custom ? this.#dropCustomRole(user, product) : this.#dropRole(user, product)));
    return htmlPage(405, 'Method Not Allowed');
  }

  #write(act: () => VendorReply): VendorReply {
    return this.#options.readOnly === true ? { status: 403, json: { error: 'Not allowed' } } : act();
  }

  #me(): VendorReply {
    const owner = this.#owner();
    if (owner === undefined) return notFound();
    const account = { name: 'Larkspur Labs', domain: 'larkspur', logo: null, alt_logo: null, enabled: true };
    const { id, name, email, created_at, updated_at, product_roles } = owner;
    const preferences = { current_product_id: null };
    return {
      status: 200,
      json: { user: { id, name, email, created_at, updated_at, product_roles, preferences, accounts: [{ account }] } },
    };
  }

  #membersOf(request: VendorRequest, productId: string): VendorReply {
    const product = this.#product(productId);
    if (product === undefined) return notFound();
    const members = this.#state.users.flatMap((user) => {
      const held = user.product_roles.find((role) => role.product_id === product.id);
      if (held === undefined) return [];
      const { id, name, email, created_at, updated_at } = user;
      return [
        {
          role: held.role,
          role_description: held.role_description,
          user: { id, name, email, created_at, updated_at },
        },
      ];
    });
    return envelope(request, 'project_users', members);
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
    this.#audit('update', user, change);
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

  #setCustomRole(user: AhaUser, body: unknown): VendorReply {
    const wanted = asWire(asWire(body)['user_role']);
    const product = this.#product(asText(wanted['product_id']));
    const roleId = Number(wanted['custom_role_id']);
    if (product === undefined || !Number.isInteger(roleId)) return notFound();
    const known = this.#state.users.flatMap((each) => each.user_roles).find((role) => asWire(role)['role_id'] === roleId);
    const scope = { type: 'project', name: product.name, id: Number(product.id) };
    const role = { role_id: roleId, name: asText(asWire(known)['name']) ?? `Custom role ${roleId}`, scope };
    user.user_roles = [...user.user_roles.filter((held) => customScope(held) !== product.id), role];
    this.#state.effects.add(user.id, 'role');
    return { status: 200, json: role };
  }

  #dropCustomRole(user: AhaUser, productId: string): VendorReply {
    const left = user.user_roles.filter((held) => customScope(held) !== this.#product(productId)?.id);
    if (left.length === user.user_roles.length) return notFound();
    user.user_roles = left;
    this.#state.effects.add(user.id, 'role');
    return { status: 204, text: '' };
  }

  #dropRole(user: AhaUser, productId: string): VendorReply {
    const left = user.product_roles.filter((role) => role.product_id !== (this.#product(productId)?.id ?? productId));
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
    if (existing === undefined) {
      this.#state.users.push(user);
      this.#audit('create', user, { email });
    }
    user.product_roles = [...user.product_roles.filter((held) => held.product_id !== product.id), role];
    this.#state.effects.add(user.id, 'invite');
    const { id, name, created_at, updated_at } = user;
    return {
      status: 200,
      json: { role: role.role, role_description: role.role_description, user: { id, name, email, created_at, updated_at } },
    };
  }

  #product(idOrKey: string | undefined): AhaProduct | undefined {
    if (idOrKey === undefined) return undefined;
    return this.#options.products?.find((product) => product.id === idOrKey || product.key === idOrKey);
  }

  #audit(action: 'create' | 'update', about: AhaUser, change: Wire): void {
    const owner = this.#owner();
    this.#audits.add({
      audit_action: action,
      auditable_type: 'User',
      auditable_id: about.id,
      user: owner === undefined ? null : { id: owner.id, name: owner.name, email: owner.email },
      description: `${action}d user ${about.name}`,
      changes: Object.entries(change).map(([field_name, value]) => ({ field_name, value: String(value) })),
    });
  }

  #owner(): AhaUser | undefined {
    return this.#state.find(this.#options.ownerId ?? '') ?? this.#state.users[0];
  }
}

function updateProblem(change: Wire): string | null {
  if ('email' in change && !/^[^\s@]+@[^\s@]+$/.test(asText(change['email']) ?? '')) return 'Email is invalid';
  if ('first_name' in change && (asText(change['first_name']) ?? '').trim() === '') return "First name can't be blank";
  return null;
}

/** The product that a custom role is held on. */
function customScope(role: unknown): string | undefined {
  return asText(asWire(asWire(role)['scope'])['id']);
}
